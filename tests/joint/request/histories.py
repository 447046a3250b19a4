"""Random histories of one matter: what each side may say, cut and seen at random.

logs()     anything that anybody might write, lawful or not
lawful()   what two nodes write that ask `decide` on what they have seen
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from hypothesis import strategies as st

from comity.acts.order import Placed, crossed, depth_after, has_seen, in_order
from comity.acts.record import Act, Addressee, Office
from comity.acts.turns import Entry
from comity.joint.request import acts, decide, fold
from comity.joint.request.acts import About, Asked, Parts, Saying
from comity.joint.request.state import State

PARTIES = ("aa", "bb", "cc")
ITEMS = ("subscriber", "traffic")
REQUEST_ID = "a" * 26
ABOUT = About(acts.matter_id("aa", REQUEST_ID), REQUEST_ID, "aa")
REVIEW_MS = 2_000_000_000_000
CHANGED = {acts.OUTCOME: "changed", f"{acts.QUALITY}usable": "met"}


def act_id(number: int) -> str:
    """Return the id of the n-th act of a test."""
    return "abcdefghijklmnopqrstuvwxyz234567"[number % 32] * 24 + "ba"


def saying(number: int, own_reference: str = "") -> Saying:
    """Return what every act has."""
    return Saying(act_id(number), Office("police"), own_reference)


def by(party: str, number: int, own_reference: str = "") -> decide.By:
    """Return who speaks, without a guideline."""
    return decide.By(saying(number, own_reference), party)


def submission(
    to: tuple[str, ...] = ("bb",), items: tuple[str, ...] = ITEMS, *, is_oral: bool = False
) -> Act:
    """Return the act by which aa asks."""
    return acts.submitted(
        Saying(REQUEST_ID, Office("police"), "FR-1"),
        "aa",
        tuple(Addressee(party) for party in to),
        Asked("preservation", "urgent", items, ("offence",), is_oral=is_oral),
    )


def said(tag: str, number: int = 0, answers: str = "", parts: Parts = acts.NO_PARTS) -> Act:
    """Return any act about the request."""
    return acts.said(tag, saying(number, "CB-1"), replace(ABOUT, answers=answers), parts)


def because(tag: str, code: str, items: tuple[str, ...] = (), name: str = acts.REASON) -> Act:
    """Return an act with one code."""
    return said(tag, parts=Parts({name: code}, items))


def asker_acts(about: str = "") -> list[Act]:
    """Return one act of each verb of the asker; those about another act name `about`."""
    return [
        said(acts.CONFIRMED),
        said(acts.CLARIFIED, answers=about, parts=Parts(elements=("facts",))),
        said(acts.DEFICIENCY_DISPUTED, 0, about, Parts({acts.REASON: "present"})),
        said(acts.CONDITION_ACCEPTED, answers=about),
        said(acts.CONDITION_DECLINED, answers=about),
        said(acts.CONSULTATION_ANSWERED, 0, about, Parts({acts.POSITION: "maintains"})),
        said(acts.USE_REPORTED, 0, about, Parts({acts.USE: "not-used"})),
        because(acts.WITHDRAWN, "no-longer-needed"),
        said(acts.SUPERSEDED, parts=Parts({acts.BY: "b" * 26, acts.ERROR: "wrong-scope"})),
        *(
            said(tag, parts=Parts({acts.REASON: code} if code else {}, items, to=(to,)))
            for to in PARTIES[1:]
            for tag, code, items in (
                (acts.STATUS_ASKED, "", ()),
                (acts.CLOSED, "satisfied", ()),
                (acts.REOPENED, "incomplete", ITEMS[:1]),
                (acts.REOPENED, "ground-gone", ITEMS),
            )
        ),
        *either_acts(about),
    ]


def either_acts(about: str = "") -> list[Act]:
    """Return one act of each verb of both sides."""
    blobs = acts.numbered(acts.BLOB, ("0" * 64,))
    return [
        said(acts.CORRECTED, 0, about, Parts({acts.ERROR: "wrong-person"})),
        said(acts.OPENED, answers=about),
        said(acts.DESTROYED, parts=Parts({acts.REASON: "case-ended", **blobs})),
        said(acts.ASSESSED, 0, about, Parts({f"{acts.QUALITY}usable": "partly"}, ITEMS[:1])),
        said(acts.ASSESSMENT_DISPUTED, 0, about, Parts({acts.REASON: "done"})),
        said(acts.ASSESSMENT_SETTLED, 0, about, Parts({acts.OUTCOME: "upheld"})),
        said(acts.ASSESSMENT_SETTLED, 0, about, Parts(CHANGED)),
        said(acts.STEP_TOLD, parts=step("whole", "held", 60)),
        said(acts.STEP_TOLD, parts=step(ITEMS[0], "arrived", 40, "USD")),
    ]


def step(item: str, code: str, amount: int, unit: str = "EUR", at_ms: int = 5) -> Parts:
    """Return what an act has that tells a step with a sum."""
    codes = {f"{acts.STEP}{item}": code, f"{acts.SUM}{item}": str(amount)}
    return Parts({**codes, f"{acts.UNIT}{item}": unit}, times={f"{acts.HAPPENED}{item}": at_ms})


def addressee_acts(about: str = "") -> list[Act]:
    """Return one act of each verb of an addressee, with and without items."""
    review = {acts.REVIEW_AT: REVIEW_MS}
    hoped = Parts({acts.REASON: "essential-interests"}, times={acts.ANSWER_BY: REVIEW_MS})
    partial = Parts({acts.EXTENT: "partial"}, ITEMS[:1])
    return [
        said(acts.ACKNOWLEDGED),
        said(acts.COMMENTED, 0, about, Parts({"on.facts": "vague"})),
        said(acts.FOUND_DEFICIENT, parts=Parts({"on.facts": "missing"})),
        said(acts.REROUTED, parts=Parts({acts.AGENCY: "customs", acts.REASON: "competence"})),
        said(acts.ACCEPTED),
        said(acts.ACCEPTED, parts=Parts(acts.numbered(acts.CONDITION, ("confidential",)))),
        said(
            acts.ACCEPTED,
            parts=Parts(acts.numbered(acts.CONDITION, ("no-other-use",)), ITEMS[:1]),
        ),
        said(
            acts.CONDITION_WAIVED,
            0,
            about,
            Parts(acts.numbered(acts.CONDITION, ("no-other-use",))),
        ),
        said(acts.STATUS_REPORTED, 0, about, Parts({acts.STAGE: "in-execution"})),
        said(acts.ANSWERED),
        said(acts.ANSWERED, parts=Parts(items=ITEMS[:1])),
        said(acts.ANSWERED, parts=Parts(items=ITEMS[1:])),
        said(acts.ANSWERED, parts=partial),
        said(acts.POSTPONED, parts=Parts({acts.REASON: "significant-delay"}, times=review)),
        said(acts.RESUMED),
        said(acts.CONSULTED, parts=hoped),
        because(acts.REFUSED, "impossible"),
        because(acts.REFUSED, "impossible", ITEMS[:1]),
        because(acts.REFUSED, "essential-interests"),
        said(acts.USE_ASKED),
        *either_acts(about),
    ]


nonsense = st.sampled_from(
    [
        because(acts.REFUSED, "because"),
        because(acts.STEP_TOLD, "held", name=f"{acts.STEP}unheard-of"),
        because(acts.STEP_TOLD, "12", name=f"{acts.SUM}whole"),
        said(acts.ANSWERED, parts=Parts(items=("unheard-of",))),
        said(acts.FOUND_DEFICIENT),
        replace(said(acts.ACKNOWLEDGED), codes={}),
        replace(said(acts.ACKNOWLEDGED), answers=act_id(9)),
        replace(said(acts.ACKNOWLEDGED), answers=""),
        replace(submission(), urgency="now"),
        replace(submission(), to=()),
        replace(submission(), id=act_id(7)),
        submission(("aa", "bb")),
        replace(submission(), tag="call.placed/1"),
    ]
)
about_ids = st.sampled_from([REQUEST_ID, *(act_id(n) for n in range(8))])
replies = about_ids.flatmap(lambda about: st.sampled_from(addressee_acts(about)))
demands = about_ids.flatmap(lambda about: st.sampled_from(asker_acts(about)))
anything = st.one_of(replies, demands, nonsense, st.just(submission(("bb", "cc"))))


def place(placed: list[Placed], act: Act, party_place: int, cut: dict[str, int]) -> Placed:
    """Return an act at the end of a party's log, having seen a cut."""
    origin = f"{PARTIES[party_place]}/log"
    own = [p for p in placed if p.origin == origin]
    new = Placed(act, origin, party_place, 1, len(own), cut, 0)
    return replace(new, depth=depth_after(placed, new))


