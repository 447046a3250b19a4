"""`comity nation`, as a person types it."""

from pathlib import Path

import pytest
from support.wing import CATALOGUE, Wing

from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.kernel.problem import Unfit
from comity.node.base import profile
from comity.node.base.profile import local_origin
from comity.node.room import nation_profile as nations
from comity.surfaces.cli.context import EXIT_REFUSED


@pytest.fixture
def wing(tmp_path: Path) -> Wing:
    """Two States; counsel of each has signed in."""
    made = Wing(tmp_path)
    made.add("us", "ada", "doj", role.COUNSEL)
    made.add("cn", "lin", "moj", role.COUNSEL)
    return made


def test_counsel_adopts_a_profile_and_every_version_stands(wing: Wing, tmp_path: Path) -> None:
    """Who adopted which text, when; the same text again changes nothing; the log has one step."""
    shipped = wing.shipped("us")
    first = wing.value("us", "ada", "nation", "adopt", shipped)
    assert wing.value("us", "ada", "nation", "adopt", shipped) == first
    newer = tmp_path / "us.yaml"
    newer.write_bytes(shipped.read_bytes().replace(b"2027-example-1", b"2027-2"))
    assert wing.value("us", "ada", "nation", "adopt", newer)["number"] == 2

    shown = wing.value("us", "", "nation", "show", "--versions")["versions"]
    assert [(one["number"], one["by"], one["version"]) for one in shown] == [
        (1, "ada", "2027-example-1"),
        (2, "ada", "2027-2"),
    ]
    assert wing.value("us", "", "nation", "show")["version"] == "2027-2"
    text = wing.value("us", "", "nation", "show", "--text", "1")["text"]
    assert text.encode() == shipped.read_bytes()
    with wing.states["us"].node.store.read() as tx:
        steps = tx.entries(local_origin("us"), 0, 99)
    assert sum(b"nation.profile-adopted" in step for step in steps) == 2
    assert not any(b"2027" in step for step in steps)


def test_only_counsel_adopts(wing: Wing) -> None:
    """It is the law of the State that changes."""
    wing.add("us", "bob", "doj", role.CASE_OFFICER, role.RELEASING)
    assert wing.run("us", "bob", "nation", "adopt", wing.shipped("us")) == EXIT_REFUSED
    assert "officer.role.lacking" in wing.text
    with pytest.raises(Fault) as caught:
        wing.run("us", "", "nation", "show")
    assert caught.value.code == "nation.profile.missing"


def test_agencies_that_the_card_lacks_are_told_or_put_on_the_next(
    wing: Wing, tmp_path: Path
) -> None:
    """The other side can only address what stands on a card."""
    changed = tmp_path / "cn.yaml"
    text = wing.shipped("cn").read_text("utf-8")
    changed.write_text(
        text.replace("capacities: [advising]", "capacities: [executing]", 1), "utf-8"
    )
    with pytest.raises(Unfit) as caught:
        wing.run("cn", "lin", "nation", "adopt", changed)
    assert [one.pointer for one in caught.value.problems] == ["/agencies/4/id"]
    assert caught.value.problems[0].line > 0
    assert "--extend-card" in str(caught.value)
    assert wing.run("cn", "", "nation", "check", changed) == EXIT_REFUSED

    with pytest.MonkeyPatch.context() as full:
        full.setattr(profile, "NAMES_BYTES_MAX", 100)
        with pytest.raises(Fault, match=r"node\.profile\.too-large"):
            wing.run("cn", "lin", "nation", "adopt", changed, "--extend-card")
    assert wing.value("cn", "lin", "nation", "adopt", changed, "--extend-card")["number"] == 1
    with wing.states["cn"].node.store.read() as tx:
        card = profile.load(tx)
    assert card.agencies[-1].id == "mss"
    assert card.agencies[-1].names["zh"] == "国家安全部"


def test_a_version_that_there_is_not_is_a_fault(wing: Wing) -> None:
    """Not an empty text: whoever writes it into a file would take that for the profile."""
    with pytest.raises(Fault, match=r"surfaces\.nation\.no-version"):
        wing.run("us", "", "nation", "show", "--text", "9")


def test_an_officer_may_belong_to_an_agency_that_only_advises(wing: Wing) -> None:
    """It never speaks to others, so it is on no card; but it works on this node."""
    with pytest.raises(Fault) as caught:
        wing.add("cn", "zhao", "mss")
    assert caught.value.code == "node.agency.unknown"
    wing.value("cn", "lin", "nation", "adopt", wing.shipped("cn"))
    assert wing.add("cn", "zhao", "mss").agency == "mss"


def test_a_profile_is_checked_and_shown_without_a_home(wing: Wing, tmp_path: Path) -> None:
    """Every problem with its line; what a guideline leaves open is a remark."""
    guideline = CATALOGUE / "guideline" / "dialogue.yaml"
    told = wing.value("us", "", "nation", "check", wing.shipped("us"), "--guideline", guideline)
    assert told["fit"]
    assert [one["value"] for one in told["remarks"]] == ["'other'"]
    shown = wing.run("us", "", "nation", "show", wing.shipped("us"), "--lang", "zh")
    assert not shown
    assert "国土安全部" in wing.text
    assert "to be verified" in wing.text

    bad = tmp_path / "bad.yaml"
    bad.write_text("format: comity-nation/1\nid: us\nagencies: []\n", "utf-8")
    assert wing.run("us", "", "nation", "check", bad) == EXIT_REFUSED
    assert "line 3, column 1, /agencies" in wing.text


def test_a_profile_of_another_state_is_not_adopted(wing: Wing) -> None:
    """The wrong file is an easy mistake."""
    with pytest.raises(Unfit) as caught:
        wing.run("us", "ada", "nation", "adopt", wing.shipped("cn"))
    assert caught.value.problems[0].pointer == "/id"
    with wing.states["us"].node.store.read() as tx:
        assert nations.in_force(tx) is None
