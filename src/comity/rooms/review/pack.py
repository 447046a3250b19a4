"""A pack: figures, the rows that they are computed from, and what proves them, as one file.

    pack.json            what it is of: period, cut, instant, digest, logs
    figures.json         as the digest is of them;  figures.csv and definitions.json beside
    rows.jsonl           one row a line
    places.jsonl         where each act stands that a row names: its id, its log, its index
    heads/N, leaves/N    of each log: a signed head over the cut, the hash of every entry below it
    arrangement.json, cards/PARTY-N, texts/SHA256      what everybody of the arrangement has
    entries/N.jsonl      what is disclosed: an entry and the key that opens it, by its index

Receipts, and acts on joint texts and the channel, are always disclosed with any: they time and
count the others, and name nobody.  The same pack of the same home is the same bytes.

Source: docs/spec/review.md, part 6.
Floor: rooms.
"""

import base64
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from comity.acts.causality import Cut, contains
from comity.acts.record import Act, Matter, Receipt
from comity.domestic.officer import role
from comity.figures import rows as row_texts
from comity.figures.observation import Observation
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.exchange.acts import CHANNEL_KIND
from comity.joint.request import acts as request_acts
from comity.joint.text import acts as guideline_acts
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, Officer
from comity.node.exchange import abandoned_party, logs, proof_checkpoints, refold, seal
from comity.node.exchange.seal import Opened
from comity.node.review import cuts, take
from comity.node.review.take import Taken, Wanted
from comity.node.room import calendars, need_to_know, officers, proof
from comity.rooms.review import as_json, figure_notes
from comity.tlog import checkpoint, note

FORMAT: Final = "comity/review-pack/1"
ALL: Final = "all"
WHEN: Final = (1980, 1, 1, 0, 0, 0)
"""Of every member: when it was written says nothing."""

_JOINT: Final = frozenset({CHANNEL_KIND, guideline_acts.KIND})
_PAGE: Final = 256


@dataclass(frozen=True, slots=True)
class Made:
    """A pack.

    Attributes:
        data: the file.
        digest: of its figures.
        rows: how many it has.
        disclosed: how many requests can be read in it.
        without: parties that are given up, without which some head in it had to do.
    """

    data: bytes = field(repr=False)
    digest: str
    rows: int
    disclosed: int
    without: tuple[str, ...] = ()


def make(
    node: Node, officer: Officer, wanted: Wanted, disclose: Sequence[str] = ()
) -> Made | Inadmissible:
    """Return the pack of figures.

    Args:
        node: ours.
        officer: an auditor, or of the secretariat: rows name every request.
        wanted: which figures.
        disclose: ids of requests whose acts are to be read by whoever has the file, or `all`.

    Raises:
        Fault: those of `take.computed` and `proof_checkpoints.from_author`,
            `node.review.not-behind`.
    """
    no = officers.lacks_role(officer, role.AUDITOR, role.SECRETARIAT)
    if no is None and ALL in disclose:
        no = officers.lacks_role(officer, role.AUDITOR)
    if no is not None:
        return no
    found = take.take(node, officer, wanted)
    if isinstance(found, Inadmissible):
        return found
    rows = take.rows(node, found)
    chosen = _chosen(node, officer, found, rows, disclose)
    heads = {origin: _head(node, origin, found.cut[origin]) for origin in sorted(found.cut)}
    sheet = as_json.csv(found, figure_notes.beside(node, officer, found)).encode()
    signed = {of: one for of, (one, _) in heads.items()}
    every = (*rows, *take.others(node, found))
    members = {**dict(_members(node, found, every, chosen, signed)), "figures.csv": sheet}
    without = sorted({party for _, lacking in heads.values() for party in lacking})
    return Made(_zipped(members), found.digest, len(rows), len(chosen), tuple(without))


