"""The line between the serving process and one that makes pages: connections, and short words.

    b"c" and what was read of it    a connection; its descriptor comes beside the message
    b"n"                            there may be news for open pages          to a page process
    b"l"                            whether it hears; the same comes back     to a page process
    b"e"                            end, once what is being answered is       to a page process
    b"p"                            somebody has a page in front of them       from it
    b"r"                            it is ready                               from it

Nothing here waits: what finds no room is not sent, and who sends it is told so.

Source: unix(7), SOCK_SEQPACKET and SCM_RIGHTS.
Floor: boot.
"""

import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

CONNECTION: Final = b"c"
NEWS: Final = b"n"
PULSE: Final = b"l"
END: Final = b"e"
SEEN: Final = b"p"
READY: Final = b"r"

_BYTES_MAX: Final = 1 << 17
"""Above what a connection reads ahead."""


@dataclass(frozen=True, slots=True)
class Word:
    """What came.

    Attributes:
        kind: one of the words above.
        ahead: of a connection: what was read of it already.
        connection: of a connection: its socket.
    """

    kind: bytes
    ahead: bytes = b""
    connection: socket.socket | None = None


class Line:
    """One end of a line."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        end.setblocking(False)  # noqa: FBT003 -- the socket module's own signature

    def fileno(self) -> int:
        """Return the descriptor, to wait on."""
        return self._end.fileno()

    def say(self, kind: bytes) -> bool:
        """Say a word; return whether there was room."""
        try:
            return self._end.send(kind) == len(kind)
        except OSError:
            return False

    def hand(self, connection: socket.socket, ahead: bytes = b"") -> bool:
        """Give a connection away; return whether there was room.  Ours is to be closed then."""
        try:
            socket.send_fds(self._end, [CONNECTION + ahead], [connection.fileno()])
        except OSError:
            return False
        return True

    def hear(self) -> Word | None:
        """Return what came, or None where nothing did.

        Raises:
            EOFError: nobody is at the other end any more.
        """
        try:
            said, given, _, _ = socket.recv_fds(self._end, _BYTES_MAX, 1, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return None
        except OSError as error:
            raise EOFError from error
        if not said:
            raise EOFError
        if not given:
            return Word(said[:1])
        return Word(said[:1], said[1:], socket.socket(fileno=given[0]))

    def close(self) -> None:
        """Close this end."""
        with suppress(OSError):
            self._end.close()


def pair() -> tuple[Line, Line]:
    """Return both ends of a new line; neither outlives a program that is started."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return Line(ours), Line(theirs)


def inherited(number: int) -> Line:
    """Return an end that this process was started with."""
    return Line(socket.socket(fileno=number))
