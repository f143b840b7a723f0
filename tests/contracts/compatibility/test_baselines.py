"""Where the schemas of releases are found, with real folders, wheels and git repositories."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events import ConfigurationError
from platform_events.contracts.compatibility import Report, _git, check_compat
from platform_events.contracts.compatibility._git import MAX_FILE_BYTES
from platform_events.contracts.compatibility.baselines import read_folder

from .schemas import Node

NO_RELEASE = (
    "there is no release to compare with: no tag such as v1.2.3 is behind the current commit"
)
EVENT = "platform/sync.a"


def at_most(most: int) -> Node:
    return {"type": "integer", "maximum": most}


def write(folder: Path, most: int) -> Path:
    path = folder / "schemas" / f"{EVENT}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(at_most(most)))
    return folder


def compared(most: int, *against: Path | str, repository: Path | None = None) -> Report:
    sources = [str(source) for source in against]
    return check_compat({EVENT: at_most(most)}, against=sources, repository=repository)


class Repository:
    """A repository of git in which releases are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("config", "user.name", "A")
        self.git("config", "user.email", "a@example.org")
        self.git("config", "commit.gpgsign", "false")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self, tag: str = "") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "A")
        if tag:
            self.git("tag", tag)

    def release(self, tag: str, most: int) -> None:
        write(self.folder, most)
        self.commit(tag)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


class TestFolder:
    def test_it_contains_the_schemas_or_is_theirs(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "v1", 9)
        for source in (folder, folder / "schemas"):
            assert compared(5, source).exit_code == 1
            assert compared(9, source).exit_code == 0

    def test_the_report_calls_it_by_its_name(self, tmp_path: Path) -> None:
        assert compared(9, write(tmp_path / "v1", 9)).baselines == ("v1",)

    def test_the_current_folder_has_a_name_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(write(tmp_path, 9))
        assert read_folder(Path()).version == "."

    def test_a_folder_without_schemas_is_a_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"has no schemas: it needs schemas/platform"):
            compared(9, tmp_path)

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "[]",
            '{"maximum": NaN}',
            '"a"',
            "\0",
            '{"maximum": 1e999}',
            f'{{"a": 1{"0" * 400}}}',
        ],
    )
    def test_what_is_no_schema_is_named(self, tmp_path: Path, text: str) -> None:
        path = write(tmp_path, 9) / "schemas" / f"{EVENT}.json"
        path.write_text(text)
        with pytest.raises(
            ConfigurationError, match=r"platform.sync\.a\.json' is not a JSON Schema"
        ):
            compared(9, tmp_path)

    @pytest.mark.parametrize("target", ["/dev/zero", "fifo"])
    def test_what_is_not_a_file_is_not_read(self, tmp_path: Path, target: str) -> None:
        path = write(tmp_path, 9) / "schemas" / f"{EVENT}.json"
        path.unlink()
        if target == "fifo":
            os.mkfifo(path)
        else:
            path.symlink_to(target)
        with pytest.raises(ConfigurationError, match="is not a regular file"):
            compared(9, tmp_path)

    def test_a_pipe_is_not_a_release(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ConfigurationError, match="neither a folder nor a wheel"):
            compared(9, tmp_path / "pipe", repository=tmp_path)

    def test_what_is_too_large_is_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path, 9) / "schemas" / f"{EVENT}.json"
        path.write_text(" " * (MAX_FILE_BYTES + 1))
        with pytest.raises(ConfigurationError, match="is larger than 4,194,304 bytes"):
            compared(9, tmp_path)

    def test_a_file_that_cannot_be_opened_is_named(self, tmp_path: Path) -> None:
        (write(tmp_path, 9) / "schemas" / "platform" / "sync.b.json").symlink_to("nowhere")
        with pytest.raises(ConfigurationError, match=r"sync\.b\.json': No such file"):
            compared(9, tmp_path)

    @pytest.mark.parametrize("name", ["sync.b\n::error::x\n", "other.b", "sync.B", "a"])
    def test_a_file_that_is_not_named_after_an_event_is_refused(
        self, tmp_path: Path, name: str
    ) -> None:
        path = write(tmp_path, 9) / "schemas" / "platform" / f"{name}.json"
        path.write_text("{}")
        with pytest.raises(ConfigurationError, match="is not named after an event") as error:
            compared(9, tmp_path)
        assert "\n" not in str(error.value)


