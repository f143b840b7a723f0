"""Files that are written for others: stamped, compared, and never through a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_events import ConfigurationError
from platform_events.contracts._files import STAMP, differences, stamped, write_files

TEXT = stamped(f"// {STAMP}\nconst a = 1;\n")


def test_what_was_written_is_written_again(tmp_path: Path) -> None:
    for text in (TEXT, stamped(f"// {STAMP}\nconst a = 2;\n")):
        write_files(tmp_path / "new", {"a/b.ts": text})
        assert (tmp_path / "new" / "a" / "b.ts").read_text() == text
    assert list((tmp_path / "new" / "a").iterdir()) == [tmp_path / "new" / "a" / "b.ts"]


@pytest.mark.parametrize(
    "edited", [TEXT.replace("1", "3", 1), TEXT + " ", "const mine = 1;\n"], ids=["a", "b", "c"]
)
def test_an_edit_by_hand_is_kept_unless_it_is_forced(tmp_path: Path, edited: str) -> None:
    path = tmp_path / "a.ts"
    path.write_text(edited)
    with pytest.raises(ConfigurationError, match="was edited by hand"):
        write_files(tmp_path, {"other.ts": TEXT, "a.ts": TEXT})
    assert path.read_text() == edited
    assert not (tmp_path / "other.ts").exists()
    write_files(tmp_path, {"a.ts": TEXT}, is_forced=True)
    assert path.read_text() == TEXT


@pytest.mark.parametrize("found", ["", "\n"])
def test_an_empty_file_was_not_edited(tmp_path: Path, found: str) -> None:
    (tmp_path / "a.ts").write_text(found)
    write_files(tmp_path, {"a.ts": TEXT})
    assert (tmp_path / "a.ts").read_text() == TEXT


def test_a_text_without_a_stamp_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    write_files(tmp_path, {"a.json": "[]"})
    assert (tmp_path / "a.json").read_text() == "[]"


@pytest.mark.parametrize("link", ["a", "a/b.json"])
def test_nothing_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "b.json").write_text("precious")
    path = tmp_path / "out" / link
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "target" / ("b.json" if link.endswith("json") else ""))
    with pytest.raises(ConfigurationError, match="is a symbolic link"):
        write_files(tmp_path / "out", {"a/b.json": "{}"}, is_forced=True)
    assert (tmp_path / "target" / "b.json").read_text() == "precious"


def test_a_folder_that_is_a_link_itself_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to("out")
    write_files(tmp_path / "link", {"a.json": "{}"})
    assert (tmp_path / "out" / "a.json").read_text() == "{}"


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_files(tmp_path, {"a.json": "{}"})
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_differences_are_shown_line_by_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.json": "1\n2\n"})
    assert list(differences(tmp_path, {"a.json": "1\n2\n"})) == []
    found = list(differences(tmp_path, {"a.json": "1\n3\n", "b.json": "4\n"}))
    assert [line for line in found if line[:1] in "+-" and line[:3] not in {"+++", "---"}] == [
        "-2", "+3", "+4"
    ]  # fmt: skip
