"""Proposals and commitments by command: put, assessed, decided, undertaken; alike on both."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.agreed import at
from support.canaries import Cage, seen_in
from support.desks import Desks

from comity.acts.record import Matter
from comity.joint.wording import document
from comity.kernel.fault import Fault
from comity.node.base.reader import Filed
from comity.rooms.wording import publish as rooms_publish
from comity.surfaces.cli import publish

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


def test_after_a_swap_one_act_settles_the_words(tmp_path: Path) -> None:
    """Each took the other's words, unseen: both see that, and either takes back its own."""
    desks = Desks(tmp_path)
    text = str(desks.do("us", "wording", "open", "--name", "outcomes.2015-12")["matter"])
    for party, words, chinese in (("us", "Twice.", "两次。"), ("cn", "Once.", "一次。")):
        tabled = ("--words", f"us.1.en={words}", "--words", f"us.1.zh={chinese}")
        desks.do(party, "wording", "table", text, *tabled)
    for party, name in (("us", "ann"), ("cn", "wei")):
        desks.value(party, name, "wording", "accept", text)
    desks.deliver()
    for party in ("us", "cn"):
        (read,) = desks.do(party, "wording", "read", text)["paragraphs"]
        assert (read["crossing"], read["status"]) == ("swapped", "bracketed")
    desks.do("us", "wording", "accept", text)
    us, cn = (desks.do(party, "wording", "read", text)["paragraphs"][0] for party in ("us", "cn"))
    assert us == cn
    assert (us["status"], us["brackets"]["en"][0]["text"]) == ("clean", "Twice.")
    for party in ("us", "cn"):  # the words that are agreed, which are not the newest
        desks.do(party, "wording", "attest", text, "--on", "us.1=same")
    assert desks.do("cn", "wording", "assemble", text)["paragraphs"][0]["words"]["en"] == "Twice."


def test_words_that_each_side_tabled_are_attested_one_tabling_after_the_other(
    tmp_path: Path,
) -> None:
    """What is attested is the newest of agreed words of which a side has said nothing."""
    desks = Desks(tmp_path)
    text = str(desks.do("us", "wording", "open", "--name", "outcomes.2015-12")["matter"])
    for party in ("us", "cn"):
        words = ("--words", f"{party}.1.en=They met.", "--words", f"{party}.1.zh=双方会晤。")
        desks.do(party, "wording", "table", text, *words)
    for party in ("cn", "us"):
        desks.do(party, "wording", "accept", text)
    for on in ("cn.1=same", "us.1=same"):
        assert "us.1" in desks.no("us", "wording", "assemble", text)
        for party in ("us", "cn"):
            desks.do(party, "wording", "attest", text, "--on", on)
    assert len(desks.do("us", "wording", "assemble", text)["paragraphs"]) == 2


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


def test_what_is_said_after_an_adoption_leaves_its_bytes_as_they_are(tmp_path: Path) -> None:
    """Tabled, taken and attested anew it is another document: the adopted one stands beside it."""
    desks = Desks(tmp_path)
    text, named = settled(desks), ("--name", "outcomes.2015-12")
    first = str(adopted(desks, text))
    held = [desks.do(party, "guideline", "show", first[:8], *named) for party in ("us", "cn")]
    later = ("--words", "us.2.en={us} met {cn}.", "--words", "us.2.zh={us}会见{cn}。")
    for said, rule in (
        (("table", text, *later), "adopted-before"),  # a wish ends nothing
        (("reserve", text, "--reason", "law"), "not-concordant"),
    ):
        desks.do("us", "wording", *said)
        assert rule in desks.no("cn", "wording", "adopt", text)
        assert desks.do("cn", "guideline", "show", *named)["in_force"] == first
    desks.do("us", "wording", "table", text, *later, *words_of_title("Outcome", "会议成果"))
    desks.do("cn", "wording", "accept", text)
    for party in ("us", "cn"):
        desks.do(party, "wording", "attest", text, "--on", "us.1=same", "--on", "us.2=same")
    second = str(adopted(desks, text))
    assert second != first
    for party, before in zip(("us", "cn"), held, strict=True):
        now = desks.do(party, "guideline", "show", first[:8], *named)
        assert now["paragraphs"] == before["paragraphs"]
        assert desks.do(party, "guideline", "show", *named)["in_force"] == second


def words_of_title(english: str, chinese: str) -> tuple[str, ...]:
    """Return the title of the text in other words."""
    return (
        "--words",
        f"us.1.en={english}",
        "--words",
        f"us.1.zh={chinese}",
        "--part",
        "us.1=title",
    )


