"""The registry of rooms: what the node knows of a kind of matter.

`understand` refolds a touched matter through its room; a kind that is not here folds to
nothing, and its acts are kept.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol

from comity.acts.order import Placed
from comity.acts.record import Act
from comity.joint.case import acts as case_acts
from comity.joint.case import decide as case_decide
from comity.joint.case import fold as case_fold
from comity.joint.case import state as case_state
from comity.joint.case import view as case_view
from comity.joint.guideline import acts as guideline_acts
from comity.joint.guideline import decide as guideline_decide
from comity.joint.guideline import fold as guideline_fold
from comity.joint.guideline import state as guideline_state
from comity.joint.guideline import view as guideline_view
from comity.joint.request import acts, decide, fold, state, view
from comity.joint.request.state import State
from comity.joint.review import acts as review_acts
from comity.joint.review import decide as review_decide
from comity.joint.review import fold as review_fold
from comity.joint.review import state as review_state
from comity.joint.review import view as review_view
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible

type Entry = tuple[Placed, bool, str, int | None]
"""An act in its place, whether it crossed one before it, its author, and the effective
time in milliseconds at which every party that it speaks to held it, or None."""

type Heard = Mapping[str, int | None]
"""When each party that an act speaks to held it, effective time in milliseconds, or None."""


class Room[S](Protocol):
    """One kind of matter.

    Attributes:
        kind: its code.
        last_words: tags of what decides, corrects or ends one: sayable to the last (see `many`).
    """

    kind: str
    last_words: frozenset[str]

    def fold_all(
        self,
        entries: Sequence[Entry],
        parties: Sequence[str] = (),
        heard: Sequence[Heard] = (),
    ) -> S:
        """Return the state after all acts of a matter, given in their order.

        Args:
            entries: of the matter.
            parties: of the channel, in the arrangement's order.
            heard: of each act when each party that it speaks to held it; none among two parties.
        """
        ...

    def admit(self, folded: S, act: Act, party: str) -> Inadmissible | None:
        """Return why `party` may not say this now, or None if it may."""
        ...

    def status(self, folded: S) -> str:
        """Return the room's word for where the matter stands."""
        ...

    def holder(self, folded: S) -> str:
        """Return the party that holds the ball, or ""."""
        ...

    def urgency(self, folded: S) -> str:
        """Return its urgency, a code, or ""."""
        ...

    def asker(self, folded: S) -> str:
        """Return the party that opened it, or ""."""
        ...

    def to_json(self, folded: S) -> Json:
        """Return the state as JSON."""
        ...

    def from_json(self, value: Json) -> S:
        """Read back what `to_json` gave."""
        ...


class RequestRoom:
    """The room `request`."""

    kind = acts.KIND
    last_words = acts.LAST_WORDS

    def fold_all(
        self,
        entries: Sequence[Entry],
        parties: Sequence[str] = (),  # noqa: ARG002 -- a request names whom it asks
        heard: Sequence[Heard] = (),
    ) -> State:
        """Return where a request stands after all its acts."""
        return fold.fold_all(entries, heard)

    def admit(self, folded: State, act: Act, party: str) -> Inadmissible | None:
        """Return why `party` may not say this now, or None if it may."""
        return decide.admit(folded, act, party)

    def status(self, folded: State) -> str:
        """Return its status, a word of the table."""
        return view.status(folded)

    def holder(self, folded: State) -> str:
        """Return the first addressee that has not decided, or ""."""
        return view.holder(folded)

    def urgency(self, folded: State) -> str:
        """Return `emergency`, `urgent`, `routine` or ""."""
        return folded.urgency

    def asker(self, folded: State) -> str:
        """Return the party that asked, or ""."""
        return folded.asker

    def to_json(self, folded: State) -> Json:
        """Return the state as JSON."""
        return state.to_json(folded)

    def from_json(self, value: Json) -> State:
        """Read back what `to_json` gave."""
        return state.from_json(value)


