"""Reads events from a file, one after the other, so that a file of any size needs little memory.

A file holds JSON objects: one on each line (NDJSON), one after the other, or in one array. What is
not JSON is given as a fault, and reading goes on with the next line. So is an object that has a key
twice: all readers but the strictest drop one value.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Final, Literal

from ..errors import show_key

MAX_CHARACTERS: Final = 16 * 1024 * 1024
"""The most characters that one event of a file may have; a server takes 3 MiB."""

_CHUNK_BYTES: Final = 1024 * 1024
_SPACE: Final = re.compile(r"[ \t\r\n]*")
# Some editors begin a file with a byte order mark.
_MARK_AND_SPACE: Final = re.compile(r"\ufeff?[ \t\r\n]*")
_NO_UTF_8: Final = "this is not UTF-8"
# How far before the end of what was read so far the end of a number or a word can be seen.
_LONGEST_WORD: Final = 32


@dataclass(frozen=True, slots=True)
class Record:
    """One event of a file, or what stands in its place."""

    line: int  # that it begins on, from 1
    value: object = None
    fault: str = ""  # why there is no value


def read_records(stream: IO[bytes]) -> Iterator[Record]:
    return iter(_Reader(stream))


def read_record(text: str) -> Record:
    """Read a text that is one JSON value."""
    return _Reader(BytesIO(text.encode("utf-8", "surrogateescape"))).read_only_value()


class _Reader:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        # What is no UTF-8 becomes what UTF-8 cannot hold, so that its line is known.
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._parser = json.JSONDecoder(object_pairs_hook=self._to_object)
        # Of the value that is being read: a key that stands there twice, and whether its end is not
        # known, so that what follows on its line cannot be read.
        self._repeated: str | None = None
        self._is_lost = False
        self._text, self._place, self._line = "", 0, 1
        self._is_whole = False

    def __iter__(self) -> Iterator[Record]:
        self._skip(_MARK_AND_SPACE)
        if self._text.startswith("[", self._place):
            self._move(self._place + 1)
            yield from self._read_array()
            return
        while self._skip(_SPACE):
            yield self._read_value()

    def read_only_value(self) -> Record:
        record = self._read_value() if self._skip(_SPACE) else Record(1, fault="there is nothing")
        if not record.fault and self._skip(_SPACE):
            return Record(record.line, fault="something follows the JSON value")
        return record

    def _read_array(self) -> Iterator[Record]:
        # What stood before: nothing, a comma, an event, or what was given up and may hold either.
        before: Literal["", ",", "{}", "?"] = ""
        while self._skip(_SPACE):
            match self._text[self._place]:
                case "]":
                    if before == ",":
                        yield Record(self._line, fault="nothing follows the comma before it")
                    self._move(self._place + 1)
                    if self._skip(_SPACE):
                        yield Record(self._line, fault="something follows the end of the array")
                    return
                case ",":
                    if before in {"", ","}:
                        yield Record(self._line, fault="nothing stands before the comma")
                    self._move(self._place + 1)
                    before = ","
                case _:
                    if before == "{}":
                        yield Record(self._line, fault="there is no comma before it")
                    record = self._read_value()
                    if self._is_lost:
                        fault = f"{record.fault}; what follows on the line was not read"
                        record = Record(record.line, fault=fault)
                    yield record
                    before = "?" if self._is_lost else "{}"
        if before != "?":
            yield Record(self._line, fault="the array has no end")

    def _read_value(self) -> Record:
        line = self._line
        while True:
            self._repeated, self._is_lost = None, False
            try:
                value, end = self._parser.raw_decode(self._text, self._place)
            except RecursionError:
                return self._give_up(line, "it is nested too deeply")
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or self._is_near_end(error.pos)
                if not is_cut or not self._read_more():
                    return self._give_up(line, f"not valid JSON ({error.msg})")
            except ValueError:  # of int(), which takes 4,300 digits at most
                return self._give_up(line, "a number has too many digits")
            else:
                text = self._text[self._place : end]
                # A number may go on in what was not read yet.
                if not self._is_near_end(end) or not self._read_more():
                    self._move(self._place + len(text))
                    fault = self._fault_of(text)
                    return Record(line, fault=fault) if fault else Record(line, value)
            if len(self._text) - self._place > MAX_CHARACTERS:
                return self._give_up(line, f"it has more than {MAX_CHARACTERS} characters")

    def _fault_of(self, text: str) -> str:
        if not is_unicode(text):
            return _NO_UTF_8
        if self._repeated is not None:
            return f"the key {show_key(self._repeated)} stands there twice"
        return ""

    def _to_object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        """Make an object, and keep in mind a key of which one value would be lost."""
        found = dict(pairs)
        if len(found) != len(pairs):
            self._repeated = Counter(key for key, _ in pairs).most_common(1)[0][0]
        return found

    def _give_up(self, line: int, fault: str) -> Record:
        """Go to the next line."""
        self._is_lost = True
        while True:
            end = self._text.find("\n", self._place)
            if not is_unicode(self._text[self._place : end if end >= 0 else None]):
                fault = _NO_UTF_8
            if end >= 0:
                self._move(end + 1)
                return Record(line, fault=fault)
            self._text, self._place = "", 0
            if not self._read_more():
                return Record(line, fault=fault)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Skip what stands between values; whether anything follows."""
        while True:
            found = pattern.match(self._text, self._place)
            self._move(found.end() if found else self._place)
            if self._place < len(self._text):
                return True
            if not self._read_more():
                return False

    def _is_near_end(self, place: int) -> bool:
        return not self._is_whole and place > len(self._text) - _LONGEST_WORD

    def _move(self, place: int) -> None:
        self._line += self._text.count("\n", self._place, place)
        self._place = place

    def _read_more(self) -> bool:
        """Read one more chunk, and let go of what was used; whether there was one."""
        chunk = self._stream.read(_CHUNK_BYTES)
        self._is_whole = not chunk
        self._text = self._text[self._place :] + self._decoder.decode(chunk, not chunk)
        self._place = 0
        return bool(chunk)


def is_unicode(text: str) -> bool:
    """Tell whether UTF-8 can hold a text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
