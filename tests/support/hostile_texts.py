"""Joint texts that the schemas allow and no lawyer writes: guidelines and calendars.

    for name, data in guidelines(random.Random(1), 8): ...

Each reads as its kind; what stands in it steers, turns, runs, repeats or counts for ever.

Floor: tests.
"""

import copy
import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from typing import Any, Final

from comity.clocks.calendar_schema import WEEKDAYS
from comity.joint.guideline import document
from comity.kernel import plain_yaml
from support.hostile_words import CODES, MARK, WORDS

_CATALOGUE: Final = resources.files("comity.catalogue")
_RAW: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_WORDS: Final = frozenset(
    {"title", "label", "help", "why", "justified_by", "notes", "transit", "rules"}
    | {"scope", "goals", "procedure", "name"}
)
_SOURCES: Final = frozenset({"source", "text", "zone"})
_ID: Final = ("a" * 63, "0" * 63, "a" + ".-" * 31, "constructor", "urgency", "null", "x")
_CODE: Final = tuple(code for code in CODES if 0 < len(code) < 256)


def plain(name: str) -> dict[str, Any]:
    """Return a text of the catalogue as data."""
    value: Any = plain_yaml.parse(_CATALOGUE.joinpath(name).read_bytes()).value
    return copy.deepcopy(value)


def spelled(value: object) -> bytes:
    """Return a text as bytes; what YAML does not take as it is stands as an escape."""
    text = json.dumps(value, ensure_ascii=False)
    return _RAW.sub(lambda one: f"\\u{ord(one[0]):04x}", text).encode()


def guidelines(chance: random.Random, count: int) -> Iterator[bytes]:
    """Give guidelines, each of which can be read."""
    while count:
        value = _worded(plain("guideline/dialogue.yaml"), chance)
        _lengths(value, chance)
        _many(value, chance)
        data = spelled(value)
        if not document.problems(data):
            count -= 1
            yield data


def calendars(chance: random.Random, count: int) -> Iterator[bytes]:
    """Give calendars, each of which can be read: with few days of work, far years, odd walls."""
    for _ in range(count):
        value = _worded(plain("calendar/cn-2026.yaml"), chance)
        value["weekend"] = chance.choice(([], [*WEEKDAYS[:6]]))
        value["covers"] = chance.choice(
            (
                {"first": "0001-01-01", "last": "9999-12-31"},
                {"first": "9999-12-31", "last": "9999-12-31"},
                {"first": "0001-01-01", "last": "0001-01-01"},
            )
        )
        value["days"] = []
        value["offsets"] = chance.choice(
            (
                [{"from": "0001-01-01T00:00:00Z", "utc": "-17:59:59"}],
                [{"from": "9999-12-31T23:59:59Z", "utc": "+17:59:59"}],
                [
                    {"from": "2026-01-01T00:00:00Z", "utc": "+17:59"},
                    {"from": "2026-01-01T00:00:01Z", "utc": "-17:59"},
                ],
            )
        )
        value["office_hours"] = {"opens": "23:58", "closes": "23:59"}
        yield spelled(value)


def in_one_language(language: str) -> bytes:
    """Return the shipped guideline in a language that no surface speaks."""
    value = _only(plain("guideline/dialogue.yaml"), language)
    value["languages"] |= {"text": [language], "requests": [language]}
    return spelled(value)


def _only(value: Any, language: str) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(value, list):
        return [_only(one, language) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"en", "zh"}:
        return {language: value["en"]}
    return {name: _only(one, language) for name, one in value.items()}


def repeating(elements: int, types: int) -> bytes:
    """Return a guideline in which long words of few elements are named by many types."""
    value = plain("guideline/dialogue.yaml")
    words = {"en": "w " * 1_900, "zh": "w"}
    value["elements"] += [
        {
            **copy.deepcopy(value["elements"][0]),
            "id": f"e{number}",
            "label": words,
            "help": words,
            "why": words,
        }
        for number in range(elements)
    ]
    kind = copy.deepcopy(value["types"][0])
    kind["elements"] = [{"id": f"e{number}", "need": "always"} for number in range(elements)]
    value["types"] += [{**kind, "id": f"t{number}"} for number in range(types)]
    return spelled(value)


def unreadable() -> Iterator[bytes]:
    """Give what can be read as no guideline."""
    yield from (b"", b"\x00", b"\xff\xfe\x00a", b"&a [*a,*a]", b"[" * 5_000, b"{}", b"- a\n" * 999)
    yield b"!!python/object/apply:os.system ['x']"
    yield b"a: " + "\u202e\u2066".encode() * 300
    odd = f"{MARK}<script>alert(1)</script>\x1b[2J\u202e"
    yield spelled({**plain("guideline/dialogue.yaml"), odd: odd})


def crowded(count: int, source: str) -> bytes:
    """Return a calendar with that many holidays."""
    value = plain("calendar/cn-2026.yaml")
    value["covers"] = {"first": "0001-01-01", "last": "9999-12-31"}
    first = date(1000, 1, 1)
    value["days"] = [
        {
            "date": str(first + timedelta(number)),
            "kind": "holiday",
            "name": {"en": "a"},
            "source": source,
        }
        for number in range(count)
    ]
    return spelled(value)


def _worded(value: Any, chance: random.Random, name: str = "") -> Any:  # noqa: ANN401 -- JSON
    """Return a text with other words in it, where it has words."""
    if isinstance(value, list):
        return [_worded(one, chance, name) if isinstance(one, dict) else one for one in value]
    if not isinstance(value, dict):
        is_word = isinstance(value, str) and name in _SOURCES
        return word(chance) if is_word and chance.random() < 0.5 else value
    if name in _WORDS and all(isinstance(one, str) for one in value.values()):
        return {key: word(chance) if chance.random() < 0.5 else one for key, one in value.items()}
    return {key: _worded(one, chance, key) for key, one in value.items()}


def word(chance: random.Random) -> str:
    """Return something in words that says something."""
    text = f"{MARK}{chance.choice(WORDS)}"
    return text[:300] if chance.random() < 0.5 else text[::-1][:300] + MARK


def _lengths(value: Any, chance: random.Random) -> None:  # noqa: ANN401 -- JSON
    """Let lengths be the least and the greatest that there are."""
    if isinstance(value, list):
        for one in value:
            _lengths(one, chance)
    elif isinstance(value, dict):
        if value.keys() >= {"amount", "unit"}:
            value["amount"] = chance.choice((1, 9_999))
            value["unit"] = chance.choice(("hours", "calendar-days", "working-days", "months"))
            value["of"] = chance.choice(("addressee", "asker"))
        for one in value.values():
            _lengths(one, chance)


def _many(value: dict[str, Any], chance: random.Random) -> None:
    """Add names that mean something elsewhere, and that are as long as names get."""
    for list_ in ("refusals", "postponements", "deficiencies", "conditions", "marks", "quality"):
        value[list_] += [
            {**copy.deepcopy(value[list_][0]), "code": code}
            for code in chance.sample(_CODE, 3)
            if code not in {one["code"] for one in value[list_]}
        ]
    known = {one["id"] for one in value["elements"]}
    more = [one for one in chance.sample(_ID, 3) if one not in known]
    value["elements"] += [
        {**copy.deepcopy(chance.choice(value["elements"])), "id": one} for one in more
    ]
    for kind in value["types"]:
        kind["elements"] += [{"id": one, "need": "always"} for one in more]
    value["types"] += [
        {**copy.deepcopy(value["types"][0]), "id": one} for one in chance.sample(_ID, 2)
    ]
