"""What `comity request` prints: for people, and the same whole for machines.

Floor: surfaces.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from comity.acts import blob_role
from comity.clocks import clock
from comity.clocks.due import Due
from comity.domestic.custody.defang import defang
from comity.joint.request import binding, view
from comity.joint.request.codes import CONDITIONS
from comity.joint.request.reasons import LACKINGS
from comity.joint.request.state import State, Track, to_json
from comity.joint.request.turn import Turn
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line, set_off
from comity.node.base.reckoned import Reckoned
from comity.node.room import clock_json
from comity.node.room.act_blobs import HELD, Opened
from comity.node.room.matter_read import Delivery, Shown, body_json
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.request import measures
from comity.rooms.request.request_list import Line

_SHORT: Final = 8
_MARGIN: Final = "    "
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400


def at(at_ms: int | None) -> str:
    """Return an instant as people read it, UTC, or "not yet"."""
    if at_ms is None:
        return "not yet"
    try:
        instant = datetime.fromtimestamp(at_ms / 1_000, UTC)
    except (OverflowError, ValueError, OSError):  # a clock of a peer may say anything
        return f"{at_ms // 1_000} s since 1970"
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def age(since_ms: int, now_ms: int) -> str:
    """Return how long ago an instant is, in its largest unit."""
    seconds = max(0, now_ms - since_ms) // 1_000
    if seconds < _HOUR_S:
        return f"{seconds // 60} min"
    return f"{seconds // _HOUR_S} h" if seconds < _DAY_S else f"{seconds // _DAY_S} d"


def no_json(no: Inadmissible) -> Json:
    """Return a refusal by rule, in the shape of a fault."""
    return {"error": {"code": no.rule, "what": no.what, "fix": no.fix}}


def no_text(no: Inadmissible, begins: str) -> str:
    """Return a refusal by rule in words."""
    return f"{begins}: {no.what}\n{no.fix} [{no.rule}]"


def waiting_json(waiting: Waiting) -> Json:
    """Return a draft that lacks approvals."""
    return {
        "sent": False,
        "draft": waiting.draft_id,
        "matter": waiting.matter_id,
        "approvals_missing": waiting.approvals_missing,
        "waits_for": no_json(waiting.waits_for) if waiting.waits_for else None,
    }


def waiting_text(waiting: Waiting) -> str:
    """Return a draft that lacks approvals or decisions of counsel, in words."""
    short, no = waiting.draft_id[:_SHORT], waiting.waits_for
    lines = [
        f"Drafted {waiting.draft_id}, not sent: {waiting.approvals_missing} approvals missing."
    ]
    if waiting.approvals_missing:
        lines.append(f"Another officer reads it with `comity draft show {short}`.")
    if no is not None:
        lines += [
            no.what,
            f"See `comity legal explain {short}`; then `comity draft show {short}`.",
        ]
    return "\n".join(lines)


def sent_json(sent: Sent, deliveries: Sequence[Delivery]) -> Json:
    """Return what was sent, and what the other side has signed for."""
    return {
        "sent": True,
        "repeated": sent.repeated,
        "act": sent.act_id,
        "matter": sent.matter_id,
        "channel": sent.channel,
        "log": sent.origin,
        "index": sent.index,
        "deliveries": [delivery_json(one) for one in deliveries],
    }


def sent_text(sent: Sent, deliveries: Sequence[Delivery]) -> str:
    """Return the same in words."""
    lines = [
        "Sent before, with the same key." if sent.repeated else "Sent: it is stored here.",
        f"  matter    {sent.matter_id}",
        f"  act       {sent.act_id}",
        f"  log       {sent.origin}, entry {sent.index}",
    ]
    for one in deliveries:
        lines += [
            f"  {one.party:<9} signed for it  {at(one.cosigned_at_ms)}",
            f"  {'':<9} receipt        {at(one.received_at_ms)}",
        ]
    return "\n".join(lines)


def waiting_for(deliveries: Iterable[Delivery], seconds_left: int) -> str:
    """Return a line of progress."""
    late = [one.party for one in deliveries if not (one.cosigned_at_ms and one.received_at_ms)]
    return f"Waiting for {', '.join(late) or 'the other States'}, at most {seconds_left} s more."


def by(due: Due) -> str:
    """Return by when, and what has become of that; a date that an act names in brackets."""
    told = "" if due.until_ms is None else f" ({at(due.until_ms)})"
    if due.by_ms is None:
        return f"{due.status or 'no time agreed'}{told}"
    late = f" {due.status}" if due.status in {clock.OVERDUE, clock.DUE_SOON} else ""
    return f"{at(due.by_ms)}{late}{told}"


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows as aligned columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def show_json(shown: Shown, party: str, found: Reckoned) -> dict[str, Json]:
    """Return one request, whole."""
    return {
        **listed_json(Line(shown.row, shown.state), party),
        "dues": [clock_json.due_json(found, due) for due in found.dues],
        "missing": [dict(clock_json.missing_words(one)) for one in found.missing],
        "measure": measures.to_json(shown.state),
        "next": view.next_action(shown.state, party),
        "nexts": [_next_json(one) for one in view.nexts(shown.state)],
        "references": [*view.references(shown.state)],
        "state": to_json(replace(shown.state, turns=())),
        "tracks": [
            {
                "party": track.party,
                "status": view.track_status(track),
                "items": dict(track.items),
                "own_reference": track.own_reference,
                "agency": track.agency,
            }
            for track in shown.state.tracks
        ],
        "turns": [_turn_json(turn, shown) for turn in shown.state.turns],
    }


def show_text(shown: Shown, party: str, found: Reckoned, *, raw: bool = False) -> str:
    """Return one request in words: what is asked, the time line, what each act carries.

    Addresses lead nowhere, unless they are asked for `raw`.
    """
    state = shown.state
    facts = [
        ("request", shown.row.matter.id),
        ("type", f"{state.type or '-'}, {state.urgency or '-'}"),
        ("from", f"{state.asker or '-'} {state.own_reference}".strip()),
        ("to", ", ".join(_addressed(track) for track in state.tracks) or "-"),
        ("guideline", state.guideline or "none"),
        ("status", view.STATUS_WORDS[view.own_status(state, party)]["en"]),
        *((f"  {one}", view.STATUS_WORDS[at]["en"]) for one, at in view.apart(state, party)),
        ("next", view.NEXT_WORDS[view.next_action(state, party)]["en"]),
        ("channel", shown.row.channel),
        ("digest", shown.row.digest),
    ]
    lines = [f"{name:<9} {value}" for name, value in facts]
    for element, code in state.lacks.items():
        lines.append(f"{'lacks':<9} {element}: {LACKINGS[code].en}")
    for due in found.dues:
        words = view.NEXT_WORDS[due.action]["en"]
        lines.append(f"{'ball':<9} {due.party}: {words} By: {by(due)}")
    lines += [f"{'missing':<9} {clock_json.missing_words(one)['en']}" for one in found.missing]
    for track in state.tracks:
        for item, now in track.items.items():
            lines.append(f"{'item':<9} {track.party}: {item} {now}")
    lines += [f"{'measure':<9} {line}" for line in measures.lines(state)]
    for row in view.timeline(state):
        lines += ["", *_turn_lines(row.turn, row.words["en"], shown, raw=raw)]
    return "\n".join(lines)


def _addressed(track: Track) -> str:
    parts = (track.party, f"({track.agency})" if track.agency else "", track.own_reference)
    return " ".join(part for part in parts if part)


def _next_json(one: view.Next) -> Json:
    return {
        "track": one.track,
        "party": one.party,
        "action": one.action,
        "words": dict(view.NEXT_WORDS[one.action]),
        "until_ms": one.until_ms,
        "about": one.about,
    }


def _turn_lines(turn: Turn, words: str, shown: Shown, *, raw: bool) -> list[str]:
    effect = ", ".join(dict.fromkeys(turn.results.values()))
    about = " ".join([*turn.items, turn.reason]).strip()
    lines = [
        f"{turn.party} {words}{f': {about}' if about else ''}",
        f"  act       {turn.act_id}",
        f"  received  {_received(turn, shown.state)}",
    ]
    if not turn.takes_effect or turn.crossed:
        lines.append(f"  effect    {effect if turn.takes_effect else f'none ({effect})'}")
    for code, binds in binding.of_turn(shown.state, turn).items():
        lines.append(
            f"  condition {code}: {CONDITIONS[code].en}{'' if binds else ' [not binding]'}"
        )
    if turn.until_ms is not None:
        lines.append(f"  until     {at(turn.until_ms)}")
    if turn.own_reference:
        lines.append(f"  reference {turn.own_reference}")
    said = shown.said.get((turn.party, turn.act_id))
    return [*lines, *(carried_lines(said.bodies, raw=raw) if said else [])]


def _received(turn: Turn, state: State) -> str:
    """Return when whom it speaks to had an act; of several addressees each by itself."""
    if turn.party != state.asker:
        return at(turn.heard_ms(turn.party))
    named = turn.results.keys() - {""}
    to = [track.party for track in state.tracks if not named or track.party in named]
    if len(to) == 1:
        return at(turn.heard_ms(to[0]))
    return ", ".join(f"{party} {at(turn.heard_ms(party))}" for party in to)


def carried_lines(bodies: Sequence[Opened], *, raw: bool = False) -> list[str]:
    """Return what an act carries: values, texts, attachments, bodies that cannot be read.

    Addresses in values and texts lead nowhere, unless they are asked for `raw`.
    """
    said = _said_lines(bodies)
    lines = said if raw else [defang(line) for line in said]
    for body in bodies:
        if body.state != HELD or body.blob.role.startswith(blob_role.ATTACHMENT):
            lines.append(f"  {body.blob.role:<24} {_body_words(body)}")
    return lines


def _said_lines(bodies: Sequence[Opened]) -> list[str]:
    lines: list[str] = []
    values = body_json(bodies, blob_role.ELEMENTS)
    if isinstance(values, dict):
        for name in ("elements", "items"):
            group = values.get(name)
            if isinstance(group, dict):
                lines += [f"  {one_line(key):<24} {spoken(one)}" for key, one in group.items()]
    texts = body_json(bodies, blob_role.TEXTS)
    for text in texts if isinstance(texts, list) else []:
        if isinstance(text, dict):
            kind = "original" if text.get("original") else "translation"
            by, words = spoken(text.get("by")), set_off(str(text.get("text")), _MARGIN)
            lines.append(f"  [{spoken(text.get('lang'))}, {kind}, {by}] {words}")
    return lines


def _body_words(body: Opened) -> str:
    size = f"{body.size_bytes} bytes" if body.state == HELD else body.state
    return f"{body.blob.media_type}, {body.blob.mark}, {size}"


def spoken(value: Json) -> str:
    """Return a value on one line, as people read it."""
    if isinstance(value, dict):
        return "; ".join(f"{one_line(key)}: {spoken(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(spoken(one) for one in value)
    return one_line(str(value))


def listed_json(one: Line, party: str) -> dict[str, Json]:
    """Return a request as lists have it, but for its clocks."""
    state = one.state
    status = view.own_status(state, party)
    return {
        "matter": one.row.matter.id,
        "act": state.request_id,
        "channel": one.row.channel,
        "type": state.type,
        "urgency": one.row.urgency,
        "asker": one.row.asker,
        "own_reference": state.own_reference,
        "status": status,
        "status_words": dict(view.STATUS_WORDS[status]),
        "addressees": {track.party: view.track_status(track) for track in state.tracks},
        "holders": [*view.holders(state)],
        "ours": party in view.holders(state),
        "at_ms": one.row.at_ms,
        "opened": one.row.opened,
        "digest": one.row.digest,
    }


def _turn_json(turn: Turn, shown: Shown) -> Json:
    said = shown.said.get((turn.party, turn.act_id))
    values = said.json(blob_role.ELEMENTS) if said else None
    return {
        "act": turn.act_id,
        "party": turn.party,
        "tag": turn.tag,
        "results": dict(turn.results),
        "takes_effect": turn.takes_effect,
        "crossed": turn.crossed,
        "items": [*turn.items],
        "reason": turn.reason,
        "conditions": dict(binding.of_turn(shown.state, turn)),
        "own_reference": turn.own_reference,
        "answers": turn.answers,
        "until_ms": turn.until_ms,
        "received_at_ms": turn.received_at_ms,
        "log": said.row.origin if said else None,
        "index": said.row.index if said else None,
        "values": values,
        "texts": said.json(blob_role.TEXTS) if said else None,
        "bodies": [carried_json(body) for body in said.bodies] if said else [],
        "deliveries": [delivery_json(one) for one in said.deliveries] if said else [],
    }


def carried_json(body: Opened) -> Json:
    """Return a body that an act names, without its content."""
    return {
        "role": body.blob.role,
        "media_type": body.blob.media_type,
        "mark": body.blob.mark,
        "sha256": body.blob.sha256,
        "state": body.state,
        "size": body.size_bytes,
    }


def delivery_json(one: Delivery) -> Json:
    """Return what a party has signed for of an act."""
    return {
        "party": one.party,
        "cosigned_at_ms": one.cosigned_at_ms,
        "received_at_ms": one.received_at_ms,
    }
