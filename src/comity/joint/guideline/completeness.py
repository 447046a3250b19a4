"""What a request lacks: missing, wrong, vague, overbroad, without a link or a legal basis.

    check(guideline, "preservation", "urgent", values, texts=…, …, now_ms=…) -> findings

The same for who drafts, who releases and who receives.  It is total: whatever JSON a value is,
there are findings.

Source: docs/spec/guideline.md, clause 12.
Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping, Sequence

from comity.joint.guideline import model
from comity.joint.guideline.findings import KINDS, Finding
from comity.joint.guideline.judgement import Broken, Context
from comity.joint.guideline.model import Asked, Condition, Element, Guideline, RequestType
from comity.joint.guideline.rules import RULES
from comity.joint.guideline.values import broken
from comity.kernel.ijson import Json

__all__ = ["KINDS", "Finding", "check"]

_URGENCY = "urgency"
_EMERGENCY = "emergency"
_OF_FORM = frozenset({"too-short", "link-missing"})
"""What holds no emergency up once something was said: who is asked judges whether it is enough."""
_MISSING_AS = {"link": "link-missing", "legal-basis": "legal-basis-missing"}


def check(  # noqa: PLR0913 -- a draft in its parts: rooms share no type for it
    guideline: Guideline,
    type_id: str,
    urgency: str,
    values: Mapping[str, Json],
    *,
    texts: Sequence[Json],
    attachments: Sequence[Json],
    now_ms: int,
    to: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Return what a request lacks, in the order in which its type asks.

    Args:
        guideline: that the request is bound to.
        type_id: of the request.
        urgency: of the request.
        values: `{element: value}` as the request file gives them.
        texts: `[{lang, text, by, original}]`.
        attachments: `[{role, …}]`.
        now_ms: the instant at which it is judged.
        to: parties that are asked; empty if it is not known yet.
    """
    kind = guideline.types.get(type_id)
    if kind is None:
        return (_about_request("type", "type-unknown"),)
    context = Context(guideline, tuple(texts), tuple(attachments), now_ms, tuple(to))
    findings = list(_urgency(kind, urgency))
    for asked in kind.elements:
        findings += _of_element(context, asked, urgency, values)
    known = {asked.element for asked in kind.elements}
    findings += [_strange(guideline, name) for name in values if name not in known]
    return tuple(findings)


def _urgency(kind: RequestType, urgency: str) -> Iterator[Finding]:
    if urgency not in kind.urgencies:
        yield _about_request(_URGENCY, "urgency-not-allowed")


def _about_request(element: str, rule: str) -> Finding:
    found = RULES[rule]
    return Finding(element, found.kind, rule, found.what, found.what, found.fix, ())


def _strange(guideline: Guideline, name: str) -> Finding:
    found = RULES["not-asked-for"]
    element = guideline.elements.get(name)
    sources = element.sources if element else ()
    return Finding(
        name, found.kind, "not-asked-for", found.what, found.what, found.fix, sources,
        is_required=False,
    )  # fmt: skip


def _of_element(
    context: Context,
    asked: Asked,
    urgency: str,
    values: Mapping[str, Json],
) -> Iterator[Finding]:
    element = context.guideline.elements[asked.element]
    is_required = is_needed(asked, urgency, values)
    is_held_up = True
    value = values.get(asked.element)
    if element.check.kind in _BESIDE:
        rules = _BESIDE[element.check.kind](context, element)
    elif is_empty(value):
        rules = iter([Broken(_MISSING_AS.get(element.check.kind, "absent"))])
        if asked.need.kind == model.WHEN and not is_required:
            return
    else:
        rules = broken(context, element.check, value)
        is_required = True  # what is given must be right, though it need not be given
        is_held_up = urgency != _EMERGENCY
    for one in rules:
        is_needed_so = is_required and (is_held_up or not _is_of_form(one))
        yield _finding(element, asked, one, is_required=is_needed_so)


def _is_of_form(one: Broken) -> bool:
    """Return whether it is a length, or the zone of office hours."""
    return one.rule in _OF_FORM or (one.rule, one.at) == ("zone-missing", "time_zone")


def _finding(element: Element, asked: Asked, one: Broken, *, is_required: bool) -> Finding:
    found = RULES[one.rule]
    return Finding(
        element=element.id,
        kind=found.kind,
        rule=one.rule,
        what=found.what,
        why=element.why,
        fix=found.fix if one.rule != "absent" else element.help,
        sources=asked.sources,
        is_required=is_required and found.is_required,
        at=one.at,
    )


def is_empty(value: Json) -> bool:
    """Return whether nothing was given."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def is_needed(asked: Asked, urgency: str, values: Mapping[str, Json]) -> bool:
    """Return whether a type needs an element, as far as the others are known."""
    if asked.need.kind == model.WHEN:
        return all(_holds(one, urgency, values) for one in asked.need.conditions)
    return asked.need.kind == model.ALWAYS


def _holds(condition: Condition, urgency: str, values: Mapping[str, Json]) -> bool:
    value = urgency if condition.element == _URGENCY else values.get(condition.element)
    if not condition.one_of:
        return is_empty(value) != condition.present
    chosen = value if isinstance(value, list) else [value]
    return any(type(a) is type(b) and a == b for a in chosen for b in condition.one_of)


def _translations(context: Context, _: Element) -> Iterator[Broken]:
    """Find each language of requests in which there is no text."""
    given = {
        str(one.get("lang", "")).partition("-")[0]
        for one in context.texts
        if isinstance(one, dict) and not is_empty(one.get("text"))
    }
    for language in context.guideline.languages.requests:
        if language.partition("-")[0] not in given:
            yield Broken("untranslated", language)


def _files(context: Context, element: Element) -> Iterator[Broken]:
    """Find out whether a file of the role is there."""
    role = element.check.options.get("role")
    roles = [one.get("role") for one in context.attachments if isinstance(one, dict)]
    if not (role in roles if role else context.attachments):
        yield Broken("file-missing")


_BESIDE = {"languages": _translations, "file": _files}
"""Checks of what stands beside the values."""
