"""Checking a pack offline, without a node: what it says of itself, and what proves it.

    check(data, policies, make_paper) -> Verdict(digest, (Check("figures", True, "…"), …))

    figures    the rows give the figures, and those the digest
    heads      each head is signed by its log and cosigned by the mirrors that the policy names
    leaves     the hash of every entry gives the root of that head
    places     every act that a row names stands in a log, within the cut
    entries    what is disclosed is what the logs hold, and gives the same rows

Source: docs/spec/review.md, part 6.
Floor: rooms.
"""

import base64
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.figures import definitions, figures
from comity.figures import rows as row_texts
from comity.figures.figures import Figures, Period
from comity.figures.observation import Observation
from comity.joint.request import acts as request_acts
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.rooms.review import pack
from comity.rooms.review.pack_reader import Held, Paper
from comity.tlog import checkpoint, note, tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.policy import Policy
from comity.tlog.tiles import parse_hashes

BYTES_MAX: Final = 2 << 30
"""Of all that a pack unpacks to."""
MEMBERS_MAX: Final = 10_000
_NAMED: Final = 8

type MakePaper = Callable[[], Node]
"""Gives a node with an empty store, that writes in no log."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked.

    Attributes:
        name: see the module.
        holds: None where it could not be checked.
        words: what was found, in English.
    """

    name: str
    holds: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pack shows.

    Attributes:
        digest: of its figures, as it says.
        channel: whose figures.
        rows: how many.
        checks: in the order of the module.
    """

    digest: str
    channel: str
    rows: int
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing that was checked failed."""
        return all(one.holds is not False for one in self.checks)


@dataclass(frozen=True, slots=True)
class _Pack:
    """What a file holds, read and not yet believed."""

    member: Callable[[str], bytes]
    names: frozenset[str]
    manifest: Mapping[str, Any]
    rows: tuple[Observation, ...]

    @property
    def cut(self) -> Mapping[str, int]:
        """The sizes of the logs."""
        return cast("Mapping[str, int]", self.manifest["cut"])

    @property
    def requests(self) -> tuple[Observation, ...]:
        """The rows that the figures are of."""
        return tuple(row for row in self.rows if row.kind == request_acts.KIND)

    @property
    def others(self) -> tuple[Observation, ...]:
        """The rows of rooms beside, whose use they tell."""
        return tuple(row for row in self.rows if row.kind != request_acts.KIND)

    @property
    def origins(self) -> list[str]:
        """The logs, in the order of their numbers."""
        return sorted(self.cut)

    def lines(self, name: str) -> Iterator[Any]:
        """Yield the values of a member that has one in each line."""
        for line in self.member(name).splitlines():
            yield ijson.parse(line)


def check(data: bytes, policies: Sequence[Policy], make_paper: MakePaper) -> Verdict:
    """Return what a pack shows.

    Args:
        data: the file.
        policies: the logs and mirrors that are trusted; none leaves signatures unchecked.
        make_paper: gives a node to read what is disclosed with.

    Raises:
        Fault: `review.pack.malformed`, `figures.rows.malformed`: it is no pack;
            `review.pack.definitions`: its figures can be computed by another program alone.
    """
    one = _read(data)
    _require_definitions(one)
    checks = (
        _guarded("figures", lambda: _of_figures(one)),
        _guarded("heads", lambda: _of_heads(one, policies)),
        _guarded("leaves", lambda: _of_leaves(one)),
        _guarded("places", lambda: _of_places(one)),
        _guarded("entries", lambda: _of_entries(one, make_paper)),
    )
    return Verdict(one.manifest["digest"], one.manifest["channel"], len(one.rows), checks)


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    """Return what a look finds; what it cannot read does not hold."""
    try:
        return look()
    except Fault as fault:
        return Check(name, holds=False, words=fault.what)


def _read(data: bytes) -> _Pack:
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
        infos = {info.filename: info for info in file.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _malformed("it is no zip file") from None
    if len(infos) > MEMBERS_MAX or sum(info.file_size for info in infos.values()) > BYTES_MAX:
        raise _malformed("it unpacks to more than any pack")

    def member(name: str) -> bytes:
        if name not in infos:
            raise _malformed(f"it has no {name}")
        try:
            return file.read(infos[name])
        except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, EOFError):
            raise _malformed(f"its {name} is damaged") from None

    manifest = ijson.parse(member("pack.json"))
    _require_manifest(manifest)
    lines = member("rows.jsonl").splitlines()
    rows = tuple(row for line in lines for row in row_texts.parse([ijson.parse(line)]))
    return _Pack(member, frozenset(infos), cast("Mapping[str, Any]", manifest), rows)