def _chosen(
    node: Node,
    officer: Officer,
    found: Taken,
    rows: Sequence[Observation],
    disclose: Sequence[str],
) -> frozenset[str]:
    """Return the requests that are disclosed; of each its conditions allow it."""
    known = {row.id for row in rows}
    if unknown := sorted(set(disclose) - known - {ALL}):
        raise _not_behind(unknown[0])
    chosen: dict[str, None] = {}
    waiting = sorted(known if ALL in disclose else set(disclose))
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        paths = cuts.channels(tx, found.wanted.channel)
        while waiting:
            matter_id = waiting.pop()
            if matter_id in chosen:
                continue
            chosen[matter_id] = None
            matter = Matter(request_acts.KIND, matter_id)
            path = next((one for one in paths if tx.readable(reader, one, matter)), "")
            if not path:
                raise _not_behind(matter_id)
            waiting += _beside(tx, path, matter)
            said = tx.acts_of(path, matter)
            for log in tx.logs(path):
                own = [row for row in said if row.origin == log.origin]
                proof.require_free(node, tx, log, own)
    return frozenset(chosen)


def _beside(tx: Tx, path: str, matter: Matter) -> Iterator[str]:
    """Give the requests that one extends and that extend it: its clocks run on in theirs."""
    yield from refold.extending(tx, path, matter.id)
    row = tx.matter(path, matter)
    earlier = row.state.get("extends") if row is not None and isinstance(row.state, dict) else ""
    if isinstance(earlier, str) and earlier:
        yield earlier


def _not_behind(matter_id: str) -> Fault:
    return Fault(
        code="node.review.not-behind",
        what=f"Behind these figures is no request {quoted(matter_id)} for you.",
        fix="Name whole ids, as `comity review behind` lists them, or `all`.",
    )


def _members(
    node: Node,
    found: Taken,
    rows: Sequence[Observation],
    chosen: frozenset[str],
    heads: Mapping[str, bytes],
) -> Iterator[tuple[str, bytes]]:
    origins = sorted(heads)
    sizes = {origin: _size(data) for origin, data in heads.items()}
    yield "README.txt", _README
    yield "pack.json", ijson.render(_manifest(node, found, sizes, is_open=bool(chosen)))
    yield "figures.json", ijson.render(cast("Json", found.figures))
    yield "definitions.json", ijson.render(as_json.definitions_json())
    yield "rows.jsonl", b"".join(_line(row_texts.render([row])) for row in rows)
    with node.store.read() as tx:
        yield (
            "places.jsonl",
            b"".join(ijson.render(one) + b"\n" for one in _places(tx, found.cut, rows)),
        )
    for number, origin in enumerate(origins):
        if heads[origin]:
            yield f"heads/{number}", heads[origin]
        with node.store.read() as tx:
            yield f"leaves/{number}", tx.leaves(origin, 0, sizes[origin])
        if chosen:
            size = found.cut[origin]
            yield f"entries/{number}.jsonl", b"".join(_entries(node, origin, size, chosen))
    if chosen:
        yield from _texts(node, found)


def _line(value: Json) -> bytes:
    """Return the one row of a list as a line."""
    assert isinstance(value, list)
    return ijson.render(value[0]) + b"\n"


def _manifest(node: Node, found: Taken, sizes: Mapping[str, int], *, is_open: bool) -> Json:
    wanted = found.wanted
    before = wanted.before
    with node.store.read() as tx:
        paths = cuts.channels(tx, wanted.channel)
    return {
        "format": FORMAT,
        "channel": wanted.channel,
        "channels": [*paths],
        "period": [wanted.period.from_ms, wanted.period.to_ms],
        "before": None if before is None else [before.from_ms, before.to_ms],
        "now_ms": found.now_ms,
        "cut": dict(found.cut),
        "digest": found.digest,
        "logs": [{"origin": one, "size": sizes[one]} for one in sorted(found.cut)],
        "is_open": is_open,
    }


def _places(tx: Tx, cut: Cut, rows: Iterable[Observation]) -> Iterator[Json]:
    """Give where each act stands that a row names, `[act id, log, index]`; two may have one id."""
    for act_id in sorted({one for row in rows for one in acts_of(row)}):
        for stands in tx.acts_with_id(act_id):
            if contains(cut, stands.origin, stands.index):
                yield [act_id, stands.origin, stands.index]


def acts_of(row: Observation) -> Iterator[str]:
    """Give the ids of the acts that a row names."""
    yield row.asked.act_id
    for span in row.spans:
        yield from (one.act_id for one in (span.begin, span.end, span.stopped) if one is not None)
    yield from (fact.act_id for fact in row.facts if fact.act_id)


