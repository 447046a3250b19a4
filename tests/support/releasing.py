"""What officers do with drafts in the process of a node that may be killed.

Each function is one command as a person or program gives it, and gives it again when it does
not know what became of it; the second time it finds what the first has done.

Floor: tests.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from comity.acts import codec
from comity.acts.record import Addressee
from comity.domestic.locallog import entry as local_entry
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.profile import local_origin
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk import worksheets
from comity.node.room import act_blobs, local_log, request_file
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release import draft as drafting
from comity.node.room.release import draft_store, emergency_review, send
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.node.room.request_file import AttachmentLine
from comity.rooms.request import desk, worksheet_release
from comity.surfaces.cli.context import Home

LARGE_BYTES = 70_000


def _officer(home: Home, name: str) -> Officer:
    with home.node.store.read() as tx:
        found = tx.officer(name)
    if found is None:
        officer_rows.add(home.node, name, "police")
        return _officer(home, name)
    return found


def _words(text: str, key: str = "") -> Words:
    value = {
        "type": "preservation",
        "urgency": "emergency",
        "elements": {"legal-basis": text},
        "items": ["subscriber"],
        "texts": [{"lang": "en", "text": text, "by": "police", "original": True}],
        "attachments": [{"path": "image.bin", "media_type": "text/plain", "mark": "TLP:RED"}],
    }
    written = request_file.from_json(json.loads(json.dumps(value)), "request", "asked.json")
    data = (text.encode() * (LARGE_BYTES // len(text) + 1))[:LARGE_BYTES]
    line = AttachmentLine("image.bin", "text/plain", "TLP:RED")
    return Words(written, [Attachment(line, data)], key, is_held=True)


def draft(home: Home, channel: str, to: str, key: str, text: str) -> str:
    """Keep a draft; return its id."""
    words = _words(text, key)
    result = desk.send(
        home.node,
        _officer(home, "ann"),
        words.written,
        words.attachments,
        [Addressee(to)],
        key=key,
        channel=channel,
        is_held=True,
    )
    assert isinstance(result, Waiting), result
    return result.draft_id


def edit(home: Home, draft_id: str, text: str) -> None:
    """Write it anew."""
    result = desk.edit(home.node, _officer(home, "ann"), draft_id, _words(text))
    assert isinstance(result, Waiting), result


def comment(home: Home, draft_id: str, text: str) -> None:
    """Say something of it, once."""
    with home.node.store.read() as tx:
        said = [one.text for one in draft_store.comments(tx, draft_id)]
    if text not in said:
        drafting.comment(home.node, _officer(home, "ben"), draft_id, text)


def offer(home: Home, draft_id: str) -> None:
    """Let its author approve it; another one has to, too."""
    assert isinstance(send.release(home.node, _officer(home, "ann"), draft_id), Waiting)


def let_out(home: Home, draft_id: str) -> str:
    """Let another officer approve it, with which it goes out; return its id."""
    ben = _officer(home, "ben")
    return _sent(home, draft_id, lambda: send.approve(home.node, ben, draft_id), ben)


def break_glass(home: Home, draft_id: str, reason: str) -> str:
    """Let its author release it alone; return its id."""
    ann = _officer(home, "ann")
    return _sent(home, draft_id, lambda: send.break_glass(home.node, ann, draft_id, reason), ann)


def _sent(home: Home, draft_id: str, do: Callable[[], Result], officer: Officer) -> str:
    with home.node.store.read() as tx:
        if tx.acts_with_id(draft_id):
            return draft_id  # the first time it was told, it was done
    result = do()
    if isinstance(result, Inadmissible) and result.rule == "release.approved-before":
        result = send.release(home.node, officer, draft_id)
    assert isinstance(result, Sent), result
    return result.act_id


def review(home: Home, act_id: str, note: str) -> None:
    """Let another officer review it, once."""
    done = emergency_review.decide(home.node, _officer(home, "ben"), act_id, "justified", note)
    if isinstance(done, Inadmissible):
        assert done.rule == "release.reviewed-before"


def send_back(home: Home, draft_id: str, text: str) -> None:
    """Let another officer send it back to its author with a reason, once."""
    done = drafting.send_back(home.node, _officer(home, "ben"), draft_id, text)
    if isinstance(done, Inadmissible):
        assert done.rule == "release.not-offered"


def begin(home: Home, to: str, text: str) -> tuple[str, int]:
    """Enter something on a worksheet; return its id and number of saves."""
    ann = _officer(home, "ann")
    value: dict[str, Json] = {
        "type": "preservation",
        "urgency": "routine",
        "texts": [{"lang": "en", "text": text, "by": "police", "original": True}],
    }
    for one in worksheets.listing(home.node, ann):
        if one.value == value:
            return one.id, one.saves
    made = worksheets.begin(home.node, ann, worksheets.Begun((to,), value))
    assert not isinstance(made, Inadmissible), made
    return made.id, made.saves


def leave(home: Home, worksheet_id: str, saves: int) -> str:
    """Make a draft of a worksheet; return its id."""
    ann = _officer(home, "ann")
    result = worksheet_release.became(home.node, ann, worksheet_id, saves)
    try:
        sheet = worksheets.find(home.node, ann, worksheet_id)
        result = worksheet_release.keep(home.node, ann, sheet, is_offered=False)
    except Fault as fault:
        assert fault.code == "node.worksheet.unknown", fault
    assert isinstance(result, Waiting), result
    return result.draft_id


def drop(home: Home, draft_id: str) -> None:
    """Throw it away."""
    try:
        assert drafting.drop(home.node, _officer(home, "ann"), draft_id) is None
    except Fault as fault:
        assert fault.code == "node.draft.unknown"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a node's officers have done.

    Attributes:
        drafts: ids of those that are kept.
        steps: `{act id: the steps of its release, in order}` by the local log.
        reviews: `{act id: status}`.
        acts: ids of all acts in own logs, in order.
        strays: large bodies that neither an act nor a draft names.
    """

    drafts: tuple[str, ...]
    steps: dict[str, tuple[str, ...]]
    reviews: dict[str, str]
    acts: tuple[str, ...]
    strays: tuple[str, ...]


