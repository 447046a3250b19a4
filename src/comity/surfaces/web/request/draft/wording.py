"""The request in words: the original beside its translations, each with who wrote it.

    texts_of(sheet, guideline)          -> one for each language in which requests are written
    received(sheet, guideline, data)    -> texts as a request file has them

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.joint.guideline.model import Guideline
from comity.kernel.ijson import Json
from comity.node.desk.worksheets import Worksheet
from comity.surfaces.web.request.draft import inputs
from comity.surfaces.web.request.draft.inputs import Sent

MACHINE: Final = "machine"
"""Who translated, where nobody did."""

_TAGS: Final[Mapping[str, str]] = {"zh": "zh-Hans"}
"""As which language a text is marked, where the guideline names less."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language.

    Attributes:
        language: as its field is named.
        tag: of the language, BCP 47.
        text: what it says.
        by: who wrote or translated it.
        is_original: whether it is authentic.
    """

    language: str
    tag: str
    text: str
    by: str
    is_original: bool

    @property
    def is_machine(self) -> bool:
        """Whether a machine translated it."""
        return self.by == MACHINE


def texts_of(sheet: Worksheet, guideline: Guideline) -> list[Text]:
    """Return a text in each language of requests; of what was not written yet, an empty one."""
    languages = guideline.languages.requests
    found = [_found(sheet, language) for language in languages]
    if not any(one.is_original for one in found):
        first, *others = found
        found = [Text(first.language, first.tag, first.text, first.by, is_original=True), *others]
    return found


def _found(sheet: Worksheet, language: str) -> Text:
    one = next((one for one in sheet.many("texts") if _is_in(one, language)), {})
    tag = str(one.get("lang") or _TAGS.get(language, language))
    text, by = str(one.get("text", "")), str(one.get("by", ""))
    return Text(language, tag, text, by, is_original=one.get("original") is True)


def _is_in(one: Mapping[str, Json], language: str) -> bool:
    return str(one.get("lang", "")).partition("-")[0] == language.partition("-")[0]


def received(sheet: Worksheet, guideline: Guideline, data: Sent) -> list[Json]:
    """Return the texts that a page sent; those in other languages stay as they are."""
    languages: Sequence[str] = guideline.languages.requests
    original = data.get("original", "")
    found: list[Json] = []
    for one in texts_of(sheet, guideline):
        name = f"text:{one.language}"
        text = inputs.typed(data.get(name, ""))
        by = inputs.typed(data.get(f"{name}:by", ""), is_long=False)
        if f"{name}:machine" in data:
            by = MACHINE
        if text or by:
            said = {"lang": one.tag, "text": text, "by": by}
            found.append({**said, "original": original == one.language})
    kept = [one for one in sheet.many("texts") if not any(_is_in(one, x) for x in languages)]
    return [*found, *kept]
