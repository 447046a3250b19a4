"""Standard output and standard error: what cannot be written there is a fault.

What people read may hold words of anybody, so that none of it steers a terminal.

Floor: surfaces.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.kernel.problem import Problem


def write(text: str, *, is_for_machines: bool = False) -> None:
    """Write a result on standard output, at once.

    Args:
        text: what is written; what the terminal's encoding cannot say is written as its number.
        is_for_machines: always UTF-8.

    Raises:
        Fault: `surfaces.file.unwritable`.
        BrokenPipeError: whoever read it has left.
    """
    if is_for_machines and getattr(sys.stdout, "buffer", None) is not None:
        write_bytes(text.encode())
        return
    with _standard() as out:
        encoding = out.encoding or "utf-8"
        out.write(printable(text).encode(encoding, "backslashreplace").decode(encoding))


def write_bytes(data: bytes) -> None:
    """Write a part of a file on standard output, as it is.

    Raises:
        Fault: as `write`.
        BrokenPipeError: as `write`.
    """
    with _standard() as out:
        out.flush()
        out.buffer.write(data)


def stream() -> TextIO:
    """Return standard output.

    Raises:
        Fault: `surfaces.file.unwritable`.
    """
    if sys.stdout is None:  # as Python has it after `>&-`
        raise _unwritable("it is closed")
    return sys.stdout


@contextlib.contextmanager
def _standard() -> Iterator[TextIO]:
    out = stream()
    try:
        yield out
        out.flush()
    except BrokenPipeError:
        leave()
        raise
    except OSError as error:
        leave()
        raise _unwritable(error.strerror or type(error).__name__) from error


def note(text: str) -> None:
    """Write on standard error, if somebody reads that."""
    with contextlib.suppress(OSError, AttributeError):  # it is None after `2>&-`
        sys.stderr.write(printable(text))


def problem(found: Problem) -> Json:
    """Return what is wrong at one place of a text, for a machine."""
    return {
        "line": found.line,
        "column": found.column,
        "pointer": found.pointer,
        "value": found.value,
        "what": found.what,
        "fix": found.fix,
    }


def leave() -> None:
    """Write nothing more on standard output: what waits would fail again when Python ends."""
    with contextlib.suppress(OSError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    sys.stdout = None  # as after `>&-`


def _unwritable(why: str) -> Fault:
    return Fault(
        code="surfaces.file.unwritable",
        what=f"Standard output cannot be written: {why}.",
        fix="Check where it leads, and the space on that disk; what was done is done.",
    )
