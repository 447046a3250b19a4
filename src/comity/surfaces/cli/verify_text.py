"""What `comity verify` prints: a verdict in words, and the same for machines.

Floor: surfaces.
"""

import base64
from datetime import UTC, datetime
from typing import Final

from comity.acts import codec
from comity.acts.record import Act, Blob, Receipt
from comity.domestic.locallog import export
from comity.joint.exchange.nonanswer import Closed, Silence
from comity.joint.exchange.nonreceipt import Unreceived
from comity.joint.exchange.proof import LEFT_OUT, SHOWN, Shown, Signed, Verdict
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.tlog import keys

_TEXT_CHARS_MAX: Final = 20_000
_ALGORITHMS: Final = {
    keys.ED25519_NOTE: "Ed25519",
    keys.ED25519_COSIGNATURE: "Ed25519",
    keys.ML_DSA_44_COSIGNATURE: "ML-DSA-44",
}


def verdict_json(file: str, verdict: Verdict) -> dict[str, Json]:
    """Return a verdict for machines."""
    found: dict[str, Json] = {
        "file": file,
        "holds": True,
        "of": "entry",
        "log": verdict.origin,
        "party": _party(verdict.origin),
        "kind": verdict.kind,
        "index": verdict.index,
        "size": verdict.size,
        "root": base64.b64encode(verdict.root).decode(),
        "signed": [
            {"name": s.name, "is_log": s.is_log, "kinds": list(s.kinds), "time_s": s.time_s}
            for s in verdict.signed
        ],
        "disclosed": verdict.record is not None,
    }
    if verdict.record is not None:
        found["foreign"] = verdict.origin_inside != verdict.origin
        found["bodies"] = [_body_json(body) for body in verdict.bodies]
    if isinstance(verdict.record, Act):
        found["act"] = codec.act_to_json(verdict.record)
    return found


def verdict_text(file: str, verdict: Verdict) -> str:
    """Return a verdict that can be printed and filed."""
    log = verdict.signed[0]
    party = _party(verdict.origin)
    lines = [
        f"{file}: holds.",
        (
            f"  {_article(verdict.kind)} stands at index {verdict.index} of the log "
            f"{printable(verdict.origin)}."
        ),
        (
            f"  Said by {printable(party)}: its log signed ({_kinds(log)}) a head of {verdict.size}"
            f" entries with this one in it{_at(log)}."
        ),
    ]
    lines += [
        f"  Stored at {printable(_party(mirror.name))}: its mirror {printable(mirror.name)} signed "
        f"({_kinds(mirror)}) that it was durably stored there{_at(mirror)}."
        for mirror in verdict.signed[1:]
    ]
    if len(verdict.signed) == 1:
        lines.append("  No mirror of the policy has signed that it was stored.")
    return "\n".join((*lines, *_record_lines(verdict)))


def silence_json(file: str, silence: Silence) -> dict[str, Json]:
    """Return what a proof of non-answer shows, for machines."""
    return {
        "file": file,
        "holds": True,
        "of": "non-answer",
        "log": silence.origin,
        "party": _party(silence.origin),
        "asked": codec.act_to_json(silence.asked),
        "asked_log": silence.asked_origin,
        "asked_index": silence.asked_index,
        "receipt": silence.receipt_index,
        "receipt_ms": silence.receipt_ms,
        "size": silence.size,
        "head_s": silence.head_s,
        "said": [{"index": one.index, "tag": one.tag} for one in silence.said],
        "others": silence.others,
        "unreadable": list(silence.unreadable),
        "closed": [
            {
                "index": one.index,
                "rejection": one.rejection,
                "receipt": one.receipt,
                "receipt_ms": one.receipt_ms,
            }
            for one in silence.closed
        ],
        "signed": [
            {"name": s.name, "is_log": s.is_log, "kinds": list(s.kinds), "time_s": s.time_s}
            for s in silence.signed
        ],
    }


