"""Figures by command: shown, gone into, agreed on by both sides, taken away and checked."""

import re
from pathlib import Path

import pytest
from support.desks import EXAMPLES, FIRST, Desks

from comity.boot import pack_node
from comity.kernel.fault import Fault
from comity.rooms.review import pack_check
from comity.surfaces.cli import review_text

DAYS = ("--from", "2026-11-01", "--to", "2026-12-01", "--before", "none")


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Return two desks that agreed on the guideline; one has asked and been acknowledged."""
    made = Desks(tmp_path)
    made.agree()
    sent = made.do("us", "request", "send", EXAMPLES / "preservation.json", "--to", "cn")
    made.do("cn", "request", "acknowledge", sent["matter"], "--own-reference", "CB-1")
    made.add("us", "max", "doj", "auditor")
    return made


def test_both_sides_show_the_same_figures_and_go_from_one_to_its_requests(desks: Desks) -> None:
    """The digest is the same on both nodes at one cut and instant; a cell names its requests."""
    ours = desks.value("us", FIRST["us"], "review", "show", *DAYS)
    cut = [word for log, n in ours["figures"]["cut"].items() for word in ("--cut", f"{log}={n}")]
    at = "2026-11-24T23:00:00+00:00"
    both = [
        desks.value(party, FIRST[party], "review", "show", *DAYS, "--at", at, *cut)
        for party in ("us", "cn")
    ]
    assert both[0]["digest"] == both[1]["digest"]
    assert both[0]["figures"]["cells"]["side/cn/timeliness/acknowledge/happened"]["value"] == 1
    behind = desks.value(
        "cn", FIRST["cn"], "review", "behind", "all/timeliness/complete/open", *DAYS, "--at", at
    )
    assert (behind["n"], [one["counted"] for one in behind["requests"]]) == (1, [True])
    time = ("review", "behind", "all/timeliness/complete/elapsed/median", *DAYS, "--at", at)
    assert desks.value("cn", FIRST["cn"], *time, "--least-ms", "0")["n"] == 1
    assert desks.value("cn", FIRST["cn"], *time, "--below-ms", "0")["n"] == 0
    with pytest.raises(SystemExit):
        desks.run("cn", FIRST["cn"], *time, "--below-ms", "-1")
    desks.run("us", FIRST["us"], "review", "show", *DAYS)
    assert re.search(r"timeliness/acknowledge/happened +1 +n 1\*", desks.text)
    desks.run("us", FIRST["us"], "review", "show", *DAYS, "--csv")
    assert desks.text.startswith("period,group,figure,value")


def test_a_snapshot_is_named_by_one_side_and_found_the_same_by_the_other(
    desks: Desks, tmp_path: Path
) -> None:
    """It is computed on each side; what is answered follows from that."""
    sent = desks.do("us", "review", "snapshot", *DAYS)
    (listed,) = desks.value("cn", FIRST["cn"], "review", "list")["snapshots"]
    assert (listed["status"], listed["act"]) == ("open", sent["act"])
    looked = desks.value("cn", FIRST["cn"], "review", "concur", listed["id"], "--look")
    assert looked["same"] is True
    desks.do("cn", "review", "concur", listed["id"])
    (listed,) = desks.value("us", FIRST["us"], "review", "list")["snapshots"]
    assert listed["status"] == "agreed"
    shown = desks.value("us", FIRST["us"], "review", "show", "--snapshot", listed["id"])
    assert shown["digest"] == listed["digest"]
    papers = []
    for party in ("us", "cn"):
        out = tmp_path / f"{party}.pdf"
        given = ("--snapshot", listed["id"], "-o", out)
        papers.append(desks.value(party, FIRST[party], "review", "print", *given)["digest"])
        assert out.read_bytes().startswith(b"%PDF")
    assert papers[0] == papers[1]


def test_a_pack_is_exported_by_an_auditor_and_checked_without_a_home(
    desks: Desks, tmp_path: Path
) -> None:
    """Every check is told in words; with the acts the digest is computed from them alone."""
    pack = tmp_path / "review.zip"
    desks.add("us", "kim", "doj", "case-officer")
    for words in (("show",), ("export", "-o", pack)):
        assert desks.run("us", "kim", "review", *words, *DAYS) == 1
        assert "takes the role auditor or secretariat" in "\n".join(desks.noted)
    desks.value("us", "max", "review", "export", *DAYS, "--disclose", "all", "-o", pack)
    assert "discloses the acts of 1 requests" in desks.text
    verdict = pack_check.check(pack.read_bytes(), [], pack_node.node)
    text = review_text.verdict_text(str(pack), verdict)
    assert "entries: holds. The acts of all 1 requests give the rows" in text
    assert "heads: not checked. No policy was given" in text
    assert verdict.holds


def test_a_period_has_two_ends_that_are_dates(desks: Desks) -> None:
    """What is typed wrongly is told, with how it is written."""
    for words, code in (
        (("--from", "2026-01-01"), "surfaces.review.half"),
        (("--from", "1/1/26", "--to", "2026-07-01"), "surfaces.review.date"),
        (("--from", "2026-07-01", "--to", "2026-01-01"), "node.review.period"),
        ((*DAYS, "--cut", "812"), "surfaces.review.cut"),
        (("--channel", "xx/live"), "node.review.channel"),
        ((*DAYS, "--group", "side/c"), "surfaces.review.group"),
        ((*DAYS, "--group", "side/c", "--csv"), "surfaces.review.group"),
    ):
        with pytest.raises(Fault) as caught:
            desks.run("us", FIRST["us"], "review", "show", *words)
        assert caught.value.code == code
        assert code != "surfaces.review.group" or "Did you mean `side/cn`?" in caught.value.fix