def adopted(desks: Desks, text: str) -> object:
    """Let the document of a settled text be proposed, and adopted by both; return its hash."""
    desks.do("us", "wording", "propose", text)
    for party in ("cn", "us"):
        done = desks.do(party, "wording", "adopt", text)
        assert done
    return desks.do("us", "wording", "assemble", text)["sha256"]


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


def test_what_is_late_and_whose_follows_from_the_terms(tmp_path: Path) -> None:
    """Terms are adopted; then clocks of the session run, and the cadence says what was planned."""
    desks = Desks(tmp_path)
    made = desks.do(
        "us", "dialogue", "convene", "--series", "ministers", "--label", "2015-12", *WORDS
    )
    session = str(made["matter"])
    when = ("--when", "2026-12-10T00:00:00Z", "--place", "CNBJS", "--format", "meeting")
    desks.do("us", "dialogue", "state", session, *when, "--level", "ministers")
    desks.do("cn", "dialogue", "take", session)
    assert desks.do("us", "clock", "list")["clocks"] == []
    desks.agree("--shipped", name="terms.ministers")
    clocks = desks.do("us", "clock", "list")["clocks"]
    assert {(one["name"], one["party"]) for one in clocks} == {
        (what, party)
        for what in ("agenda", "delegation", "figures", "next")
        for party in ("us", "cn")
    }
    assert {one["name"] for one in clocks if one["status"] == "overdue"} == {"agenda"}
    (line,) = desks.do("cn", "dialogue", "cadence")["sessions"]
    assert (line["status"], line["planned_ms"]) == ("set", line["agreed_ms"])
    _what_others_lack_is_owed(desks)
    _a_commitment_moves_with_its_session(desks, session)


def _clocks(desks: Desks, *names: str) -> dict[str, tuple[set[str], int]]:
    """Return, of clocks of some names, whose they are and when the first is due."""
    each = []
    for side in ("us", "cn"):
        found: dict[str, tuple[set[str], int]] = {}
        for one in desks.do(side, "clock", "list")["clocks"]:
            if one["name"] in names:
                parties, due_ms = found.get(one["name"], (set(), one["due_at_ms"]))
                found[one["name"]] = (parties | {one["party"]}, min(due_ms, one["due_at_ms"]))
        each.append(found)
    assert each[0] == each[1]
    return each[0]


def _what_others_lack_is_owed(desks: Desks) -> None:
    """Words of the text by its author, then an answer; minutes of experts by their author."""
    opened = ("--name", "outcomes.2015-12", "--label", "2015-12")
    text = str(desks.do("us", "wording", "open", *opened)["matter"])
    assert _clocks(desks, "text", "text-answer")["text"][0] == {"us"}
    words = ("--words", "us.1.en=They met.", "--words", "us.1.zh=双方举行了会晤。")
    desks.do("us", "wording", "table", text, *words)
    assert _clocks(desks, "text", "text-answer").keys() == {"text-answer"}
    assert _clocks(desks, "text-answer")["text-answer"][0] == {"cn"}
    desks.do("cn", "wording", "accept", text)
    assert not _clocks(desks, "text", "text-answer")
    desks.agree("--shipped", name="terms.experts")
    held(desks, "experts", "e-2014", "2026-11-01T00:00:00Z", "2014-12")
    assert _clocks(desks, "report")["report"][0] == {"us"}
    held(desks, "experts", "e-2015", "2026-11-20T00:00:00Z", "2015-12")
    assert not _clocks(desks, "report")


def _a_commitment_moves_with_its_session(desks: Desks, session: str) -> None:
    """Who does it states how it stands before the session, then the other; both dates move."""
    source = ("--source", "minutes", "--ref", "2015-06/1", "--due-before", "ministers")
    for party in ("us", "cn"):
        desks.do(party, "commitment", "make", *source, "--owner", "us=police")
    (line,) = desks.do("cn", "commitment", "report")["commitments"]
    assert _clocks(desks, "do", "status") == {"do": ({"us"}, at("2026-12-10 00:00 +0000"))}
    desks.do("cn", "dialogue", "postpone", session, "--reason", "events")
    assert not _clocks(desks, "do", "status")
    desks.do("us", "dialogue", "state", session, "--when", LATER)
    desks.do("cn", "dialogue", "take", session, "--point", "when")
    later = at("2027-06-01 00:00 +0000")
    moved = {"do": ({"us"}, later), "status": ({"us"}, later - 21 * 86_400_000)}
    assert _clocks(desks, "do", "status", "status-answer") == moved
    desks.do("us", "commitment", "state", line["id"], "--status", "under-way")
    assert _clocks(desks, "status", "status-answer") == {"status-answer": ({"cn"}, later)}
    desks.do("cn", "commitment", "take", line["id"], "--point", "status")
    assert not _clocks(desks, "status", "status-answer")


