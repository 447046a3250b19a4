"""The laws of every room whose matters are facts: over all histories, whoever says what when."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from joint.review.histories import PARTIES, act_id, entries, every, logs
from joint.taken import ids_taken

from comity.acts import facts, shape
from comity.acts.facts import Rules, State
from comity.acts.order import Placed
from comity.acts.record import Act, Addressee, Matter, Office, require_valid
from comity.kernel.inadmissible import Inadmissible

TWO = PARTIES[:2]
OPENER = act_id(31)

type History = tuple[list[Placed], tuple[str, ...]]


@dataclass(frozen=True)
class Laws:
    """What the laws are tried on.

    Attributes:
        rules: of the room.
        first: what opens the matter.
        menu: one act of each kind, about the opening or another act.
        nonsense: what must do nothing.
        found: what a screen finds of a state.
        admit: of the room.
    """

    rules: Rules
    first: Act
    menu: Callable[[str], list[Act]]
    nonsense: Sequence[Act]
    found: Callable[[State], object]
    admit: Callable[[State, Act, str], Inadmissible | None]

    def histories(self) -> st.SearchStrategy[History]:
        """Give histories of two or three parties, some of which take ids of one another."""
        about = st.sampled_from([OPENER, *(act_id(number) for number in range(8))])
        anything = st.one_of(
            about.flatmap(lambda one: st.sampled_from(self.menu(one))),
            st.sampled_from([*self.nonsense, self.first]),
        )

        def of(count: int) -> st.SearchStrategy[History]:
            placed = logs(self.first, anything, count, 12).flatmap(ids_taken)
            return st.tuples(placed, st.just(PARTIES[:count]))

        return st.sampled_from([2, 3]).flatmap(of)

    def folded(self, placed: list[Placed], parties: tuple[str, ...] = TWO) -> State:
        """Return the state of a history."""
        return facts.fold_all(self.rules, entries(placed), parties)

    def holds(self, now: State) -> tuple[object, ...]:
        """Return what is so, whatever the order in which it is told."""
        did = sorted((one.party, one.act_id, one.result) for one in now.turns)
        return (self.found(now), sorted((one.key, one.of) for one in now.facts), did)

    def every_history_folds(self, history: History) -> State:
        """Return the state; each act left a turn, and the state is read back as it was."""
        placed, parties = history
        now = self.folded(placed, parties)
        assert len(now.turns) == len(placed)
        assert all(turn.result for turn in now.turns)
        assert [one.at for one in now.facts] == [
            at for at, turn in enumerate(now.turns) if turn.takes_effect
        ]
        assert facts.from_json(facts.to_json(now)) == now
        self.found(now)
        return now

    def every_delivery_gives_one_state(self, history: History, chance: random.Random) -> None:
        """Check that the order of arrival decides nothing."""
        placed, parties = history
        arrived = placed.copy()
        chance.shuffle(arrived)
        assert facts.digest(self.folded(arrived, parties)) == facts.digest(
            self.folded(placed, parties)
        )

    def the_order_of_parties_decides_nothing(self, history: History, places: list[int]) -> None:
        """Check that it does not matter which party the arrangement names first."""
        placed, parties = history
        swapped = [replace(one, party_place=places[one.party_place]) for one in placed]
        assert self.holds(self.folded(placed, parties)) == self.holds(self.folded(swapped, parties))

    def what_an_act_did_it_does_at_the_end(self, history: History) -> None:
        """Check that an act that comes later changes no earlier one."""
        placed, parties = history
        at_the_end = _did(self.folded(placed, parties))
        for count in range(1, len(placed) + 1):
            assert _did(self.folded(placed[:count], parties)) <= at_the_end

    def both_orders_say_the_same(self) -> None:
        """Check all histories of two acts of either side, seen or crossed."""
        for placed in every(self.first, self.menu(OPENER), 2):
            swapped = [replace(one, party_place=1 - one.party_place) for one in placed]
            assert self.holds(self.folded(placed)) == self.holds(self.folded(swapped))

    def nonsense_does_nothing(self) -> None:
        """Check that what is malformed is kept and named, and does nothing."""
        now = facts.fold(self.rules, State(TWO), self.first, "aa")
        for one in self.nonsense:
            after = facts.fold(self.rules, now, one, "bb")
            assert after.facts == now.facts, one

    def told(self, now: State, party: str, act: Act) -> State:
        """Return the state after something that must be admitted."""
        require_valid(act)
        no = self.admit(now, act, party)
        assert no is None, (no, act)
        return facts.fold(self.rules, now, act, party)

    def refused(self, now: State, party: str, act: Act) -> str:
        """Return the rule by which something is refused."""
        no = self.admit(now, act, party)
        assert no is not None, act
        return no.rule


def _did(now: State) -> Counter[tuple[str, str, str]]:
    return Counter((one.party, one.act_id, one.result) for one in now.turns)


def said(
    tag: str,
    number: int = 0,
    answers: str = OPENER,
    /,
    *,
    times: Mapping[str, int] | None = None,
    items: tuple[str, ...] = (),
    to: tuple[str, ...] = (),
    **codes: str,
) -> Act:
    """Return any act of the matter that the first party opened."""
    kind = tag.partition(".")[0]
    named = {name.replace("_", "-").replace("--", "."): code for name, code in codes.items()}
    return Act(
        act_id(number),
        tag,
        Matter(kind, shape.matter_id(kind, "aa", OPENER)),
        Office("police"),
        answers=answers,
        to=tuple(Addressee(party) for party in to),
        items=items,
        codes=named,
        times=times or {},
    )
