"""`comity request letter`: an act of a request as a formal letter."""

import json
from pathlib import Path

import pytest
from surfaces.api.stage import Calls, token
from surfaces.cli.test_request import PRESERVATION, Desk, desk

from comity.acts.record import Office
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.rooms.request import export, letter, reading

__all__ = ["desk"]


def test_a_letter_is_written_by_command(desk: Desk, tmp_path: Path) -> None:
    """A PDF and its data, never over a file that is there."""
    sent = desk.value("fr", "send", PRESERVATION, "--to", "sn")
    pdf, data = tmp_path / "request.pdf", tmp_path / "request.json"
    told = desk.value("fr", "letter", sent["matter"], "-o", pdf, "--data", data)

    assert pdf.read_bytes().startswith(b"%PDF-")
    assert json.loads(data.read_bytes())["digest"] == told["digest"]
    with pytest.raises(Fault) as raised:
        desk.run("fr", "letter", sent["matter"], "-o", pdf)
    assert raised.value.code == "surfaces.file.exists"


def same_id(desk: Desk) -> dict[str, str]:
    """Return a request of fr that sn acknowledged by an act with the same id."""
    sent = desk.value("fr", "send", PRESERVATION, "--to", "sn")
    desk.deliver()
    about = acts.About(sent["matter"], sent["act"], "fr")
    copied = acts.acknowledged(acts.Saying(sent["act"], Office("police"), "CB-66"), about)
    (channel,) = {line.row.channel for line in desk.states["sn"].listed("ben")}
    append.append(desk.states["sn"].node, channel, [Candidate(copied)])
    desk.deliver()
    return sent


def digest(desk: Desk, sent: dict[str, str], party: str) -> str:
    """Return that of the letter of an act by its author."""
    fr = desk.states["fr"]
    named = sent["matter"], sent["act"], party
    return letter.of(fr.node, fr.officer("ann"), *named).digest


def test_a_letter_is_of_the_act_of_its_author(desk: Desk, tmp_path: Path) -> None:
    """Of two with one id none is taken silently: the author tells which, or more of the id."""
    sent = same_id(desk)
    by = {party: digest(desk, sent, party) for party in ("fr", "sn")}
    assert len(set(by.values())) == 2
    for act in (sent["act"], sent["act"][:8]):
        with pytest.raises(Fault) as told:
            desk.run("fr", "letter", sent["matter"], "--act", act, "-o", tmp_path / "none.pdf")
        assert told.value.code == "node.matter.ambiguous"
        assert f"{sent['act']} of fr, {sent['act']} of sn" in told.value.what
        assert "author" in told.value.fix
        for party, expected in by.items():
            named = ("--act", act, "--of", party, "-o", tmp_path / f"{party}-{len(act)}.pdf")
            written = desk.value("fr", "letter", sent["matter"], *named)
            assert written["digest"] == expected
    written = desk.value("fr", "letter", sent["matter"], "-o", tmp_path / "request.pdf")
    assert written["digest"] == by["fr"]


def test_a_program_gets_the_letter_of_the_act_of_its_author(desk: Desk) -> None:
    """The same over HTTP: which of two with one id is asked."""
    sent = same_id(desk)
    node = desk.states["fr"].node
    calls = Calls(node, token(node, "prog", roles=("case-officer",)))
    place = f"/requests/{sent['matter']}/letter-data?act={sent['act']}"
    told = calls.get(place)
    assert (told.status, told.value["code"]) == (400, "node.matter.ambiguous")
    for party in ("fr", "sn"):
        assert calls.get(f"{place}&of={party}").value["digest"] == digest(desk, sent, party)
    assert calls.get(f"{place}&of=xx").value["code"] == "node.letter.no-act"
    alone = calls.get(f"/requests/{sent['matter']}/letter-data?of=xx")
    assert (alone.status, alone.value["code"]) == (404, "node.letter.no-act")


def test_a_program_gets_the_proof_of_the_act_of_its_author(desk: Desk) -> None:
    """Over HTTP as by command: an ambiguous id is told with its authors, and `of` names one."""
    sent = same_id(desk)
    node = desk.states["fr"].node
    calls = Calls(node, token(node, "prog", roles=("case-officer",)))
    place = f"/acts/{sent['act']}/proof"
    told = calls.get(place)
    assert (told.status, told.value["code"]) == (400, "node.matter.ambiguous")
    assert all(f"{sent['act']} of {party}" in str(told.value) for party in ("fr", "sn"))
    proofs = {party: calls.get(f"{place}?of={party}").data for party in ("fr", "sn")}
    assert all(b"\n%s/" % party.encode() in data for party, data in proofs.items())
    assert calls.get(f"{place}?of=xx").value["code"] == "node.proof.unknown"


def test_files_of_two_acts_with_one_id_have_their_authors_in_their_names(desk: Desk) -> None:
    """In a bag nobody takes the one for the other."""
    sent = same_id(desk)
    fr = desk.states["fr"]
    shown = reading.read(fr.node, fr.officer("ann"), sent["matter"])
    assert sorted(export.names_of(shown).values()) == [f"{sent['act']}-{p}" for p in ("fr", "sn")]
