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


def test_a_session_goes_from_its_label_to_agreed_minutes(tmp_path: Path) -> None:
    """Both settle the date and the agenda, hold it, and agree to what is recorded of it."""
    desks = Desks(tmp_path)
    made = desks.do(
        "us", "dialogue", "convene", "--series", "ministers", "--label", "2015-12", *WORDS
    )
    session = str(made["matter"])
    desks.do(
        "us", "dialogue", "state", session, "--when", BY, "--place", "CNBJS", "--format", "meeting",
        "--level", "ministers", "--item", "1=hotline", "--subject", "1=sop.hotline",
    )  # fmt: skip
    assert desks.do("cn", "dialogue", "list")["dialogues"][0]["status"] == "convened"
    desks.do("cn", "dialogue", "take", session)
    assert desks.do("us", "dialogue", "show", session)["status"] == "set"
    desks.do("cn", "dialogue", "postpone", session, "--reason", "events")
    desks.do("us", "dialogue", "state", session, "--when", LATER)
    desks.do("cn", "dialogue", "take", session, "--point", "when")
    for party in ("us", "cn"):
        desks.do(
            party, "dialogue", "delegate", session, "--agency", "police", "--chair", "minister"
        )
        desks.do(party, "dialogue", "open", session)
    assert "not-opened" not in str(desks.do("us", "dialogue", "close", session))
    desks.do("cn", "dialogue", "close", session)
    desks.do("us", "dialogue", "minutes", session, "--outcome", "1=agreed", *WORDS)
    desks.do("cn", "dialogue", "agree-minutes", session)
    us, cn = (desks.do(party, "dialogue", "show", session) for party in ("us", "cn"))
    assert (us["status"], us["digest"]) == ("recorded", cn["digest"])


def test_a_text_goes_from_tabled_words_to_concordant(tmp_path: Path) -> None:
    """Paragraphs are tabled in both languages, taken, and attested by both sides."""
    desks = Desks(tmp_path)
    text = str(desks.do("us", "wording", "open", "--name", "outcomes.2015-12")["matter"])
    first = ("--words", "us.1.en=They met.", "--words", "us.1.zh=双方举行了会晤。")
    desks.do("us", "wording", "table", text, *first, "--part", "us.1=paragraph")
    assert "language-missing" in desks.no(
        "cn", "wording", "table", text, "--words", "us.1.en=They met in Washington."
    )
    other = ("--words", "us.1.en=They met in Washington.", "--words", "us.1.zh=双方在华盛顿会晤。")
    desks.do("cn", "wording", "table", text, *other)
    desks.do("us", "wording", "accept", text, "--paragraph", "us.1")
    assert desks.do("us", "wording", "show", text)["status"] == "clean"
    for party in ("us", "cn"):
        desks.do(party, "wording", "attest", text, "--on", "us.1=same")
    us, cn = (desks.do(party, "wording", "show", text) for party in ("us", "cn"))
    assert (us["status"], us["digest"]) == ("concordant", cn["digest"])


def settled(desks: Desks) -> str:
    """Let both sides settle a text of two paragraphs; return its id."""
    text = str(desks.do("us", "wording", "open", "--name", "outcomes.2015-12")["matter"])
    words = (
        *("--words", "us.1.en=Outcomes", "--words", "us.1.zh=成果", "--part", "us.1=title"),
        *("--words", "us.2.en={us} and {cn} met.", "--words", "us.2.zh={us}和{cn}举行了会晤。"),
    )
    desks.do("us", "wording", "table", text, *words)
    assert "not-concordant" in desks.no("us", "wording", "assemble", text)
    desks.do("cn", "wording", "accept", text)
    for party in ("us", "cn"):
        desks.do(party, "wording", "attest", text, "--on", "us.1=same", "--on", "us.2=same")
    return text


def test_a_settled_text_is_adopted_and_no_other(tmp_path: Path) -> None:
    """Both nodes make one document; another is refused, with where it differs first."""
    desks = Desks(tmp_path)
    text = settled(desks)
    us, cn = (desks.do(party, "wording", "assemble", text) for party in ("us", "cn"))
    assert us == cn
    made, other = tmp_path / "text.md", tmp_path / "other.md"
    desks.do("us", "wording", "assemble", text, "--out", made)
    told = made.read_text(encoding="utf-8")
    other.write_text(told.replace("met", "parted"), encoding="utf-8")
    named = ("--name", "outcomes.2015-12")
    no = desks.no("us", "guideline", "propose", *named, "--document", other)
    assert "differs first in paragraph 2" in no
    assert "not-proposed" in desks.no("cn", "wording", "adopt", text)
    desks.do("us", "wording", "propose", text)
    desks.do("cn", "wording", "adopt", text)
    read = desks.do("us", "wording", "read", text)
    assert (read["proposed"], read["adopted_by"], read["brackets"]) == (True, ["cn"], 0)
    desks.do("us", "wording", "adopt", text)
    assert desks.do("cn", "guideline", "show", *named)["in_force"] == us["sha256"]
    held = desks.do("cn", "guideline", "show", us["sha256"][:8], *named)
    assert held["paragraphs"][1]["words"]["en"] == "{us} and {cn} met."


def test_a_change_voids_what_was_attested(tmp_path: Path) -> None:
    """Whoever attested the old words attests the new ones; braces name States."""
    desks = Desks(tmp_path)
    text = settled(desks)
    later = ("--words", "us.2.en={us} met {cn}.", "--words", "us.2.zh={us}会见{cn}。")
    desks.do("us", "wording", "table", text, *later)
    desks.do("cn", "wording", "accept", text, "--paragraph", "us.2")
    assert "us.2" in desks.no("cn", "wording", "assemble", text)
    wrong = ("--words", "cn.1.en={xx} met", "--words", "cn.1.zh={cn}")
    assert "state-unknown" in desks.no("cn", "wording", "table", text, *wrong)
