"""One HTTP connection by hand: a call on it, and whether the other side has closed it.

Floor: tests.
"""

import socket

CALL = b"GET / HTTP/1.1\r\nHost: comity.test\r\n\r\n"


def asks(line: socket.socket) -> bool:
    """Call, and return whether all of `200` with the body `ok` came back."""
    line.sendall(CALL)
    answer = b""
    while not answer.endswith(b"\r\n\r\nok") and (part := line.recv(1_000)):
        answer += part
    return answer.startswith(b"HTTP/1.1 200")


def is_closed(line: socket.socket) -> bool:
    """Wait for what comes next, and return whether that is the end."""
    try:
        return line.recv(1) == b""
    except ConnectionError:
        return True
