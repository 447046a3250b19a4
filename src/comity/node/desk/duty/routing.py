"""Which agency a request is routed to: by the rules of the nation profile, or by hand.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.acts import blob_role
from comity.domestic.duty import decide, view
from comity.domestic.duty.acts import Routed, Share, TermSet
from comity.domestic.duty.decide import Routing
from comity.domestic.duty.fold import File
from comity.domestic.nation.model import Nation, Within
from comity.domestic.routing import route as routing
from comity.domestic.routing.route import Route, Rule, Subject
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.duty import access, change, intake
from comity.node.desk.duty.change import At, Done
from comity.node.room import act_blobs, clocks, matter_read
from comity.node.room import nation_profile as nations
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command

CRIME_TYPE: Final = "crime-type"
COMPLETION: Final = "completion"

_MS: Final = {"hours": 3_600_000, "calendar-days": 86_400_000}


@dataclass(frozen=True, slots=True)
class Explained:
    """Where a request goes by rule, and why.

    Attributes:
        subject: what was looked at.
        route: agency, rule, and what became of every rule.
        profile: SHA-256 of the nation profile, or "".
        contact_point: the agency where it stays otherwise, or "".
        file: as it stands.
        outward_ms: when the answer is due to the other side, or None.
    """

    subject: Subject
    route: Route
    profile: str
    contact_point: str
    file: File
    outward_ms: int | None


@dataclass(frozen=True, slots=True)
class ByHand:
    """What an officer decides themselves.

    Attributes:
        to: the competent agency, or "" for the one that the rules name.
        others: who takes part; none: as the rule says if `to` is that of the rule.
        due_ms: the domestic term of the competent agency, or None.
        why: in words.
    """

    to: str = ""
    others: tuple[str, ...] = ()
    due_ms: int | None = None
    why: str = ""


BY_RULE: Final = ByHand()


def rules(nation: Nation | None) -> tuple[Rule, ...]:
    """Return the rules of a profile as the routing room reads them."""
    if nation is None:
        return ()
    language = nation.languages[0]
    return tuple(
        Rule(
            id=one.id,
            types=one.types,
            crimes=one.crimes,
            urgencies=one.urgencies,
            agency=one.agency,
            within_ms=_ms(one.within),
            also=tuple(
                routing.Share(part.agency, part.does[language], _ms(part.within))
                for part in one.also
            ),
            why=one.why[language],
        )
        for one in nation.competence
    )


def _ms(within: Within | None) -> int | None:
    return None if within is None else within.amount * _MS[within.unit]


def explain(node: Node, officer: Officer, text: str) -> Explained:
    """Say where a request goes by rule, and why not elsewhere.

    Raises:
        Fault: those of `access.find`.
    """
    intake.catch_up(node)
    with node.store.read() as tx:
        return _explained(change.at(tx, node, officer, access.find(tx, node, officer, text)))


def route(
    node: Node,
    officer: Officer,
    text: str,
    by_hand: ByHand = BY_RULE,
    *,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Give a request to the competent agency and those that take part.

    Raises:
        Fault: `node.agency.unknown`, those of `access.find`.
    """
    return change.change(node, officer, text, lambda at: _routed(at, by_hand), command)


def _routed(at: At, by_hand: ByHand) -> Routed | Inadmissible:
    explained = _explained(at)
    known = access.agencies(at.tx)
    for agency in filter(None, (by_hand.to, *by_hand.others)):
        if agency not in known:
            raise Fault(
                code="node.agency.unknown",
                what=f"The agency {quoted(agency)} is not one of this State's.",
                fix=f"Name one of: {', '.join(sorted(known))}.",
            )
    wanted = _wanted(explained, by_hand, at.by.who.at_ms)
    if isinstance(wanted, Inadmissible):
        return wanted
    return decide.route(at.file, at.by, wanted)


def _wanted(explained: Explained, by_hand: ByHand, now_ms: int) -> Routing | Inadmissible:
    found = explained.route
    lead = by_hand.to or found.agency
    if not lead:
        return Inadmissible(
            "duty.routing.nowhere",
            "No nation profile is in force, so no rule says which agency is competent.",
            "Name one with --to, or have a profile adopted with `comity nation adopt`.",
        )
    is_by_rule = found.reason == routing.RULE and lead == found.agency
    outward_ms = explained.outward_ms
    within = found.within_ms if is_by_rule else None
    due_ms = by_hand.due_ms or _term(within, outward_ms, now_ms)
    parts = found.also if is_by_rule and not by_hand.others else ()
    others = [
        Share(one.agency, one.does, _term(one.within_ms, outward_ms, now_ms)) for one in parts
    ]
    others += [Share(agency, "", outward_ms) for agency in by_hand.others]
    reason = found.reason if is_by_rule or not by_hand.to else routing.BY_HAND
    return Routing(
        lead=Share(lead, "", due_ms),
        others=tuple(others),
        reason=reason,
        rule=found.rule if is_by_rule else "",
        why=by_hand.why,
        profile=explained.profile,
        outward_ms=outward_ms,
        overruled=found.agency if found.reason == routing.RULE and lead != found.agency else "",
    )