def look(home: Home) -> Desk:
    """Return what a node's officers have done."""
    node = home.node
    steps: dict[str, tuple[str, ...]] = {}
    with node.store.read() as tx:
        local = tx.log(local_origin(node.party))
        size = local.size if local else 0
        for index, entry in enumerate(tx.entries(local_origin(node.party), 0, size)):
            step = json.loads(entry.removeprefix(local_entry.HEADER))["step"]
            facts = local_log.facts(tx, local_origin(node.party), index)
            if step.startswith("release.") and "act" in facts:
                act_id = facts["act"][1]
                steps[act_id] = (*steps.get(act_id, ()), step.removeprefix("release."))
        own = [log for log in tx.logs() if log.own and "/" in log.channel]
        acts = [row.act.id for log in own for row in tx.acts(log.origin, 0, log.size)]
        kept = [draft_store.kept(tx, draft_id) for draft_id in tx.records(draft_store.DRAFT)]
        named = {sha256 for one in kept for sha256 in one.large}
        strays = [s for s in node.bodies.all() if not tx.who_names(s) and s not in named]
    status = {
        one.review.act_id: one.status
        for one in emergency_review.listing(node, _officer(home, "ben"))
    }
    return Desk(tuple(one.act.id for one in kept), steps, status, tuple(acts), tuple(strays))


def read_all(home: Home) -> bytes:
    """Return everything that a node can read of acts, opened."""
    node, found = home.node, bytearray()
    with node.store.read() as tx:
        for log in tx.logs():
            for row in tx.acts(log.origin, 0, log.size):
                found += json.dumps(codec.act_to_json(row.act)).encode()
                for body in act_blobs.open_all(node, tx, row.act):
                    found += body.data
    return bytes(found)
