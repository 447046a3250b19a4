# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""A room without pages of its own has them from its verbs: list, one matter, forms, calls."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from support import pair
from support.agreed import adopt, shipped
from support.canaries import Cage, seen_in
from support.pair import World
from surfaces.web import agreed_stage, stage
from surfaces.web.review.scene import page, released

from comity.acts import codec
from comity.domestic.officer import role

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
CALL = {"ground": "life", "level": "2", "word_by": "2027-03-01T00:00"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two States that have the room, and a call of one of them; each test has its own."""
    with pair.closing():
        made = agreed_stage.world_of(tmp_path)
        stage.have_officer(made.node("sy"), "li", *role.DEFAULT)
        say(made, "fr", "ann", "/calls/call/", CALL)
        yield made


def say(world: World, party: str, officer: str, address: str, given: dict[str, str]) -> None:
    """Post a form, let a second officer release it, and let it cross."""
    answer = stage.client(world.node(party), officer=officer).post(address, given)
    assert answer.status_code == 303, answer.content.decode()
    if "waiting" in answer.headers["Location"]:
        released(world, party, "ben" if party == "fr" else "li")
    world.pump()


def test_a_call_rings_on_every_page_until_one_officer_presses_once(world: World) -> None:
    """State, level, ground, drill or not; looking ends nothing, one press without a second does."""
    call = world_call(world)
    browser = stage.client(world.node("sy"), officer="wei")
    for address in ("/", "/calls/", call, "/contacts/"):
        shown = page(world, "sy", address, "wei")
        for words in (
            "NOT A DRILL",
            "calls, level 2",
            "<bdi>life</bdi>",
            f'action="{call}pick-up/"',
        ):
            assert words in shown, address
    adopt(world, "hotline", shipped("guideline/hotline.yaml"))
    heard = browser.get("/events").content.decode()
    assert "data-urgent" in heard
    assert f'formaction="{call}pick-up/"' in heard
    for address in ("/", call):  # the agreed terms have words for what was a code
        assert "<bdi>Danger to life or limb</bdi>" in page(world, "sy", address, "wei")
        shown = browser.get(address, headers=CHINESE).content.decode()
        assert "来呼，2 级" in shown
        assert "<bdi>危及生命或者人身安全</bdi>" in shown
    assert "cm-ringing" not in page(world, "fr", "/calls/", "ann")
    answer = browser.post(f"{call}pick-up/")
    assert (answer.status_code, "waiting" in answer.headers["Location"]) == (303, False)
    world.pump()
    assert "cm-ringing" not in page(world, "sy", "/", "wei")


def world_call(world: World) -> str:
    """Return the address of the call."""
    found = re.search(r'href="(/calls/[a-z2-7]{26}/)"', page(world, "sy", "/calls/", "wei"))
    assert found is not None
    return found[1]


def test_a_call_is_made_and_answered_by_forms(world: World) -> None:
    """What is offered follows from the state; both languages have every word of it."""
    listed = page(world, "sy", "/calls/", "wei")
    assert "Hotline" in listed
    found = re.search(r'href="(/calls/[a-z2-7]{26}/)"', listed)
    assert found is not None
    call = found[1]
    shown = page(world, "sy", call, "wei")
    assert f'{call}take/"' in shown
    assert f'{call}call-off/"' not in shown
    say(world, "sy", "wei", f"{call}take/", {"level": "2", "agency": "police"})
    for party, officer in (("fr", "ann"), ("sy", "wei")):
        shown = page(world, party, call, officer)
        assert "taken by someone who may decide" in shown
    chinese = stage.client(world.node("fr"), officer="ann").get(call, headers=CHINESE)
    for words in ("已由有权决定者受理", "受理呼叫", "提出小结"):
        assert words in chinese.content.decode()


def test_what_is_wrong_with_a_form_stands_beside_its_field(world: World) -> None:
    """All of it at once; nothing is said."""
    answer = stage.client(world.node("fr"), officer="ann").post("/calls/call/", {"ground": "Life!"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.count("govuk-error-message") >= 3
    assert len(re.findall(r'href="/calls/[a-z2-7]{26}/"', page(world, "fr", "/calls/"))) == 1


def test_nobody_finds_a_matter_that_is_not_there(world: World) -> None:
    """An id of nothing and a verb of nothing are pages that do not exist."""
    browser = stage.client(world.node("fr"), officer="ann")
    assert browser.get(f"/calls/{'a' * 26}/").status_code == 404
    assert browser.get("/calls/shout/").status_code == 404


def test_the_interface_describes_the_calls_of_the_room() -> None:
    """Each verb has an address, with the choices of its row."""
    from comity.boot.rooms import TABLES  # noqa: PLC0415 -- once Django is set up
    from comity.surfaces.api.app import add_rooms, api  # noqa: PLC0415 -- as above

    add_rooms(TABLES)
    described = json.loads(json.dumps(api.get_openapi_schema()))
    for table in TABLES:
        paths = {f"/api/v1/{table.plural}", f"/api/v1/{table.plural}/{{{table.noun}}}"}
        for row in table.typed:
            of = "" if row.opens else f"/{{{table.noun}}}"
            paths.add(f"/api/v1/{table.plural}{of}/{row.name}")
        assert paths <= described["paths"].keys()


def opened(world: World, plural: str, verb: str, given: dict[str, str]) -> str:
    """Open a matter by its form; return its address."""
    say(world, "fr", "ann", f"/{plural}/{verb}/", given)
    found = re.search(
        rf'href="(/{plural}/[a-z2-7]{{26}}/)"', page(world, "sy", f"/{plural}/", "wei")
    )
    assert found is not None
    return found[1]


def test_what_is_given_by_item_has_places_in_which_the_item_is_named(world: World) -> None:
    """A session's agenda is settled by form: each item with its name; none is left without one."""
    words = {"text_en": "The session of December.", "text_zh": "十二月会议。"}
    convened = {"series": "ministers", "label": "2015-12", **words}
    session = opened(world, "dialogues", "convene", convened)
    browser = stage.client(world.node("fr"), officer="ann")
    shown = browser.get(f"{session}state/").content.decode()
    assert shown.count('name="item_name_1"') == 1
    assert shown.count('name="item_name_5"') == 1
    nameless = browser.post(f"{session}state/", {"item_2": "hotline"})
    assert nameless.status_code == 422
    assert "Name what this is about." in nameless.content.decode()
    twice = {"item_name_1": "1", "item_1": "hotline", "item_name_2": "1", "item_2": "case"}
    answer = browser.post(f"{session}state/", twice)
    assert "This name stands twice." in answer.content.decode()
    chinese = browser.post(f"{session}state/", {"item_2": "hotline"}, headers=CHINESE)
    assert "请写明所指名称。" in chinese.content.decode()
    agenda = {"item_name_2": "1", "item_2": "hotline", "subject_2": "sop.hotline"}
    say(world, "fr", "ann", f"{session}state/", agenda)
    assert "sop.hotline" in page(world, "sy", session, "wei")


def test_pages_say_what_is_late_and_what_stands_on_both_sides(world: World) -> None:
    """Of a session, a proposal and a commitment, in both languages."""
    words = {"text_en": "The session of December.", "text_zh": "十二月会议。"}
    session = opened(
        world, "dialogues", "convene", {"series": "ministers", "label": "2015-12", **words}
    )
    put = {"sort": "seminar", "forum": "session", "decide_by": "2026-11-01T00:00", **words}
    proposal = opened(world, "proposals", "put", put)
    made = {"source": "minutes", "ref": "2015-12/3", "due": "2027-03-01T00:00"}
    commitment = opened(world, "commitments", "make", made)
    say(world, "sy", "wei", "/commitments/make/", made)
    say(world, "fr", "ann", f"{commitment}state/", {"status": "under-way"})
    for address, told in (
        (session, ("2015-12", "No terms of this series", "Not named yet")),
        (proposal, ("Late", "Decide on the proposal", "A seminar")),
        (commitment, ("2015-12/3", "The sides differ on its status", "Under way")),
        ("/commitments/", ("2015-12/3", "Present date", "Under way")),
        ("/dialogues/", ("Cadence",)),
        ("/dialogues/cadence/", ("2015-12", "Slip in days")),
        ("/dialogues/pack/", ("Digest over all sections", "2015-12/3")),
    ):
        shown = page(world, "sy", address, "wei")
        assert all(one in shown for one in told), (address, told)
        chinese = stage.client(world.node("sy"), officer="wei").get(address, headers=CHINESE)
        assert 'lang="zh' in chinese.content.decode()


def test_words_of_a_paragraph_are_asked_for_in_each_language(world: World) -> None:
    """The paragraph is named once; its words stand on the other side in both languages."""
    text = opened(world, "wordings", "open", {"name": "outcomes.2015-12"})
    given = {
        "paragraph_name_1": "fr.1",
        "words_1_en": "They met.",
        "words_1_zh": "双方举行了会晤。",
        "part_1": "paragraph",
    }
    say(world, "fr", "ann", f"{text}table/", given)
    with world.node("sy").store.read() as tx:
        row = next(one for one in tx.acts(world.origin("fr"), 0, 1_000)[::-1])
    assert {one.role for one in row.act.blobs} == {"words:fr.1.en", "words:fr.1.zh"}
    assert row.act.codes == {"part.fr.1": "paragraph"}


def negotiated(world: World) -> str:
    """Let both sides table a variant of one paragraph; return the address of the text."""
    text = opened(world, "wordings", "open", {"name": "outcomes.2015-12"})
    first = {"paragraph_name_1": "fr.1", "words_1_en": "{fr} and {sy} met."}
    say(world, "fr", "ann", f"{text}table/", {**first, "words_1_zh": "{fr}和{sy}会晤。"})
    other = {"paragraph_name_1": "fr.1", "words_1_en": "{fr} and {sy} met twice."}
    say(world, "sy", "wei", f"{text}table/", {**other, "words_1_zh": "{fr}和{sy}会晤两次。"})
    return text


def test_brackets_are_shown_by_word_and_the_screen_shows_no_officer(world: World) -> None:
    """Whose each word is, in both languages; what is ours to move stands on our page alone."""
    text = negotiated(world)
    stage.have_officer(world.node("fr"), "sec", role.SECRETARIAT)
    home = page(world, "fr", "/", "sec")
    assert "1 in work" in home, "who serves the dialogue sees what is open of it"
    ours, screen = (page(world, "fr", one, "ann") for one in (text, f"{text}room/"))
    for shown in (ours, screen):
        assert "in brackets" in shown
        assert "twice</bdi>]" in shown.replace("<bdi> ", "<bdi>")
    assert "1 bracket" in ours
    assert "Yours to move" in ours
    assert "Yours to move" not in screen
    assert "ann" not in re.sub(r"<[^>]*>", "", screen)


def test_a_translator_takes_a_file_and_gives_it_back_by_page(world: World) -> None:
    """What they changed is tabled; what does not fit is told by paragraph, in both languages."""
    text = negotiated(world)
    told = page(world, "fr", f"{text}translation/", "ann")
    assert "format=tmx&amp;source=en" in told
    browser = stage.client(world.node("fr"), officer="ann")
    file: Any = browser.get(f"{text}translation/file/?format=xliff-2.1&source=en")
    assert file["Content-Disposition"].endswith('"outcomes.2015-12.xlf"')
    data = file.content.decode()
    wrong = SimpleUploadedFile("a.xlf", data.replace("met.", "parted.").encode())
    answer = browser.post(f"{text}translation/", {"file": wrong}, headers=CHINESE)
    assert answer.status_code == 422
    assert "fr.1" in answer.content.decode()
    assert "翻译所依据的文字已非现行文字" in answer.content.decode()
    right = SimpleUploadedFile("a.xlf", data.replace("会晤。", "举行了会晤。").encode())
    answer = browser.post(f"{text}translation/", {"file": right})
    assert answer.status_code == 303
    released(world, "fr", "ben")
    assert "举行了</bdi>" in page(world, "fr", text, "ann")


def test_a_text_is_adopted_by_hand_with_an_original_for_each_state(world: World) -> None:
    """One hash; each original names its own State first; the document is read as a joint text."""
    text = negotiated(world)
    say(world, "fr", "ann", f"{text}accept/", {})
    assert "not agreed and attested" in page(world, "fr", f"{text}text/", "ann")
    for party, officer in (("fr", "ann"), ("sy", "wei")):
        found = {"paragraph_name_1": "fr.1", "on_1": "same"}
        say(world, party, officer, f"{text}attest/", found)
    stage.have_officer(world.node("sy"), "mei", role.COUNSEL)
    fr, sy = ("fr", "ann", "nora"), ("sy", "wei", "mei")
    for party, officer, counsel in (fr, sy, fr):  # proposes, adopts, adopts
        stage.client(world.node(party), officer=officer).post(f"{text}text/", {})
        released(world, party, counsel)
        world.pump()
    made = page(world, "sy", f"{text}text/", "wei")
    for words in ("This State has adopted it.", "Freedonia and Sylvania", "Sylvania and Freedonia"):
        assert words in made
    browser = stage.client(world.node("fr"), officer="ann")
    assert "本国已通过。" in browser.get(f"{text}text/", headers=CHINESE).content.decode()
    address = re.findall(r'href="(/guidelines/[^"]*)"', page(world, "fr", "/guidelines/", "ann"))
    listed = page(world, "fr", next(one for one in address if "outcomes" in one), "ann")
    version = re.search(r'href="(/guidelines/[^"]*/versions/[0-9a-f]{64}/)', listed)
    assert version is not None
    assert "{fr} and {sy} met twice." in page(world, "fr", version[1], "ann")
    compared(browser, f"{text}compare/")


def compared(browser: Any, address: str) -> None:  # noqa: ANN401 -- Django's client
    """What another published is compared by word with the nearest original; nothing is kept."""
    told = "<p>Sylvania and Freedonia {} twice.</p>"
    for words, found in (("met", "The same, word by word"), ("sat", "Paragraph 1")):
        given = {"language": "en", "other": told.format(words)}
        shown = browser.post(address, given).content.decode()
        assert found in shown
        assert ("<bdi>sat</bdi></ins>" in shown, "<bdi>met</bdi></del>" in shown) == (
            words == "sat",
            words == "sat",
        )
    file = SimpleUploadedFile("page.txt", "林国和自由国会晤两次。".encode())
    shown = browser.post(address, {"language": "zh", "file": file}, headers=CHINESE)
    assert "会晤" not in shown.content.decode().partition("逐字一致")[2].partition("<dl")[0]
    empty = browser.post(address, {"language": "en"}, headers=CHINESE)
    assert (empty.status_code, "请提供文本或者文件。" in empty.content.decode()) == (422, True)


def test_who_is_woken_sees_what_is_asked_and_is_two_presses_from_having_it(world: World) -> None:
    """Who calls, at which level, how long is left; then three facts apart, for both sides."""
    say(world, "fr", "ann", "/calls/call/", {**CALL, "level": "3"})
    browser = stage.client(world.node("sy"), officer="wei")
    bar = page(world, "sy", "/", "wei")
    found = re.search(r'action="(/calls/[a-z2-7]{26}/)pick-up/"', bar)
    assert found is not None
    call = found[1]
    woken = page(world, "sy", call, "wei")
    for words in ("NOT A DRILL", "calls, level 3", "minutes left", "I may decide at level 3"):
        assert words in woken, words
    asked = page(world, "fr", call, "ann")
    assert asked.count("Not yet") == 2
    assert "Pick up</button>" not in asked
    for verb, given in (("pick-up", {}), ("take", {"level": "3", "agency": "police"})):
        answer = browser.post(f"{call}{verb}/", given)
        assert (answer.status_code, "waiting" in answer.headers["Location"]) == (303, False)
    world.pump()
    asked = page(world, "fr", call, "ann")
    assert "Not yet" not in asked
    assert "<bdi>police</bdi>" in asked
    chinese = stage.client(world.node("sy"), officer="wei").get(call, headers=CHINESE)
    assert "对方机器已收存" in chinese.content.decode()


def test_a_drill_is_planned_joined_and_listed_and_use_is_reviewed(world: World) -> None:
    """By forms, in both languages; what was called stands in the review by ground and level."""
    window = {"kind": "desk", "from": "2026-12-01T00:00", "until": "2026-12-02T00:00"}
    say(world, "fr", "ann", "/calls/drill/plan/", window)
    found = re.search(r'"(/calls/[a-z2-7]{26}/)">At', page(world, "sy", "/calls/drills/", "wei"))
    assert found is not None
    assert "drill/join/" in page(world, "sy", found[1], "wei")
    say(world, "sy", "wei", f"{found[1]}drill/join/", {})
    for party, officer in (("fr", "ann"), ("sy", "wei")):
        shown = page(world, party, "/calls/drills/", officer)
        assert "At the desk: picked up and taken" in shown
    reviewed = page(world, "fr", "/calls/review/?from=2026-11-01&to=2027-01-01", "aud")
    for words in ("Level <bdi>2</bdi>", "<bdi>life</bdi>", "None in this period."):
        assert words in reviewed
    browser = stage.client(world.node("fr"), officer="aud")
    for address, words in (("/calls/drills/", "窗口期"), ("/calls/review/", "使用情况评估")):
        assert words in browser.get(address, headers=CHINESE).content.decode()


def test_what_a_state_keeps_to_itself_is_on_its_page_and_not_on_the_screen(world: World) -> None:
    """Of a thousand canaries in notes, red lines, a draft and a name the room sees none."""
    text, cage = negotiated(world), Cage()
    node, matter = world.node("fr"), text.split("/")[2]
    writer = cage.mint("name")
    stage.have_officer(node, writer, role.SECRETARIAT, *role.DEFAULT)
    browser = stage.client(node, officer=writer)
    for what in ("position", "fallback", "mandate", "speaking-note"):
        for paragraph in ("fr.1", "fr.2", ""):
            words = " ".join(cage.mint(what) for _ in range(84))
            note = {"what": what, "paragraph": paragraph, "text": words}
            assert browser.post(f"{text}brief/note/", note).status_code == 303
    line = {"rule": "forbidden", "words": cage.mint("line")}
    assert browser.post(f"{text}brief/draw-line/", line).status_code == 303
    drafted = {f"words_1_{one}": cage.mint("draft") for one in ("en", "zh")}
    answer = browser.post(f"{text}table/", {"paragraph_name_1": "fr.1", **drafted})
    assert answer.headers["Location"].endswith("said=waiting")
    world.pump()
    assert len(cage.planted) > 1_000
    ours = browser.get(text).content
    assert {"position", "fallback", "mandate", "speaking-note", "line", "name"} <= cage.told_by(
        ours
    )
    for address in (f"{text}room/", f"{text}translation/file/"):
        for headers in ({}, CHINESE):
            shown: Any = browser.get(address, headers=headers)
            assert (shown.status_code, seen_in(shown.content)) == (200, [])
    with world.node("sy").store.read() as tx:
        there = [
            codec.act_to_json(one.act) for log in tx.logs() for one in tx.acts(log.origin, 0, 99)
        ]
    assert any(matter in json.dumps(one) for one in there)
    assert seen_in(json.dumps(there).encode()) == []


def test_the_cadence_is_a_picture_beside_its_table(world: World) -> None:
    """A ring where a session was planned, and where it is agreed; one session has no rhythm."""
    words = {"text_en": "A session.", "text_zh": "会议。"}
    address = "/dialogues/cadence/"
    for label, day in (("2015-12", "2026-12-20"), ("2016-06", "2027-06-20")):
        assert "<svg" not in page(world, "fr", address, "ann").partition("<main")[2]
        known = {*re.findall(r"/dialogues/[a-z2-7]{26}/", page(world, "fr", "/dialogues/", "ann"))}
        say(
            world,
            "fr",
            "ann",
            "/dialogues/convene/",
            {"series": "ministers", "label": label, **words},
        )
        listed = re.findall(r"/dialogues/[a-z2-7]{26}/", page(world, "fr", "/dialogues/", "ann"))
        (session,) = {*listed} - known
        say(world, "fr", "ann", f"{session}state/", {"when": f"{day}T00:00"})
        say(world, "sy", "wei", f"{session}take/", {})
    shown = page(world, "fr", address, "ann")
    assert shown.count('class="wd-planned"') == 2
    assert shown.count('class="wd-came"') == 2
    chinese = stage.client(world.node("fr"), officer="ann").get(address, headers=CHINESE)
    assert "圆环：计划日期" in chinese.content.decode()
