"""Requests that can be read in one way only; what could be read in two is refused.

    two lengths, `+5`, `1_0`, a space before the colon, a folded line      400
    a length beside chunks, a chunk of `-5` or `0x5` bytes                 400

A proxy before a listener may read such a request otherwise than the listener does, and then takes
a part of one caller's body for the request of another.  A head is bound by the listener's
`max_request_header_size`, or it would be read without end.

Source: RFC 9112 sections 2.2, 5, 5.1, 5.2, 6.3 and 7.1; RFC 9110 section 8.6.
Floor: surfaces.
"""

import re
from typing import Any, Final, override

from cheroot import server, wsgi

HEAD_BYTES_MAX: Final = 16_384
REQUEST: Final = re.compile(rb"[A-Z]{3,10} /[\x21-\x7e]* HTTP/1\.[01]")
FIELD: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
LENGTH: Final = re.compile(rb"[0-9]{1,12}")
_CHUNK: Final = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n")
_END: Final = b"\r\n"
_JOINED: Final[frozenset[bytes]] = frozenset(server.comma_separated_headers)  # type: ignore[attr-defined] # its stubs leave it out
_ONCE: Final = frozenset({b"Content-Length", b"Host", b"Transfer-Encoding"})
_LENGTH_NAME: Final = b"Content-Length"
_CHUNKS_NAME: Final = b"Transfer-Encoding"


class Fields(server.HeaderReader):
    """Reads the fields of a head."""

    @override
    def __call__(self, rfile: Any, hdict: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
        """Return the fields by name.

        Raises:
            ValueError: they can be read in more ways than one.
        """
        found: dict[bytes, bytes] = {} if hdict is None else hdict
        while (line := rfile.readline()) != _END:
            field = FIELD.fullmatch(line.removesuffix(_END))
            if field is None or not line.endswith(_END):
                raise ValueError("A line of the head is no field.")
            name, value = field[1].title(), field[2].strip(b" \t")
            if name in found and name in _ONCE:
                raise ValueError("A field that says how to read the request stands there twice.")
            if name in found and name in _JOINED:
                value = found[name] + b", " + value
            found[name] = value
        if _LENGTH_NAME in found and not LENGTH.fullmatch(found[_LENGTH_NAME]):
            raise ValueError("The length of the body is no number.")
        if _LENGTH_NAME in found and _CHUNKS_NAME in found:
            raise ValueError("A body has a length, or comes in chunks.")
        return found


class Request(server.HTTPRequest):
    """A request whose head is read in one way."""

    header_reader = Fields()


class Gateway(wsgi.Gateway_10):
    """Answers a request whose chunks are read in one way."""

    def __init__(self, req: Any) -> None:  # noqa: ANN401 -- of cheroot, which has no types
        if req.chunked_read:
            most = req.server.max_request_body_size
            req.rfile = server.ChunkedRFile(_Sizes(req.conn.rfile), most)
        super().__init__(req)


class _Sizes:
    """A body in chunks, of which each line that says a size says it in one way."""

    def __init__(self, rfile: Any) -> None:  # noqa: ANN401 -- as above
        self._rfile = rfile
        self.read = rfile.read

    def readline(self) -> bytes:
        """Return the line before a chunk.

        Raises:
            ValueError: it is none.
        """
        line: bytes = self._rfile.readline(HEAD_BYTES_MAX)
        if not _CHUNK.fullmatch(line):
            raise ValueError("A chunk says no size.")
        return line
