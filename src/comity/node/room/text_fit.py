"""Whether a joint text can be read here: nobody proposes or adopts what nobody can count by.

Floor: node.
"""

from functools import lru_cache
from typing import Any, Final

from comity.kernel.fault import Fault, quoted
from comity.node.base.bindings import Text
from comity.node.base.rooms import Rooms, text_called, text_names

_READ_MAX: Final = 8
"""Texts that stay read: pages show parts of one again and again, and reading takes long; longer
still, of one that a partner proposed and that does not fit."""


def read(rooms: Rooms, name: str, data: bytes, file: str = "") -> Any:  # noqa: ANN401 -- as its room reads it
    """Read a joint text by what its name says that it is.

    Args:
        rooms: of this node.
        name: of the text, as a room brings it: `guideline`, `calendar.<party>`.
        data: its bytes.
        file: where it stands, for what is said about it.

    Raises:
        Fault: `node.text.name-unknown`, `kernel.yaml.malformed`.
        Unfit: as its room says, with the first problems.
    """
    found = _read(require(rooms, name), data, file or name)
    if isinstance(found, Fault):
        raise found.with_traceback(None)  # else each look would add its own to what is kept
    return found


def require(rooms: Rooms, name: str) -> Text:
    """Return the joint text of a name.

    Raises:
        Fault: `node.text.name-unknown`.
    """
    text = text_called(rooms, name)
    if text is None:
        names = (f"{one}<name>" if one.endswith(".") else one for one in text_names(rooms))
        raise Fault(
            code="node.text.name-unknown",
            what=f"No joint text is called {quoted(name)}.",
            fix=f"Name one of: {', '.join(names)}.",
        )
    return text


@lru_cache(maxsize=_READ_MAX)
def _read(text: Text, data: bytes, file: str) -> Any:  # noqa: ANN401 -- as its room reads it
    try:
        return text.read(data, file)
    except Fault as fault:
        return fault