class GuidelineRoom:
    """The room `guideline`."""

    kind = guideline_acts.KIND
    last_words = guideline_acts.LAST_WORDS

    def fold_all(
        self,
        entries: Sequence[Entry],
        parties: Sequence[str] = (),
        heard: Sequence[Heard] = (),  # noqa: ARG002 -- it waits for all of them
    ) -> guideline_state.State:
        """Return where a joint text stands after all its acts."""
        return guideline_fold.fold_all(entries, parties)

    def admit(self, folded: guideline_state.State, act: Act, party: str) -> Inadmissible | None:
        """Return why `party` may not say this now, or None if it may."""
        return guideline_decide.admit(folded, act, party)

    def status(self, folded: guideline_state.State) -> str:
        """Return its status, a word of the table."""
        return guideline_view.status(folded)

    def holder(self, folded: guideline_state.State) -> str:
        """Return the first party that has not adopted the newest open proposal, or ""."""
        return guideline_view.holder(folded)

    def urgency(self, folded: guideline_state.State) -> str:  # noqa: ARG002 -- a joint text has none
        """Return "": a joint text is never urgent."""
        return ""

    def asker(self, folded: guideline_state.State) -> str:
        """Return the party that proposed the newest text, or ""."""
        return folded.proposals[-1].party if folded.proposals else ""

    def to_json(self, folded: guideline_state.State) -> Json:
        """Return the state as JSON."""
        return guideline_state.to_json(folded)

    def from_json(self, value: Json) -> guideline_state.State:
        """Read back what `to_json` gave."""
        return guideline_state.from_json(value)


class ReviewRoom:
    """The room `review`: snapshots of the figures."""

    kind = review_acts.KIND
    last_words = review_acts.LAST_WORDS

    def fold_all(
        self,
        entries: Sequence[Entry],
        parties: Sequence[str] = (),
        heard: Sequence[Heard] = (),  # noqa: ARG002 -- it waits for all of them
    ) -> review_state.State:
        """Return where a snapshot stands after all its acts."""
        return review_fold.fold_all(entries, parties)

    def admit(self, folded: review_state.State, act: Act, party: str) -> Inadmissible | None:
        """Return why `party` may not say this now, or None if it may."""
        return review_decide.admit(folded, act, party)

    def status(self, folded: review_state.State) -> str:
        """Return where it stands."""
        return review_view.status(folded)

    def holder(self, folded: review_state.State) -> str:
        """Return the first party that has not computed the figures, or ""."""
        return review_view.holder(folded)

    def urgency(self, folded: review_state.State) -> str:  # noqa: ARG002 -- a snapshot has none
        """Return "": a snapshot is never urgent."""
        return ""

    def asker(self, folded: review_state.State) -> str:
        """Return the party that named it, or ""."""
        return folded.author

    def to_json(self, folded: review_state.State) -> Json:
        """Return the state as JSON."""
        return review_state.to_json(folded)

    def from_json(self, value: Json) -> review_state.State:
        """Read back what `to_json` gave."""
        return review_state.from_json(value)


class CaseRoom:
    """The room `case`."""

    kind = case_acts.KIND
    last_words = case_acts.LAST_WORDS

    def fold_all(
        self,
        entries: Sequence[Entry],
        parties: Sequence[str] = (),
        heard: Sequence[Heard] = (),  # noqa: ARG002 -- it waits for all of them
    ) -> case_state.State:
        """Return where a case stands after all its acts."""
        return case_fold.fold_all(entries, parties)

    def admit(self, folded: case_state.State, act: Act, party: str) -> Inadmissible | None:
        """Return why `party` may not say this now, or None if it may."""
        return case_decide.admit(folded, act, party)

    def status(self, folded: case_state.State) -> str:
        """Return where it stands."""
        return case_view.status(folded)

    def holder(self, folded: case_state.State) -> str:
        """Return the first party that has a proposal or report to answer, or ""."""
        return case_view.holder(folded)

    def urgency(self, folded: case_state.State) -> str:  # noqa: ARG002 -- a case has a level
        """Return "": a case is no request."""
        return ""

    def asker(self, folded: case_state.State) -> str:
        """Return the party that opened it, or ""."""
        return folded.opener

    def to_json(self, folded: case_state.State) -> Json:
        """Return the state as JSON."""
        return case_state.to_json(folded)

    def from_json(self, value: Json) -> case_state.State:
        """Read back what `to_json` gave."""
        return case_state.from_json(value)


REQUEST: Final = RequestRoom()
GUIDELINE: Final = GuidelineRoom()
REVIEW: Final = ReviewRoom()
CASE: Final = CaseRoom()

type AnyRoom = Room[Any]

ROOMS: Final[Mapping[str, AnyRoom]] = MappingProxyType(
    {one.kind: one for one in (REQUEST, GUIDELINE, REVIEW, CASE)}
)
"""Every room by its kind."""