def silence_text(file: str, silence: Silence) -> str:
    """Return what a proof of non-answer shows, and what it does not."""
    party = printable(_party(silence.origin))
    asker = printable(_party(silence.asked_origin))
    said = ", ".join(f"{printable(one.tag)} at {one.index}" for one in silence.said) or "nothing"
    asked = silence.asked
    return (
        f"{file}: holds.\n"
        f"  {asker} said {asked.tag} {asked.id} on {asked.matter.kind} {asked.matter.id}, entry "
        f"{silence.asked_index} of {printable(silence.asked_origin)}.\n"
        f"  {party} signed for it: its receipt is entry {silence.receipt_index} of "
        f"{printable(silence.origin)} and claims {_instant(silence.receipt_ms / 1000)}.\n"
        f"  {party} then signed a head of {silence.size} entries{_at(silence.signed[0])}: "
        f"no answer and no refusal stands below it{_but_closed(silence)}.\n"
        f"  On the same matter it said in between: {said}.\n"
        f"  {silence.others} acts on other matters are disclosed with it, and "
        f"{len(silence.unreadable)} entries open and cannot be read by anybody.\n"
        f"{''.join(_closed_line(silence, one) for one in silence.closed)}"
        "  What was said after that head, or in other ways than in this log, it does not show."
    )


def _but_closed(silence: Silence) -> str:
    return ", but for what is not disclosed" if silence.closed else ""


def _closed_line(silence: Silence, one: Closed) -> str:
    party, asker = printable(_party(silence.origin)), printable(_party(silence.asked_origin))
    return (
        f"  Entry {one.index} is not disclosed, and what it says is not known to who reads this: "
        f"{asker} said that it does not open for it (entry {one.rejection} of "
        f"{printable(silence.asked_origin)}).\n"
        f"    {party} signed that it held that: its receipt is entry {one.receipt} and claims "
        f"{_instant(one.receipt_ms / 1000)}. It had shown no key in this log until the head"
        f"{_at(silence.signed[0])}.\n"
        f"    {party} can refute this by disclosing entry {one.index}.\n"
    )


def unreceived_json(file: str, shown: Unreceived) -> dict[str, Json]:
    """Return what a proof of non-receipt shows, for machines."""
    return {
        **verdict_json(file, shown.act),
        "of": "non-receipt",
        "stored_s": shown.stored.time_s,
        "addressee_log": shown.origin,
        "addressee_size": shown.size,
        "head_s": shown.signed[0].time_s,
        "covered": shown.covered,
        "closed": list(shown.closed),
    }


def unreceived_text(file: str, shown: Unreceived) -> str:
    """Return what a proof of non-receipt shows, and what it does not."""
    party, log = printable(_party(shown.origin)), printable(shown.origin)
    closed = ", ".join(map(str, shown.closed))
    lines = [
        verdict_text(file, shown.act),
        (
            f"  {party} then signed a head of {shown.size} entries of {log}"
            f"{_at(shown.signed[0])}: its receipts below that reach {shown.covered} entries, and "
            "not this act. It stored the act and had not signed that it received it."
        ),
    ]
    if closed:
        lines.append(
            f"  Not opened, and perhaps receipts: entries {closed}. If one of them covers the act, "
            f"{party} can disclose it."
        )
    lines.append(f"  {party} refutes this by disclosing a receipt that covers the act.")
    return "\n".join(lines)


def log_json(file: str, verdict: export.Verdict, disclosed: list[Json]) -> dict[str, Json]:
    """Return what an exported local log shows, for machines."""
    return {
        "file": file,
        "holds": True,
        "of": "local-log",
        "log": verdict.origin,
        "size": verdict.size,
        "root": base64.b64encode(verdict.root).decode(),
        "entries": verdict.count,
        "whole": verdict.is_whole,
        "successions": verdict.successions,
        "disclosed": disclosed,
    }


def log_text(file: str, verdict: export.Verdict, disclosed: list[Json]) -> str:
    """Return what an exported local log shows, in words."""
    part = "all" if verdict.is_whole else f"{verdict.count}"
    lines = [
        f"{file}: holds.",
        f"  It has {part} of the {verdict.size} entries of {printable(verdict.origin)}.",
        "  Each is proven under a head that the keys of the log have signed.",
    ]
    if verdict.successions:
        lines.append(
            f"  The keys before vouched for those: {verdict.successions} times, back to keys that "
            "the policy names."
        )
    for one in disclosed:
        assert isinstance(one, dict)
        facts = {name: str(value) for name, value in one.items() if name not in ("index", "step")}
        told = ", ".join(
            f"{name} {printable(_short(name, value))}" for name, value in facts.items()
        )
        lines.append(f"  {one['index']} {one['step']}: {told}")
    return "\n".join(lines)


def _short(name: str, value: str) -> str:
    """Return a fact as a line has room for it: of a key its name and id, which begin it."""
    return value.rpartition("+")[0] or value if name in export.KEY_FACTS else value