def _require_manifest(value: Json) -> None:
    if not isinstance(value, dict) or value.get("format") != pack.FORMAT:
        raise _malformed(f"it does not say that it is {pack.FORMAT}")
    cut, period, before = value.get("cut"), value.get("period"), value.get("before")
    is_cut = isinstance(cut, dict) and all(_is_size(size) for size in cut.values())
    spans = [period] if before is None else [period, before]
    is_dated = all(isinstance(s, list) and len(s) == 2 and all(map(_is_size, s)) for s in spans)  # noqa: PLR2004 -- from, to
    texts = (value.get("digest"), value.get("channel"))
    paths = value.get("channels")
    is_worded = isinstance(paths, list) and all(isinstance(s, str) for s in (*texts, *paths))
    if not (is_cut and is_dated and is_worded and _is_size(value.get("now_ms"))):
        raise _malformed("its pack.json lacks what a pack is of")


def _require_definitions(one: _Pack) -> None:
    """Require figures of our definitions: those of others would differ though nobody lied."""
    told = ijson.parse(one.member("figures.json"))
    version = told.get("definitions") if isinstance(told, dict) else None
    if version != definitions.VERSION:
        raise Fault(
            code="review.pack.definitions",
            what=f"The figures of this pack are computed by definitions {quoted(str(version))}, "
            f"and this program computes by {definitions.VERSION}: nothing of it was checked.",
            fix="Check it with a version of the program that has those definitions, or ask for a "
            "new pack.",
        )


def _is_size(value: Json) -> bool:
    return type(value) is int and value >= 0


def _of_figures(one: _Pack) -> Check:
    found = _figures(one, one.requests)
    digest = figures.digest(found)
    told = ijson.parse(one.member("figures.json"))
    if digest != one.manifest["digest"]:
        words = f"The {len(one.rows)} rows give the digest {digest}, not {one.manifest['digest']}."
        return Check("figures", holds=False, words=words)
    if told != found:
        return Check("figures", holds=False, words="figures.json has other figures than the rows.")
    words = f"The {len(one.rows)} rows give every figure, and the digest {digest}."
    return Check("figures", holds=True, words=words)


def _figures(one: _Pack, rows: Sequence[Observation]) -> Figures:
    manifest = one.manifest
    before = None if manifest["before"] is None else Period(*manifest["before"])
    period = Period(*manifest["period"])
    return figures.figures(rows, period, manifest["now_ms"], before, one.cut, one.others)


def _of_heads(one: _Pack, policies: Sequence[Policy]) -> Check:
    numbered = [(at, origin) for at, origin in enumerate(one.origins) if one.cut[origin]]
    if not policies:
        words = "No policy was given: whose signatures the heads have was not checked."
        return Check("heads", holds=None, words=words)
    for at, origin in numbered:
        parsed = note.parse(one.member(f"heads/{at}"))
        of = [p for p in policies if any(log.vkey.name == origin for log in p.logs)]
        try:
            head = (of or list(policies))[0].verify_kinds(parsed)
        except Fault as fault:
            return Check("heads", holds=False, words=f"The head of {origin}: {fault.what}")
        if head.origin != origin or head.size < one.cut[origin]:
            words = f"The head given for {origin} is of {head.origin} and covers {head.size}."
            return Check("heads", holds=False, words=words)
    words = f"{len(numbered)} heads are signed by their logs and cosigned by those you trust."
    return Check("heads", holds=True, words=words)


def _of_leaves(one: _Pack) -> Check:
    count = 0
    for at, origin in enumerate(one.origins):
        leaves = _leaves(one, at)
        count += len(leaves)
        if not one.cut[origin]:
            continue
        head = _head(one, at)
        if head.size != len(leaves) or tree.root(leaves) != head.root:
            words = f"The entries of {origin} do not give the root of its head."
            return Check("leaves", holds=False, words=words)
        if head.origin != origin or head.size < one.cut[origin]:
            words = f"The head of {origin} does not cover the {one.cut[origin]} entries of the cut."
            return Check("leaves", holds=False, words=words)
    words = f"The hashes of {count} entries give the roots of the heads, none left out."
    return Check("leaves", holds=True, words=words)


def _leaves(one: _Pack, at: int) -> list[bytes]:
    data = one.member(f"leaves/{at}")
    if len(data) % 32:
        raise _malformed("a list of hashes is cut short")
    return list(parse_hashes(data)) if data else []


