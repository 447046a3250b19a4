"""A formal letter, the file of a request, the figures of a review, as PDF/A-3a and PDF/UA-1.

The same data give the same bytes.

Fonts come from packages, so that a letter looks the same on every machine; those of the
machine help with scripts that they lack, and a character that nothing can show stands as
its code point.  The data themselves lie unchanged in the PDF.

Floor: adapters.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, cast

import pylopdf_fonts_zh_cn
import typst

from comity.adapters import print_data
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.node.room import exercises

_STANDARDS: Final[Sequence[Literal["a-3a", "ua-1"]]] = ("a-3a", "ua-1")
_ATTEMPTS: Final = 6
"""Characters without a glyph are replaced one after the other, and at last all unusual ones."""

_LONG_BYTES: Final = 100_000
"""What is longer is set few times."""

_UNUSUAL: Final = re.compile(
    "[^\t\n\\x20-\\x7e\\u00a0-\\u017f\\u0391-\\u03c9\\u0410-\\u044f"
    "\\u2010-\\u2027\\u3000-\\u3011\\u4e00-\\u9fa5\\uff01-\\uff5e]"
)
"""What is neither Latin, Greek, Cyrillic nor Chinese, as the fonts of the packages have it."""

_NO_GLYPH: Final = re.compile(r'the (?:text|codepoint) `"(.*?)"`', re.DOTALL)
"""What the compiler says of a character without a glyph, and of one that PDF/A forbids."""


def letter(data: bytes, at_ms: int) -> bytes:
    """Return the PDF of a letter or file.

    Args:
        data: as `comity.rooms.request.letter` or `comity.rooms.request.print_data` gives it.
        at_ms: the date of the document, milliseconds since 1970 UTC.

    Raises:
        Fault: `adapters.letter.failed`.
    """
    value = ijson.parse(data)
    paper = cast("dict[str, Any]", value)
    template = _template(str(paper["format"]))
    if exercises.KEY in paper:
        template = _text(_MARKED) + template
    shown = _shown(value)
    what = ""
    for attempt in range(_ATTEMPTS):
        value, left_out = print_data.shortened(shown)
        fields = {**cast("dict[str, Any]", value), "left_out": left_out}
        text = json.dumps(fields, ensure_ascii=False).encode()
        for is_own in (True, False):
            try:
                return _compile(template, text, data, at_ms, is_own=is_own)
            except typst.TypstError as error:
                what = str(error)
        is_patient = attempt < _ATTEMPTS - 2 and len(text) <= _LONG_BYTES
        shown = _changed(shown, _each(_missing(what) if is_patient else _UNUSUAL))
    raise _failed(what)


def _failed(what: str) -> Fault:
    return Fault(
        code="adapters.letter.failed",
        what=f"The letter cannot be set: {printable(what)[:400]}",
        fix="Write its data with `--data FILE` instead, and report this.",
    )


def _compile(template: bytes, shown: bytes, data: bytes, at_ms: int, *, is_own: bool) -> bytes:
    files: Any = {"main": template, "shown.json": shown, "data.json": data}
    files |= {name: _text(name) for name in (_COMMON, _WORDS)}
    try:
        return typst.compile(
            files,
            format="pdf",
            font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)],
            ignore_system_fonts=is_own,
            pdf_standards=[*_STANDARDS],
            timestamp=at_ms // 1_000,
        )
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # which no module names, and is no `Exception`
            raise
        raise _failed(str(error)) from error


_COMMON: Final = "common.typ"
_WORDS: Final = "words.json"
"""What pages call parts of values: `python -m tools.messages.letter` writes it."""
_MARKED: Final = "marked.typ"
_TEMPLATES: Final = {
    "comity-letter/1": "letter.typ",
    "comity-file/1": "file.typ",
    "comity-review/1": "review.typ",
    "comity-after-action/1": "after-action.typ",
    "comity-publication/1": "publication.typ",
    "comity-pack/1": "pack.typ",
    "comity-seat/1": "seat.typ",
}


def _template(form: str) -> bytes:
    return _text(_TEMPLATES[form])


@cache
def _text(name: str) -> bytes:
    return resources.files("comity").joinpath("catalogue", "letter", name).read_bytes()


def _shown(value: Json) -> Json:
    """Return the data as the template reads it: instants as people read them."""
    fields = cast("dict[str, Any]", _changed(value, printable))
    if "figures" in fields:
        return {**fields, "shown": _of_review(fields)}
    if isinstance(fields.get("until"), int):
        fields = {**fields, "until": _instant(fields["until"] * 1_000)}
    if "received_at_ms" not in fields and "acts" not in fields:
        return fields  # it names no instant
    if "acts" in fields:
        return {**fields, "acts": [_act(one) for one in fields["acts"]]}
    return _act(fields)


def _of_review(fields: dict[str, Any]) -> Json:
    period, before = fields["period"], fields.get("before")
    return {
        "period": " – ".join(map(_instant, period)),  # noqa: RUF001 -- a range
        "before": "" if before is None else " – ".join(map(_instant, before)),  # noqa: RUF001 -- a range
        "now": _instant(fields["now_ms"]),
    }


def _act(fields: dict[str, Any]) -> Json:
    received = fields["received_at_ms"]
    times = [{**one, "at": _instant(one["at_ms"])} for one in fields["times"]]
    return {**fields, "times": times, "received_at": "" if received is None else _instant(received)}


def _instant(at_ms: int) -> str:
    try:
        return f"{datetime.fromtimestamp(at_ms / 1_000, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"{at_ms // 1_000} s since 1970"


def _missing(what: str) -> re.Pattern[str]:
    """Return what finds the text that the compiler could not show."""
    found = _NO_GLYPH.search(what)
    text = _unescaped(found.group(1)) if found else ""
    return _UNUSUAL if not text or text.isascii() else re.compile(re.escape(text))


def _unescaped(text: str) -> str:
    r"""Return a text as it was: the compiler writes `\u{1f642}`."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)


def _each(pattern: re.Pattern[str]) -> Callable[[str], str]:
    """Return what writes what a pattern finds as code points."""

    def named(found: re.Match[str]) -> str:
        return "".join(f"[U+{ord(one):04X}]" for one in found.group())

    return lambda text: pattern.sub(named, text)


def _changed(value: Json, change: Callable[[str], str]) -> Json:
    """Return a value with every text in it changed."""
    if isinstance(value, dict):
        return {change(name): _changed(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [_changed(one, change) for one in value]
    return change(value) if isinstance(value, str) else value
