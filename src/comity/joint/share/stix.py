"""Whether an object is one of STIX 2.1: the schemas of OASIS, and what they miss.

    checker = Checker(schemas)          {"sdos/indicator.json": …}, as comity.catalogue has them
    checker.flaw(value)                 a code of FLAWS, or ""

The schemas miss the order of times, selectors that select nothing, and patterns.

Source: OASIS STIX 2.1.
Floor: joint (pure).
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import jsonschema_rs

from comity.joint.share.bundle import Object
from comity.kernel.ijson import Json

NOT_AN_OBJECT: Final = "not-an-object"
TYPE_UNKNOWN: Final = "type-unknown"
SCHEMA: Final = "schema"
TIMES: Final = "times"
SELECTOR: Final = "selector"
PATTERN: Final = "pattern"

FLAWS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NOT_AN_OBJECT: {"en": "is not a JSON object", "zh": "不是 JSON 对象"},
        TYPE_UNKNOWN: {"en": "has an unknown type", "zh": "类型未知"},
        SCHEMA: {"en": "does not fit STIX 2.1", "zh": "不符合 STIX 2.1"},
        TIMES: {"en": "ends before it begins", "zh": "结束时间早于开始时间"},
        SELECTOR: {"en": "marks a part that it does not have", "zh": "标记了不存在的部分"},
        PATTERN: {"en": "has a pattern that cannot be read", "zh": "检测规则无法读取"},
    }
)
"""What can be wrong with an object, and how people are told."""

_FOLDERS: Final = ("sdos", "sros", "observables", "common")
_META: Final = frozenset({"marking-definition", "extension-definition", "language-content"})
_PAIRS: Final = (
    ("created", "modified"),
    ("valid_from", "valid_until"),
    ("first_seen", "last_seen"),
    ("first_observed", "last_observed"),
    ("start_time", "stop_time"),
    ("start", "end"),
    ("validity_not_before", "validity_not_after"),
)
_STRICT: Final = frozenset({("valid_from", "valid_until"), ("start_time", "stop_time")})
_EXTENDED: Final = re.compile(r"extension-definition--.*")

_ONE_COMPARISON: Final = re.compile(
    r"\[[a-z][a-z0-9-]{2,62}:[a-z][a-z0-9_]{0,62}(?:\.[a-z_][a-z0-9_]{0,62}|\.'[^'\\\s]{1,62}')*"
    r" ?(?:=|!=) ?'(?:[^'\\]|\\['\\])*'\]"
)
"""What most patterns are; never wider than the grammar."""
_PATTERN_CHARS_MAX: Final = 10_000
"""Of a pattern that only the grammar reads."""


class Checker:
    """Checks objects; made once, since schemas are compiled."""

    def __init__(self, schemas: Mapping[str, Object]) -> None:
        """Compile the schemas.

        Args:
            schemas: by their path under `schemas`.
        """
        pairs = [(str(one["$id"]), one) for one in schemas.values()]
        registry = jsonschema_rs.Registry(pairs)
        self._validators = {
            path.rpartition("/")[2].removesuffix(".json"): jsonschema_rs.validator_for(
                one, registry=registry
            )
            for path, one in schemas.items()
            if path.partition("/")[0] in _FOLDERS[:3]
            or path.rpartition("/")[2].removesuffix(".json") in _META
            or path in {"common/core.json", "common/cyber-observable-core.json"}
        }

    def flaw(self, value: Object | None) -> str:
        """Return what is wrong with an object, by name, or ""; never raises for what it holds."""
        if value is None:
            return NOT_AN_OBJECT
        validator = self._validator(value)
        if validator is None:
            return TYPE_UNKNOWN
        if not validator.is_valid(value):
            return SCHEMA
        if any(_is_backwards(value, *pair) for pair in _PAIRS):
            return TIMES
        if not all(_selects(value, one) for one in _selectors(value)):
            return SELECTOR
        return PATTERN if _has_bad_pattern(value) else ""

    def _validator(self, value: Object) -> jsonschema_rs.Validator | None:
        type_ = value.get("type")
        if not isinstance(type_, str) or type_ in {"core", "cyber-observable-core", "bundle"}:
            return None
        found = self._validators.get(type_)
        extensions = value.get("extensions")
        is_new = isinstance(extensions, dict) and any(map(_EXTENDED.fullmatch, extensions))
        if found is None and is_new:
            core = "core" if "created" in value else "cyber-observable-core"
            return self._validators[core]
        return found


def _is_backwards(value: Object, begin: str, end: str) -> bool:
    first, last = instant(value.get(begin)), instant(value.get(end))
    if not first or not last:
        return False
    return first >= last if (begin, end) in _STRICT else first > last


def instant(text: Json) -> str:
    """Return a time such that later ones are greater: STIX writes them in UTC alone."""
    whole, _, part = str(text).removesuffix("Z").partition(".")
    return f"{whole}.{part:0<9}" if isinstance(text, str) else ""


def _selectors(value: Object) -> Iterator[str]:
    for one in _listed(value.get("granular_markings")):
        if isinstance(one, dict):
            yield from (str(each) for each in _listed(one.get("selectors")))


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _selects(value: Json, selector: str) -> bool:
    """Return whether a selector (`external_references.[0].source_name`) selects something."""
    for step in selector.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and re.fullmatch(r"\[[0-9]{1,6}\]", step):
            at = int(step[1:-1])
            if at >= len(value):
                return False
            value = value[at]
        else:
            return False
    return True


def _has_bad_pattern(value: Object) -> bool:
    pattern = value.get("pattern")
    if value.get("type") != "indicator" or value.get("pattern_type") != "stix":
        return False
    text = str(pattern)
    if _ONE_COMPARISON.fullmatch(text):
        return False
    return len(text) > _PATTERN_CHARS_MAX or not _reads(text)


def _reads(text: str) -> bool:
    """Return whether the grammar of OASIS reads a pattern."""
    from stix2patterns.v21.pattern import Pattern  # noqa: PLC0415 -- its grammar takes 0.2 s to load

    try:
        Pattern(text)
    except Exception:  # noqa: BLE001 -- whatever a parser raises for it, it is no pattern
        return False
    return True
