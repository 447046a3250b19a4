"""The way of every verb of a table: find the matter, check the values, decide, seal, release.

    say(TABLE, node, officer, Spoken(verb, "FR-17", {"reason": "concluded"}, words))

A matter is named only by who may read it: to everybody else it does not exist.

Floor: node.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import HASH_HEX_CHARS, KEY_BYTES, NEEDED, Blob, Matter, Office
from comity.acts.verb import (
    MATTER,
    Both,
    Field,
    Given,
    Saying,
    Spelled,
    Table,
    Verb,
    act_of,
    flaws,
    spelled,
)
from comity.joint.text.acts import MAIN
from comity.kernel import legal_text
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit, pointer_of
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rooms import Room, State, text_names
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import (
    act_words,
    joint_texts,
    live_channel,
    need_to_know,
    request_file,
    text_fit,
)
from comity.node.room.act_blobs import Plain
from comity.node.room.act_words import Words
from comity.node.room.matter_lookup import find
from comity.node.room.release.draft_store import Result
from comity.node.room.release.submit import out

LANGUAGES: Final = ("en", "zh")
"""Of what both sides agree on, where no guideline is in force."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A verb with all that was filled in, whichever surface it came from.

    Attributes:
        verb: of the table of its room.
        matter_id: id of the matter, the beginning of it or a file number; "" to open one.
        given: the values of its fields.
        words: what is said beside them.
    """

    verb: Verb
    matter_id: str
    given: Given
    words: Words


type Do = Callable[[Node, Officer, Spoken], Result]
"""Says it; each room has one, most of them `say`."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form of a verb can hold in a channel.

    Attributes:
        languages: of the guideline in force.
        listed: `{list of the guideline: {code: words}}`.
    """

    languages: tuple[str, ...]
    listed: Mapping[str, Mapping[str, Both]]


def words(
    verb: Verb,
    officer: Officer,
    given: Mapping[str, str],
    *,
    key: str = "",
    is_held: bool = False,
    mark: str = request_file.MARK_DEFAULT,
) -> Words:
    """Return words in some languages: the first is the original, or all of what is agreed.

    Raises:
        Unfit: `node.file.unfit`.
    """
    by = officer.office or officer.agency
    texts_: list[Json] = [
        {"lang": lang, "text": text, "by": by, "original": verb.needs_texts or number == 0}
        for number, (lang, text) in enumerate(given.items())
    ]
    value: dict[str, Json] = {"texts": texts_, "mark": mark} if texts_ else {}
    return Words(request_file.from_json(value, request_file.ANSWER, "texts"), (), key, is_held)


def offer(node: Node, channels: Sequence[str]) -> Offer:
    """Return what a form can hold in one of some channels."""
    with node.store.read() as tx:
        return _offer(node, tx, channels)


def _offer(node: Node, tx: Tx, channels: Sequence[str]) -> Offer:
    now_ms = node.clock.now_ms()
    adopted = [joint_texts.in_force(node, tx, one, now_ms) for one in channels]
    texts, main = [one for one in adopted if one is not None], text_fit.require(node.rooms, MAIN)
    languages = [lang for one in texts for lang in main.languages(one)]
    listed: dict[str, dict[str, Both]] = {}
    every = [*(named for one in texts for named in main.lists(one).items())]
    for name in text_names(node.rooms):
        if name != MAIN and not name.endswith("."):
            every += (
                named
                for one in channels
                for named in joint_texts.listed(node, tx, one, now_ms, name).items()
            )
    for name, codes in every:
        spoken = {code: legal_text.spoken(label, LANGUAGES) for code, label in codes.items()}
        listed.setdefault(name, {}).update(spoken)
    return Offer(tuple(dict.fromkeys(languages)) or LANGUAGES, listed)


def homes(node: Node, purpose: str = "") -> list[str]:
    """Return where a matter may be opened that has a home there: one of each arrangement."""
    with node.store.read() as tx:
        every = register_records.arrangements(tx)
    return [register_records.home_in(one.id, purpose) for one in every]


def say(table: Table, node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Say one thing of a matter, or open one; where its room computes the act, by its step.

    Raises:
        Unfit, Fault: those of `said` and of the step.
    """
    step = node.rooms[table.noun].steps.get(spoken.verb.name)
    if step is None:
        return said(table, node, officer, spoken)
    wrong = [*flaws(spoken.verb, spoken.given)]
    if wrong:
        raise Unfit("node.verb.unfit", spoken.verb.name, wrong)
    found: Result = step(node, officer, spoken)
    return found