def _head(one: _Pack, at: int) -> Checkpoint:
    return checkpoint.parse_body(note.parse(one.member(f"heads/{at}")).body)


def _of_places(one: _Pack) -> Check:
    places: dict[str, tuple[str, int]] = {}
    for value in one.lines("places.jsonl"):
        if not isinstance(value, list) or len(value) != 3:  # noqa: PLR2004 -- act, log, index
            raise _malformed("a place of an act is none")
        places[str(value[0])] = (str(value[1]), value[2] if _is_size(value[2]) else -1)
    named = {act_id for row in one.rows for act_id in pack.acts_of(row)}
    wrong = [a for a in sorted(named) if not _is_in_cut(one, places.get(a, ("", -1)))]
    twice = len(set(places.values())) != len(places)
    if wrong or twice:
        words = f"{len(wrong)} acts that rows name stand nowhere in the cut: " + _some(wrong)
        return Check("places", holds=False, words=words if wrong else "Two acts have one place.")
    words = f"Each of the {len(named)} acts that the rows name has an entry of its own in the cut."
    return Check("places", holds=True, words=words)


def _is_in_cut(one: _Pack, place: tuple[str, int]) -> bool:
    return 0 <= place[1] < one.cut.get(place[0], 0)


def _of_entries(one: _Pack, make_paper: MakePaper) -> Check:
    if not one.manifest.get("is_open"):
        words = "No act is disclosed: that the rows say what the acts say was not checked."
        return Check("entries", holds=None, words=words)
    found = _recomputed(one, make_paper())
    disclosed = {row.id for row in found}
    told = {_place(row): row for row in one.requests if row.id in disclosed}
    given = {_place(row): row for row in found}
    wrong = sorted({at[0] for at in told.keys() | given.keys() if told.get(at) != given.get(at)})
    if wrong:
        words = f"Of {len(wrong)} requests the acts give other rows: " + _some(wrong)
        return Check("entries", holds=False, words=words)
    rest = len({row.id for row in one.requests} - disclosed)
    if rest:
        words = f"The acts of {len(disclosed)} requests give their rows; {rest} are not disclosed."
        return Check("entries", holds=True, words=words)
    digest = figures.digest(_figures(one, found))
    is_same = digest == one.manifest["digest"]
    words = f"The acts of all {len(disclosed)} requests give the rows, and the digest {digest}."
    return Check("entries", holds=is_same, words=words)


def _place(row: Observation) -> tuple[str, str]:
    return row.id, row.addressee


def _recomputed(one: _Pack, node: Node) -> list[Observation]:
    """Return the rows of both periods that the disclosed entries give."""
    manifest = one.manifest
    paper = Paper(node)
    cards = sorted(name for name in one.names if name.startswith("cards/"))
    texts = {
        name.removeprefix("texts/"): one.member(name)
        for name in one.names
        if name.startswith("texts/")
    }
    ordered = sorted(cards, key=lambda name: (len(name), name))
    paper.take(one.member("arrangement.json"), [one.member(n) for n in ordered], texts)
    paper.place([_held(one, at, origin) for at, origin in enumerate(one.origins)])
    spans = [manifest["period"]] + ([manifest["before"]] if manifest["before"] else [])
    periods = [Period(*span) for span in spans]
    return [
        row
        for path in manifest["channels"]
        for row in paper.rows(path, one.cut, manifest["now_ms"])
        if any(period.holds(row) for period in periods)
    ]


def _held(one: _Pack, at: int, origin: str) -> Held:
    shown: dict[int, tuple[bytes, bytes]] = {}
    for line in one.lines(f"entries/{at}.jsonl"):
        if not isinstance(line, dict) or not _is_size(line.get("index")):
            raise _malformed("a disclosed entry has no index")
        shown[line["index"]] = _bytes(line.get("entry")), _bytes(line.get("file-key"))
    return Held(origin, _leaves(one, at)[: one.cut[origin]], shown)


def _bytes(value: Json) -> bytes:
    try:
        return base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except ValueError:
        raise _malformed("a disclosed entry is not base64") from None


def _some(ids: Sequence[str]) -> str:
    more = " and more" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more + "."


def _malformed(why: str) -> Fault:
    return Fault(
        code="review.pack.malformed",
        what=f"This is no pack of a review: {quoted(why)}.",
        fix="Ask for the file again, as `comity review export` writes it.",
    )