@st.composite
def logs(
    draw: st.DrawFn,
    said: st.SearchStrategy[Act] = anything,
    to: tuple[str, ...] = ("bb", "cc"),
    count_max: int = 10,
) -> list[Placed]:
    """Return the acts of a matter from the logs of its parties, in the order of saying.

    Each act has seen some beginning of each other log: never less than the act before it
    in its own log, and always closed under what those acts had seen.
    """
    placed = [Placed(submission(to), "aa/log", 0, 1, 0, {}, 1)]
    for number in range(draw(st.integers(0, count_max))):
        party_place = draw(st.integers(0, len(to)))
        cut = _cut(draw, placed, f"{PARTIES[party_place]}/log")
        act = draw(said)
        if act.id != REQUEST_ID:
            act = replace(act, id=act_id(number))
        placed.append(place(placed, act, party_place, cut))
    return placed


@st.composite
def lawful(
    draw: st.DrawFn, to: tuple[str, ...] = ("bb", "cc"), count_max: int = 14
) -> list[Placed]:
    """Return acts that each node admitted on what it had seen when it said them."""
    placed = [Placed(submission(to, is_oral=True), "aa/log", 0, 1, 0, {}, 1)]
    for number in range(draw(st.integers(1, count_max))):
        party_place = draw(st.integers(0, len(to)))
        cut = _cut(draw, placed, f"{PARTIES[party_place]}/log")
        first = draw(st.integers(0, 63))
        placed += list(islice(admitted(placed, party_place, cut, number, first), 1))
    return placed


