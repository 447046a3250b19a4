"""What `comity draft list` prints: exactly what will cross, and its hash.

Floor: surfaces.
"""

from collections.abc import Sequence
from dataclasses import replace

from comity.acts import codec
from comity.domestic.release.content import Body
from comity.kernel.ijson import Json
from comity.node.desk.draft_view import Pending
from comity.node.room.act_blobs import Opened
from comity.surfaces.cli import request_text


def list_json(found: Sequence[Pending]) -> Json:
    """Return every draft, whole."""
    return {"drafts": [draft_json(one) for one in found]}


def list_text(found: Sequence[Pending]) -> str:
    """Return the drafts as a table."""
    if not found:
        return "No drafts wait for an approval."
    head = ("DRAFT", "ACT", "TO", "WRITTEN BY", "APPROVED BY", "LACKS", "CONTENT")
    rows = [
        (
            one.draft.act.id,
            one.draft.act.tag.partition("/")[0],
            _addressees(one),
            one.draft.state.author,
            ", ".join(one.approvers) or "-",
            str(one.missing),
            one.draft.content_sha256[:16],
        )
        for one in found
    ]
    return request_text.table([head, *rows])


def draft_json(one: Pending) -> Json:
    """Return one draft, whole."""
    return {
        **one.facts(),
        "act": codec.act_to_json(replace(one.draft.act, blobs=())),  # their keys stay here
        "bodies": [_body_json(*pair) for pair in zip(one.bodies, one.bound, strict=True)],
    }


def draft_text(one: Pending, *, raw: bool = False) -> str:
    """Return one draft in words: every field of the act, values, texts, attachments by hash."""
    act = one.draft.act
    facts = [
        ("draft", act.id),
        ("act", act.tag),
        ("matter", f"{act.matter.kind} {act.matter.id}"),
        ("channel", one.draft.channel),
        ("to", _addressees(one)),
        ("from", f"{act.speaker.agency} {act.speaker.office}".strip()),
        ("written", f"{request_text.at(one.draft.state.written_ms)} by {one.draft.state.author}"),
        ("approved", ", ".join(one.approvers) or "by nobody"),
        ("lacks", f"{one.missing} of {one.rule.count} approvals{_of_role(one)}"),
        ("content", one.draft.content_sha256),
    ]
    lines = [f"{name:<9} {value}" for name, value in facts]
    lines.append("permanent record (codes only):")
    lines += _entry_lines(one)
    lines.append("content (encrypted, can be destroyed):")
    lines += request_text.carried_lines(one.bodies, raw=raw)
    lines += [f"  {body.role:<24} SHA-256 {body.sha256}" for body in one.bound]
    lines += [f"stopped by {no.rule}: {no.what} {no.fix}" for no in one.noes]
    if one.comments:
        lines.append("said by colleagues; none of it crosses:")
        lines += [
            f"  {request_text.at(said.at_ms)} {said.officer}: {said.text}" for said in one.comments
        ]
    lines.append(f"To let it out: comity draft approve {act.id} --content {_short(one)} …")
    return "\n".join(lines)


def _of_role(one: Pending) -> str:
    if one.rule.count == 1 or not one.rule.roles:
        return ""
    return f"; whoever did not write it is {' or '.join(one.rule.roles)}"


def _short(one: Pending) -> str:
    return one.draft.content_sha256[:16]


def _entry_lines(one: Pending) -> list[str]:
    value = codec.act_to_json(one.draft.act)
    assert isinstance(value, dict)
    told = ("blobs", "id", "matter", "release", "speaker", "tag", "to")
    rest = {name: said for name, said in value.items() if name not in told and said}
    return [f"  {name:<24} {request_text.spoken(said)}" for name, said in sorted(rest.items())]


def _addressees(one: Pending) -> str:
    to = one.draft.act.to
    return ", ".join("/".join(filter(None, (each.party, each.agency))) for each in to) or "-"


def _body_json(body: Opened, bound: Body) -> Json:
    return {
        "role": body.blob.role,
        "media_type": body.blob.media_type,
        "mark": body.blob.mark,
        "size": body.size_bytes,
        "sha256": bound.sha256,
    }
