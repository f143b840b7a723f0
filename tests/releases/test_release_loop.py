"""What CONTRIBUTING describes, done to the letter in a copy of the repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.releases.contributor import CATALOG, Contributor

pytestmark = pytest.mark.slow

EVENT = '''

class WorkoutDeleted(Event, name="platform/scoring.workout-deleted"):
    """A workout was deleted by its member.

    Sent by the workout log. Handled by scoring (what came of it is calculated again).
    """

    workout_id: WorkoutId
    member_id: MemberId
    gym_id: GymId
    deleted_at: Timestamp
'''
FIELD = '''    followee_id: MemberId
    """Who is followed."""
'''
ANOTHER_FIELD = '''    introduced_by: MemberId | None = None
    """Who introduced the two, if anybody did."""
'''
REASON = "use CommentHidden: it says who hid it and why"
COMMENT_REMOVED = "class CommentRemoved("
ABOUT_THE_CATALOGUE = (
    "tests/catalog tests/events tests/contracts tests/examples/test_events.py tests/test_init.py "
    "tests/test_parsing.py tests/test_naming.py tests/plugins/test_mypy.py tests/cli/test_app.py "
    "tests/tools/test_generate.py tests/tools/test_lint_catalogue.py tests/tools/test_workflows.py "
    "README.md docs/catalogue.md docs/tutorial.md docs/guide/command.md docs/guide/events.md "
    "docs/guide/languages.md docs/guide/names.md docs/guide/versions.md "
    "--ignore=tests/contracts/compatibility"
)
"""The tests that an event may concern. All of them took minutes more; they are run by hand."""


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Contributor:
    """Give a copy that is released as it is."""
    return Contributor.begin(tmp_path_factory.mktemp("released") / "repository")


@pytest.fixture
def contributor(released: Contributor, tmp_path: Path) -> Contributor:
    """Give a copy of that copy, to be changed."""
    folder = tmp_path / "repository"
    ignored = shutil.ignore_patterns(".venv")
    shutil.copytree(released.folder, folder, symlinks=True, ignore=ignored)
    contributor = Contributor(folder)
    contributor.make_environment()
    return contributor


def add_an_event(contributor: Contributor) -> None:
    scoring = f"{CATALOG}/scoring.py"
    contributor.write(scoring, contributor.read(scoring) + EVENT)
    contributor.write("changelog.d/deleted.added.md", "`WorkoutDeleted`.\n")


def add_a_field(contributor: Contributor) -> None:
    source = contributor.read(f"{CATALOG}/social.py")
    end = source.index(FIELD, source.index("class MemberFollowed(")) + len(FIELD)
    contributor.write(f"{CATALOG}/social.py", source[:end] + ANOTHER_FIELD + source[end:])
    contributor.write("changelog.d/introduced.added.md", "`MemberFollowed.introduced_by`.\n")


def deprecate_an_event(contributor: Contributor) -> None:
    social = f"{CATALOG}/social.py"
    if "typing_extensions" not in contributor.read(social):
        contributor.replace(
            social,
            "\n\nfrom ..events.event import",
            "\nfrom typing_extensions import deprecated\n\nfrom ..events.event import",
        )
    contributor.replace(social, COMMENT_REMOVED, f'@deprecated("{REASON}")\n{COMMENT_REMOVED}')
    contributor.write("changelog.d/hidden.deprecated.md", "`CommentRemoved`.\n")


def test_events_and_fields_are_added_and_deprecated_without_editing_a_test(
    contributor: Contributor,
) -> None:
    add_an_event(contributor)
    add_a_field(contributor)
    deprecate_an_event(contributor)

    assert "wrote: schemas/platform/scoring.workout-deleted.json" in contributor.make("generate")
    contributor.make("check")
    contributor.make("test", f"ARGS=--hypothesis-profile=quick -q {ABOUT_THE_CATALOGUE}")
    told = contributor.make("compat")
    assert "0 breaking changes and 4 compatible changes since v0.1.0" in told
    assert "platform/scoring.workout-deleted\n  compatible event added" in told
    assert f"compatible data: deprecated-message: none → {REASON}" in told


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("torque_nm: Annotated[float, Field(ge=0, le=3_000), Sensitive()]", "without a unit"),
        ("distance_km: Annotated[float, Field(ge=0, le=600), Sensitive()]", "write distance_m"),
        ("note: str", "a text without a limit: use an id, Slug"),
    ],
)
def test_check_tells_what_to_write_instead(contributor: Contributor, field: str, told: str) -> None:
    add_an_event(contributor)
    scoring = f"{CATALOG}/scoring.py"
    contributor.write(scoring, f"{contributor.read(scoring)}    {field}\n")
    contributor.make("generate")
    printed = contributor.make("check", status=2)
    number = 1 + contributor.read(scoring).splitlines().index(f"    {field}")
    name = field.partition(":")[0]
    assert f"{scoring}:{number}: WorkoutDeleted.{name}: " in printed
    assert told in printed


def test_releases_follow_each_other(contributor: Contributor) -> None:
    add_an_event(contributor)
    contributor.make("generate")
    contributor.commit("Add WorkoutDeleted")
    release(contributor, "0.2.0")
    _, _, latest = contributor.read("CHANGELOG.md").partition("## [0.2.0] - ")
    assert "\n- `WorkoutDeleted`.\n" in latest

    # The folder is still there, in a clone, too.
    assert contributor.run("git", "ls-files", "changelog.d") == "changelog.d/.gitkeep\n"
    add_a_field(contributor)
    contributor.make("generate")
    assert "`MemberFollowed.introduced_by`" in contributor.run(
        "towncrier", "build", "--draft", "--version", "next"
    )
    told = contributor.make("compat")
    assert "0 breaking changes and 2 compatible changes since v0.1.0" in told
    assert "0 breaking changes and 1 compatible change since v0.2.0" in told

    contributor.commit("Add MemberFollowed.introduced_by")
    release(contributor, "0.3.0")
    told = contributor.make("compat")
    assert "2 compatible changes since v0.1.0" in told
    assert "1 compatible change since v0.2.0" in told
    assert "nothing changed since v0.3.0" in told


def release(contributor: Contributor, version: str) -> None:
    contributor.replace(
        "pyproject.toml", f'version = "{contributor.version}"', f'version = "{version}"'
    )
    contributor.run("towncrier", "build", "--yes", "--version", version)
    contributor.make("generate")
    contributor.commit(f"Release {version}")
    contributor.tag()
