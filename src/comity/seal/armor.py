"""Armor: an age file as text, for lines that carry only text.

    -----BEGIN AGE ENCRYPTED FILE-----
    <lines of 64 characters of base64, the last one shorter or equal, padded with `=`>
    -----END AGE ENCRYPTED FILE-----

Lines end with LF or CRLF; up to 1 KiB of white space may stand before and after.
Nothing else is accepted: one file, one armor.

Source: C2SP age.md "ASCII armor"; RFC 7468, section 3, strict.
Floor: seal (pure; files come in as values).
"""

import binascii
import re
from collections.abc import Iterator
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.seal.stream import LineSource, Target

BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
END: Final = b"-----END AGE ENCRYPTED FILE-----"
WHITESPACE_BYTES_MAX: Final = 1024

_COLUMNS: Final = 64
_LINE_BYTES: Final = 48
_READ_BYTES_MAX: Final = 2048
_BLOCK_LINES: Final = 1024
_LINE: Final = re.compile(rb"[^\n]*\n|[^\n]+")  # a carriage return alone ends no line


def render(data: bytes) -> bytes:
    """Return the armor of an age file."""
    lines = [BEGIN, *_lines(data), END]
    return b"\n".join(lines) + b"\n"


def parse(text: bytes) -> bytes:
    """Return the age file inside.

    Raises:
        Fault: `seal.armor.malformed`.
    """
    return b"".join(_decode(iter(_LINE.findall(text))))


class ArmorTarget:
    """Writes armor as an age file is written to it; `close` writes its end."""

    def __init__(self, target: Target) -> None:
        """Write armor to `target`, which the caller closes."""
        self._target = target
        self._rest = b""
        target.write(BEGIN + b"\n")

    def write(self, data: bytes | bytearray, /) -> None:
        """Take the next bytes of the age file."""
        data = self._rest + data
        whole = len(data) - len(data) % _LINE_BYTES
        self._rest = data[whole:]
        if whole:
            self._target.write(b"\n".join(_lines(data[:whole])) + b"\n")

    def close(self) -> None:
        """Write the last line and the end."""
        self._target.write(b"\n".join([*_lines(self._rest), END]) + b"\n")


class ArmorSource:
    """Reads the age file inside armor, in flat memory."""

    def __init__(self, source: LineSource) -> None:
        """Read from `source`, which stands before the armor."""
        self._chunks = _decode(iter(lambda: source.readline(_READ_BYTES_MAX), b""))
        self._held = b""

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes; none only at the end.

        Raises:
            Fault: `seal.armor.malformed`.
        """
        if not self._held:
            self._held = next(self._chunks, b"")
        data, self._held = self._held[:size_bytes], self._held[size_bytes:]
        return data

    def readline(self, size_bytes: int, /) -> bytes:
        """Return the next line with its newline, or its first `size_bytes` bytes.

        Raises:
            Fault: `seal.armor.malformed`.
        """
        while b"\n" not in self._held and len(self._held) < size_bytes:
            more = next(self._chunks, b"")
            if not more:
                break
            self._held += more
        end = self._held.find(b"\n") + 1 or len(self._held)
        return self.read(min(end, size_bytes)) if end else b""


def _lines(data: bytes) -> list[bytes]:
    return [
        binascii.b2a_base64(data[i : i + _LINE_BYTES], newline=False)
        for i in range(0, len(data), _LINE_BYTES)
    ]


def _decode(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content in blocks, checking the frame around it."""
    _skip_to_begin(lines)
    block: list[bytes] = []
    line = _strip(next(lines, b""))
    while line != END:
        block.append(_decode_line(line))
        is_last = len(line) < _COLUMNS or line.endswith(b"=")
        if len(block) == _BLOCK_LINES or is_last:
            yield b"".join(block)
            block = []
        line = _strip(next(lines, b""))
        if is_last and line != END:
            raise _malformed("only the last line may be shorter", line)
    _check_rest(lines)
    if block:
        yield b"".join(block)


def _skip_to_begin(lines: Iterator[bytes]) -> None:
    skipped_bytes = 0
    for line in lines:
        if line.strip():
            if _strip(line) != BEGIN:
                raise _malformed(f"it must begin with {BEGIN.decode('ascii')}", line)
            return
        skipped_bytes += len(line)
        if skipped_bytes > WHITESPACE_BYTES_MAX:
            break
    raise _malformed("it does not begin", b"")


def _decode_line(line: bytes) -> bytes:
    try:
        data = binascii.a2b_base64(line, strict_mode=True)
    except binascii.Error as error:
        raise _malformed(str(error), line) from error
    if not data or binascii.b2a_base64(data, newline=False) != line or len(line) > _COLUMNS:
        raise _malformed("a line holds 1 to 64 characters of canonical base64", line)
    return data


def _check_rest(lines: Iterator[bytes]) -> None:
    rest_bytes = 0
    for line in lines:
        rest_bytes += len(line)
        if line.strip() or rest_bytes >= WHITESPACE_BYTES_MAX:
            raise _malformed("nothing but a little white space may follow its end", line)


def _strip(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r")


def _malformed(why: str, line: bytes) -> Fault:
    return Fault(
        code="seal.armor.malformed",
        what=f"The armor cannot be read at {quoted(line.decode('ascii', 'backslashreplace'))}: "
        f"{why}.",
        fix="Copy it again, from the BEGIN line to the END line.",
    )