def admitted(
    placed: list[Placed], party_place: int, cut: dict[str, int], number: int, first: int = 0
) -> Iterator[Placed]:
    """Yield what a party may say in view of a cut: every verb, about everything in view.

    The list of what might be said is gone through from the place `first`, round to it.
    """
    probe = place(placed, submission(), party_place, cut)
    seen = [one for one in placed if has_seen(probe, one)]
    if not seen:
        return
    now = fold.fold_all(entries(seen))
    menu = asker_acts if party_place == 0 else addressee_acts
    offered = [one for one in menu() if one.answers == REQUEST_ID]
    offered += [one for about in seen for one in menu(about.act.id) if one.answers != REQUEST_ID]
    turned = first % len(offered)
    for one in offered[turned:] + offered[:turned]:
        act = replace(one, id=act_id(number))
        if decide.admit(now, act, PARTIES[party_place]) is None:
            yield place(placed, act, party_place, cut)


def _cut(draw: st.DrawFn, placed: list[Placed], origin: str) -> dict[str, int]:
    """Draw what the next act of a log has seen."""
    sizes = {}
    for other in sorted({p.origin for p in placed} - {origin}):
        held = [p for p in placed if p.origin == other]
        sizes[other] = draw(st.integers(0, len(held)))
    return closed_cut(placed, origin, sizes)


def closed_cut(placed: list[Placed], origin: str, sizes: dict[str, int]) -> dict[str, int]:
    """Return the least cut with these sizes that is causally closed and never falls."""
    own = [p for p in placed if p.origin == origin]
    cut: dict[str, int] = dict(own[-1].seen) if own else {}
    for other, size in sizes.items():
        held = sorted((p for p in placed if p.origin == other), key=lambda p: p.index)
        for seen in held[:size]:
            for name, so_far in {**seen.seen, other: seen.index + 1}.items():
                cut[name] = max(cut.get(name, 0), so_far)
    cut.pop(origin, None)
    return cut


def entries(placed: list[Placed]) -> list[Entry]:
    """Return the acts as a fold takes them."""
    return as_entries(in_order(placed))


def as_entries(ordered: list[Placed]) -> list[Entry]:
    """Return acts in this order as a fold takes them."""
    return [
        (one, crossed(ordered, at), one.origin.partition("/")[0], 1_000 * at)
        for at, one in enumerate(ordered)
    ]


def folded(placed: list[Placed]) -> State:
    """Return the state of a history."""
    return fold.fold_all(entries(placed))
