"""Proposals and commitments by command: put, assessed, decided, undertaken; alike on both."""

from pathlib import Path

from support.desks import Desks

BY, LATER = "2027-03-01T00:00:00Z", "2027-06-01T00:00:00Z"
WORDS = ("--text", "Hold a seminar.", "--text", "zh=举办研讨会。")


def test_a_proposal_becomes_a_commitment_that_both_make(tmp_path: Path) -> None:
    """Each verb is a command of the table; made by both from one source, it is one matter."""
    desks = Desks(tmp_path)
    put = desks.do(
        "us",
        "proposal",
        "put",
        "--sort",
        "seminar",
        "--forum",
        "session",
        "--decide-by",
        BY,
        *WORDS,
    )
    proposal = str(put["matter"])
    (line,) = desks.do("cn", "proposal", "list")["proposals"]
    assert (line["status"], line["ours"]) == ("put", True)
    desks.do("cn", "proposal", "assess", proposal[:8], "--view", "in-favour")
    assert "reason-missing" in desks.no(
        "cn", "proposal", "state", proposal, "--decision", "declined"
    )
    desks.do("cn", "proposal", "take", proposal)
    us, cn = (desks.do(party, "proposal", "show", proposal) for party in ("us", "cn"))
    assert (us["status"], us["digest"]) == ("accepted", cn["digest"])

    source = ("--source", "proposal", "--ref", proposal, "--due", BY)
    made = desks.do("us", "commitment", "make", *source, "--owner", "us=doj")
    assert "opened-before" in desks.no("us", "commitment", "make", *source)
    again = desks.do("cn", "commitment", "make", *source, "--owner", "cn=mps")
    commitment = str(made["matter"])
    assert again["matter"] == commitment
    desks.do("us", "commitment", "take", commitment)
    desks.do("cn", "commitment", "state", commitment, "--due", LATER, "--reason", "means")
    desks.do("us", "commitment", "take", commitment, "--point", "due")
    desks.do("us", "commitment", "state", commitment, "--status", "done")
    us, cn = (desks.do(party, "commitment", "show", commitment) for party in ("us", "cn"))
    assert (us["status"], us["digest"]) == ("claimed", cn["digest"])
    desks.do("cn", "commitment", "take", commitment, "--point", "status")
    assert desks.do("us", "commitment", "show", commitment)["status"] == "done"