def test_the_pack_is_the_same_on_both_sides_and_on_paper(tmp_path: Path) -> None:
    """A digest a section and one over all; whoever reads less compares what they may not read."""
    desks = Desks(tmp_path)
    desks.do("us", "proposal", "put", "--sort", "seminar", "--forum", "session", *WORDS)
    source = ("--source", "minutes", "--ref", "2015-12/1", "--due", BY)
    desks.do("us", "commitment", "make", *source)
    us, cn = (desks.do(party, "dialogue", "pack") for party in ("us", "cn"))
    assert us["digest"] == cn["digest"]
    assert us["cut"] == cn["cut"]
    told = {one["kind"]: one for one in us["sections"]}
    assert told["commitment"]["matters"][0]["facts"]["ref"] == "2015-12/1"
    assert len(told) == 9
    desks.add("cn", "gao", "mps", "contact-point")
    desks.add("cn", "zhao", "cac", "case-officer")
    less = desks.value("cn", "zhao", "dialogue", "pack")
    hidden = {one["kind"]: one for one in less["sections"]}["proposal"]
    assert (hidden["readable"], hidden["matters"]) == (False, [])
    assert less["digest"] == us["digest"]
    desks.do("us", "dialogue", "pack", "--out", tmp_path / "pack.pdf")
    assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF")
    desks.do("cn", "commitment", "make", *source)
    assert desks.do("us", "dialogue", "pack")["digest"] != us["digest"]
    assert not told["commitment"]["matters"][0]["settled"]
    made = told["commitment"]["matters"][0]["id"]
    for party in ("us", "cn"):
        desks.do(party, "commitment", "state", made, "--status", "done")
    sections = {one["kind"]: one for one in desks.do("us", "dialogue", "pack")["sections"]}
    assert sections["commitment"]["matters"][0]["settled"], "what is done by both is told last"


def test_a_commitment_proves_itself_from_the_logs(tmp_path: Path) -> None:
    """What its check names is found by both nodes alike; dates and claims stand side by side."""
    desks = Desks(tmp_path)
    text = settled(desks)
    sha256 = desks.do("us", "wording", "assemble", text)["sha256"]
    source = ("--source", "minutes", "--ref", "2015-12/1", "--due", BY, "--check", "text-adopted")
    for party in ("us", "cn"):
        desks.do(party, "commitment", "make", *source, "--owner", f"{party}=police")
    (line,) = desks.do("us", "commitment", "report")["commitments"]
    assert (line["check"], line["proof"]) == ("text-adopted", "")
    stated = ("--status", "done", "--evidence", sha256)
    desks.do("us", "commitment", "state", line["id"], *stated)
    desks.do("us", "wording", "propose", text)
    for party in ("cn", "us"):
        desks.do(party, "wording", "adopt", text)
    us, cn = (desks.do(party, "commitment", "report")["commitments"][0] for party in ("us", "cn"))
    assert us["proof"] == cn["proof"] == "guideline outcomes.2015-12"
    assert (us["contested"], us["claims"], cn["ours"]) == (True, {"us": "done"}, True)
    assert us["first_due_ms"] == us["due_ms"]
    second = ("--source", "minutes", "--ref", "2015-12/2", "--check", "exercise-held")
    for party in ("us", "cn"):
        desks.do(party, "commitment", "make", *second)
    held = {"us": ended(desks, "us"), "cn": ended(desks, "cn")}
    for party, exercise in held.items():
        rows = desks.do(party, "commitment", "report")["commitments"]
        proofs = {one["ref"]: one["proof"] for one in rows}
        assert proofs["2015-12/2"] == f"exercise {exercise}"


def ended(desks: Desks, party: str) -> str:
    """Let a node hold an exercise that has ended; return its id."""
    node = desks.states[party].node
    with node.store.write() as tx:
        (row, *_) = tx.matters("commitment", "", 10)
        held = replace(
            row,
            matter=Matter("exercise", "e" * 26),
            status="ended",
            at_ms=node.clock.now_ms() + 3_600_000,
        )
        tx.save_matters([held])
        readers = tuple(tx.filed_for(row.channel, row.matter))
        times = (0, held.at_ms)
        tx.file([Filed(held.matter, held.channel, readers, *times, "ended", "", party, "", ())])
    return held.matter.id


