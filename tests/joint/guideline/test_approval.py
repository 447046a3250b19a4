"""How many officers approve what, as the shipped guideline says."""

from functools import cache
from importlib.resources import files

import pytest

from comity.joint.guideline import approval, document
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts


@cache
def shipped() -> Guideline:
    """Return the shipped guideline."""
    return document.parse(
        files("comity.catalogue").joinpath("guideline/dialogue.yaml").read_bytes()
    )


@pytest.mark.parametrize("tag", [acts.ACKNOWLEDGED, acts.OPENED, acts.STATUS_REPORTED])
def test_one_officer_tells_of_receipt_and_progress(tag: str) -> None:
    """Nothing of substance leaves with these."""
    assert approval.needed(shipped(), tag, "urgent").count == 1


@pytest.mark.parametrize("tag", [acts.SUBMITTED, acts.ANSWERED, acts.REFUSED, acts.CORRECTED])
def test_two_officers_let_substance_out(tag: str) -> None:
    """The drafter and another one, named in the text or not."""
    found = approval.needed(shipped(), tag, "urgent")
    assert found.count == 2
    assert found.roles


def test_an_act_that_no_line_names_needs_one_who_may_release() -> None:
    """What nobody thought of leaves with two, and not with one."""
    found = approval.needed(shipped(), "request.thought-of-later/1", "")
    assert (found.count, found.roles) == (2, (approval.RELEASING,))