def _head(node: Node, origin: str, size: int) -> tuple[bytes, frozenset[str]]:
    """Return a head over the entries of a cut with the lines of mirrors, and who it is without.

    It has the lines of all; those of a party that is given up are left out where they are not
    to be had, and so are those of third parties on its logs, which it alone would show.
    """
    if size == 0:
        return b"", frozenset()
    with node.store.read() as tx:
        log = logs.require_log(tx, origin)
        parties = {*trust.load(tx, log.channel).arrangement.party_ids()} - {log.party}
        awaited = abandoned_party.waited_for(tx, log.channel, {*parties, log.party})
        signed = proof_checkpoints.cosigned_head(node, tx, log, size - 1, parties)
    if signed is None and log.party in awaited:
        try:
            signed = proof_checkpoints.from_author(node, log, size - 1, parties)
        except Fault:
            if parties <= awaited:
                raise
    if signed is not None:
        return signed, frozenset()
    left = parties & awaited if log.party in awaited else {node.party}
    with node.store.read() as tx:
        signed = proof_checkpoints.cosigned_head(node, tx, log, size - 1, left)
    lacking = frozenset({*parties, log.party} - awaited)
    return signed or proof_checkpoints.from_author(node, log, size - 1, left), lacking


def _size(data: bytes) -> int:
    return checkpoint.parse_body(note.parse(data).body).size if data else 0


def _entries(node: Node, origin: str, size: int, chosen: frozenset[str]) -> Iterator[bytes]:
    """Give what is disclosed of a log, a line for each entry."""
    for start in range(0, size, _PAGE):
        end = min(start + _PAGE, size)
        with node.store.read() as tx:
            log = logs.require_log(tx, origin)
            entries = tx.entries(origin, start, end)
            for index, entry in enumerate(entries, start):
                opened = _opened(node, tx, log, index, entry)
                if opened is not None and _is_disclosed(opened, chosen):
                    line: Json = {
                        "index": index,
                        "entry": base64.b64encode(entry).decode(),
                        "file-key": base64.b64encode(opened.file_key).decode(),
                    }
                    yield ijson.render(line) + b"\n"


def _opened(node: Node, tx: Tx, log: Log, index: int, entry: bytes) -> Opened | None:
    opened = seal.open_entry(node, tx, trust.load(tx, log.channel), (log.origin, index), entry)
    return opened if isinstance(opened, Opened) else None


def _is_disclosed(opened: Opened, chosen: frozenset[str]) -> bool:
    said = opened.record
    if isinstance(said, Receipt):
        return True
    assert isinstance(said, Act)
    return said.matter.kind in _JOINT or (
        said.matter.kind == request_acts.KIND and said.matter.id in chosen
    )


def _texts(node: Node, found: Taken) -> Iterator[tuple[str, bytes]]:
    """Give what everybody of the arrangement has: its parties, cards, and joint texts."""
    live = register_records.live_of(found.wanted.channel)
    arrangement_id, _ = register_records.split_channel(live)
    with node.store.read() as tx:
        arrangement = register_records.arrangement(tx, arrangement_id)
        yield "arrangement.json", arrangements.render(arrangement)
        for party in arrangement.party_ids():
            number = 1
            while (
                card := register_records.card_text(tx, arrangement_id, party, number)
            ) is not None:
                yield f"cards/{party}-{number}", card
                number += 1
        names = {
            document.sha256
            for log in tx.logs(live)
            for row in tx.acts(log.origin, 0, found.cut.get(log.origin, 0))
            if row.act.matter.kind == guideline_acts.KIND
            for document in row.act.documents
        }
        for sha256 in sorted(names):
            data = calendars.text(node, tx, sha256)
            if data is not None:
                yield f"texts/{sha256}", data


def _zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(zipfile.ZipInfo(name, WHEN), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_README: Final = b"""\
Figures of the timeliness and quality of responses, with what they rest on.
Verify them offline:  comity review verify THIS-FILE --policy policy.txt
The policy says whose keys are trusted; `comity policy` of a node of one of the parties prints it.
"""