def planted(desks: Desks, text: str) -> None:
    """Write a thousand canaries into what a State keeps to itself of a text."""
    cage = Cage()
    for what in ("position", "fallback", "mandate", "speaking-note"):
        for of in (("--paragraph", "us.1"), ("--paragraph", "us.2"), ()):
            words = " ".join(cage.mint(what) for _ in range(84))
            note = ("--what", what, "--text", words)
            desks.value("us", "ann", "wording", "note", text, *note, *of)
    line = ("--rule", "forbidden", "--words", cage.mint("line"))
    desks.value("us", "ann", "wording", "draw-line", text, *line)
    unsaid = (
        "--words",
        f"us.9.en={cage.mint('draft')}",
        "--words",
        f"us.9.zh={cage.mint('draft')}",
    )
    desks.value("us", "ann", "wording", "table", text, *unsaid, "--hold")
    assert len(cage.planted) > 1_000
    home = json.dumps(desks.do("us", "wording", "show", text)).encode()
    assert cage.told_by(home) >= {"position", "fallback", "mandate", "speaking-note", "line"}


def published(desks: Desks, folder: Path) -> Path:
    """Let both sides adopt the text of a session and one publish it at the agreed minute."""
    desks.modules = (*desks.modules, publish)
    text = settled(desks)
    planted(desks, text)
    make = ("publish", "make", "outcomes.2015-12", "--out", folder / "made.zip")
    assert "not-adopted" in desks.no("us", *make)
    desks.do("us", "wording", "propose", text)
    for party in ("cn", "us"):
        desks.do(party, "wording", "adopt", text)
    assert "time-not-agreed" in desks.no("us", *make)
    convene = ("--series", "ministers", "--label", "2015-12", *WORDS)
    session = str(desks.do("us", "dialogue", "convene", *convene)["matter"])
    desks.do("us", "dialogue", "state", session, "--publish-at", BY)
    assert "time-not-agreed" in desks.no("us", *make), "one side alone lifts no embargo"
    desks.do("cn", "dialogue", "take", session)
    assert "embargo" in desks.no("us", *make)
    for one in desks.states.values():
        one.clock.at_ms = at("2027-03-01 00:01 +0000")
    desks.do("us", *make)
    return folder / "made.zip"


def _seen(desks: Desks) -> None:
    """Who published before the agreed minute is shown to us, and nothing of it crosses."""
    (line,) = desks.do("cn", "dialogue", "list")["dialogues"]
    for when, where in (("2027-02-28T23:59:59Z", "early.example"), (BY, "timely.example")):
        found = ("--by", "us", "--where", where, "--when", when)
        desks.value("cn", "wei", "dialogue", "report-published", line["id"], *found)
    desks.deliver()
    us, cn = (json.dumps(desks.do(who, "dialogue", "show", line["id"])) for who in ("us", "cn"))
    assert "example" not in us
    assert "Published before the agreed time" in cn
    assert cn.count("before the agreed time") == 1
    for where in ("early.example", "timely.example"):
        assert where in cn


def test_a_publication_is_verified_by_anybody_and_shows_nothing_else(tmp_path: Path) -> None:
    """Both adoptions, the text and its originals; another document or proof does not hold."""
    desks = Desks(tmp_path)
    made = published(desks, tmp_path)
    told = desks.json_of("publish", "verify", made)
    assert (told["holds"], told["adopted_by"], told["trusted"]) == (True, ["cn", "us"], False)
    inside = rooms_publish.unpacked(made.read_bytes())
    desks.do("us", "dialogue", "pack", "--out", tmp_path / "pack.pdf")
    packs = [json.dumps(desks.do(party, "dialogue", "pack")).encode() for party in ("us", "cn")]
    left = [*inside.values(), (tmp_path / "pack.pdf").read_bytes(), *packs]
    assert [how for one in left for how in seen_in(one)] == []
    proofs = {"us.tlog-proof", "cn.tlog-proof"}
    assert {*inside} == {"text.md", "text.pdf", "names.json", "policy.txt", *proofs}
    assert inside["text.pdf"].startswith(b"%PDF")
    _compared(desks, made, inside, tmp_path / "page.html")
    _seen(desks)
    lies = {
        "text.md": inside["text.md"].replace(b"met", b"parted"),
        "us.tlog-proof": inside["cn.tlog-proof"],
    }
    for name, lie in lies.items():
        without = {key: data for key, data in inside.items() if key != name}
        for lying in ({**inside, name: lie}, without):
            wrong = tmp_path / "wrong.zip"
            wrong.write_bytes(rooms_publish.packed(lying))
            with pytest.raises(Fault) as found:
                desks.json_of("publish", "verify", wrong)
            assert found.value.code == "wording.publication.unfit"


