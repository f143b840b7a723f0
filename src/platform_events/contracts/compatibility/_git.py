"""Releases in git, read as blobs: no filter, attribute, hook or replacement has a say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ...errors import ConfigurationError

SETTING: Final = "--against"
MAX_FILE_BYTES: Final = 4 * 2**20
MAX_FILES: Final = 10_000
_MAX_TOTAL_BYTES: Final = 64 * 2**20
_SECONDS: Final = 60
# English messages, nothing fetched from elsewhere, and no history that was edited here.
_ENVIRONMENT: Final = {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_GRAFT_FILE": os.devnull}
_REGULAR_FILES: Final = frozenset({b"100644", b"100755"})
# https://semver.org/spec/v2.0.0.html#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
_NUMBER: Final = "(?:0|[1-9][0-9]*)"
_IDENTIFIER: Final = f"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_TREE: Final = re.compile(rb"([0-9a-f]+) tree [0-9]+")
_VERSION: Final = re.compile(
    rf"v({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)


def release_error(message: str) -> ConfigurationError:
    return ConfigurationError(message, setting=SETTING)


class Blob(NamedTuple):
    """A file of a commit: its path below the folder, and its name in git."""

    path: str
    id: str
    size: int


def released_tags(repository: Path, *, has_prereleases: bool = False) -> list[str]:
    """Find the releases that the current commit has behind it."""
    try:
        is_shallow = _git(repository, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except ConfigurationError as error:
        raise release_error(f"{error}; name a release with {SETTING}") from None
    if is_shallow:
        raise release_error(
            "the repository is shallow, so earlier releases are missing: fetch the full history "
            "and the tags (`git fetch --unshallow --tags`)"
        )
    # Without a commit there is no HEAD that a tag could be merged into.
    if not _git(repository, "rev-list", "--all", "--max-count=1"):
        return []
    tags = _git(repository, "tag", "--merged", "HEAD", "v[0-9]*").decode(errors="replace").split()
    versions = sorted(
        (_precedence(found), tag) for tag in tags if (found := _VERSION.fullmatch(tag))
    )
    return [tag for (_, is_release, _), tag in versions if is_release or has_prereleases]


def _precedence(version: re.Match[str]) -> tuple[tuple[int, ...], bool, list[tuple[int, int, str]]]:
    """Order semantic versions: a prerelease comes before its release, and numbers before words."""
    numbers = tuple(int(version[place]) for place in (1, 2, 3))
    parts = version[4].split(".") if version[4] else []
    words = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
    return numbers, not parts, words


def list_blobs(refs: Iterable[str], folder: str, repository: Path) -> dict[str, list[Blob]]:
    """List the regular files below a folder of commits; one that several have is read once."""
    trees = _find_trees(list(refs), folder, repository)
    listed = {
        tree: _list_tree(tree, folder, repository) for tree in dict.fromkeys(trees.values()) if tree
    }
    blobs = {ref: listed.get(tree, []) for ref, tree in trees.items()}
    for ref, found in blobs.items():
        sizes = [blob.size for blob in found]
        is_large = max(sizes, default=0) > MAX_FILE_BYTES or sum(sizes) > _MAX_TOTAL_BYTES
        if is_large or len(found) > MAX_FILES:
            raise release_error(f"the schemas of {ref!a} are too large")
    return blobs


def _find_trees(refs: Sequence[str], folder: str, repository: Path) -> dict[str, str]:
    """Find the tree of a folder in each commit; an empty one where there is none."""
    for ref in refs:
        if "\n" in ref or "\0" in ref:
            raise _no_commit(ref)
    asked = "".join(f"{ref}^{{commit}}:./{folder}\n" for ref in refs)
    answers = _git(repository, "cat-file", "--batch-check", given=os.fsencode(asked)).splitlines()
    trees: dict[str, str] = {}
    for ref, answer in zip(refs, answers, strict=True):
        found = _TREE.fullmatch(answer)
        if found is None:
            _require_commit(ref, repository)
        trees[ref] = found[1].decode() if found else ""
    return trees


def _require_commit(ref: str, repository: Path) -> None:
    try:
        _git(repository, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
    except ConfigurationError:
        raise _no_commit(ref) from None


def _no_commit(ref: str) -> ConfigurationError:
    return release_error(f"there is no tag, branch or commit {ref!a}")


def _list_tree(tree: str, folder: str, repository: Path) -> list[Blob]:
    listed = _git(repository, "ls-tree", "-r", "-z", "--long", "--full-tree", tree)
    return [
        Blob(f"{folder}/{os.fsdecode(path)}", id.decode(), int(size))
        for mode, _, id, size, path in map(_entry, filter(None, listed.split(b"\0")))
        if mode in _REGULAR_FILES
    ]


def read_blobs(ids: Iterable[str], repository: Path) -> dict[str, bytes]:
    """Read blobs, all by one process."""
    wanted = list(dict.fromkeys(ids))
    data = _git(repository, "cat-file", "--batch", given="\n".join(wanted).encode())
    blobs: dict[str, bytes] = {}
    for id in wanted:
        head, _, data = data.partition(b"\n")
        size = int(head.rpartition(b" ")[2])
        blobs[id], data = data[:size], data[size + 1 :]
    return blobs


def _entry(line: bytes) -> Sequence[bytes]:
    head, _, path = line.partition(b"\t")
    return [*head.split(), path]


def _git(repository: Path, *arguments: str, given: bytes = b"") -> bytes:
    git = shutil.which("git")
    if git is None:
        raise release_error("git is not installed")
    try:
        done = subprocess.run(  # noqa: S603  # arguments alone, no shell, and refs after --end-of-options
            [git, "--no-replace-objects", *arguments], cwd=repository, capture_output=True,
            check=False, input=given, timeout=_SECONDS,
            env={**os.environ, **_ENVIRONMENT},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise release_error(f"git {arguments[0]} took too long") from None
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        words = words.partition("\n")[0]
        raise release_error(f"git {arguments[0]}: {words}")
    return done.stdout
