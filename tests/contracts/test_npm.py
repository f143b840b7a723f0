"""The npm package, packed and installed in a project of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from platform_events import EVENT_TYPES, Event, MemberFollowed, WearableDataReceived
from platform_events.contracts import npm as npm_module
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.npm import npm_package, write
from tests.support.node import Node, installed
from tests.support.pages import blocks

SOURCES = Path(__file__).with_name("npm")
DEPENDENCIES = Path(__file__).with_name("typescript")
RUNTIME = Path(npm_module.__file__).with_name("typescript_runtime")
NAME = "platform-events"
OTHERS = re.compile(r" |/|\.\./|node_modules/(?!platform-events/)")


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def project(node: Node, package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with what npm packed, beside its peers."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    modules = folder / "node_modules"
    modules.mkdir()
    for path in installed(node, DEPENDENCIES).iterdir():
        (modules / path.name).symlink_to(path)
    done = npm(node, "pack", "--pack-destination", str(folder), folder=package)
    assert done.returncode == 0, done.stderr
    with tarfile.open(folder / f"{NAME}-{version(NAME)}.tgz") as archive:
        archive.extractall(folder, filter="data")
    (folder / "package").rename(modules / NAME)
    return folder


def npm(node: Node, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return node._call([*node.npm, *arguments, "--loglevel=error"], folder)


def examples_of(kind: type[Event]) -> list[Any]:
    found: Any = event_schema(kind)["examples"]
    return list(found)


@pytest.fixture(scope="session")
def told(node: Node, project: Path) -> dict[str, Any]:  # Any: JSON
    example = examples_of(WearableDataReceived)[0]
    done = node.run("behaviour.mjs", json.dumps({"example": example}), folder=project)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


class TestPackage:
    def test_it_holds_what_it_says(self, project: Path) -> None:
        packed = {path.name for path in (project / "node_modules" / NAME).iterdir()}
        assert packed == npm_package().keys()

    def test_it_says_what_it_needs(self) -> None:
        found = json.loads(npm_package(name="@acme/events")["package.json"])
        assert (found["name"], found["version"]) == ("@acme/events", version(NAME))
        assert (found["type"], found["sideEffects"], found["license"]) == ("module", False, "MIT")
        assert found["peerDependencies"] == {
            "inngest": "^4.0.0", "typescript": ">=5.8", "zod": "^4.0.0"
        }  # fmt: skip
        assert "dependencies" not in found

    def test_it_can_be_published(self, node: Node, package: Path) -> None:
        done = npm(node, "publish", "--dry-run", "--json", folder=package)
        assert done.returncode == 0, done.stderr

    def test_every_file_says_where_it_is_from(self) -> None:
        for path, text in npm_package().items():
            assert path == "LICENSE" or "content " in text
            assert path in {"LICENSE", "package.json"} or f"{NAME} {version(NAME)}, " in text

    @pytest.mark.parametrize("name", ["names", "events"])
    def test_its_code_is_compiled_from_the_sources(
        self, node: Node, project: Path, name: str
    ) -> None:
        folder = project / f"compiled-{name}"
        folder.mkdir()
        shutil.copy(RUNTIME / f"{name}.ts", folder)
        done = node.run(
            "node_modules/typescript/bin/tsc", folder / f"{name}.ts", "--ignoreConfig",
            "--declaration", "--target", "es2022", "--module", "esnext", "--moduleResolution",
            "bundler", "--noCheck", "--isolatedDeclarations", folder=project,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        for ending in ("js", "d.ts"):
            file = f"{name}.{ending}"
            assert (folder / file).read_text("utf-8") == (RUNTIME / file).read_text("utf-8")


def readme_files(project: Path) -> list[str]:
    """Write the examples of the package's README to files."""
    found = blocks(project / "node_modules" / NAME / "README.md", "typescript")
    assert len(found) == 2
    for number, block in enumerate(found):
        (project / f"readme{number}.ts").write_text(block, "utf-8")
    return [f"readme{number}.ts" for number in range(len(found))]


