"""What an officer says of a case: open it, group requests, agree on priority and on its status.

A request is named only by who may read it: to everybody else it does not exist.

Source: docs/spec/case.md.
Floor: node.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Act, Office
from comity.joint.case import acts, decide, fold, state
from comity.joint.case.acts import Saying, Step
from comity.joint.case.state import State
from comity.joint.request import acts as request_acts
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.guideline import texts
from comity.node.room import guidelines, need_to_know
from comity.node.room.act_words import Words
from comity.node.room.matter_lookup import find
from comity.node.room.release.draft_store import Result
from comity.node.room.release.submit import out

_NO_WORDS: Final = Words()

type _Decided = Callable[[State, Saying, str], Act | Inadmissible]
type Who = tuple[Node, Officer, str]
"""Who says it, and of which case: the beginning of its id, or a file number."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a case is opened with.

    Attributes:
        own_reference: file number of this State.
        crime_type: a code, or "".
        requests: ids or file numbers.
        channel: its path, or "" for the one of the requests, or the only one.
    """

    own_reference: str
    crime_type: str = ""
    requests: tuple[str, ...] = ()
    channel: str = ""


def found(node: Node, officer: Officer, case_id: str) -> tuple[MatterRow, State]:
    """Return a case that an officer may read, by the beginning of an id or a file number.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    with node.store.read() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, case_id)
    return row, state.from_json(row.state)


def open_case(node: Node, officer: Officer, opening: Opening, words: Words = _NO_WORDS) -> Result:
    """Open a case, with requests in it or none yet.

    Raises:
        Fault: those of `matters.find`, `node.text.channel-missing`, `node.text.channel-ambiguous`,
            `node.case.other-arrangement`, and those of `append`.
    """
    with node.store.read() as tx:
        rows = _requests(tx, officer, opening.requests)
    lives = sorted({register_records.live_of(row.channel) for row in rows})
    if len(lives) > 1:
        raise _elsewhere()
    channel = opening.channel or (lives[0] if lives else texts.find(node, "guideline").channel)
    _require_here(rows, channel)
    with node.store.read() as tx:
        parties = trust.load(tx, channel).arrangement.party_ids()
    ids = tuple(row.matter.id for row in rows)
    act = decide.open_case(
        fold.fold_all([], parties),
        _saying(node, officer),
        node.party,
        opening.own_reference,
        opening.crime_type,
        ids,
    )
    said: Json = ["open", opening.own_reference, opening.crime_type, [*ids]]
    return out(node, officer, channel, act, words, said)


def group(
    who: Who, requests: Sequence[str], words: Words = _NO_WORDS, *, is_out: bool = False
) -> Result:
    """Put requests in a case, or take them out.

    Raises:
        Fault: as `open_case`.
    """
    node, officer, case_id = who
    row, _ = found(*who)
    with node.store.read() as tx:
        rows = _requests(tx, officer, requests)
    _require_here(rows, row.channel)
    ids = tuple(one.matter.id for one in rows)
    return _say(
        (node, officer, case_id),
        words,
        lambda now, saying, party: decide.group(now, saying, party, ids, out=is_out),
        "ungroup" if is_out else "group",
        [*ids],
    )


def refer(who: Who, own_reference: str, words: Words = _NO_WORDS) -> Result:
    """Give the file number of this State."""
    return _say(
        who,
        words,
        lambda now, saying, party: decide.refer(now, saying, party, own_reference),
        "reference",
        own_reference,
    )


def propose_priority(who: Who, level: str, reason: str, words: Words = _NO_WORDS) -> Result:
    """Propose a level of priority."""
    return _say(
        who,
        words,
        lambda now, saying, party: decide.propose_priority(now, saying, party, level, reason),
        "propose-priority",
        level,
        reason,
    )


def agree_priority(who: Who, words: Words = _NO_WORDS, proposal: str = "") -> Result:
    """Agree to a level that the other side proposed: the newest open one, or one by its id."""
    return _say(
        who,
        words,
        lambda now, saying, party: decide.answer_priority(
            now, saying, party, "", _whole(proposal, [one.id for one in now.proposals])
        ),
        "agree-priority",
        proposal,
    )


