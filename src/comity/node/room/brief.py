"""Briefs: what this State keeps to itself of a matter, and what has to be cleared before it leaves.

    record kind   key                                     value
    brief         <kind>|<channel>|<matter>|<n, 6 digits> a step, never changed

A clearance and an override are of a draft as it says now: an edit makes them stale.  Which agencies
clear, the nation profile says; where the one in force cannot be read, it raises, and nothing
leaves.

Floor: node.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from comity.acts.record import Matter
from comity.acts.verb import Both
from comity.domestic.brief import verbs, view
from comity.domestic.brief.view import Step as Taken
from comity.domestic.officer import role
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import numbered_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import local_log, matter_lookup, need_to_know, officers
from comity.node.room import nation_profile as nations
from comity.node.room.release import draft_store, idempotency
from comity.node.room.release.draft_store import Draft
from comity.node.room.step import Step, fit

RECORD: Final = "brief"
_ROLES: Final = (role.SECRETARIAT, role.COUNSEL)
_STEPS_MAX: Final = 2_000
RULES: Final = frozenset({view.RULE_LINE, view.RULE_UNCLEARED})
"""Every rule that `stopped` can give."""


def of(tx: Tx, channel: str, matter: Matter) -> tuple[Taken, ...]:
    """Return every step of a matter, in order."""
    found = numbered_records.of(tx, RECORD, _key(channel, matter))
    return tuple(map(view.from_json, found.values()))


def _key(channel: str, matter: Matter) -> str:
    return f"{matter.kind}|{channel}|{matter.id}"


def take(
    node: Node, officer: Officer, kind: str, matter_id: str, step: Step
) -> Taken | Inadmissible:
    """Take a step of the brief of a matter.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: those of `matter_lookup.find`; `node.draft.unknown`.
    """
    given = dict(fit(step))
    with node.store.write() as tx:
        before = idempotency.made(tx, officer, step.command)
        if before is not None:
            return before if isinstance(before, Inadmissible) else view.from_json(before["brief"])
        now = officers.current(tx, officer)
        no = officers.lacks_role(now, *_ROLES)
        if no is not None:
            return no
        reader = need_to_know.reader(tx, officer)
        row = matter_lookup.find(tx, reader, kind, matter_id)
        steps = of(tx, row.channel, row.matter)
        no = _no(steps, step.verb.tag, given)
        if no is not None:
            return no
        content = ""
        if "draft" in given:
            draft = _draft(tx, officer, str(given["draft"]))
            given["draft"], content = draft.act.id, draft.content_sha256
        taken = Taken(step.verb.tag, now.name, now.agency, node.clock.now_ms(), given, content)
        numbered_records.add(tx, RECORD, _key(row.channel, row.matter), taken.as_json())
        idempotency.remember_made(tx, officer, step.command, {"brief": taken.as_json()})
        facts = {"officer": now.name, "matter": row.matter.id, "content": content}
        local_log.note(tx, node, taken.tag, facts)
    return taken


def _no(steps: Sequence[Taken], tag: str, given: Mapping[str, object]) -> Inadmissible | None:
    if len(steps) >= _STEPS_MAX:
        return Inadmissible(
            "brief.full",
            f"The brief of this matter has {_STEPS_MAX} steps.",
            "Keep further notes elsewhere.",
        )
    known = {one.number for one in view.lines(steps)}
    if tag == verbs.LIFT_LINE.tag and given["line"] not in known:
        return Inadmissible(
            "brief.line-unknown",
            f"No red line has the number {given['line']}.",
            f"Lift one of: {', '.join(map(str, sorted(known))) or 'none is drawn'}.",
        )
    return None


def _draft(tx: Tx, officer: Officer, prefix: str) -> Draft:
    reader = need_to_know.reader(tx, officer)
    found = [one for one in draft_store.read_by(tx, reader) if one.act.id.startswith(prefix)]
    if len(found) != 1:
        raise draft_store.unknown(prefix)
    return found[0]


def stopped(
    tx: Tx, draft: Draft, where: tuple[str, Matter], name: str,
    said: Mapping[str, Mapping[str, str]],
) -> Inadmissible | None:  # fmt: skip
    """Return what keeps a draft from leaving: a red line, or an agency that has not cleared it.

    Args:
        tx: a read or write.
        draft: what is about to leave.
        where: channel and matter whose brief counts.
        name: of the text, by which the profile says who clears.
        said: `{paragraph: {language: words}}` that it tables or takes.
    """
    steps, act_id, content = of(tx, *where), draft.act.id, draft.content_sha256
    crossed = [one for one in view.lines(steps) if one.is_crossed(said)]
    by = view.overridden_by(steps, act_id, content)
    if crossed and len(by) < view.OVERRIDES:
        return Inadmissible(
            view.RULE_LINE,
            f"It crosses a red line of this State: number {crossed[0].number}.",
            f"Change it, or have {view.OVERRIDES - len(by)} more officers override it for this "
            f"draft: `comity wording override`.",
        )
    nation = nations.in_force(tx)
    asked = nation.clearing(name) if nation is not None else ()
    told = view.clearances(steps, act_id, content)
    missing = [one for one in asked if told.get(one) != verbs.CLEARED]
    if missing:
        return Inadmissible(
            view.RULE_UNCLEARED,
            f"Not cleared by {', '.join(missing)}, as the nation profile asks.",
            "An officer of each clears this draft: `comity wording clear`.",
        )
    return None


def own(_node: Node, tx: Tx, row: MatterRow, _now: object) -> Sequence[tuple[Both, str]]:
    """Return what this State alone knows of a matter: notes, red lines, clearances."""
    steps = of(tx, row.channel, row.matter)
    return [*_told(steps)]


def _told(steps: Sequence[Taken]) -> Iterator[tuple[Both, str]]:
    for (what, paragraph), text in view.notes(steps).items():
        yield _named(verbs.NOTES[what], paragraph), text
    for line in view.lines(steps):
        yield _named(verbs.RULES[line.rule], f"{line.paragraph} #{line.number}".strip()), line.words
    for one in steps:
        if one.tag == verbs.CLEAR.tag:
            words = verbs.VERDICTS[one.given.get("verdict", verbs.CLEARED)]
            yield _named(words, str(one.given["draft"])[:8]), f"{one.agency} {_why(one)}".strip()
        elif one.tag == verbs.OVERRIDE.tag:
            yield _named(verbs.OVERRIDE.words, str(one.given["draft"])[:8]), _why(one)


def _why(one: Taken) -> str:
    return str(one.given.get("why", ""))


def _named(words: Both, of_: str) -> Both:
    return {lang: f"{text} {of_}".strip() for lang, text in words.items()}