def _term(within_ms: int | None, outward_ms: int | None, now_ms: int) -> int | None:
    """Return a domestic term: never after the answer is due to the other side."""
    if within_ms is None:
        return outward_ms
    due_ms = now_ms + within_ms
    return due_ms if outward_ms is None else min(due_ms, outward_ms)


def _explained(at: At) -> Explained:
    nation = nations.in_force(at.tx)
    contact_point = nation.contact_point.id if nation else ""
    subject = subject_of(at)
    outward_ms = None if at.row is None else outward(at.node, at.tx, at.row, at.by.who.at_ms)
    return Explained(
        subject=subject,
        route=routing.route(rules(nation), contact_point, subject),
        profile=nation.sha256 if nation else "",
        contact_point=contact_point,
        file=at.file,
        outward_ms=outward_ms,
    )


def subject_of(at: At) -> Subject:
    """Return what a file is about, as far as routing needs it."""
    if at.row is None:
        return Subject(*view.subject(at.file))
    return subject_of_matter(at.node, at.tx, at.row)


def subject_of_matter(node: Node, tx: Tx, row: MatterRow) -> Subject:
    """Return what a matter is about, as far as routing needs it."""
    return Subject(access.listed(node, row).type, crime_type(node, tx, row), row.urgency)


def crime_type(node: Node, tx: Tx, row: MatterRow) -> str:
    """Return the crime type that a request states, or "" where it does not, or cannot be read.

    It is a joint code of the entry where the guideline marks it as one, else the value of the
    element of that name; the newest act that states it counts.
    """
    found = ""
    acts = tx.acts_of(row.channel, row.matter)
    for one in sorted(acts, key=lambda one: (one.depth, one.origin, one.index)):
        if one.party != row.asker or CRIME_TYPE not in {*one.act.codes, *one.act.elements}:
            continue
        code = one.act.codes.get(CRIME_TYPE)
        if code is None:
            opened = act_blobs.open_words(node, tx, one.act)
            code = _stated(matter_read.body_json(opened, blob_role.ELEMENTS))
        found = code or found
    return found


def _stated(body: Json) -> str:
    values = body.get("elements", body) if isinstance(body, dict) else None
    value = values.get(CRIME_TYPE) if isinstance(values, dict) else None
    return value if isinstance(value, str) else ""


def outward(node: Node, tx: Tx, row: MatterRow, now_ms: int) -> int | None:
    """Return when our answer is due to the other side, or None where no clock says so.

    While its clock waits for the other side: when it would be if it went on now.  A clock that has
    run out bounds no domestic term any more.
    """
    found = clocks.reckon(node, tx, row, now_ms, explain=False)
    ours = {
        one.rule.name: now_ms + one.clock.left_ms
        for one in found.timed
        if one.is_open and one.party == node.party and one.clock.left_ms is not None
    }
    due_ms = ours.get(COMPLETION) or max(ours.values(), default=None)
    return due_ms if due_ms is not None and due_ms > now_ms else None


def set_term(  # noqa: PLR0913 -- who says what of which file, and once
    node: Node,
    officer: Officer,
    text: str,
    part: str,
    due_ms: int | None,
    why: str,
    *,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Set the domestic term of an agency's part.

    Raises:
        Fault: those of `access.find`.
    """

    def decided(at: At) -> TermSet | Inadmissible:
        bound = None if at.row is None else outward(at.node, at.tx, at.row, at.by.who.at_ms)
        return decide.set_term(at.file, at.by, part, due_ms, bound, why)

    return change.change(node, officer, text, decided, command)


def route_all(
    node: Node, officer: Officer, count_max: int = 200
) -> list[tuple[str, Done]] | Inadmissible:
    """Route what came from another State and a rule fits; the rest stays, with the reason."""
    found = intake.inbox(node, officer, count_max=count_max)
    if isinstance(found, Inadmissible):
        return found
    done: list[tuple[str, Done]] = []
    for line in found.lines:
        if not line.asker or line.declined:
            continue
        if explain(node, officer, line.key[1]).route.reason == routing.RULE:
            result = route(node, officer, line.key[1])
            if isinstance(result, Done):
                done.append((line.key[1], result))
    return done
