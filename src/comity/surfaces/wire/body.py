"""Request bodies: how much is read and decompressed is decided here, not by the sender.

Source: protocol rule 11 (gzip accepted with limits on decompressed bytes); RFC 9110.
Floor: surfaces.
"""

import io
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from cheroot.errors import MaxSizeExceeded

from comity.kernel.fault import Fault, quoted
from comity.node.base.ports import Parts

_CHUNK_BYTES: Final = 1 << 20
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_DIGITS_MAX: Final = 12


class Readable(Protocol):
    """What WSGI gives as `wsgi.input`."""

    def read(self, size: int, /) -> bytes | bytearray:
        """Return at most `size` bytes, none at the end."""
        ...


def read(environ: Mapping[str, Any], size_bytes_max: int) -> bytes:
    """Return the decompressed body of a request.

    Args:
        environ: as WSGI gives it; `CONTENT_LENGTH` or a chunked transfer.
        size_bytes_max: of the body, both as sent and decompressed.

    Raises:
        Fault: `surfaces.wire.length-required`, `surfaces.wire.too-large`,
            `surfaces.wire.encoding`, `surfaces.wire.slow`, `surfaces.wire.malformed`.
    """
    length = _length(environ, size_bytes_max)
    is_packed = _is_packed(environ)
    data = _whole(_pieces(environ["wsgi.input"], length, size_bytes_max))
    return _decompress(data, size_bytes_max) if is_packed else data


def parts(environ: Mapping[str, Any], size_bytes_max: int) -> Parts:
    """Return the body of a request as it comes, or all of it where its size is not told.

    Args:
        environ: as for `read`.
        size_bytes_max: as for `read`.

    Raises:
        Fault: as `read`, and while the parts are taken.
    """
    length = _length(environ, size_bytes_max)
    if length is None or _is_packed(environ):
        return Parts.of(read(environ, size_bytes_max))
    return Parts(length, lambda: _pieces(environ["wsgi.input"], length, size_bytes_max))


def _whole(pieces: Iterator[bytes | bytearray]) -> bytes:
    """Put pieces together; joined at the end they would be held twice."""
    held = io.BytesIO()
    for piece in pieces:
        held.write(piece)
    return held.getvalue()


def _is_packed(environ: Mapping[str, Any]) -> bool:
    encoding = str(environ.get("HTTP_CONTENT_ENCODING", "")).strip().lower()
    if encoding not in {"", "identity", "gzip"}:
        raise Fault(
            code="surfaces.wire.encoding",
            what=f"The content encoding {quoted(encoding)} is not understood.",
            fix="Send the body as it is, or with gzip.",
        )
    return encoding == "gzip"


def _length(environ: Mapping[str, Any], size_bytes_max: int) -> int | None:
    """Return the declared length, or None for a chunked body."""
    if environ.get("wsgi.input_terminated"):
        return None
    declared = str(environ.get("CONTENT_LENGTH") or "")
    if not declared:
        raise Fault(
            code="surfaces.wire.length-required",
            what="The request does not say how long its body is.",
            fix="Send Content-Length.",
        )
    if not declared.isascii() or not declared.isdigit() or len(declared) > _DIGITS_MAX:
        raise _malformed(f"its Content-Length is {quoted(declared)}")
    if int(declared) > size_bytes_max:
        raise _too_large(size_bytes_max)
    return int(declared)


def _pieces(sent: Readable, length: int | None, size_bytes_max: int) -> Iterator[bytes | bytearray]:
    """Read piece by piece, so that a claimed length costs no memory before bytes come."""
    held = 0
    while length is None or held < length:
        wanted = _CHUNK_BYTES if length is None else min(_CHUNK_BYTES, length - held)
        piece = _piece(sent, wanted, size_bytes_max)
        if not piece:
            break
        held += len(piece)
        if held > size_bytes_max:
            raise _too_large(size_bytes_max)
        yield piece
    if length is not None and held < length:
        raise _malformed(f"it ended after {held} of {length} bytes")


def _piece(sent: Readable, wanted: int, size_bytes_max: int) -> bytes | bytearray:
    try:
        return sent.read(wanted)
    except TimeoutError as error:
        raise _slow() from error
    except MaxSizeExceeded as error:
        raise _too_large(size_bytes_max) from error
    except OSError as error:
        raise _too_large_or_broken(error, size_bytes_max) from error
    except ValueError as error:
        raise _malformed("its chunks are not marked as RFC 9112 says") from error


def _decompress(data: bytes, size_bytes_max: int) -> bytes:
    """Inflate one gzip member, and stop at the limit whatever the input promises."""
    inflate = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = inflate.decompress(data, size_bytes_max + 1)
    except zlib.error as error:
        raise _malformed("its gzip stream is damaged") from error
    if len(plain) > size_bytes_max:
        raise _too_large(size_bytes_max)
    if not inflate.eof or inflate.unused_data:
        raise _malformed("its gzip stream is not one whole member")
    return plain


def _too_large_or_broken(error: OSError, size_bytes_max: int) -> Fault:
    if "Too Large" in str(error):  # how the server's reader of chunks says it
        return _too_large(size_bytes_max)
    return _malformed("the connection broke")


def _too_large(size_bytes_max: int) -> Fault:
    return Fault(
        code="surfaces.wire.too-large",
        what=f"The body is larger than {size_bytes_max} bytes.",
        fix="Send less at a time.",
    )


def _slow() -> Fault:
    return Fault(
        code="surfaces.wire.slow",
        what="The body came too slowly.",
        fix="Send less at a time, or over a better line.",
    )


def _malformed(why: str) -> Fault:
    return Fault(
        code="surfaces.wire.malformed",
        what=f"The request cannot be read: {why}.",
        fix="Correct the request and send it again.",
    )
