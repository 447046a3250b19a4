"""My desk through a browser's eyes: what each role must do, what arrives, and the shift."""

import re
from pathlib import Path

import pytest
from node.desk.test_duty import HOUR_MS, Desk, done
from surfaces.web.duty import stage
from surfaces.web.duty.stage import CHINESE, client, text, words

from comity.node.desk import sign_in_links
from comity.node.desk.duty import routing, work
from comity.node.desk.duty.routing import ByHand

ROLES = ("wei", "han", "cai", "fa", "rong", "au", "xu")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with somebody in every role."""
    return stage.desk_of(tmp_path)


def test_each_role_has_its_desk_in_both_languages(desk: Desk) -> None:
    """What one must do, by clock, in words; and nothing that is not translated."""
    matter = desk.ask().act.matter.id
    done(routing.route(desk.node, desk.wei, matter, ByHand(to="mps", why="Ours.")))
    done(work.assign(desk.node, desk.wei, matter, "han"))
    for name in ROLES:
        for path in ("/", "/desk/shift/", "/desk/view/"):
            shown = text(client(desk, name), path)
            assert '<html lang="en"' in shown
            assert shown.count("<h1") == 1
            chinese = text(client(desk, name), path, **CHINESE)
            assert '<html lang="zh-Hans"' in chinese
    shown = words(text(client(desk, "wei"), "/"))
    assert "New, unopened" in shown
    assert "emergency" in shown
    assert "Everything is routed." in shown
    assert "in 59 minutes" in shown
    assert "Acknowledge it, then answer or refuse it." in shown
    assert "assigned, not taken" in words(text(client(desk, "han"), "/"))
    assert "Decisions that wait for counsel" in words(text(client(desk, "fa"), "/"))
    assert "我的工作台" in words(text(client(desk, "wei"), "/", **CHINESE))


def now_of(desk: Desk, name: str, **headers: str) -> str:
    """Return what an officer must do now, as their desk shows it."""
    page = text(client(desk, name), "/", **headers)
    return page.partition('aria-labelledby="now"')[2].partition("</section>")[0]


def test_now_has_one_button_a_row_and_only_what_one_can_do(desk: Desk) -> None:
    """An emergency first, for who may acknowledge it; its decision for counsel; once each."""
    routine = desk.ask("subscriber", "urgent").act.matter.id
    matter = desk.ask().act.matter.id
    now = now_of(desk, "wei")
    assert now.index(f'href="/requests/{matter}/acknowledge/"') < now.index(routine)
    assert now.count(f'href="/requests/{matter}/"') == 1
    assert words(now).count("Acknowledge it") == 2
    done(routing.route(desk.node, desk.wei, matter, ByHand(to="mps", why="Ours.")))
    done(work.assign(desk.node, desk.wei, matter, "han"))
    law = now_of(desk, "fa")
    assert law.count(f'href="/release/law/{matter}/"') == 1
    assert law.index("/acknowledge/") < law.index(f'href="/release/law/{matter}/"')
    for name in ROLES:
        shown = now_of(desk, name)
        assert shown.count("<li data-row") == shown.count('class="cm-now__do"')
    assert "Nothing waits for you" in now_of(desk, "au")
    assert "现在" in words(now_of(desk, "wei", **CHINESE))


def test_counsel_decides_on_what_another_state_asked(desk: Desk) -> None:
    """By the form as the page gives it: what was read goes with it, and nobody types it."""
    matter = desk.ask("subscriber", "urgent").act.matter.id
    done(routing.route(desk.node, desk.wei, matter, ByHand(to="mps", why="Ours.")))
    fa, address = client(desk, "fa"), f"/release/law/{matter}/"
    form = text(fa, address).partition("<form")[2]
    form = form[form.index('name="question"') - 200 :].partition("</form>")[0]
    given = dict(re.findall(r'name="(question|content)"[^>]* value="([^"]+)"', form))
    options = re.findall(r'<option value="([^"]+)"', form)
    named = {"named": options[0]} if options else {}
    answer = fa.post(address, {**given, **named, "verdict": "allows", "note": "It would be."})
    assert answer.status_code == 303, words(answer.content.decode())[:400]


def test_who_audits_has_their_own_pages_and_no_list_of_work(desk: Desk) -> None:
    """Nothing is new to them, nothing is with them: the log, and the file that they take away."""
    desk.ask()
    page = text(client(desk, "au"), "/")
    assert 'id="new"' not in page
    assert 'id="mine"' not in page
    assert page.index('href="/local-log/"') < page.index('href="/local-log/export/"')


def test_what_arrived_and_is_to_be_routed_is_told_in_words_with_its_file_number(desk: Desk) -> None:
    """As everything else on the desk: no code, and the number by which it is spoken of."""
    matter = desk.ask().act.matter.id
    for language, said in (({}, "Action against infrastructure"), (CHINESE, "处置恶意基础设施")):
        shown = text(client(desk, "wei"), "/", **language)
        for part in ("new", "inbox"):
            section = shown.partition(f'id="{part}"')[2].partition("</section>")[0]
            assert f'href="/requests/{matter}/"' in section
            assert ">infrastructure<" not in section
            assert said in section
            assert "REF-1" in section


def test_what_one_has_is_told_by_its_name(desk: Desk) -> None:
    """With me and at my agency: the type and the file number, as in every other list."""
    matter = desk.ask().act.matter.id
    done(routing.route(desk.node, desk.wei, matter, ByHand(to="mps", why="Ours.")))
    done(work.assign(desk.node, desk.wei, matter, "han"))
    for language, said in (({}, "Action against infrastructure"), (CHINESE, "处置恶意基础设施")):
        shown = text(client(desk, "han"), "/", **language)
        for part in ("mine", "agency"):
            section = shown.partition(f'id="{part}"')[2].partition("</section>")[0]
            assert said in section
            assert "REF-1" in section


def test_notices_of_the_account_stand_behind_what_arrived(desk: Desk) -> None:
    """However many they are they fill no telephone: a figure, and one line that leads to them."""
    desk.ask()
    for by in ("op", "", "op"):
        sign_in_links.add(desk.node, "wei", by)
    wei = client(desk, "wei")
    page = text(wei, "/")
    above, _, below = page.partition('id="new"')
    assert "signs in as you" not in page
    assert 'href="#account"' in above
    line = below.partition('id="account"')[2].partition("</section>")[0]
    assert "Others made 3 changes to your sign-in" in words(line)
    assert 'href="/account/#told"' in line
    account = text(wei, "/account/").partition('id="told"')[2].partition("</div>")[0]
    assert words(account).count("A link that signs in as you was made") == 3
    assert 'id="account"' not in text(client(desk, "han"), "/")


def test_a_shift_tells_of_late_clocks_that_went_elsewhere(desk: Desk) -> None:
    """That nothing is routed to an agency is not that nothing is open: clocks run all the same."""
    matter = desk.ask("subscriber", "urgent").act.matter.id
    done(routing.route(desk.node, desk.wei, matter, ByHand(to="cac", why="Theirs.")))
    for _ in range(30):
        desk.world.states["bb"].clock.at_ms += HOUR_MS
    shown = words(text(client(desk, "wei"), "/desk/shift/"))
    assert "Nothing is open" not in shown
    assert "Nothing that is routed to this agency is open." in shown
    assert "1 request that you may read is late here" in shown
    assert "late here" not in words(text(client(desk, "cai"), "/desk/shift/"))  # it stands there
    assert "late here" not in words(text(client(desk, "han"), "/desk/shift/"))  # they read it not


def test_who_runs_the_machine_goes_to_its_pages(desk: Desk) -> None:
    """They read no content, so no desk and no list is theirs."""
    operator = client(desk, "op")
    for path in ("/", "/requests/"):
        answer = operator.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/node/")
    assert operator.get("/desk/shift/").status_code == 200
    assert "My desk" not in text(operator, "/node/")


def test_what_arrives_is_counted_in_the_title_until_somebody_opens_it(desk: Desk) -> None:
    """Two, then one when a colleague has looked at the other."""
    first, _ = desk.ask(), desk.ask("subscriber", "urgent")
    wei = client(desk, "wei")
    assert "<title>(2) My desk" in text(wei, "/")
    found = re.search(r'data-tag="([^"]+)"', text(wei, "/"))
    assert found
    tag = found[1].replace("&quot;", '"')
    assert wei.get("/events", headers={"if-none-match": tag}).status_code == 304
    data = {"action": "see", "line": first.act.matter.id, "sure": "1", "once": "a" * 32}
    done(routing.route(desk.node, desk.wei, first.act.matter.id, ByHand(to="mps", why="Ours.")))
    assert client(desk, "han").post("/requests/bulk/", data).status_code == 303
    answer = wei.get("/events", headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag
    assert f'data-arrival="{first.act.matter.id}"' not in answer.content.decode()


def test_an_open_page_is_asked_only_for_what_is_new(desk: Desk) -> None:
    """The second time it hears that nothing is, as long as nothing and no minute changed."""
    wei = client(desk, "wei")
    first = wei.get("/events")
    tag = first.headers["ETag"]
    again = wei.get("/events", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    desk.ask()
    changed = wei.get("/events", headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert "data-urgent" in changed.content.decode()
    assert "csrf" not in changed.content.decode()


def test_what_is_hidden_changes_nothing_that_an_open_page_hears(desk: Desk) -> None:
    """The tag is made of what is shown: it says nothing of what else happens on the node."""
    stranger = client(desk, "xu")
    tag = stranger.get("/events").headers["ETag"]
    clock = desk.world.states["bb"].clock
    at_ms = clock.at_ms
    desk.ask()
    clock.at_ms = at_ms  # the ages of a minute later would be told
    assert stranger.get("/events", headers={"if-none-match": tag}).status_code == 304


def test_only_a_page_that_somebody_sees_keeps_the_node_from_waking(desk: Desk) -> None:
    """In front of who is shown all that arrives; not in a hidden tab, nor of an auditor."""
    for name, path, hidden, is_seen in (
        ("wei", "/", "0", True),
        ("wei", "/events", "0", True),
        ("wei", "/events", "1", False),
        ("han", "/", "0", False),
        ("au", "/events", "0", False),
    ):
        seen: list[str] = []
        client(desk, name, seen).get(path, headers={"comity-hidden": hidden})
        assert bool(seen) is is_seen, (name, path, hidden)


def test_a_shift_is_handed_over_in_one_step_and_taken_with_one_click(desk: Desk) -> None:
    """The other officer reads the note on their desk, with what goes with it."""
    matter = desk.ask().act.matter.id
    wei, han = client(desk, "wei"), client(desk, "han")
    no = wei.post("/desk/shift/take/", {"why": ""})
    assert no.status_code == 422
    told = no.content.decode()
    assert "<title>Error: The shift" in told
    assert '<a href="#id_why">' in told
    assert re.search(r'<input[^>]* name="why"[^>]* aria-describedby="[^"]*id_why_error"', told)
    assert "(optional)" not in told
    assert wei.post("/desk/shift/take/", {"why": "I begin."}).status_code == 303
    page = words(text(wei, "/desk/shift/"))
    assert "You have the desk." in page
    went = text(wei, "/desk/shift/").partition('id="open"')[2]
    assert f'href="/requests/{matter}/"' in went
    assert "emergency" in words(went)
    assert "AA" in words(went)
    empty = wei.post("/desk/shift/", {"to": "han", "note": ""})
    assert empty.status_code == 422
    note = "Call Sylvania at six. <script>alert(1)</script>"
    assert wei.post("/desk/shift/", {"to": "han", "note": note}).status_code == 303
    shown = text(han, "/")
    assert "wei hands you the desk" in words(shown)
    assert "<script>alert" not in shown
    assert "Call Sylvania at six." in words(shown)
    assert "You have handed it to han" in words(text(wei, "/"))
    assert han.post("/desk/shift/take/").status_code == 303
    assert "You have the desk." in words(text(han, "/"))
    assert "han has the desk." in words(text(wei, "/"))


def test_times_are_in_the_zone_that_a_reader_chose(desk: Desk) -> None:
    """By a form, in a cookie; with what o'clock it is on the other side beside it."""
    desk.ask()
    desk.world.advance(2 * HOUR_MS)
    wei = client(desk, "wei")
    assert "UTC" in words(text(wei, "/"))
    form = {"zone": "America/New_York", "scheme": "dark", "keys": "off"}
    assert wei.post("/desk/view/", form).status_code == 303
    shown = text(wei, "/")
    assert "Times are those of America/New_York." in words(shown)
    assert re.search(r"\d\d:\d\d:\d\d UTC\N{MINUS SIGN}[45]", shown)
    assert 'data-scheme="dark"' in shown
    assert 'data-keys="off"' in shown
    assert wei.post("/desk/view/", {**form, "zone": "Mars/Olympus"}).status_code == 422
    wei.cookies["comity_view"] = "zone=%00&scheme=<x>"
    assert "Times are those of" in words(text(wei, "/"))


def test_only_chinese_pages_ask_for_chinese_letters_and_from_this_node(desk: Desk) -> None:
    """The style names what the machine has first; the file is there, and kept by the browser."""
    wei = client(desk, "wei")
    assert "chinese.css" not in text(wei, "/")
    assert "chinese.css" in text(wei, "/", **CHINESE)
    style = wei.get("/static/chinese.css").content.decode()
    assert style.index("local(") < style.index("url(")
    font = wei.get("/static/fonts/NotoSansSC-Regular.otf")
    assert font.status_code == 200
    assert font.headers["Content-Type"] == "font/otf"
    assert "max-age" in font.headers["Cache-Control"]
    assert next(iter(font)).startswith(b"OTTO")
    font.close()
    tag = font.headers["ETag"]
    again = wei.get("/static/fonts/NotoSansSC-Regular.otf", headers={"if-none-match": tag})
    assert again.status_code == 304