def _compared(desks: Desks, made: Path, inside: dict[str, bytes], page: Path) -> None:
    """Compare a page that says the same, and one that does not, word by word."""
    words = "".join(f"<p>{line}</p>" for line in originals(inside, "cn"))
    page.write_text(f"<html><body>{words}</body></html>", encoding="utf-8")
    assert desks.json_of("publish", "compare", made, page)["same"]
    page.write_text(f"<html>{words.replace('met', 'parted')}</html>", encoding="utf-8")
    (differs,) = desks.json_of("publish", "compare", made, page)["differences"]
    assert differs["paragraph"] == 2
    assert {one["text"] for one in differs["words"]} == {"met", "parted"}


def originals(inside: dict[str, bytes], party: str) -> list[str]:
    """Return the English paragraphs of the original of a State."""
    text = document.parse(inside["text.md"])
    known = json.loads(inside["names.json"])
    named = {one: words.get("en", one) for one, words in known.items()}
    return [document.original(one.words["en"], party, named) for one in text.paragraphs]


def held(desks: Desks, series: str, label: str, when: str, to: str = "") -> str:
    """Let both hold a session and agree on its minutes; return its id."""
    named = ("--series", series, "--label", label, *WORDS)
    session = str(desks.do("us", "dialogue", "convene", *named)["matter"])
    level = "experts" if series == "experts" else "ministers"
    settle = ("--when", when, "--place", "remote", "--format", "video", "--level", level)
    desks.do("us", "dialogue", "state", session, *settle, "--item", "1=report")
    desks.do("cn", "dialogue", "take", session)
    for party in ("us", "cn"):
        desks.do(party, "dialogue", "open", session)
    for party in ("us", "cn"):
        desks.do(party, "dialogue", "close", session)
    minutes = ("--outcome", "1=agreed", *(("--to", to) if to else ()))
    desks.do("us", "dialogue", "minutes", session, *minutes, *WORDS)
    desks.do("cn", "dialogue", "agree-minutes", session)
    return session


def test_experts_report_and_a_session_is_converted_as_in_2017(tmp_path: Path) -> None:
    """Minutes name the session that they are reported to; the next date is an outcome of each."""
    desks = Desks(tmp_path)
    desks.agree("--shipped", name="terms.ministers")
    experts = held(desks, "experts", "e-2016", BY, "2016-12")
    ministers = held(desks, "ministers", "2016-12", LATER)
    desks.do("us", "dialogue", "state", ministers, "--next", "2027-12-01T00:00:00Z")
    desks.do("cn", "dialogue", "take", ministers, "--point", "next")
    again = ("--series", "ministers", "--label", "2017-10", *WORDS)
    moved = str(desks.do("cn", "dialogue", "convene", *again)["matter"])
    desks.do("cn", "dialogue", "state", moved, "--when", "2027-10-04T00:00:00Z")
    desks.do("us", "dialogue", "take", moved)
    desks.do("us", "dialogue", "postpone", moved, "--reason", "converted")
    desks.do("us", "dialogue", "state", moved, "--into", "law-enforcement")
    assert desks.do("cn", "dialogue", "show", moved)["status"] == "postponed", "one alone is a wish"
    desks.do("cn", "dialogue", "take", moved, "--point", "into")
    us, cn = (desks.do(party, "dialogue", "cadence")["sessions"] for party in ("us", "cn"))
    assert us == cn
    lines = {one["id"]: one for one in us}
    assert (lines[experts]["series"], lines[experts]["reported_to"]) == ("experts", "2016-12")
    assert (lines[moved]["status"], lines[moved]["into"]) == ("converted", "law-enforcement")
    assert [one["reason"] for one in lines[moved]["moved"]] == ["converted"]
    shown = desks.do("us", "dialogue", "pack")["sections"]
    facts = {o["id"]: o["facts"] for of in shown if of["kind"] == "dialogue" for o in of["matters"]}
    assert facts[ministers]["next"] == str(at("2027-12-01 00:00 +0000"))
