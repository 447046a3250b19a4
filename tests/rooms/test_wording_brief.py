"""What a State keeps to itself of a text: notes, red lines, clearances; nothing of it crosses."""

import json
from pathlib import Path

import yaml
from support.canaries import Cage, seen_in
from support.desks import Desks

from comity.acts import codec
from comity.joint.wording import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import act_blobs, nation_profile

NAME = "outcomes.2015-12"
TABLED = ("--words", "us.1.en=They met twice.", "--words", "us.1.zh=双方会晤两次。")


def opened(desks: Desks) -> str:
    """Open the work on a text; return its id."""
    return str(desks.do("us", "wording", "open", "--name", NAME)["matter"])


def leaving(desks: Desks, draft: str) -> tuple[str, ...]:
    """Return the command that lets a draft out as it says now."""
    content = desks.value("us", "ann", "draft", "show", draft)["content_sha256"]
    return ("draft", "release", draft, "--content", content)


def test_a_red_line_holds_until_two_officers_override_it_for_these_words(tmp_path: Path) -> None:
    """One is too few, and an edit needs both again; in a draft that crosses none nothing waits."""
    desks = Desks(tmp_path)
    text = opened(desks)
    line = ("--rule", "forbidden", "--words", "Twice")
    desks.value("us", "ann", "wording", "draw-line", text, *line)
    draft = desks.value("us", "ann", "wording", "table", text, *TABLED)["draft"]
    assert "red line" in desks.no("us", *leaving(desks, draft))
    why = ("--draft", draft[:6], "--why", "The minister has agreed.")
    for name in ("ann", "ann"):
        desks.value("us", name, "wording", "override", text, *why)
    assert "1 more" in desks.no("us", *leaving(desks, draft)), "one officer, twice, is one"
    desks.value("us", "bob", "wording", "override", text, *why)
    desks.value("us", "ann", *leaving(desks, draft))
    desks.deliver()
    assert desks.do("cn", "wording", "read", text)["paragraphs"][0]["name"] == "us.1"
    desks.value("us", "ann", "wording", "lift-line", text, "--line", "1")
    assert "line-unknown" in desks.no("us", "wording", "lift-line", text, "--line", "1")
    later = ("--words", "us.2.en=They met twice.", "--words", "us.2.zh=会晤两次。")
    desks.do("us", "wording", "table", text, *later)


def test_a_red_line_holds_where_own_words_are_taken_back_after_a_swap(tmp_path: Path) -> None:
    """Whatever gives the words, a tabling or an acceptance: they cross no line unseen."""
    desks = Desks(tmp_path)
    text = opened(desks)
    desks.do("us", "wording", "table", text, *TABLED)
    other = ("--words", "us.1.en=They met once.", "--words", "us.1.zh=双方会晤一次。")
    desks.do("cn", "wording", "table", text, *other)
    desks.value("us", "ann", "wording", "accept", text)
    desks.value("cn", "wei", "wording", "accept", text)
    desks.deliver()
    line = ("--rule", "forbidden", "--words", "Twice")
    desks.value("us", "ann", "wording", "draw-line", text, *line)
    draft = desks.value("us", "ann", "wording", "accept", text)["draft"]
    assert "red line" in desks.no("us", *leaving(desks, draft))


def test_words_of_which_a_language_is_not_here_are_not_taken(tmp_path: Path) -> None:
    """Its blob is gone: the act is refused, and the page says whose words are missing."""
    desks = Desks(tmp_path)
    text = opened(desks)
    desks.do("us", "wording", "table", text, *TABLED)
    node = desks.states["cn"].node
    with node.store.write() as tx:
        (act,) = [
            row.act
            for log in tx.logs()
            for row in tx.acts(log.origin, 0, log.size)
            if row.act.tag == acts.TABLED
        ]
        for one in act.blobs:
            if one.role.endswith(".zh"):
                tx.drop_body(one.sha256)
    assert "words-not-held" in desks.no("cn", "wording", "accept", text)
    (read,) = desks.value("cn", "wei", "wording", "read", text)["paragraphs"]
    assert read["missing"] == ["us"]


