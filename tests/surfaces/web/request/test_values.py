"""Parts and codes of what was asked and given are in the reader's language and zone."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.utils import translation
from support import pair
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene
from surfaces.web.request.test_saying import filled

from comity.clocks import clock
from comity.clocks.due import Due
from comity.joint.request import acts, clocks
from comity.rooms.request import dossier
from comity.surfaces.web.request import content, summary

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
CHINESE_WRITTEN = (
    "\N{FULLWIDTH LEFT PARENTHESIS}原文\N{FULLWIDTH COLON}{}\N{FULLWIDTH RIGHT PARENTHESIS}"
)
RAW = (
    "<bdi>office hours</bdi>",
    "<bdi>maximum penalty years</bdi>",
    "<bdi>identifiers</bdi>",
    ">business-email-compromise</bdi>",
    ">ipv4</bdi>",
    ">2026-11-02T08:14:00Z</bdi>",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States; a preservation request was registered and answered by its item."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def matter(made: Scene) -> str:
    """A request with identifiers of a period, and an answer that is a mark and a note."""
    found = made.asks("preservation")
    made.says("bb", acts.ACKNOWLEDGED, found, own_reference="CB-1")
    return found


@pytest.mark.parametrize("page", ["", "time-line/", "papers/print/"])
def test_parts_and_codes_are_told_in_words(made: Scene, matter: str, page: str) -> None:
    """The words are those of the form in which they were written."""
    client, path = made.client("ann", "bb"), f"/requests/{matter}/{page}"
    chinese = client.get(path, headers=CHINESE).content.decode()
    english = client.get(path).content.decode()
    for body in (chinese, english):
        assert [one for one in RAW if one in body] == []
    if page != "time-line/":
        for word in (
            "办公时间",
            "最高刑期",
            "IP 地址",
            "商业电子邮件诈骗、网络钓鱼",
            "注册信息",
        ):
            assert word in chinese, word
        for word in ("Office hours", "Greatest penalty, in years", "IP address", "Traffic data"):
            assert word in english, word


@pytest.mark.parametrize("page", ["", "papers/print/"])
def test_a_time_that_was_asked_about_is_told_as_it_was_written_too(
    made: Scene, matter: str, page: str
) -> None:
    """Whom it names hangs on it: the reader's zone alone stood beside the name of another."""
    client, path = made.client("ann", "bb"), f"/requests/{matter}/{page}"
    for language, said in (("en", "(as written: {})"), ("zh-CN", CHINESE_WRITTEN)):
        headers = {"accept-language": f"{language},{language[:2]};q=0.9"}
        body = client.get(path, headers=headers).content.decode()
        shown = re.findall(r'datetime="(2026-11-[^"]+)"[^>]*>([^<]+)</time> <bdi[^>]*>(.+?)<', body)
        assert ("2026-11-02T08:14:00Z", "2026-11-02 16:14:00 UTC+8") in [one[:2] for one in shown]
        assert {one[2] for one in shown} == {said.format(one[0]) for one in shown}
        period = body.partition('datetime="2026-11-02T08:14:00Z"')[2].partition(
            "2026-11-17T16:40:00Z"
        )
        assert period[0].count("<dt>") == 1, "its end stands beside its beginning"


def test_nothing_is_called_missing_that_nobody_misses(made: Scene) -> None:
    """Neither what only should be there, nor a translation that stands in the texts."""
    found = dossier.of(made.node("bb"), made.officer("ann", "bb"), made.asks("content"))
    states = {one.id: one.state for one in content.elements(found)}
    assert states["translation"] == content.GIVEN
    assert states["persons"] == content.ADVISED
    lacking = made.asks("content", texts=[], lacks={"translation": "to-follow"})
    found = dossier.of(made.node("bb"), made.officer("ann", "bb"), lacking)
    states = {one.id: one.state for one in content.elements(found)}
    assert states["translation"] not in {content.GIVEN, content.ADVISED}
    lacking = made.asks("preservation-deficient", lacks={"data": "to-follow"})
    shown = made.client("con", "bb").get(f"/requests/{lacking}/").content.decode()
    assert "<strong>It is missing</strong>" in shown
    assert "It is missing." not in shown  # the code says it, and its check no more than that


def test_that_a_machine_translated_it_is_told_in_the_readers_language(made: Scene) -> None:
    """They read that text first, and should not take it for a person's."""
    path = f"/requests/{made.asks('emergency')}/"
    body = made.client("ann", "bb").get(path, headers=CHINESE).content.decode()
    assert "<bdi>机器翻译</bdi>" in body
    assert "<bdi>machine</bdi>" not in body


@pytest.mark.usefixtures("made")
def test_what_lapses_is_not_called_due() -> None:
    """Nobody has to do anything by then; who wants the data longer asks in time."""
    due = Due("bb", "aa", clocks.EXTEND, "preservation-expiry", clock.RUNNING, 3 * 86_400_000)
    assert summary.due_words(due, 0) == ("lapses in 3 days", "note")
    with translation.override("zh-hans"):
        assert summary.due_words(due, 0)[0] == "3 天后失效"
    assert summary.due_words(replace(due, action="answer"), 0) == ("due in 3 days", "note")
    hour = replace(due, action="answer", by_ms=3_600_000)
    assert summary.due_words(hour, 0) == ("due in 60 minutes", "warn"), "as on my desk"


def test_the_fields_of_a_correction_are_called_as_in_a_draft(made: Scene, matter: str) -> None:
    """Its leaves say in which part of which row they stand."""
    body = made.client("ann", "aa").get(f"/requests/{matter}/correct/", headers=CHINESE)
    assert "标识 · 1 · 种类" in body.content.decode()


def test_a_code_is_chosen_by_its_words_in_a_correction(made: Scene, matter: str) -> None:
    """It is sent as it was spelled, so that who touches nothing corrects nothing of it."""
    client, path = made.client("ann", "aa"), f"/requests/{matter}/correct/"
    body = client.get(path, headers=CHINESE).content.decode()
    (of_address,) = (
        one for one in re.findall(r"<select.*?</select>", body, re.DOTALL) if "ipv4" in one
    )
    assert '<option value="ipv4" selected>IP 地址</option>' in of_address
    assert "ip-address" not in of_address, "the same a second time"
    assert re.search(r'value="traffic"[^>]* checked[^>]*>', body)
    assert "流量数据" in body
    assert re.search(
        r'<select name="element-[^"]*:"[^>]*>.{0,80}<option value="aa">', body, re.DOTALL
    )
    assert not re.search(r"<(input|textarea)[^>]*>\s*(ipv4|traffic)\b", body)
    long = dict(
        re.findall(r'<textarea name="(element-[^"]+)"[^>]*>\n?(.*?)</textarea>', body, re.DOTALL)
    )
    form = filled(client, path, error="wrong-identifier", text="A typing error.")
    answer = client.post(path, {**{name: html.unescape(one) for name, one in long.items()}, **form})
    assert answer.status_code == 303, answer.content.decode()[-4_000:]
    (waiting,) = dossier.of(made.node("aa"), made.officer("ann", "aa"), matter).waiting
    assert [blob.role for blob in waiting.act.blobs] == [acts.ROLE_TEXTS]