class TestTypes:
    @pytest.mark.parametrize("compiler", ["typescript", "typescript-5.8"])
    def test_it_type_checks_in_a_project(self, node: Node, project: Path, compiler: str) -> None:
        options = {
            "strict": True, "declaration": True, "isolatedDeclarations": False,
            "exactOptionalPropertyTypes": True, "noUncheckedIndexedAccess": True,
            "module": "nodenext", "target": "es2022", "types": [], "skipLibCheck": False,
            "outDir": f"out-{compiler}",
        }  # fmt: skip
        files = ["consumer.ts", *readme_files(project)]
        config = project / f"tsconfig-{compiler}.json"
        config.write_text(json.dumps({"compilerOptions": options, "files": files}))
        (project / "package.json").write_text('{"type": "module"}')
        done = node.run(f"node_modules/{compiler}/bin/tsc", "--project", config, folder=project)
        # What is wrong in the declarations of other packages is for them.
        ours = [line for line in done.stdout.splitlines() if OTHERS.match(line) is None]
        assert ours == []
        declared = (project / f"out-{compiler}" / "consumer.d.ts").read_text("utf-8")
        assert "NewerValue" in declared

    def test_its_declarations_are_looked_at(self, node: Node, project: Path) -> None:
        """A mistake in them would be found by the test above."""
        broken = project / "broken"
        shutil.copytree(project / "node_modules" / NAME, broken)
        with (broken / "index.d.ts").open("a", encoding="utf-8") as stream:
            stream.write("export type Wrong = Nobody;\n")
        done = node.run(
            "node_modules/typescript/bin/tsc", "broken/index.d.ts", "--ignoreConfig", "--noEmit",
            "--module", "nodenext", "--target", "es2022", "--types", "", folder=project,
        )  # fmt: skip
        assert "broken/index.d.ts" in done.stdout
        assert "Cannot find name 'Nobody'" in done.stdout


class TestNames:
    def test_they_import_nothing(self, node: Node, package: Path, tmp_path: Path) -> None:
        """So that a component in the browser, and the edge, can use them."""
        shutil.copy(package / "names.js", tmp_path / "names.mjs")
        assert "import " not in npm_package()["names.js"].replace("imports nothing", "")
        code = "import('./names.mjs').then((m) => console.log(JSON.stringify(m.EVENT_NAMES)))"
        done = node.run("--eval", code, folder=tmp_path)
        assert json.loads(done.stdout) == [kind.event_name for kind in EVENT_TYPES]


class TestBehaviour:
    def test_both_entries_are_the_same(self, told: dict[str, Any]) -> None:
        assert told["isSame"] is True
        assert told["version"] == version(NAME)
        assert told["names"] == [kind.event_name for kind in EVENT_TYPES]

    def test_options_are_checked_as_in_python(self, told: dict[str, Any]) -> None:
        options = told["options"]
        assert options.pop("none") is options.pop("good") is None
        for name, error in options.items():
            is_id = name in {"empty", "blank", "half", "number", "long"}
            assert error["message"].startswith(
                f"invalid platform/scoring.calculate: {'id' if is_id else 'ts'}: must "
            )

    def test_a_kind_that_no_member_has_is_refused_and_named(self, told: dict[str, Any]) -> None:
        for error in (told["typo"], told["typoWithFields"]):
            assert error["message"].startswith(
                "invalid platform/sync.wearable-data-received: measurements.0.kind: must be "
            )
            assert '"sleep"' in error["message"]
        assert told["newer"] == []

    def test_an_error_does_not_grow_with_the_input(self, told: dict[str, Any]) -> None:
        assert told["many"]["message"].endswith("and 980 more")
        assert len(told["manyRead"]) == 21
        assert len(told["unknown"]["message"]) < 200

    def test_one_is_not_counted_in_the_plural(self, told: dict[str, Any]) -> None:
        items, short, long = (error["message"] for error in told["counts"])
        assert re.search(r"measurements: must have at least 1 item\b", items)
        assert re.search(r"member_id: must have at least 1 character\b", short)
        assert "member_id: must have at most 128 characters" in long

    def test_an_invalid_event_is_refused_for_good_and_named(self, told: dict[str, Any]) -> None:
        for key in ("missing", "none", "second"):
            assert told[key]["name"] == "NonRetriableError"
            assert told[key]["message"].startswith("invalid platform/scoring.calculate: ")
        assert "score: must be" in told["second"]["message"]


def test_another_catalogue_has_another_hash() -> None:
    texts = [npm_package(kinds)["index.js"] for kinds in (EVENT_TYPES, [MemberFollowed])]
    hashes = [text.partition("catalogue ")[2][:16] for text in texts]
    assert hashes[0] != hashes[1]
