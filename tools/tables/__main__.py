"""Writes the tables that stand in docs/spec from the data that the code folds by.

    python -m tools.tables

A page has each table between `<!-- name -->` and `<!-- /name -->`.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from comity.acts import shape
from comity.figures import definitions
from comity.joint.case import acts as case_acts
from comity.joint.commitment import acts as commitment_acts
from comity.joint.compartment import acts as compartment_acts
from comity.joint.contact import acts as contact_acts
from comity.joint.dialogue import acts as dialogue_acts
from comity.joint.exercise import acts as exercise_acts
from comity.joint.hotline import acts as hotline_acts
from comity.joint.match import acts as match_acts
from comity.joint.proposal import acts as proposal_acts
from comity.joint.request import effects, fields, reasons, table
from comity.joint.review import acts as review_acts
from comity.joint.roll import acts as roll_acts
from comity.joint.share import acts as share_acts
from comity.joint.text import table as guideline_table
from comity.joint.wording import acts as wording_acts

PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "request.md": {
        "fields": fields.render,
        "verbs": effects.render,
        "table": table.render,
        "grounds": reasons.render,
        "codes": fields.render_lists,
    },
    "guideline.md": {"verbs": guideline_table.render_verbs, "table": guideline_table.render},
    "review.md": {"definitions": definitions.render},
    "hotline.md": {
        "fields": partial(shape.render, hotline_acts.SHAPES),
        "codes": partial(shape.render_lists, hotline_acts.LISTS),
    },
    "share.md": {
        "fields": partial(shape.render, share_acts.SHAPES),
        "codes": partial(shape.render_lists, share_acts.LISTS),
    },
    "contact.md": {
        "fields": partial(shape.render, contact_acts.SHAPES),
        "codes": partial(shape.render_lists, contact_acts.LISTS),
    },
    "commitment.md": {
        "fields": partial(shape.render, commitment_acts.SHAPES),
        "codes": partial(shape.render_lists, commitment_acts.LISTS),
    },
    "dialogue.md": {
        "fields": partial(shape.render, dialogue_acts.SHAPES),
        "codes": partial(shape.render_lists, dialogue_acts.LISTS),
    },
    "wording.md": {
        "fields": partial(shape.render, wording_acts.SHAPES),
        "codes": partial(shape.render_lists, wording_acts.LISTS),
    },
    "proposal.md": {
        "fields": partial(shape.render, proposal_acts.SHAPES),
        "codes": partial(shape.render_lists, proposal_acts.LISTS),
    },
    "roll.md": {
        "fields": partial(shape.render, roll_acts.SHAPES),
        "codes": partial(shape.render_lists, roll_acts.LISTS),
    },
    "compartment.md": {
        "fields": partial(shape.render, compartment_acts.SHAPES),
        "codes": partial(shape.render_lists, compartment_acts.LISTS),
    },
    "match.md": {
        "fields": partial(shape.render, match_acts.SHAPES),
        "codes": partial(shape.render_lists, match_acts.LISTS),
    },
    "exercise.md": {
        "fields": partial(shape.render, exercise_acts.SHAPES),
        "codes": partial(shape.render_lists, exercise_acts.LISTS),
    },
    "case.md": {
        "fields": partial(shape.render, case_acts.SHAPES),
        "codes": partial(shape.render_lists, case_acts.LISTS),
    },
    "snapshot.md": {
        "fields": partial(shape.render, review_acts.SHAPES),
        "codes": partial(shape.render_lists, review_acts.LISTS),
    },
}


def main() -> None:
    """Write each page anew."""
    folder = Path(__file__).parents[2] / "docs" / "spec"
    for name, tables in PAGES.items():
        path = folder / name
        text = path.read_text("utf-8")
        for mark, render in tables.items():
            before, _, rest = text.partition(f"<!-- {mark} -->\n")
            _, _, after = rest.partition(f"<!-- /{mark} -->\n")
            text = f"{before}<!-- {mark} -->\n{render()}<!-- /{mark} -->\n{after}"
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
