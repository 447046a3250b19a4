"""What stops a reader stands on the page in their language, with the node's own words beneath."""

from pathlib import Path

import pytest
from django.test import Client
from support.agreed import shipped
from support.pair import World
from surfaces.web import stage

from comity.domestic.officer import role
from comity.kernel.ijson import Json
from comity.node.base.sentence import Coded, Sentence
from comity.node.exchange import status
from comity.node.operate import health
from comity.surfaces.web import next_step

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
PROPOSAL = {"source": "shipped", "do": "propose"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States that have paired."""
    made = stage.world_of(tmp_path, "fr", "sy")
    made.pump()
    return made


def client(world: World) -> Client:
    """Return the browser of an officer who may do all that is needed here."""
    stage.have_officer(world.node("fr"), "ann", role.CASE_OFFICER, role.COUNSEL)
    return stage.client(world.node("fr"), officer="ann")


def test_a_lawful_no_is_told_in_chinese_on_its_page(world: World) -> None:
    """Proposing the same text twice: the rule in Chinese, the value beneath in English."""
    address = f"/guidelines/{world.arrangement}/guideline/propose/"
    browser = client(world)
    assert browser.post(address, PROPOSAL).status_code == 303
    again = browser.post(address, PROPOSAL, headers=CHINESE)
    assert again.status_code == 422
    shown = again.content.decode()
    assert "同一文本已有提案。请通过该提案。" in shown
    assert '<bdi lang="en">This very text is proposed already' in shown
    assert '<code class="cm-code">guideline.proposed-before</code>' in shown


def test_what_is_wrong_in_a_text_is_told_in_chinese_by_line(world: World) -> None:
    """Each problem has its line, its place and the Chinese of its rule."""
    broken = shipped("guideline/dialogue.yaml").replace(b"need: always", b"need: sometimes", 1)
    given = {"source": "typed", "yaml": broken.decode(), "do": "check"}
    address = f"/guidelines/{world.arrangement}/guideline/propose/"
    answer = client(world).post(address, given, headers=CHINESE)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "写法不属于格式允许的任何一种。请按公布的格式填写。" in shown
    assert '<bdi lang="en">' in shown


def test_a_fault_is_told_in_chinese_on_a_page_of_its_own(world: World) -> None:
    """A matter that is not here, or is hidden."""
    operator = stage.client(world.node("fr"), officer=stage.OPERATOR)
    answer = operator.get(f"/node/matters/request/{'a' * 26}/", headers=CHINESE)
    assert answer.status_code == 404
    assert "没有您可以查阅的该编号事项" in answer.content.decode()


def test_a_page_names_no_switch_and_no_command_that_it_stands_for() -> None:
    """Its form asks for the reason; a command of the machine stays named."""
    said = {
        "Say why with --why, so that it is routed again.": "Say why, so that it is routed again.",
        "Take it first with `comity desk handover take --why`.": "Take it first.",
        "An officer who is counsel records them with `comity legal decide`.": (
            "An officer who is counsel records them."
        ),
        "Ask one who is, or have the role given with `comity officer role`.": (
            "Ask one who is, or have the role given."
        ),
        "Make a key with `comity key rotate`.": "Make a key with `comity key rotate`.",
    }
    for fix, step in said.items():
        assert next_step.step(fix) == step


def test_what_is_not_in_order_is_told_in_the_language_of_its_reader(world: World) -> None:
    """Each finding of the node, its next step and its fault stand in Chinese."""
    node = world.node("fr")
    with node.store.write() as tx:
        tx.save_record(status.SERVED, "now", {"alarms": [["adapters.disk.full", "It is full."]]})
    operator = stage.client(node, officer=stage.OPERATOR)
    shown = operator.get("/node/doctor/", headers=CHINESE).content.decode()
    found = health.findings(node)
    assert len(found) > 3
    for one in found:
        for said in (one.about, one.what, one.fix):
            if said:
                assert isinstance(said, Sentence | Coded), said
                assert str(said) not in shown, said
    english = operator.get("/node/doctor/").content.decode()
    assert "It is whole and agrees with the home." in english


def test_an_alarm_says_which_request_and_what_to_do_in_both_languages(world: World) -> None:
    """What its code means, the facts beneath with a link, and the next step."""
    node, matter = world.node("fr"), "a" * 26
    alarms: Json = [
        ["node.clock.overdue", f"Request {matter}, answer for fr: overdue since <noon>."],
        ["duty.unrouted", "Something urgent has waited over two hours to be routed."],
    ]
    with node.store.write() as tx:
        tx.save_record(status.SERVED, "now", {"alarms": alarms})
    operator = stage.client(node, officer=stage.OPERATOR)
    link = f'<a class="govuk-link" href="/node/matters/request/{matter}/">Request aaaaaaaa</a>'
    english = operator.get("/node/doctor/").content.decode()
    chinese = operator.get("/node/doctor/", headers=CHINESE).content.decode()
    for shown in (english, chinese):
        assert f"{link}, answer for fr: overdue since &lt;noon&gt;." in shown
        assert '<code class="cm-code">duty.unrouted</code>' in shown
        assert '<code class="cm-code">comity desk route</code>' in shown
    assert "An officer at the contact point routes it" in english
    assert "收到的请求等待分送" in chinese
    assert "请联络点的经办人员在请求页面分送" in chinese
