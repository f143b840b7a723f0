"""The body of a request as it arrives, with a repr that shows none of it."""

from __future__ import annotations


class BodyBuffer:
    """Collects a body; error reporters see only its length."""

    __slots__ = ("_chunks", "_size")

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._size} bytes>"

    def __len__(self) -> int:
        return self._size

    @property
    def content(self) -> bytes:
        """The bytes so far; not copied if they came in one chunk."""
        if len(self._chunks) > 1:
            self._chunks = [b"".join(self._chunks)]
        return self._chunks[0] if self._chunks else b""

    def feed(self, chunk: bytes | None) -> bool:
        """Add a chunk; return whether there was one."""
        if not chunk:
            return False
        self._chunks.append(chunk)
        self._size += len(chunk)
        return True
