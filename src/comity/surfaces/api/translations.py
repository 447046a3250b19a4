"""Words beside the codes of an act, in one language or several.

    {"texts": {"en": "The figure counts two requests twice.", "zh": "该数字重复计入两项请求。"}}

Floor: surfaces.
"""

from typing import Annotated

from pydantic import Field

from comity.kernel.ijson import Json
from comity.node.base.rows import Officer
from comity.node.room import request_file
from comity.node.room.act_words import Words
from comity.surfaces.api.calls import Language
from comity.surfaces.api.shapes import Strict

Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class Spoken(Strict):
    """What every act of these rooms may carry."""

    texts: dict[Language, Text] = Field(
        default_factory=dict,
        max_length=16,
        description="{language: words}; the first is the original",
    )
    hold: bool = Field(default=False, description="keep it as a draft, which `release` sends")


def words(officer: Officer, payload: Spoken, key: str) -> Words:
    """Return what was sent beside the codes.

    Raises:
        Fault: those of `request_file.from_json`.
    """
    by = officer.office or officer.agency
    texts: list[Json] = [
        {"lang": lang, "text": text, "by": by, "original": number == 0}
        for number, (lang, text) in enumerate(payload.texts.items())
    ]
    value: dict[str, Json] = {"texts": texts} if texts else {}
    return Words(request_file.from_json(value, request_file.ANSWER, "texts"), (), key, payload.hold)
