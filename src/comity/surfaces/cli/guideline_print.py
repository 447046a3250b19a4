"""Joint texts as `comity guideline list`, `show` and `diff` print them.

Floor: surfaces.
"""

from collections.abc import Iterator, Sequence

from comity.joint.guideline import diff_words
from comity.joint.text import view
from comity.joint.text.state import Proposal
from comity.kernel import diff
from comity.kernel.diff import Change
from comity.kernel.ijson import Json
from comity.kernel.printable import one_line, set_off
from comity.rooms.guideline.desk import Shown
from comity.surfaces.cli.request_text import at, table

_SHORT = 8
_MARGIN = "        "


def list_text(found: Sequence[Shown]) -> str:
    """Return the joint texts as a table."""
    if not found:
        return "No joint text was proposed yet: requests are judged by no guideline."
    head = ("TEXT", "CHANNEL", "STATUS", "IN FORCE", "SINCE", "WAITS FOR")
    return table([head, *map(_row, found)])


def _row(shown: Shown) -> tuple[str, ...]:
    now = shown.in_force
    return (
        shown.stand.name,
        shown.stand.channel,
        view.STATUS_WORDS[view.status(shown.stand.state)]["en"],
        now.version or now.sha256[:16] if now else "-",
        at(now.in_force_from_ms) if now else "-",
        ", ".join(shown.holders) or "-",
    )


def shown_text(shown: Shown) -> str:
    """Return one joint text in words."""
    stand = shown.stand
    lines = [f"{stand.name} in {stand.channel}"]
    if not stand.state.proposals:
        lines.append("  Nothing was proposed yet.")
    for one in reversed(stand.state.proposals):
        lines += _proposal_lines(shown, one)
    return "\n".join(lines)


def _proposal_lines(shown: Shown, one: Proposal) -> Iterator[str]:
    version = next((v for v in shown.versions if v.proposal_id == one.id), None)
    status = view.STATUS_WORDS[shown.statuses[one.id]]["en"]
    yield f"  {one.version or '(no version name)'}: {status}"
    yield f"      proposal    {one.id} of {one.party}"
    yield f"      sha256      {one.sha256}{'' if one.sha256 in shown.held else ' (not held here)'}"
    if one.counters:
        yield f"      counters    {one.counters}"
    waited = [party for party in shown.stand.state.parties if party not in one.adoptions]
    yield f"      adopted by  {', '.join(one.adoptions) or 'nobody'}"
    if waited:
        yield f"      not by      {', '.join(waited)}"
    if version is not None:
        since = at(version.in_force_from_ms) if version.in_force_from_ms else "not yet known"
        yield f"      in force    from {since}"
        if version.ends_at_ms is not None:
            yield f"      ends        {at(version.ends_at_ms)}"
    for turn in shown.stand.state.turns:
        if turn.proposal_id == one.id:
            crossed = ", crossed" if turn.crossed else ""
            reason = f", {turn.reason}" if turn.reason else ""
            yield f"      {at(turn.received_at_ms)}  {turn.party}: {turn.result}{reason}{crossed}"


def diff_text(found: Sequence[Change], texts: tuple[Json, Json], language: str) -> str:
    """Return changes in words, in the order of the texts."""
    if not found:
        return "The two texts say the same."
    telling = diff_words.Telling(*texts)
    lines = [f"{len(found)} {'change' if len(found) == 1 else 'changes'}"]
    for one in found:
        told = telling.told(one, language)
        was, now = (set_off(text, _MARGIN) for text in (told.before, told.after))
        lines += [one_line(told.place), f"    {told.kind}  [{one_line(one.pointer)}]"]
        if one.kind in (diff.CHANGED, diff.MOVED):
            before, after = (diff_words.say(name, language) for name in ("before", "after"))
            lines += [f"    {before}: {was}", f"    {after}: {now}"]
        elif was or now:
            lines.append(f"    {was or now}")
    return "\n".join(lines)
