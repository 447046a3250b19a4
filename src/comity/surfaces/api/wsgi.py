"""The node that programs ask, put beside what serves people.

    app = for_node(node, make_application(desk), ports)

Floor: surfaces.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Never

from comity.node.base.context import Node

KEY: Final = "comity.node"
"""Where the node stands in the environment of a call."""

PORTS: Final = "comity.api"
"""Where the rest stands that a call may need of the world."""

type StartResponse = Callable[..., Any]
type Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def _no_letter(_data: bytes, _at_ms: int) -> Never:
    raise AssertionError


def _room(_size_bytes: int, _is_hotline: bool) -> None:  # noqa: FBT001 -- as the port says
    pass


@dataclass(frozen=True, slots=True)
class Ports:
    """What a call may need of the world beside the node.

    Attributes:
        letter: (data of a letter, its date in milliseconds): the letter as a PDF.
            Faults: `adapters.letter.failed`.
        require_room: (bytes, whether for the hotline): Fault `node.store.full` where the disk
            has no room for them beside its reserve.
    """

    letter: Callable[[bytes, int], bytes] = _no_letter
    require_room: Callable[[int, bool], None] = _room


def for_node(node: Node, application: Application, ports: Ports | None = None) -> Application:
    """Return the application with the node in the environment of each call.

    Loading the framework takes longer than a start should: it waits for the first call.
    """
    around = ports or Ports()

    def with_node(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        environ[KEY] = node
        environ[PORTS] = around
        return application(environ, start)

    return with_node
