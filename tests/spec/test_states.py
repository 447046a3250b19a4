"""The pages show every field of the states that nodes compare."""

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comity.acts.turns import Turn
from comity.joint.case import acts as case_acts
from comity.joint.case import rounds
from comity.joint.case import state as case
from comity.joint.contact import state as contact
from comity.joint.request import state as request
from comity.joint.request import table, turn, view
from comity.joint.review import state as review
from comity.joint.share import state as share
from comity.joint.share.positions import Span
from comity.joint.text import state as guideline

FOLDER = Path(__file__).parents[2] / "docs" / "spec"
VOICE = case.Voice("sn", "agreed", 2)
ONE = Span(1, 4, 4)

STATES: dict[str, Callable[[], Any]] = {
    "case": lambda: case.to_json(
        case.State(
            parties=("fr", "sn"),
            references={"fr": ("A-1",)},
            requests=("…",),
            rounds=(rounds.Round("closed", 1, 0),),
            proposals=(case.Proposal("…", "fr", "priority", "", 1, 0, (VOICE,)),),
            reports=(case.Report("…", "fr", "", (case_acts.Step("sn", "answer"),), (), 3),),
            turns=(Turn("…", "fr", "", "", is_effective=True, items=("…",)),),
        )
    ),
    "contact": lambda: contact.to_json(
        contact.State(
            parties=("fr", "sn"),
            publications=(contact.Publication("…", "…", {"desk": "…"}, 0, None),),
            trials=(contact.Trial("…", "fr", "proved", {"desk": "…"}, "", "", 9, 1),),
            withdrawals=(contact.Withdrawal({"desk": "…"}, "ended", 2),),
            turns=(Turn("…", "fr", "", "", is_effective=True, items=("desk",)),),
        )
    ),
    "guideline": lambda: guideline.to_json(
        guideline.State(
            parties=("fr", "sn"),
            proposals=(
                guideline.Proposal(
                    "…", "fr", "…", 100, "", "", 0, 0, "proposed", {"fr": 1}
                ),
            ),
            turns=(guideline.Turn("…", "fr", "", "", "", ""),),
        )
    ),
    "share": lambda: share.to_json(
        share.State(
            parties=("fr", "sn"),
            giving=share.Giving("…", "fr", "", "", 0, "", "", "", 0, None, None, None, 0),
            declaration=share.Declaration("…", "fr", "", 0, 1),
            references={"fr": ("A-1",)},
            bundles=(share.Bundle("…", 1, 0, 0),),
            markings=(
                share.Marking(
                    "…", "", is_whole=True, positions=(ONE,), is_narrower=True,
                    narrowed=(ONE,), at=1,
                ),
            ),
            retractions=(
                share.Retraction("…", "", is_whole=False, positions=(ONE,), at=2, unseen=(5,)),
            ),
            takes=(share.Take("sn", 1, 1, 0, 0, None, (ONE,), 3),),
            disputes=(share.Dispute("…", "sn", "", (ONE,), 4),),
            asks=(share.Ask("sn", (ONE,), 5),),
            uses=(
                share.Use(
                    "…", "sn", {"blocked": 1}, is_final=True, first_seen_ms=None,
                    last_seen_ms=None, at=6,
                ),
            ),
            stops=(share.Stop("sn", 2, 1, 1, 0, is_final=True, at=7),),
            destructions=(share.Destruction("sn", "", ("…",), 8),),
            turns=(Turn("…", "fr", "", "", is_effective=True),),
        )
    ),
    "snapshot": lambda: review.to_json(
        review.State(
            parties=("fr", "sn"),
            sizes={"fr/…/live/1": 4},
            positions=(review.Position("sn", "…", 1, ""),),
            comments=(review.Comment("", "sn", "…", 2),),
            turns=(review.Turn("…", "fr", "", ""),),
        )
    ),
}  # fmt: skip


def _shape(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """Return the names of fields, whatever they hold; of a list what its first member has."""
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items()}
    return [_shape(value[0])] if isinstance(value, list) and value else None


@pytest.mark.parametrize("name", STATES)
def test_the_page_shows_each_field_of_the_state(name: str) -> None:
    """Whoever writes a fold by the page gives the digest the same bytes."""
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"\*\*State\.\*\*[^§]*?\n\n((?: {8}.*\n)+)", text)

    assert _shape(json.loads(block)) == _shape(STATES[name]())


KINDS = (request.State, request.Track, request.Thread, request.Correction, request.Opening)


@pytest.mark.parametrize("kind", [*KINDS, request.Destruction, turn.Turn])
def test_the_page_of_requests_names_each_field(kind: type) -> None:
    """It leaves out what is empty, so that an example cannot show all."""
    text = (FOLDER / "request.md").read_text(encoding="utf-8")
    told = text.partition("13. **State.**")[2].partition("14. **Before")[0]
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`]+`|\"[a-z_]+\":", told))))

    assert {one.name for one in dataclasses.fields(kind)} <= named


def test_every_word_of_a_figures_address_stands_in_a_clause() -> None:
    """Whoever reads the specification alone counts what we count: no status is our own word."""
    text = "".join(
        (FOLDER / f"{page}.md").read_text(encoding="utf-8") for page in ("review", "request")
    )
    words = {*view.STATUSES} - {table.NONE, table.DRAFT}
    assert {word for word in words if f"`{word}`" not in text} == set()
