"""Stands at the door of every node of a world with a liar: counts, catches, and lies for one.

    honest   the handlers as they are; whatever is raised but a `Fault` is noted as a break
    liar     what its node answers, changed by the lies that stand

A round of an honest node that calls the liar without end is a break too.

Floor: lab.
"""

import traceback
from dataclasses import dataclass, field
from typing import Final

from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response
from comity.node.exchange import delivery
from comity.surfaces.wire import refusals, routes
from comity.surfaces.wire.routes import Call
from comity_lab.sim.byzantine import Liar
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.network import EXCHANGE

CALLS_PER_ROUND_MAX: Final = 120


@dataclass(slots=True)
class Guard:
    """The doors of one world.

    Attributes:
        liar: who lies.
        broken: what was raised that is no `Fault`, as text.
        calls: of the liar within the round of an honest node that is being done.
    """

    liar: Liar
    broken: list[str] = field(default_factory=list)
    calls: int = 0

    def stand(self) -> None:
        """Take every door."""
        for party in self.liar.world.parties:
            self.liar.world.network.responders[party] = self._door(party)

    def _door(self, party: str) -> "_Door":
        return _Door(self, party)

    def note_break(self, where: str) -> None:
        """Note an exception that no peer may cause."""
        self.broken.append(f"{where}\n{traceback.format_exc(limit=-6)}")


@dataclass(frozen=True, slots=True)
class _Door:
    guard: Guard
    party: str

    def __call__(self, sender: str, request: Request) -> Response:
        guard, liar = self.guard, self.guard.liar
        node = liar.world.machines[self.party].node
        if node is None:
            raise Fault(code="node.peer.unreachable", what=f"{self.party} is down.", fix="Wait.")
        if self.party != liar.party:
            return self._honest(node, sender, request)
        guard.calls += 1
        if guard.calls > CALLS_PER_ROUND_MAX:
            guard.broken.append(f"{sender} calls {self.party} without end: {request.path[:40]}")
            raise BrokenError(guard.broken[-1])
        return self._lying(node, sender, request)

    def _honest(self, node: Node, sender: str, request: Request) -> Response:
        try:
            answer = _answer(node, sender, request)
        except Fault as fault:
            return refusals.render(fault)
        except Exception:  # noqa: BLE001 -- that is what is looked for
            self.guard.note_break(f"{self.party} on {request.method} {request.path[:60]}")
            return Response(500)
        self.guard.liar.world.network.watch_reply(sender, self.party, request, answer)
        return answer

    def _lying(self, node: Node, sender: str, request: Request) -> Response:
        liar = self.guard.liar
        good = Response(200)
        try:
            for asked in _asked(request):
                instead = liar.answers.get("!" + _part(asked.path))
                if instead is not None:
                    return instead(sender, asked, good)
            try:
                good = _answer(node, sender, request)
            except Fault as fault:
                good = refusals.render(fault)
            lies = ((liar.answers.get(_part(asked.path)), asked) for asked in _asked(request))
            lie, asked = next((one for one in lies if one[0]), (None, request))
            return lie(sender, asked, good) if lie else good
        except Exception:  # noqa: BLE001 -- its node may choke on its own garbage
            return Response(500)


def _answer(node: Node, sender: str, request: Request) -> Response:
    route, found = routes.find(request.method, request.path)
    return route.answer(EXCHANGE, Call(node, sender, request, found))


def _asked(request: Request) -> list[Request]:
    """Return what may be lied about: a delivery is three requests in one."""
    if request.path != "/add-delivery":
        return [request]
    return [request, *delivery.requests(request)]


def _part(path: str) -> str:
    if "/tile/" in path:
        return "tile"
    is_head = path.endswith("/checkpoint") and path != "/checkpoint"
    return "checkpoint" if is_head else "/" + path.split("/")[1]
