"""Words for the parts and codes of values that letters print, as the pages say them.

    python -m tools.messages.letter     writes catalogue/letter/words.json

A letter is set without the pages; what a form calls a field, it calls so too.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.utils import translation

from comity.adapters.store import connect
from tools.check.steps import ROOT

FILE = ROOT / "src" / "comity" / "catalogue" / "letter" / "words.json"
LANGUAGES = {"en": "en", "zh": "zh-hans"}


def words() -> dict[str, dict[str, dict[str, str]]]:
    """Return `{"parts": {name: {"en", "zh"}}, "kind": {code: …}, "kinds": {code: …}}`.

    Django is set up.
    """
    from comity.surfaces.web.request import value_words  # noqa: PLC0415 -- as said
    from comity.surfaces.web.request.draft import shapes  # noqa: PLC0415 -- as said

    kinds = shapes.KINDS_OF_IDENTIFIER
    return {
        "parts": _both({**value_words.MORE, **shapes.PARTS}),
        "kinds": _both(shapes.KINDS_OF_DATA),
        "kind": _both({**kinds, **{alias: kinds[code] for alias, code in shapes.ALIASES.items()}}),
    }


def _both(known: Mapping[str, object]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {name: {} for name in sorted(known)}
    for language, code in LANGUAGES.items():
        with translation.override(code):
            for name, said in found.items():
                said[language] = str(known[name])
    return found


def render(value: object) -> str:
    """Return the file."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        connect.configure(Path(folder), None, "signs nothing")
        FILE.write_text(render(words()), encoding="utf-8")


if __name__ == "__main__":
    main()