class TestHostileZip:
    NAME = f"schemas/{EVENT}.json"

    def archive(self, path: Path, text: str = "{}") -> bytearray:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(self.NAME, text)
        return bytearray(path.read_bytes())

    def refused(self, path: Path, words: str) -> None:
        with pytest.raises(ConfigurationError, match=words) as error:
            compared(9, path)
        assert "\n" not in str(error.value)

    def test_a_bomb_is_not_unpacked(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        self.archive(path, " " * (MAX_FILE_BYTES + 1))
        self.refused(path, "is larger than")

    def test_many_bombs_are_not_unpacked(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(17):
                archive.writestr(f"schemas/platform/sync.a{number}.json", " " * MAX_FILE_BYTES)
        self.refused(path, "are too large")

    def test_a_bomb_that_hides_its_size_is_not_unpacked(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        data = self.archive(path, " " * (MAX_FILE_BYTES + 1))
        size = (MAX_FILE_BYTES + 1).to_bytes(4, "little")
        path.write_bytes(data.replace(size, b"\x02\0\0\0"))
        self.refused(path, "cannot be read|is not a JSON Schema")

    @pytest.mark.parametrize(
        ("offset", "value"), [(6, 1), (8, 99)], ids=["encrypted", "unknown compression"]
    )
    def test_an_odd_one_is_refused(self, tmp_path: Path, offset: int, value: int) -> None:
        path = tmp_path / "a.zip"
        data = self.archive(path)
        data[offset] = data[data.index(b"PK\x01\x02") + offset + 2] = value
        path.write_bytes(data)
        self.refused(path, "cannot be read|neither a folder nor a wheel")

    @given(st.integers(0, 200), st.integers(0, 255))
    def test_no_damage_is_a_trace(self, place: int, value: int) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder, "a.zip")
            data = self.archive(path)
            data[place % len(data)] = value
            path.write_bytes(data)
            with suppress(ConfigurationError):
                compared(9, path)

    def test_two_schemas_of_one_event_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for folder in ("a/", "b/"):
                archive.writestr(f"{folder}{self.NAME}", "{}")
        self.refused(path, "has more than one schema of platform/sync.a")


class TestWheel:
    def build(self, path: Path, *names: str) -> Path:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, json.dumps(at_most(9)))
        return path

    @pytest.mark.parametrize("folder", ["platform_events/schemas", "schemas"])
    def test_its_schemas_lie_below_any_folder(self, tmp_path: Path, folder: str) -> None:
        wheel = tmp_path / "platform_events-1.2.0-py3-none-any.whl"
        self.build(wheel, f"{folder}/{EVENT}.json", f"{folder}/envelope.json", "platform/a.json")
        report = compared(5, wheel)
        assert [finding.event for finding in report.breaking] == [EVENT]
        assert report.baselines == ("1.2.0",)

    def test_another_zip_file_is_called_like_the_file(self, tmp_path: Path) -> None:
        archive = self.build(tmp_path / "old.zip", f"schemas/{EVENT}.json")
        assert compared(9, archive).baselines == ("old.zip",)

    def test_another_file_is_a_mistake(self, tmp_path: Path) -> None:
        path = tmp_path / "a.whl"
        path.write_text("a")
        with pytest.raises(ConfigurationError, match=r"/a\.whl' is neither a folder nor a wheel"):
            compared(9, path)

    def test_a_wheel_of_something_else_is_a_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="has no schemas"):
            compared(9, self.build(tmp_path / "a.whl", "a.json"))


