"""Words beside the codes of an act, typed in one language or several.

    --text "The figure counts two requests twice." --text zh=该数字重复计入两项请求。

Floor: surfaces.
"""

import argparse
import re
from collections.abc import Sequence
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.rows import Officer
from comity.node.room.act_words import Words
from comity.node.room.request_file import ANSWER, from_json

_LANGUAGE: Final = re.compile(r"([a-z]{2,3}(?:-[A-Za-z]{2,4})?)=(.*)", re.DOTALL)


def add_texts(parser: argparse.ArgumentParser, *, needed: bool = False) -> None:
    """Add the words; the first is the original, the others are translations of it."""
    parser.add_argument(
        "--text",
        action="append",
        default=[],
        required=needed,
        metavar="[LANG=]TEXT",
        help="in words, sealed; in English without LANG; may be given once a language",
    )


def words(officer: Officer, options: argparse.Namespace) -> Words:
    """Return what was typed beside the codes.

    Raises:
        Fault: those of `from_json`.
    """
    return Words(
        from_json(_value(officer, options.text), ANSWER, "--text"),
        (),
        options.key,
        getattr(options, "hold", False),
    )


def texts(given: Sequence[str]) -> dict[str, str]:
    """Return what was typed in each language.

    Raises:
        Fault: `surfaces.option.malformed`.
    """
    found: dict[str, str] = {}
    for one in given:
        match = _LANGUAGE.fullmatch(one)
        lang, text = (match[1], match[2]) if match else ("en", one)
        if lang in found:
            raise Fault(
                code="surfaces.option.malformed",
                what=f"The text is given twice in {quoted(lang)}.",
                fix="Write --text LANG=TEXT, once for each language.",
            )
        found[lang] = text
    return found


def _value(officer: Officer, given: Sequence[str]) -> dict[str, Json]:
    by = officer.office or officer.agency
    written: list[Json] = [
        {"lang": lang, "text": text, "by": by, "original": number == 0}
        for number, (lang, text) in enumerate(texts(given).items())
    ]
    return {"texts": written} if written else {}
