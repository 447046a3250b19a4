"""One request with all that an officer may know of it: what a page, a print and a file show.

    of(node, officer, "k3v7…") -> Dossier(shown, reckoned, reviewed, file, …)

What of it they may not read is not in it: the domestic file is None for who does not work on
matters.  That they looked is noted, as `matter_read.show` does.

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Office
from comity.domestic.duty import acts as steps
from comity.domestic.duty.fold import File
from comity.joint.arrangement.card import Agency
from comity.joint.guideline.model import Guideline
from comity.joint.request.acts import Saying
from comity.joint.request.decide import By
from comity.joint.request.possible_verbs import Possible, of_verb
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reckoned import Reckoned
from comity.node.base.rows import Officer
from comity.node.desk.duty import access, file_store, intake
from comity.node.exchange import status
from comity.node.room import clocks, exercise_mark, need_to_know, officers, parties
from comity.node.room.matter_read import Shown
from comity.node.room.parties import Known
from comity.node.room.release import draft_store
from comity.node.room.release.draft_store import Draft
from comity.rooms.request import completeness, guideline_rules, reading
from comity.rooms.request.completeness import Reviewed

_NOBODY: Final = "a" * 26
"""Id of an act that is never said."""


@dataclass(frozen=True, slots=True)
class Home:
    """The domestic file of a request; it never crosses.

    Attributes:
        file: as it stands.
        steps: every one, in order.
        readers: who reads the request: agencies, officers as `@name`, "" for the contact point.
        agencies: of this State, by id.
        colleagues: officers in office who may read it.
        is_contact_point: whether who looks is at the contact point.
        is_to_route: whether no agency has it yet, and something is left to do.
    """

    file: File
    steps: tuple[steps.Step, ...]
    readers: tuple[str, ...]
    agencies: tuple[str, ...]
    colleagues: tuple[str, ...]
    is_contact_point: bool
    is_to_route: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """One request.

    Attributes:
        shown: the request, its acts, their bodies.
        known: parties by id.
        agencies: `{party: its agencies}`, as its newest card names them.
        reckoned: its clocks.
        reviewed: what it says, and what it lacks by its guideline.
        by: this State, through this officer, as `may` asks what it may say.
        no: why this officer says nothing, whatever is possible; or None.
        home: the domestic file, or None for who does not work on matters.
        waiting: acts on it that wait for approval.
        signed: `{(party, act): when the first head over it was signed}`.
        now_ms: the instant.
        exercise: what a paper of it has in an exercise, or nothing.
    """

    shown: Shown
    known: Known
    agencies: Mapping[str, tuple[Agency, ...]]
    reckoned: Reckoned
    reviewed: Reviewed
    by: By
    no: Inadmissible | None
    home: Home | None
    waiting: tuple[Draft, ...]
    signed: Mapping[tuple[str, str], int | None]
    now_ms: int
    exercise: Mapping[str, Json]

    @property
    def guideline(self) -> Guideline | None:
        """The version that the request names, if it is known here."""
        text: Guideline | None = self.reckoned.text
        return text

    def may(self, verb: str) -> Possible | None:
        """Return what is known of a verb of this State's side; None for one that is not.

        Each is tried when it is asked for: most pages ask for the two or three that come next.
        """
        return of_verb(self.reckoned.state, self.by, verb, self.now_ms)

    def no_to(self, verb: str) -> tuple[bool, Inadmissible | None]:
        """Return whether a verb is of this State's side, and why it may not be said now or None.

        Trying ends at the first way in which it may be said.
        """
        found = of_verb(self.reckoned.state, self.by, verb, self.now_ms, is_whole=False)
        return found is not None, None if found is None else found.no


def of(node: Node, officer: Officer, text: str, *, explain: bool = False) -> Dossier:
    """Return a request, by the beginning of its id or a file number.

    Args:
        node: ours.
        officer: who looks.
        text: what they typed.
        explain: whether to say why its clocks say what they say.

    Raises:
        Fault: those of `matter_read.show`.
    """
    shown = reading.show(node, officer, text)
    no = officers.lacks_role(officer, *access.WORKING)
    if no is None:
        intake.catch_up(node)
    reviewed = completeness.judged_of(node, shown)
    row, now_ms = shown.row, node.clock.now_ms()
    with node.store.read() as tx:
        reckoned = clocks.reckon(node, tx, row, now_ms, explain=explain)
        cards = trust.load(tx, row.channel).cards
        return Dossier(
            shown=shown,
            known=parties.known(node, tx),
            agencies={p: tuple(of[max(of)].agencies) for p, of in cards.items() if of},
            reckoned=reckoned,
            reviewed=reviewed,
            by=_by(node, officer, reckoned),
            no=no,
            home=_home(tx, node, officer, shown) if no is None else None,
            waiting=_waiting(tx, officer, shown),
            signed={
                place: status.signed_at_ms(tx, said.row.origin, said.row.index)
                for place, said in shown.said.items()
            },
            now_ms=now_ms,
            exercise=exercise_mark.on_paper(tx, shown.row.channel),
        )


def _by(node: Node, officer: Officer, found: Reckoned) -> By:
    rules = guideline_rules.of(found.text) if found.text else None
    return By(Saying(_NOBODY, Office(officer.agency, officer.office)), node.party, rules)


def _home(tx: Tx, node: Node, officer: Officer, shown: Shown) -> Home:
    key = (shown.row.channel, shown.row.matter.id)
    file = file_store.load(tx, key)
    return Home(
        file=file,
        steps=tuple(file_store.steps(tx, key)),
        readers=need_to_know.readers(tx, shown.row),
        agencies=tuple(sorted(access.agencies(tx))),
        colleagues=tuple(sorted(access.readers(tx, node, key, file))),
        is_contact_point=access.is_contact_point(tx, officer),
        is_to_route=file.is_unrouted and intake.is_routed(node, shown.row),
    )


def _waiting(tx: Tx, officer: Officer, shown: Shown) -> tuple[Draft, ...]:
    found = draft_store.read_by(tx, need_to_know.reader(tx, officer))
    return tuple(one for one in found if one.act.matter == shown.row.matter)
