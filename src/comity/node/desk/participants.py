"""Participants at home: banks, platforms and providers; added, listed, ended.

    record kind     key     value
    participant     <id>    `Participant`

Each is admitted as everybody from outside is (`comity.node.desk.outside`): its own program by token
or certificate, its people by a link for each task.  An officer called it back before.

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast

from comity.domestic.officer import role
from comity.domestic.outside.session import LINK, Session, Terms
from comity.domestic.participant import participant as participants
from comity.domestic.participant.participant import PLATFORM, Participant
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.base.scope import Scope
from comity.node.desk import outside
from comity.node.room.officers import lacks_role

RECORD: Final = "participant"
TASKS: Final = Scope("tasks", "answer what you were asked to do", "答复交办给您的事项")
ROLLS: Final = Scope("rolls", "load lists of hashes", "载入散列值清单")
_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Added:
    """A participant that was admitted.

    Attributes:
        one: what is kept.
        secret: its program's token, shown once; "" with a certificate, or without a program.
    """

    one: Participant
    secret: str


def add(  # noqa: PLR0913 -- what a participant has
    node: Node,
    officer: Officer,
    terms: Terms,
    *,
    sort: str,
    call_back: str,
    rolls: Sequence[str] = (),
    certificate: bytes = b"",
) -> Added | Inadmissible:
    """Admit a participant; with terms of a link it has no session but those of its tasks.

    Raises:
        Fault: those of `outside.admit` and `participant.require_fit`; `participant.terms.unfit`.
    """
    participants.require_fit(sort, call_back)
    if no := lacks_role(officer, *outside.ADMITTING):
        return no
    if rolls and (sort != PLATFORM or terms.kind == LINK):
        raise Fault(
            code="participant.terms.unfit",
            what="Only a platform whose program has a token or certificate loads rolls.",
            fix="Leave the rolls out, or add the platform with a token or certificate.",
        )
    terms = replace(terms, scopes=(TASKS.name, *((ROLLS.name,) if rolls else ())))
    one = Participant(
        id=node.entropy(_ID_BYTES).hex(),
        sort=sort,
        name=terms.name.strip(),
        on_behalf=terms.on_behalf.strip(),
        call_back=call_back.strip(),
        rolls=tuple(dict.fromkeys(rolls)),
        session="",
        agency=officer.agency,
        since_ms=node.clock.now_ms(),
    )
    if terms.kind == LINK:
        outside.require_fit(node, terms)
        with node.store.write() as tx:
            _save(tx, one)
        return Added(one, "")

    def is_of_it(tx: Tx, session: Session) -> None:
        _save(tx, replace(one, session=session.id))

    made = outside.admit(node, officer, terms, certificate, is_of_it)
    if isinstance(made, Inadmissible):
        return made
    return Added(replace(one, session=made.session.id), made.secret)


def listing(node: Node, officer: Officer) -> list[Participant]:
    """Return the participants that an officer may see, ended ones too, the newest first."""
    with node.store.read() as tx:
        found = (one for one in every(tx) if _sees(officer, one))
        return sorted(found, key=lambda one: (-one.since_ms, one.id))


def end(node: Node, officer: Officer, participant_id: str) -> Participant | Inadmissible:
    """End a participant: its program has nothing from its next request on, its links neither.

    Raises:
        Fault: `participant.id.unknown`, also for one that the officer may not see.
    """
    one = require(node, officer, participant_id)
    if no := lacks_role(officer, *outside.ADMITTING, role.OPERATOR):
        return no
    if one.ended_ms is not None:
        return one
    if one.session:
        done = outside.end(node, officer, one.session)
        assert not isinstance(done, Inadmissible)
    ended = replace(one, ended_ms=node.clock.now_ms())
    with node.store.write() as tx:
        _save(tx, ended)
    return ended


def require(node: Node, officer: Officer, participant_id: str) -> Participant:
    """Return a participant that an officer may see.

    Raises:
        Fault: `participant.id.unknown`.
    """
    with node.store.read() as tx:
        found = of(tx, participant_id)
    if found is None or not _sees(officer, found):
        raise Fault(
            code="participant.id.unknown",
            what=f"There is no participant {quoted(participant_id)}.",
            fix="Run `comity participant list` to see the participants of your agency.",
        )
    return found


def of(tx: Tx, participant_id: str) -> Participant | None:
    """Return a participant by its id, or None."""
    value = tx.record(RECORD, participant_id)
    return None if value is None else _from_json(value)


def of_session(tx: Tx, session: Session) -> Participant | None:
    """Return the participant whose own program has a session, or None."""
    return next((one for one in every(tx) if one.session == session.id), None)


def every(tx: Tx) -> list[Participant]:
    """Return every participant, ended ones too."""
    return [_from_json(value) for value in tx.records(RECORD).values()]


def is_open(node: Node, tx: Tx, one: Participant) -> bool:
    """Return whether the program of a participant may ask."""
    session = outside.session_of(tx, one.session) if one.session else None
    return one.ended_ms is None and session is not None and session.is_open(node.clock.now_ms())


def as_json(one: Participant) -> dict[str, Json]:
    """Return a participant, without its secret."""
    return cast("dict[str, Json]", {**asdict(one), "rolls": [*one.rolls]})


def _sees(officer: Officer, one: Participant) -> bool:
    is_over_all = role.OPERATOR in officer.roles or role.AUDITOR in officer.roles
    return is_over_all or officer.agency == one.agency


def _save(tx: Tx, one: Participant) -> None:
    tx.save_record(RECORD, one.id, as_json(one))


def _from_json(value: Json) -> Participant:
    fields = cast("dict[str, Any]", value)
    return Participant(**{**fields, "rolls": tuple(fields["rolls"])})