def computed(spoken: Spoken, given: Given, beside: Sequence[Plain] = ()) -> Spoken:
    """Return what a step says: what it computed, with bodies of roles of their own.

    Args:
        spoken: what was filled in; the act that is answered and the channel go on.
        given: values of what the verb computes.
        beside: bodies.
    """
    row = replace(spoken.verb, fields=spoken.verb.computes, computes=())
    kept = {one.key: spoken.given[one.key] for one in row.asks if one.key in spoken.given}
    filled = {key: value for key, value in given.items() if value not in ("", ())}
    words = replace(spoken.words, beside=(*spoken.words.beside, *beside))
    return Spoken(row, spoken.matter_id, {**kept, **filled}, words)


def said(table: Table, node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Say what was filled in or computed.

    Raises:
        Unfit: `node.verb.unfit`, with every problem and its field.
        Fault: those of `matter_lookup.find` and of `append`; `node.matter.other-arrangement`;
            `node.text.channel-missing`, `node.text.channel-ambiguous`.
    """
    verb, given, words = spoken.verb, spoken.given, _words(spoken)
    room, act_id = node.rooms[table.noun], node.act_id()
    speaker = Office(officer.agency, officer.office)
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        row = None if verb.opens else find(tx, reader, table.noun, spoken.matter_id)
        wrong = [*flaws(verb, given)]
        if wrong:
            raise Unfit("node.verb.unfit", verb.name, wrong)
        named, rows = _named(tx, reader, verb, given)
        telling = spelled(verb, named)
        channel = row.channel if row else _channel(tx, officer, room, telling.channel, rows)
        _require_here(rows, channel)
        text = _offer(node, tx, (channel,))
        if row is None:
            act = act_of(verb.tag, Saying(act_id, speaker, Matter(room.kind, "")), telling)
            matter = Matter(room.kind, room.matter_id(act, node.party))
            now = _state(tx, room, channel, matter)
        else:
            matter = row.matter
            now = room.from_json(row.state)
            newest = verb.about(now, node.party) if verb.about else table.opened_by(now)
            telling = replace(telling, answers=_answered(tx, row, telling.answers, newest))
    _require_listed(verb, given, text)
    no = _lacks_language(verb, words, text.languages)
    if no is not None:
        return no
    act = act_of(verb.tag, Saying(act_id, speaker, matter), telling)
    no = room.admit(now, replace(act, blobs=_to_come(words)), node.party)
    command: Json = [verb.name, _json(telling), "" if row is None else matter.id]
    return out(node, officer, channel, no or act, words, command)


def _words(spoken: Spoken) -> Words:
    """Return all words that are said: those beside the fields, and those of fields with bodies."""
    bodies = _bodies(spoken.verb, spoken.given)
    return replace(spoken.words, beside=(*spoken.words.beside, *bodies))


def _bodies(verb: Verb, given: Given) -> Iterator[Plain]:
    """Give the words of each field that has bodies: one for each key, in one spelling (NFC)."""
    for field in verb.fields:
        value = given.get(field.key)
        if field.is_sealed and isinstance(value, Mapping):
            for key, text in sorted(value.items()):
                data = unicodedata.normalize("NFC", str(text)).encode()
                role = f"{field.code or field.name}{key}"
                yield Plain(role, "text/markdown", request_file.MARK_DEFAULT, data)


def _state(tx: Tx, room: Room, channel: str, matter: Matter) -> State:
    """Return the state of a matter that is opened: another party may have opened it too."""
    row = tx.matter(channel, matter)
    if row is not None:
        return room.from_json(row.state)
    return room.empty(trust.load(tx, channel).arrangement.party_ids())


def _to_come(words: Words) -> tuple[Blob, ...]:
    """Return what stands for the bodies of an act that are not sealed yet, so that it is decided.

    It is decided once more, with the sealed ones, in the transaction that appends it.
    """
    return tuple(
        Blob("0" * HASH_HEX_CHARS, bytes(KEY_BYTES), 0, one.media_type, one.role, NEEDED, one.mark)
        for one in act_words.bodies(words, [("", 0)] * len(words.attachments))
    )


def _named(tx: Tx, reader: Reader, verb: Verb, given: Given) -> tuple[Given, list[MatterRow]]:
    """Return values in which each other matter stands by its whole id, once; and those matters."""
    rows: dict[str, MatterRow] = {}
    named = dict(given)
    for field in verb.fields:
        value = given.get(field.key)
        if field.kind != MATTER or not value:
            continue
        texts_ = value if isinstance(value, tuple) else (str(value),)
        meant = {one.matter.id: one for one in (find(tx, reader, field.of, t) for t in texts_)}
        rows |= meant
        named[field.key] = tuple(meant) if isinstance(value, tuple) else next(iter(meant))
    return named, [*rows.values()]


def _channel(tx: Tx, officer: Officer, room: Room, channel: str, rows: Sequence[MatterRow]) -> str:
    """Return where a matter is opened: where it says, or in the home of its room.

    That is in the arrangement of the matters that it names.  In an exercise it is opened there.
    """
    channel = channel or officer.compartment
    here = sorted({register_records.live_of(row.channel) for row in rows})
    if len(here) > 1:
        raise _elsewhere()
    if channel:
        return live_channel.known(tx, channel)
    live = here[0] if here else live_channel.channel_of(tx, "")
    arrangement, _ = register_records.split_channel(live)
    return live_channel.known(tx, register_records.home_in(arrangement, room.home))


def _require_here(rows: Sequence[MatterRow], channel: str) -> None:
    """Return if matters are of the arrangement of a channel.

    Raises:
        Fault: `node.matter.other-arrangement`.
    """
    here = register_records.live_of(channel)
    if any(register_records.live_of(row.channel) != here for row in rows):
        raise _elsewhere()


def _elsewhere() -> Fault:
    return Fault(
        code="node.matter.other-arrangement",
        what="These requests are not all of one arrangement.",
        fix="Say it once in each arrangement, with the requests of that one.",
    )


def _require_listed(verb: Verb, given: Given, text: Offer) -> None:
    """Return if each code of a list of the guideline is on it.

    Raises:
        Unfit: `node.verb.unfit`.
    """
    wrong = [problem for field in verb.fields for problem in _unlisted(field, given, text)]
    if wrong:
        raise Unfit("node.verb.unfit", verb.name, wrong)


def _unlisted(field: Field, given: Given, text: Offer) -> list[Problem]:
    known = text.listed.get(field.listed, {}) if field.listed else {}
    code = str(given.get(field.key, ""))
    if not known or not code or code in known:
        return []
    what = f"{quoted(code)} is not on the list of the guideline ({field.name})."
    fix = f"Use one of: {', '.join(known)}."
    return [Problem(pointer_of((field.key,)), code, what, fix, rule="verb.value-unfit")]


def _lacks_language(verb: Verb, words: Words, languages: Sequence[str]) -> Inadmissible | None:
    """Return the no to words that lack a language of the guideline, or are missing."""
    if not verb.needs_texts:
        return None
    langs = {
        str(one.get("lang", "")).partition("-")[0]
        for one in words.written.texts
        if isinstance(one, dict)
    }
    missing = [one for one in languages if one.partition("-")[0] not in langs]
    if langs and not missing:
        return None
    return Inadmissible(
        "node.verb.text-missing",
        f"The text must be given in each language of the guideline; it lacks "
        f"{', '.join(missing) or 'all'}.",
        "Give the text once in each language.",
    )


def _answered(tx: Tx, row: MatterRow, prefix: str, newest: str) -> str:
    """Return the id of the act that is answered: the one that begins so, else the newest."""
    if not prefix:
        return newest
    every = {one.act.id for one in tx.acts_of(row.channel, row.matter)}
    meant = [one for one in every if one.startswith(prefix)]
    return meant[0] if len(meant) == 1 else prefix


def _json(said: Spelled) -> Json:
    """Return what decides an act, so that a key means one command."""
    return [dict(said.codes), dict(said.times), [*said.items], [*said.to], said.answers]
