"""The main joint text as a document: YAML that lawyers read, and what a machine makes of it.

    parse(bytes) -> Guideline        or Unfit, with every problem, its line and its path

Source: docs/spec/guideline.md, part 10; guideline.schema.json.
Floor: joint (pure).
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from comity.clocks import instants
from comity.joint.guideline import advice, model, references
from comity.joint.guideline.ladder import Ladder, Step
from comity.joint.guideline.model import (
    Approval,
    Asked,
    Check,
    ClockRule,
    Coded,
    Condition,
    Element,
    Guideline,
    Hotline,
    JointName,
    Languages,
    Length,
    Need,
    Pause,
    RequestType,
    Retention,
    Urgency,
)
from comity.joint.guideline.schema import SCHEMA
from comity.kernel import plain_yaml
from comity.kernel.kind_of_text import Kind
from comity.kernel.legal_text import Words, sources
from comity.kernel.problem import Problem

__all__ = ["Guideline", "parse", "problems", "warnings"]

type _Fields = dict[str, Any]

_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "anyOf": "Write it as the schema shows; `source` is a text, or a text with "
        "`verified: false` or `proposal: true`.",
        "oneOf": "Write one of the forms that the schema shows.",
    }
)


_KIND: Final = Kind("guideline.document.unfit", SCHEMA, references.problems, _FIXES)


def parse(data: bytes, name: str = "guideline") -> Guideline:
    """Read a guideline.

    Args:
        data: plain YAML, as its authors wrote it.
        name: of the file, for what is said about it.

    Raises:
        Fault: `kernel.yaml.malformed`.
        Unfit: `guideline.document.unfit`, with every problem and its line.
    """
    return _guideline(_KIND.read(data, name), hashlib.sha256(data).hexdigest())


def problems(data: bytes) -> tuple[Problem, ...]:
    """Return everything that is wrong with a text that is YAML, by line.

    Raises:
        Fault: `kernel.yaml.malformed`.
    """
    return _KIND.problems(data)


def warnings(data: bytes) -> tuple[Problem, ...]:
    """Return what is seldom meant in a text in which nothing is wrong, by line."""
    marked = plain_yaml.parse(data)
    return tuple(map(marked.placed, advice.warnings(cast("_Fields", marked.value))))


def _guideline(fields: _Fields, sha256: str) -> Guideline:
    coded = {
        name: _frozen({one["code"]: _coded(one) for one in fields[name]})
        for name in (
            "crimes",
            "refusals",
            "postponements",
            "deficiencies",
            "conditions",
            "marks",
            "quality",
        )
    }
    elements = _frozen({one["id"]: _element(one) for one in fields["elements"]})
    return Guideline(
        sha256=sha256,
        title=_frozen(fields["title"]),
        version=fields["version"],
        in_force_from_ms=instants.parse(fields.get("in_force_from", "")) or 0,
        notes=_many_words(fields.get("notes", [])),
        languages=_languages(fields["languages"]),
        urgencies=_frozen({one["id"]: _urgency(one) for one in fields["urgencies"]}),
        clocks=_frozen({one["id"]: _clock(one) for one in fields["clocks"]}),
        transit=_many_words(fields["transit"]),
        joint=_frozen({one["id"]: _joint(one) for one in fields.get("joint", [])}),
        elements=elements,
        types=_frozen({one["id"]: _type(one, elements) for one in fields["types"]}),
        retention=tuple(map(_retention, fields["retention"])),
        approvals=tuple(map(_approval, fields["approvals"])),
        hotline=_hotline(fields["hotline"]),
        ladders=_frozen({one["id"]: _ladder(one) for one in _ladders(fields)}),
        **coded,
    )


def _frozen[Value](value: Mapping[str, Value]) -> Mapping[str, Value]:
    return MappingProxyType(dict(value))


def _many_words(values: list[dict[str, str]]) -> tuple[Words, ...]:
    return tuple(_frozen(value) for value in values)


def _coded(one: _Fields) -> Coded:
    return Coded(
        one["code"],
        _frozen(one["label"]),
        _frozen(one.get("help", {})),
        sources(one["source"]),
        tuple(one.get("except_types", ())),
        tuple(one["forbids"]) if "forbids" in one else None,
    )


def _urgency(one: _Fields) -> Urgency:
    return Urgency(
        one["id"], _frozen(one["label"]), _frozen(one["justified_by"]), sources(one["source"])
    )


def _length(one: _Fields) -> Length:
    return Length(one["amount"], one["unit"], one.get("of", ""))


def _lengths(one: _Fields) -> Mapping[str, Length]:
    return _frozen({urgency: _length(length) for urgency, length in one.items()})


def _clock(one: _Fields) -> ClockRule:
    return ClockRule(
        id=one["id"],
        label=_frozen(one["label"]),
        starts=tuple(one["starts"]),
        ends=tuple(one.get("ends", ())),
        stops=tuple(one.get("stops", ())),
        pauses=tuple(
            Pause(tuple(p["starts"]), tuple(p["ends"]), _frozen(p["why"]))
            for p in one.get("pauses", ())
        ),
        extended_by=tuple(one.get("extended_by", ())),
        receipt=one.get("receipt", "at-once"),
        receipt_of=one.get("receipt_of", "addressee"),
        last_day=one.get("last_day", "as-it-falls"),
        alert_before=_lengths(one.get("alert_before", {})),
        lengths=_lengths(one["lengths"]),
        sources=sources(one["source"]),
    )


def _joint(one: _Fields) -> JointName:
    return JointName(
        one["id"], one["element"], one.get("field", ""), one["kind"], _frozen(one["why"])
    )


def _ladders(fields: _Fields) -> list[_Fields]:
    return cast("list[_Fields]", fields.get("lanes", {}).get("ladders", []))


def _ladder(one: _Fields) -> Ladder:
    return Ladder(
        id=one["id"],
        label=_frozen(one["label"]),
        types=tuple(one["types"]),
        steps=_frozen({step["code"]: _step(step) for step in one["steps"]}),
        sources=sources(one["source"]),
    )


def _step(one: _Fields) -> Step:
    return Step(
        code=one["code"],
        label=_frozen(one["label"]),
        by=one["by"],
        needs=tuple(one.get("needs", ())),
        unit=one.get("unit", ""),
        reasons=tuple(one.get("reasons", ())),
    )


def _element(one: _Fields) -> Element:
    check = one["check"]
    options = {name: value for name, value in check.items() if name != "kind"}
    return Element(
        id=one["id"],
        label=_frozen(one["label"]),
        help=_frozen(one["help"]),
        why=_frozen(one["why"]),
        check=Check(check["kind"], _frozen(options)),
        sources=sources(one["source"]),
    )


def _type(one: _Fields, elements: Mapping[str, Element]) -> RequestType:
    return RequestType(
        id=one["id"],
        label=_frozen(one["label"]),
        help=_frozen(one["help"]),
        urgencies=tuple(one["urgencies"]),
        elements=tuple(_asked(asked, elements) for asked in one["elements"]),
        clocks=_frozen({c["id"]: _lengths(c.get("lengths", {})) for c in one["clocks"]}),
        opening=one.get("opening", False),
        sources=sources(one["source"]),
    )


def _asked(one: _Fields, elements: Mapping[str, Element]) -> Asked:
    own = sources(one["source"]) if "source" in one else elements[one["id"]].sources
    return Asked(one["id"], _need(one["need"]), own)


def _need(value: Any) -> Need:  # noqa: ANN401 -- as above
    if isinstance(value, str):
        return Need(value)
    return Need(model.WHEN, tuple(map(_condition, value["when"])))


def _condition(one: _Fields) -> Condition:
    if "present" in one:
        return Condition(one["element"], (), one["present"])
    return Condition(one["element"], tuple(one["one_of"]) if "one_of" in one else (one["is"],))


def _retention(one: _Fields) -> Retention:
    return Retention(
        one["blob"],
        _frozen(one["label"]),
        _length(one["length"]),
        one["after"],
        sources(one["source"]),
    )


def _approval(one: _Fields) -> Approval:
    return Approval(
        one["act"],
        one["count"],
        tuple(one.get("roles", ())),
        tuple(one.get("urgencies", ())),
        one.get("review_hours", 0),
    )


def _languages(one: _Fields) -> Languages:
    return Languages(
        tuple(one["text"]),
        tuple(one["requests"]),
        one["translator"],
        _many_words(one["rules"]),
        sources(one["source"]),
    )


def _hotline(one: _Fields) -> Hotline:
    return Hotline(
        scope=_many_words(one["scope"]),
        goals=_many_words(one["goals"]),
        procedure=_many_words(one["procedure"]),
        acknowledge=_length(one["acknowledge"]),
        test=_length(one["test"]),
        sources=sources(one["source"]),
    )
