"""Random histories of one matter: what each side may say, cut and seen at random."""

from dataclasses import replace

from hypothesis import strategies as st

from comity.acts.order import Placed, crossed, depth_after, in_order
from comity.acts.record import Act, Addressee, Office
from comity.joint.request import acts
from comity.joint.request.acts import About, Asked, Saying
from comity.joint.request.fold import Entry

PARTIES = ("aa", "bb", "cc")
ITEMS = ("subscriber", "traffic")
REQUEST_ID = "a" * 26
ABOUT = About(acts.matter_id("aa", REQUEST_ID), REQUEST_ID, "aa")


def act_id(number: int) -> str:
    """Return the id of the n-th act of a test."""
    return "abcdefghijklmnopqrstuvwxyz234567"[number % 32] * 24 + "ba"


def saying(number: int) -> Saying:
    """Return what every act has."""
    return Saying(act_id(number), Office("police"))


def submission(to: tuple[str, ...] = ("bb",), items: tuple[str, ...] = ITEMS) -> Act:
    """Return the act by which aa asks."""
    return acts.submitted(
        Saying(REQUEST_ID, Office("police"), "FR-1"),
        "aa",
        tuple(Addressee(party) for party in to),
        Asked("preservation", "urgent", items, ("offence",)),
    )


chosen_items = st.sampled_from([(), ("subscriber",), ("traffic",), ITEMS])

replies = st.one_of(
    st.just(acts.acknowledged(saying(0), ABOUT)),
    chosen_items.map(lambda items: acts.answered(saying(0), ABOUT, items)),
    chosen_items.map(lambda items: acts.refused(saying(0), ABOUT, "impossible", items)),
)
withdrawals = st.just(acts.withdrawn(saying(0), ABOUT, "no-longer-needed"))
nonsense = st.sampled_from(
    [
        acts.refused(saying(0), ABOUT, "because"),
        acts.answered(saying(0), ABOUT, ("unheard-of",)),
        replace(acts.acknowledged(saying(0), ABOUT), answers=act_id(9)),
        replace(acts.acknowledged(saying(0), ABOUT), answers=""),
        replace(submission(), urgency="now"),
        replace(submission(), to=()),
        replace(submission(), id=act_id(7)),
        submission(("aa", "bb")),
        replace(submission(), tag="call.placed/1"),
    ]
)
anything = st.one_of(replies, withdrawals, nonsense, st.just(submission(("bb", "cc"))))


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
        place = draw(st.integers(0, len(to)))
        origin = f"{PARTIES[place]}/log"
        own = [p for p in placed if p.origin == origin]
        cut: dict[str, int] = dict(own[-1].seen) if own else {}
        for other in {p.origin for p in placed} - {origin}:
            held = sorted((p for p in placed if p.origin == other), key=lambda p: p.index)
            size = draw(st.integers(0, len(held)))
            for seen in held[:size]:
                for name, so_far in {**seen.seen, other: seen.index + 1}.items():
                    cut[name] = max(cut.get(name, 0), so_far)
        cut.pop(origin, None)
        act = draw(said)
        if act.id != REQUEST_ID:
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
