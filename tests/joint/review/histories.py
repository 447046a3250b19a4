"""Random histories of one snapshot: what each party may say, cut and seen at random."""

from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from comity.acts.order import Placed, crossed, depth_after, in_order
from comity.acts.record import Act, Office
from comity.acts.turns import Entry
from comity.joint.review import acts
from comity.joint.review.acts import Saying, Taken

PARTIES = ("aa", "bb", "cc")
SAME, OTHER = "1a" * 32, "2b" * 32
TAKEN = Taken(1_000, 9_000, 8_000, {"aa/x/live/1": 7, "bb/x/live/1": 5}, SAME, "review-1", 500)


def act_id(number: int) -> str:
    """Return the id of the n-th act of a test."""
    return "abcdefghijklmnopqrstuvwxyz234567"[number % 32] * 24 + "ba"


def saying(number: int) -> Saying:
    """Return what every act has."""
    return Saying(act_id(number), Office("justice"))


SNAPSHOT = acts.snapshot(saying(31), "aa", TAKEN)
MATTER = SNAPSHOT.matter.id


def menu(number: int = 0) -> list[Act]:
    """Return one act of each kind about the snapshot."""
    about = saying(number), MATTER, SNAPSHOT.id
    return [
        acts.concurred(*about, SAME),
        acts.differed(*about, OTHER),
        acts.commented(*about, "all/timeliness/respond/median"),
        acts.withdrawn(*about, "error"),
    ]


nonsense = st.sampled_from(
    [
        acts.concurred(saying(0), MATTER, SNAPSHOT.id, OTHER),
        acts.differed(saying(0), MATTER, SNAPSHOT.id, SAME),
        acts.concurred(saying(0), MATTER, act_id(9), SAME),
        acts.withdrawn(saying(0), MATTER, SNAPSHOT.id, "because"),
        replace(SNAPSHOT, id=act_id(8)),
        replace(SNAPSHOT, times={}),
        replace(SNAPSHOT, codes={**SNAPSHOT.codes, "log.2": SNAPSHOT.codes["log.1"]}),
        replace(SNAPSHOT, urgency="urgent"),
        SNAPSHOT,
    ]
)
anything = st.one_of(st.sampled_from(menu()), nonsense)


def after(placed: list[Placed], act: Act, place: int, sizes: dict[str, int]) -> Placed:
    """Return an act at the end of a party's log that has seen so much of each other log."""
    origin = f"{PARTIES[place]}/log"
    own = [p for p in placed if p.origin == origin]
    cut: dict[str, int] = dict(own[-1].seen) if own else {}
    for other, size in sizes.items():
        held = sorted((p for p in placed if p.origin == other), key=lambda p: p.index)
        for seen in held[:size]:
            for name, so_far in {**seen.seen, other: seen.index + 1}.items():
                cut[name] = max(cut.get(name, 0), so_far)
    cut.pop(origin, None)
    new = Placed(act, origin, place, 1, len(own), cut, 0)
    return replace(new, depth=depth_after(placed, new))


@st.composite
def logs(
    draw: st.DrawFn,
    first: Act = SNAPSHOT,
    said: st.SearchStrategy[Act] = anything,
    parties: int = 2,
    count_max: int = 9,
) -> list[Placed]:
    """Return the acts of a matter from the logs of its parties, in the order of saying."""
    placed = [Placed(first, "aa/log", 0, 1, 0, {}, 1)]
    for number in range(draw(st.integers(0, count_max))):
        place = draw(st.integers(0, parties - 1))
        others = sorted({p.origin for p in placed} - {f"{PARTIES[place]}/log"})
        sizes = {one: draw(st.integers(0, len(placed))) for one in others}
        act = draw(said)
        if act.id != first.id:
            act = replace(act, id=act_id(number))
        placed.append(after(placed, act, place, sizes))
    return placed


def every(first: Act, said: list[Act], length: int) -> list[list[Placed]]:
    """Return every history of so many acts: by either party, the other's seen up to now or not."""
    found = [[Placed(first, "aa/log", 0, 1, 0, {}, 1)]]
    for number in range(length):
        found = [
            [*placed, after(placed, replace(act, id=act_id(number)), place, _sees(place, is_all))]
            for placed in found
            for act, place, is_all in product(said, (0, 1), (True, False))
        ]
    return found


def _sees(place: int, is_all: bool) -> dict[str, int]:  # noqa: FBT001 -- of a product
    """Return what is seen of the other log: all of it, or what opened the matter at most."""
    return {f"{PARTIES[1 - place]}/log": 99 if is_all else 1 - (place == 0)}


def entries(placed: list[Placed]) -> list[Entry]:
    """Return the acts as a fold takes them."""
    ordered = in_order(placed)
    return [
        (one, crossed(ordered, at), one.origin.partition("/")[0], 1_000 * at)
        for at, one in enumerate(ordered)
    ]