def clearing(desks: Desks, *agencies: str) -> None:
    """Adopt a profile that asks these agencies to clear outcomes."""
    profile = yaml.safe_load(desks.shipped("us").read_text(encoding="utf-8"))
    why = dict.fromkeys(profile["languages"], "Counsel reads it.")
    profile["clearances"] = [
        {"agency": one, "texts": ["outcomes"], "why": why, "source": "A test."} for one in agencies
    ]
    text = json.dumps(profile, ensure_ascii=False).encode()
    node = desks.states["us"].node
    done = nation_profile.adopt(node, desks.officer("us"), text, extend=True)
    assert not isinstance(done, Inadmissible), done


def test_nothing_is_tabled_before_each_agency_has_cleared_what_it_says(tmp_path: Path) -> None:
    """Which agencies, the nation profile says; of another name nothing is asked."""
    desks = Desks(tmp_path)
    text = opened(desks)
    clearing(desks, "doj", "state")
    desks.add("us", "sue", "state", "counsel", "secretariat")
    draft = desks.value("us", "ann", "wording", "table", text, *TABLED)["draft"]
    assert "doj, state" in desks.no("us", *leaving(desks, draft))
    desks.value("us", "ann", "wording", "clear", text, "--draft", draft)
    assert "state" in desks.no("us", *leaving(desks, draft))
    stop = ("--verdict", "stopped", "--why", "Not so.")
    desks.value("us", "sue", "wording", "clear", text, "--draft", draft, *stop)
    assert "state" in desks.no("us", *leaving(desks, draft))
    desks.value("us", "sue", "wording", "clear", text, "--draft", draft)
    desks.value("us", "ann", *leaving(desks, draft))
    desks.deliver()
    assert desks.do("cn", "wording", "read", text)["paragraphs"][0]["name"] == "us.1"
    other = str(desks.do("us", "wording", "open", "--name", "plan.drills")["matter"])
    desks.do("us", "wording", "table", other, *TABLED)


def test_no_note_line_or_reason_is_in_what_the_other_side_holds(tmp_path: Path) -> None:
    """Canaries in every field of a brief; each is read at home, none in any act or body there."""
    desks, cage = Desks(tmp_path), Cage()
    text = opened(desks)
    for what in ("position", "fallback", "mandate", "speaking-note"):
        for paragraph in ("us.1", "us.2", ""):
            note = ("--what", what, "--text", cage.mint(what))
            of = ("--paragraph", paragraph) if paragraph else ()
            desks.value("us", "ann", "wording", "note", text, *note, *of)
    line = ("--rule", "required", "--words", cage.mint("line"), "--paragraph", "us.1")
    desks.value("us", "ann", "wording", "draw-line", text, *line)
    draft = desks.value("us", "ann", "wording", "table", text, *TABLED)["draft"]
    for name in ("ann", "bob"):
        given = ("--draft", draft, "--why", cage.mint("override"))
        desks.value("us", name, "wording", "override", text, *given)
    verdict = ("--draft", draft, "--why", cage.mint("clear"))
    desks.value("us", "ann", "wording", "clear", text, *verdict)
    desks.value("us", "ann", *leaving(desks, draft))
    desks.deliver()
    home = json.dumps(desks.do("us", "wording", "show", text)).encode()
    assert cage.told_by(home) == {*cage.planted.values()}
    there = desks.states["cn"].node
    left = [json.dumps(desks.do("cn", "wording", one, text)).encode() for one in ("show", "read")]
    with there.store.read() as tx:
        acts = [row.act for log in tx.logs() for row in tx.acts(log.origin, 0, log.size)]
        left += [json.dumps(codec.act_to_json(act)).encode() for act in acts]
        left += [body.data for act in acts for body in act_blobs.open_all(there, tx, act)]
    assert any(b"They met twice." in one for one in left), "the search is not blind"
    assert [how for one in left for how in seen_in(one)] == []
