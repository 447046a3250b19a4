"""Random histories of one joint text: what each party may say, cut and seen at random."""

from dataclasses import replace

from hypothesis import strategies as st

from comity.acts.order import Placed, crossed, depth_after, in_order
from comity.acts.record import Act, Office
from comity.acts.turns import Entry
from comity.joint.text import acts
from comity.joint.text.acts import Saying, Text

PARTIES = ("aa", "bb", "cc")
SHA = ("1a" * 32, "2b" * 32)


def act_id(number: int) -> str:
    """Return the id of the n-th act of a test."""
    return "abcdefghijklmnopqrstuvwxyz234567"[number % 32] * 24 + "ba"


def saying(number: int) -> Saying:
    """Return what every act has."""
    return Saying(act_id(number), Office("justice"))


def text(number: int = 0, in_force_from_ms: int = 0) -> Text:
    """Return the n-th text."""
    return Text(acts.document(SHA[number], 100 + number), f"v{number + 1}", in_force_from_ms)


PROPOSAL = acts.proposed(saying(31), text())
COUNTER = acts.proposed(saying(30), text(1), PROPOSAL.id)
ABOUT = st.sampled_from([(PROPOSAL.id, SHA[0]), (COUNTER.id, SHA[1])])

adoptions = ABOUT.map(lambda about: acts.adopted(saying(0), *about))
closings = st.one_of(
    ABOUT.map(lambda about: acts.declined(saying(0), about[0], "not-now")),
    ABOUT.map(lambda about: acts.withdrawn(saying(0), about[0], "error")),
)
leavings = ABOUT.map(lambda about: acts.withdrawn(saying(0), about[0], "leaving", 5_000))
nonsense = st.sampled_from(
    [
        acts.adopted(saying(0), PROPOSAL.id, SHA[1]),
        acts.declined(saying(0), PROPOSAL.id, "because"),
        acts.declined(saying(0), act_id(9), "not-now"),
        replace(PROPOSAL, documents=()),
        replace(PROPOSAL, urgency="urgent"),
        replace(PROPOSAL, tag="call.placed/1"),
        PROPOSAL,
    ]
)
anything = st.one_of(adoptions, adoptions, closings, leavings, st.just(COUNTER), nonsense)


@st.composite
def logs(
    draw: st.DrawFn, parties: int = 2, said: st.SearchStrategy[Act] = anything, count_max: int = 9
) -> list[Placed]:
    """Return the acts of a matter from the logs of its parties, in the order of saying.

    Each act has seen some beginning of each other log: never less than the act before it
    in its own log, and always closed under what those acts had seen.
    """
    placed = [Placed(PROPOSAL, "aa/log", 0, 1, 0, {}, 1)]
    for number in range(draw(st.integers(0, count_max))):
        place = draw(st.integers(0, parties - 1))
        origin = f"{PARTIES[place]}/log"
        own = [p for p in placed if p.origin == origin]
        cut: dict[str, int] = dict(own[-1].seen) if own else {}
        for other in {p.origin for p in placed} - {origin}:
            held = sorted((p for p in placed if p.origin == other), key=lambda p: p.index)
            for seen in held[: draw(st.integers(0, len(held)))]:
                for name, so_far in {**seen.seen, other: seen.index + 1}.items():
                    cut[name] = max(cut.get(name, 0), so_far)
        cut.pop(origin, None)
        act = draw(said)
        if act not in (PROPOSAL, COUNTER):
            act = replace(act, id=act_id(number))
        new = Placed(act, origin, place, 1, len(own), cut, 0)
        placed.append(replace(new, depth=depth_after(placed, new)))
    return placed


def entries(placed: list[Placed]) -> list[Entry]:
    """Return the acts as a fold takes them."""
    ordered = in_order(placed)
    return [
        (one, crossed(ordered, at), one.origin.partition("/")[0], 1_000 * at)
        for at, one in enumerate(ordered)
    ]