def decline_priority(who: Who, reason: str, words: Words = _NO_WORDS, proposal: str = "") -> Result:
    """Decline a level that the other side proposed."""
    return _say(
        who,
        words,
        lambda now, saying, party: decide.answer_priority(
            now, saying, party, reason, _whole(proposal, [one.id for one in now.proposals])
        ),
        "decline-priority",
        reason,
        proposal,
    )


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a status report says beside its text.

    Attributes:
        dialogue: for which it is made.
        steps: what each party does next.
        requests: ids or file numbers that it speaks of; none: all.
    """

    dialogue: str
    steps: tuple[Step, ...]
    requests: tuple[str, ...] = ()


def report(who: Who, reporting: Reporting, words: Words) -> Result:
    """Propose a joint status report, with its text in each language of the guideline.

    Raises:
        Fault: those of `found`, of `matters.find` and of `append`.
    """
    node, officer, _ = who
    row, _ = found(*who)
    with node.store.read() as tx:
        rows = _requests(tx, officer, reporting.requests)
        text = guidelines.in_force(node, tx, row.channel, node.clock.now_ms())
    no = _lacks_language(words, text.languages.text if text else ())
    if no is not None:
        return no
    ids = tuple(one.matter.id for one in rows)
    steps: list[Json] = [[one.party, one.next, one.owner, one.due_ms] for one in reporting.steps]
    return _say(
        who,
        words,
        lambda now, saying, party: decide.report(
            now, saying, party, reporting.dialogue, reporting.steps, ids
        ),
        "report",
        reporting.dialogue,
        steps,
        [*ids],
    )


def agree_report(who: Who, words: Words = _NO_WORDS, report_id: str = "") -> Result:
    """Agree to a status report of the other side: the newest one, or one by its id."""
    return _say(
        who,
        words,
        lambda now, saying, party: decide.answer_report(
            now, saying, party, "", _whole(report_id, [one.id for one in now.reports])
        ),
        "agree-report",
        report_id,
    )


def dispute_report(who: Who, reason: str, words: Words = _NO_WORDS, report_id: str = "") -> Result:
    """Dispute a status report of the other side."""
    return _say(
        who,
        words,
        lambda now, saying, party: decide.answer_report(
            now, saying, party, reason, _whole(report_id, [one.id for one in now.reports])
        ),
        "dispute-report",
        reason,
        report_id,
    )


def close(who: Who, reason: str, words: Words = _NO_WORDS) -> Result:
    """Close a case."""
    return _say(
        who,
        words,
        lambda now, saying, party: decide.close(now, saying, party, reason),
        "close",
        reason,
    )


def reopen(who: Who, reason: str, words: Words = _NO_WORDS) -> Result:
    """Take a case up again."""
    return _say(
        who,
        words,
        lambda now, saying, party: decide.reopen(now, saying, party, reason),
        "reopen",
        reason,
    )


def _say(who: Who, words: Words, decided: _Decided, *codes: Json) -> Result:
    node, officer, _ = who
    row, now = found(*who)
    act = decided(now, _saying(node, officer), node.party)
    return out(node, officer, row.channel, act, words, [*codes, row.matter.id])


def _saying(node: Node, officer: Officer) -> Saying:
    act_id = node.act_id()
    return Saying(act_id, Office(officer.agency, officer.office))


def _requests(tx: Tx, officer: Officer, given: Sequence[str]) -> list[MatterRow]:
    """Return requests that the officer may read, each once."""
    reader = need_to_know.reader(tx, officer)
    rows = [find(tx, reader, request_acts.KIND, one) for one in given]
    return [*{row.matter.id: row for row in rows}.values()]


def _require_here(rows: Sequence[MatterRow], channel: str) -> None:
    """Return if requests are of the arrangement of a case's channel.

    Raises:
        Fault: `node.case.other-arrangement`.
    """
    here = register_records.live_of(channel)
    if any(register_records.live_of(row.channel) != here for row in rows):
        raise _elsewhere()


def _elsewhere() -> Fault:
    return Fault(
        code="node.case.other-arrangement",
        what="These requests are not all of one arrangement.",
        fix="Open a case in each arrangement, with the requests of that one.",
    )


def _lacks_language(words: Words, languages: Sequence[str]) -> Inadmissible | None:
    """Return the no to a report whose text lacks a language of the guideline, or all text."""
    written = {
        str(one.get("lang", "")).partition("-")[0]
        for one in words.written.texts
        if isinstance(one, dict)
    }
    missing = [one for one in languages if one.partition("-")[0] not in written]
    if written and not missing:
        return None
    return Inadmissible(
        "case.text-missing",
        f"The text of a status report stands in the languages of both sides; it lacks "
        f"{', '.join(missing) or 'all'}.",
        "Give the text once in each language.",
    )


def _whole(prefix: str, ids: Sequence[str]) -> str:
    """Return the one id that begins so; else what was given, of which there is none."""
    meant = [one for one in ids if prefix and one.startswith(prefix)]
    return meant[0] if len(meant) == 1 else prefix