def conviction_text(file: str, origin: str) -> str:
    """Return what evidence shows."""
    return (
        f"{file}: holds.\n"
        f"  The log {printable(origin)} of {printable(_party(origin))} signed two heads that "
        "cannot both be true."
    )


def failure_text(file: str, fault: Fault) -> str:
    """Return why a file proves nothing, and what to do; of one that is not there, that alone."""
    what, fix = printable(fault.what), printable(fault.fix)
    judged = "NOT LOOKED AT" if fault.code.startswith("surfaces.file.") else "DOES NOT HOLD"
    return f"{file}: {judged}.\n  {what} [{fault.code}]\n  {fix}"


def _record_lines(verdict: Verdict) -> list[str]:
    record = verdict.record
    if record is None:
        return ["  What it says is sealed: the file does not disclose it."]
    lines = ["  Disclosed, and bound to the entry by its file key:"]
    if verdict.origin_inside != verdict.origin:
        lines.append(
            f"    FOREIGN: inside it names the log {printable(verdict.origin_inside)}; it counts "
            "for nothing here."
        )
    lines += _act_lines(record) if isinstance(record, Act) else _receipt_lines(record)
    for body in verdict.bodies:
        lines += _body_lines(body)
    return lines


def _act_lines(act: Act) -> list[str]:
    spoken = "/".join(part for part in (act.speaker.agency, act.speaker.office) if part)
    fields = {
        "act": act.tag,
        "id": act.id,
        "matter": f"{act.matter.kind} {act.matter.id}",
        "speaker": spoken,
        "to": ", ".join(a.party for a in act.to),
        "answers": act.answers,
        "guideline": act.guideline,
        "urgency": act.urgency,
        "items": ", ".join(act.items),
        "elements": ", ".join(act.elements),
        **{f"code {name}": code for name, code in act.codes.items()},
        **{f"time {name}": _instant(at_ms / 1000) for name, at_ms in act.times.items()},
    }
    return [f"    {name}: {printable(value)}" for name, value in fields.items() if value]


def _receipt_lines(receipt: Receipt) -> list[str]:
    lines = [
        f"    receipt: held {receipt.size} entries of {printable(receipt.of)}",
        f"    its author's clock: {_instant(receipt.time_ms / 1000)}",
    ]
    lines += [f"    void: entry {u.index}" for u in receipt.unread]
    lines += [f"    not held: body {sha256}" for sha256 in receipt.missing]
    return lines


def _body_lines(body: Shown) -> list[str]:
    named = body.named
    told = f"    {named.role} ({named.media_type}, {named.size_bytes} bytes stored, {named.sha256})"
    if body.state == LEFT_OUT:
        return [f"{told}: not in this file"]
    if body.state != SHOWN:
        return [f"{told}: does not open under the key in the entry"]
    text = _text(body)
    if text is None:
        return [f"{told}: {len(body.plain)} bytes that are not text"]
    return [f"{told}:", *(f"      {line}" for line in text.split("\n"))]


def _body_json(body: Shown) -> Json:
    named = body.named
    found: dict[str, Json] = {
        "role": named.role,
        "media": named.media_type,
        "sha256": named.sha256,
        "size_bytes": named.size_bytes,
        "state": body.state,
        "document": not isinstance(named, Blob),
    }
    text = _text(body)
    if body.state == SHOWN:
        found |= {"text": text} if text is not None else {"base64": _base64(body.plain)}
    return found


def _text(body: Shown) -> str | None:
    try:
        text = body.plain.decode()
    except UnicodeDecodeError:
        return None
    return printable(text[:_TEXT_CHARS_MAX]) + ("…" if len(text) > _TEXT_CHARS_MAX else "")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


_ARTICLES: Final = {"act": "An act", "receipt": "A receipt", "step": "A domestic step"}


def _article(kind: str) -> str:
    return _ARTICLES.get(kind, "An entry of no known kind")


def _kinds(signed: Signed) -> str:
    return " and ".join(_ALGORITHMS[kind] for kind in signed.kinds)


def _at(signed: Signed) -> str:
    return f", {_instant(signed.time_s)} by its clock" if signed.time_s else ""


def _instant(at_s: float) -> str:
    try:
        return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"{at_s:.0f} s after 1970"


def _party(name: str) -> str:
    return name.partition("/")[0]