class TestGit:
    def test_by_default_all_releases_behind_the_current_commit_count(
        self, repository: Repository
    ) -> None:
        repository.release("v1.9.0", 9)
        repository.release("v1.10.0", 5)
        repository.git("tag", "nightly")
        report = compared(5, repository=repository.folder)
        assert report.baselines == ("v1.9.0", "v1.10.0")
        assert [finding.against for finding in report.breaking] == [("v1.9.0",)]

    def test_a_release_of_another_branch_does_not(self, repository: Repository) -> None:
        repository.release("v1.0.0", 9)
        repository.git("switch", "--quiet", "--create", "next")
        repository.release("v2.0.0", 5)
        repository.git("switch", "--quiet", "main")
        assert compared(9, repository=repository.folder).baselines == ("v1.0.0",)

    def test_without_a_release_there_is_nothing_to_compare_with(
        self, repository: Repository
    ) -> None:
        repository.commit()
        report = compared(9, repository=repository.folder)
        assert report.exit_code == 0
        assert report.to_text() == NO_RELEASE

    def test_before_the_first_commit_there_is_none_either(self, repository: Repository) -> None:
        report = compared(9, repository=repository.folder)
        assert report.to_text() == NO_RELEASE

    def test_a_release_that_is_named_twice_counts_once(self, repository: Repository) -> None:
        repository.release("v1.0.0", 9)
        report = compared(9, "v1.0.0", "v1.0.0", repository=repository.folder)
        assert report.baselines == ("v1.0.0",)

    def test_no_name_is_not_this_folder(self, repository: Repository) -> None:
        with pytest.raises(ConfigurationError, match="--against is empty: name a tag"):
            compared(9, "", repository=repository.folder)

    def test_a_release_without_schemas_is_a_mistake(self, repository: Repository) -> None:
        repository.commit("v0.1.0")
        repository.release("v0.2.0", 9)
        with pytest.raises(ConfigurationError, match=r"^'v0.1.0' has no schemas.*--against"):
            compared(9, repository=repository.folder)
        assert compared(9, "v0.2.0", repository=repository.folder).baselines == ("v0.2.0",)

    def test_tags_are_semantic_versions(self, repository: Repository) -> None:
        repository.release("v0.2.0", 9)
        tags = (
            "v0.2.0-rc1", "v0.2.0-rc.2", "v0.2.0-rc.10", "v0.10.0", "v0.9.0+build", "v2-experiment",
            "v1", "v1.2", "v01.2.3", "v1.2.3.4", "v1.2.3-", "vnext",
        )  # fmt: skip
        for tag in tags:
            repository.git("tag", tag)
        folder = repository.folder
        assert compared(9, repository=folder).baselines == ("v0.2.0", "v0.9.0+build", "v0.10.0")
        assert check_compat(
            {EVENT: at_most(9)}, repository=folder, has_prereleases=True
        ).baselines == (
            "v0.2.0-rc.2", "v0.2.0-rc.10", "v0.2.0-rc1", "v0.2.0", "v0.9.0+build", "v0.10.0",
        )  # fmt: skip

    @pytest.mark.parametrize("where", [".gitattributes", ".git/info/attributes"])
    @pytest.mark.parametrize(
        "attributes", ["schemas/** export-ignore", "*.json filter=evil", "*.json export-subst"]
    )
    def test_attributes_filters_and_hooks_have_no_say(
        self, repository: Repository, where: str, attributes: str
    ) -> None:
        write(repository.folder, 9)
        repository.commit()
        path = repository.folder / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(attributes)
        repository.commit("v1.0.0")
        ran = repository.folder / "ran"
        repository.git("config", "filter.evil.smudge", f"touch {ran}")
        repository.git("config", "filter.evil.clean", f"touch {ran}")
        repository.git("config", "filter.evil.required", "true")
        assert compared(5, repository=repository.folder).exit_code == 1
        assert not ran.exists()

    def test_what_replaces_an_object_has_no_say(self, repository: Repository) -> None:
        repository.release("v1.0.0", 9)
        repository.release("", 5)
        repository.git("replace", "v1.0.0", "HEAD")
        assert compared(5, repository=repository.folder).exit_code == 1

    def test_links_are_not_followed(self, repository: Repository) -> None:
        write(repository.folder, 9)
        path = repository.folder / "schemas" / f"{EVENT}.json"
        path.rename(repository.folder / "elsewhere.json")
        path.symlink_to(repository.folder / "elsewhere.json")
        repository.commit("v1.0.0")
        with pytest.raises(ConfigurationError, match="has no schemas"):
            compared(5, repository=repository.folder)

    def test_what_is_too_large_is_refused(self, repository: Repository) -> None:
        write(repository.folder, 9)
        path = repository.folder / "schemas" / f"{EVENT}.json"
        path.write_text(" " * (MAX_FILE_BYTES + 1))
        repository.commit("v1.0.0")
        with pytest.raises(ConfigurationError, match=r"the schemas of 'v1\.0\.0' are too large"):
            compared(5, repository=repository.folder)

    def test_a_git_that_does_not_answer_is_given_up(
        self, repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        slow = tmp_path / "bin" / "git"
        slow.parent.mkdir()
        slow.write_text("#!/bin/sh\nexec sleep 60\n")
        slow.chmod(0o755)
        monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(_git, "_SECONDS", 0.05)
        with pytest.raises(ConfigurationError, match="git rev-parse took too long"):
            compared(5, repository=repository.folder)

    def test_what_several_releases_have_is_read_once(
        self, repository: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository.release("v0.0.0", 9)
        for minor in range(1, 32):
            repository.git("tag", f"v0.{minor}.0")
        calls: list[str] = []
        call = _git._git

        def count(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
            calls.append(arguments[0])
            return call(folder, *arguments, given=given)

        monkeypatch.setattr(_git, "_git", count)
        report = compared(5, repository=repository.folder)
        assert len(report.baselines) == len(report.breaking[0].against) == 32
        assert sorted(calls) == ["cat-file", "cat-file", "ls-tree", "rev-list", "rev-parse", "tag"]

    def test_schemas_that_are_a_link_are_none(self, repository: Repository) -> None:
        write(repository.folder / "elsewhere", 9)
        (repository.folder / "schemas").symlink_to("elsewhere/schemas")
        repository.commit("v1.0.0")
        with pytest.raises(ConfigurationError, match=r"^'v1.0.0' has no schemas"):
            compared(9, repository=repository.folder)

    def test_a_tag_of_a_file_is_no_commit(self, repository: Repository) -> None:
        repository.release("v1.0.0", 9)
        repository.git("tag", "file", f"HEAD:schemas/{EVENT}.json")
        with pytest.raises(ConfigurationError, match="there is no tag, branch or commit 'file'"):
            compared(9, "file", repository=repository.folder)

    @pytest.mark.parametrize("ref", ["v1.0.0\nv1.0.0", "v1.0.0\0", "nowhere", "HEAD:schemas", "-h"])
    def test_what_is_no_commit_is_told(self, repository: Repository, ref: str) -> None:
        repository.release("v1.0.0", 9)
        with pytest.raises(ConfigurationError, match="there is no tag, branch or commit"):
            compared(9, ref, repository=repository.folder)

    def test_any_commit_can_be_named(self, repository: Repository) -> None:
        repository.release("v1.0.0", 9)
        repository.release("", 5)
        folder = repository.folder
        assert compared(9, "HEAD~1", repository=folder).exit_code == 0
        assert compared(9, "main", "v1.0.0", repository=folder).exit_code == 1

    def test_generating_again_does_not_bless_a_change(self, repository: Repository) -> None:
        """What counts is what was released: not the files here, even if they are committed."""
        repository.release("v1.0.0", 9)
        write(repository.folder, 5)
        assert compared(5, repository=repository.folder).exit_code == 1
        repository.commit()
        assert compared(5, repository=repository.folder).exit_code == 1

    def test_a_folder_below_the_root_of_the_repository(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "repository")
        write(repository.folder / "events", 9)
        repository.commit("v1.0.0")
        assert compared(5, repository=repository.folder / "events").exit_code == 1

    def test_a_shallow_repository_is_refused(self, repository: Repository, tmp_path: Path) -> None:
        """Otherwise releases out of reach would count as compatible."""
        repository.release("v1.0.0", 9)
        repository.release("", 5)
        address, shallow = repository.folder.as_uri(), tmp_path / "shallow"
        repository.git("clone", "--quiet", "--depth", "1", address, str(shallow))
        with pytest.raises(ConfigurationError, match="git fetch --unshallow --tags"):
            compared(5, repository=shallow)

    @pytest.mark.parametrize("ref", ["v9.9.9", "--help", "-", "a b", "v1.0.0:schemas"])
    def test_a_commit_that_does_not_exist_is_a_mistake(
        self, repository: Repository, ref: str
    ) -> None:
        repository.release("v1.0.0", 9)
        words = (
            f"^{re.escape(ascii(ref))} is neither a folder nor a wheel, and git says: "
            f"there is no tag, branch or commit {re.escape(ascii(ref))}$"
        )
        with pytest.raises(ConfigurationError, match=words):
            compared(9, ref, repository=repository.folder)

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5))
    def test_no_ref_is_an_option(self, ref: str) -> None:
        """Nor a command, nor anything but a name that git looks up."""
        with pytest.raises(ConfigurationError):
            compared(9, f"--{ref}", repository=Path("/"))

    def test_outside_of_git_there_are_no_tags(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"not a git repository.*name a release with"):
            compared(9, repository=tmp_path)

    def test_without_git_the_error_says_so(
        self, repository: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "")
        with pytest.raises(ConfigurationError, match="git is not installed"):
            compared(9, repository=repository.folder)
