"""A request is read in one way, or refused, by each listener."""

import io
from typing import Any, cast

import cheroot.server
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.surfaces.wire.strict_http import Fields, Gateway


def read(head: bytes) -> dict[bytes, bytes]:
    """Read the fields of a head."""
    return Fields()(io.BytesIO(head))


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
        b"Content-Length: 5\r\ncontent-length: 6\r\n\r\n",
        b"Content-Length: +5\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 1_0\r\n\r\n",
        b"Content-Length: 0x5\r\n\r\n",
        b"Content-Length:\r\n\r\n",
        b"Content-Length : 5\r\n\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        b"Host: a\r\nHost: b\r\n\r\n",
        b" Host: a\r\n\r\n",
        b"Accept: a\r\n b\r\n\r\n",
        b"Accept\r\n\r\n",
        b"Accept: a\n\r\n",
        b"Accept: \x00\r\n\r\n",
        b"Accept: a\r\n",
    ],
)
def test_a_head_that_could_be_read_in_two_ways_is_refused(head: bytes) -> None:
    """A proxy that reads it otherwise would take a part of a body for a request."""
    with pytest.raises(ValueError, match=r"."):
        read(head)


def test_fields_are_read_by_name() -> None:
    """Spaces around a value are none of it; those that are lists are joined."""
    head = b"content-LENGTH:  12 \r\nAccept: a\r\nAccept: b\r\nX-Own: 1\r\nX-Own: 2\r\n\r\n"
    assert read(head) == {b"Content-Length": b"12", b"Accept": b"a, b", b"X-Own": b"2"}


def body(chunks: bytes) -> bytes:
    """Read a body that comes in chunks."""
    conn = cheroot.server.HTTPConnection.__new__(cheroot.server.HTTPConnection)
    conn.rfile = io.BytesIO(chunks)
    request: Any = type("Asked", (), {"chunked_read": True, "conn": conn, "server": None})()
    request.server = type("Owner", (), {"max_request_body_size": 1_000})()
    gateway = Gateway.__new__(Gateway)
    gateway.get_environ = dict  # type: ignore[method-assign] # nothing is asked of it here
    Gateway.__init__(gateway, request)
    return cast("bytes", request.rfile.read())


@pytest.mark.parametrize("size", [b"-5", b"+5", b"0x5", b"5_0", b"", b" 5", b"g", b"000000005"])
def test_a_chunk_that_says_no_size_is_refused(size: bytes) -> None:
    """A size is one to eight hexadecimal digits."""
    with pytest.raises(ValueError, match="size"):
        body(size + b"\r\nhello\r\n0\r\n\r\n")


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=9))
def test_a_body_in_chunks_is_read_whole(parts: list[bytes]) -> None:
    """Whatever its pieces are, and with what is said beside a size."""
    sent = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in parts)
    assert body(sent + b"0\r\n\r\n") == b"".join(parts)
