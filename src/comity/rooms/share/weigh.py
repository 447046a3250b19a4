"""What a file would give is weighed: what leaves, what is held back and why, who would read it.

    weighed = weigh(node, officer, Offer(objects, "TLP:GREEN", "indicators"))
    weighed.objects, weighed.held, weighed.audience

Floor: rooms.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts import marks
from comity.acts.marks import Mark
from comity.domestic.share import guard
from comity.domestic.share.guard import Going, Held
from comity.domestic.share.table import LeftOut
from comity.joint.share import bundle, effective, stix
from comity.joint.share.bundle import Object
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem, Unfit
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.rooms.share import known, origin, where
from comity.rooms.share.audience import Reader, reader
from comity.rooms.share.offer import Offer
from comity.rooms.share.schemas import checker

_INFECTIONS: Final = "infections"
_HELD_TOLD_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Weighed:
    """What would leave.

    Attributes:
        form: of the file.
        objects: that leave, as they leave.
        data: the bundle of them.
        mark: of the act.
        narrower: how many have a mark of their own that is narrower than that of the act, by mark.
        held: what is held back, by its place in the file, each with its id and the rule.
        left_out: what could not be read.
        audience: each State that reads it.
        readers: in words, by the mark.
        counsel: what counsel decides before it leaves, by name.
    """

    form: str
    objects: Sequence[Object]
    data: bytes
    mark: Mark
    narrower: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    held: Mapping[int, tuple[str, Held]] = field(default_factory=lambda: MappingProxyType({}))
    left_out: Sequence[LeftOut] = ()
    audience: Sequence[Reader] = ()
    readers: str = ""
    counsel: Sequence[Mapping[str, str]] = ()

    @property
    def by_rule(self) -> Mapping[str, int]:
        """How many objects each rule holds back."""
        found: dict[str, int] = {}
        for _, why in self.held.values():
            found[why.rule] = found.get(why.rule, 0) + 1
        return found


def weigh(node: Node, officer: Officer, offer: Offer) -> Weighed:
    """Say what would leave, what is held back and by which rule, and who would read it.

    Raises:
        Fault: `acts.mark.unknown`, `share.rule.unknown`, `share.infections.too-wide`,
            `share.bundle.too-large`, and those of finding the channel or the share.
        Unfit: `share.bundle.unfit`, with each object that is no object of STIX 2.1.
    """
    guard.require_rules(offer.lets)
    with node.store.read() as tx:
        offer = where.placed(node, tx, officer, offer)
        mark = marks.parse(offer.mark)
        _require_narrow(offer, mark)
        parties = trust.load(tx, offer.channel).arrangement.party_ids()
        facts = known.facts(node, tx, offer.channel)
        counsel = where.counsel(tx, offer.category)
    objects = list(offer.read.objects)
    wrong = list(_wrong(objects))
    if wrong:
        raise Unfit("share.bundle.unfit", "bundle", wrong)
    placed = dict(enumerate(objects, start=1))
    effectives = effective.marks_of(placed, dict.fromkeys(placed, str(mark)))
    going = {at: _going(one, effectives[at]) for at, one in placed.items()}
    held = guard.held(going, facts, offer.lets)
    leaving = {at: one for at, one in placed.items() if at not in held}
    narrower = {at: effectives[at] for at in leaving if effectives[at] != mark}
    leaves = [*leaving.values()]
    if offer.origin == "withheld":
        leaves = origin.withheld_from(node, leaving, narrower)
    counted: dict[str, int] = {}
    for one in narrower.values():
        counted[str(one)] = counted.get(str(one), 0) + 1
    return Weighed(
        form=offer.read.form,
        objects=leaves,
        data=bundle.render(leaves),
        mark=mark,
        narrower=counted,
        held={at: (str(placed[at].get("id", "")), why) for at, why in held.items()},
        left_out=offer.read.left_out,
        audience=[reader(one, mark) for one in parties if one != node.party],
        readers=mark.readers,
        counsel=counsel,
    )


def _require_narrow(offer: Offer, mark: Mark) -> None:
    if offer.category == _INFECTIONS and mark.may_go_to_third_state:
        raise Fault(
            code="share.infections.too-wide",
            what=f"Infected addresses cannot go as {mark}: they are for the owners of networks.",
            fix="Mark them TLP:AMBER or narrower.",
        )


def _going(one: Object, mark: Mark) -> Going:
    refers = frozenset(effective.references(one))
    return Going(one, mark, known.told(one), refers, known.version(one))


def _wrong(objects: Sequence[Object]) -> Iterator[Problem]:
    check = checker()
    ids: set[str] = set()
    for at, one in enumerate(objects, start=1):
        flaw = check.flaw(one)
        key = known.version(one)
        is_twice = not flaw and key in ids
        ids.add(key)
        if not flaw and not is_twice:
            continue
        what = stix.FLAWS[flaw]["en"] if flaw else "is in it twice"
        yield Problem(
            f"/objects/{at - 1}",
            str(one.get("id", ""))[:80],
            f"Object {at} {what}.",
            "Correct it, or leave it out.",
            rule=f"share.object.{flaw or 'twice'}",
        )


def weighed_json(weighed: Weighed) -> dict[str, Json]:
    """Return what would leave."""
    held: list[Json] = [
        {"object": at, "id": id_, "rule": why.rule, "detail": why.detail}
        for at, (id_, why) in [*weighed.held.items()][:_HELD_TOLD_MAX]
    ]
    left_out: list[Json] = [
        {"place": one.place, "text": one.text, "why": one.why} for one in weighed.left_out
    ]
    audience: list[Json] = [
        {"party": one.party, "reaches": [*one.reaches], "powers": [*one.powers]}
        for one in weighed.audience
    ]
    return {
        "form": weighed.form,
        "objects": len(weighed.objects),
        "bytes": len(weighed.data),
        "mark": str(weighed.mark),
        "readers": weighed.readers,
        "narrower": dict(weighed.narrower),
        "held": held,
        "held_by_rule": dict(weighed.by_rule),
        "left_out": left_out,
        "audience": audience,
        "counsel": [dict(one) for one in weighed.counsel],
    }
