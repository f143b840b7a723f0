"""A request's body while it arrives, with a repr that shows nothing of it."""

from __future__ import annotations


class BodyBuffer:
    """Collects a body; error reporters see its length alone."""

    __slots__ = ("_content",)

    def __init__(self) -> None:
        self._content = bytearray()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} bytes>"

    def __len__(self) -> int:
        return len(self._content)

    @property
    def content(self) -> bytes:
        """The bytes so far."""
        return bytes(self._content)

    def feed(self, chunk: bytes | None) -> bool:
        """Add a chunk, and tell whether there was one."""
        self._content += chunk or b""
        return bool(chunk)
