"""What `comity evidence` prints.

Floor: surfaces.
"""

from collections.abc import Sequence
from typing import Final

from comity.acts import marks
from comity.domestic.custody.acts import Step
from comity.kernel.fault import Fault
from comity.kernel.printable import one_line
from comity.node.room.custody import Item
from comity.node.room.matter_read import Shown
from comity.rooms.request import custody_json
from comity.surfaces.cli.request_text import at, spoken, table

_SHA_CHARS: Final = 16


def list_text(items: Sequence[Item]) -> str:
    """Return them as a table."""
    if not items:
        return "This request carries no attachments."
    head = ("EXHIBIT", "NAME", "FROM", "BYTES", "MARK", "STATE", "STEPS", "BLOB")
    rows = [
        (
            one_line(str(item.told.get("exhibit", ""))) or "-",
            one_line(item.name) + (" (sample)" if item.is_sample else ""),
            item.row.party,
            str(item.body.size_bytes if item.body.size_bytes is not None else "-"),
            item.body.blob.mark,
            item.body.state,
            str(len(item.chain.steps)),
            item.body.blob.sha256[:_SHA_CHARS],
        )
        for item in items
    ]
    return table([head, *rows])


def custody_text(items: Sequence[Item], shown: Shown) -> str:
    """Return them in words."""
    if not items:
        return "This request carries no attachments."
    return "\n\n".join("\n".join(_chain_lines(item, shown)) for item in items)


def _chain_lines(item: Item, shown: Shown) -> list[str]:
    told = item.told
    provenance = told.get("provenance")
    blob = item.body.blob
    name = one_line(item.name) or f"attachment {item.number}"
    lines = [
        f"{name}{f', exhibit {one_line(str(told["exhibit"]))}' if told.get('exhibit') else ''}",
        f"  SHA-256   {one_line(str(told.get('sha256', '-')))}",
        f"  mark      {blob.mark}{_mark_words(blob.mark)}",
    ]
    if isinstance(provenance, dict) and provenance:
        lines.append(f"  origin    {spoken(provenance)}")
    bound = custody_json.conditions(item, shown)
    if bound:
        lines.append(f"  limits    {', '.join(bound)}")
    lines.append(f"  sent      by {item.row.party} in act {item.row.act.id}")
    lines += [
        f"  received  by {one.party} {at(one.received_at_ms)}"
        for one in custody_json.transit(item, shown)
    ]
    lines += [f"  {_step_words(step)}" for step in item.chain.steps]
    if item.chain.differs:
        lines.append("  ATTENTION two steps found different bytes")
    return lines


def _mark_words(text: str) -> str:
    try:
        mark = marks.parse(text)
    except Fault:
        return ", which is no mark that is known here"
    return f": {mark.readers}" + (f"; {mark.actions}" if mark.actions else "")


def _step_words(step: Step) -> str:
    parts = [
        f"{step.kind:<9} {at(step.at_ms)} by {step.officer} ({step.agency})",
        f"to {step.to}" if step.to else "",
        "in quarantine" if step.quarantined else "",
        f"under {step.authority}" if step.authority else "",
        f"with {step.tool}" if step.tool else "",
        f"for: {step.purpose}" if step.purpose else "",
    ]
    return ", ".join(one_line(part) for part in parts if part)
