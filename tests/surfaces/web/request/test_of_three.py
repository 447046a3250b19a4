"""Requests among three States: lists tell who was asked, and where it stands with each."""

import re
from html import unescape
from pathlib import Path

from support import pair
from surfaces.api.stage import Calls, token
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.domestic.officer import role
from comity.joint.request import acts, verbs
from comity.node.desk import due_list
from comity.rooms.request import request_list
from comity.rooms.request.request_list import Asked
from comity.surfaces.cli import request_list_text

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}


def text_of(made: Scene, party: str, path: str, name: str = "ann", **headers: str) -> str:
    """Return the words of a page beneath its head."""
    answer = made.client(name, party).get(path, headers=headers)
    assert answer.status_code == 200
    shown = str(answer.content.decode())
    main = shown.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def listed(made: Scene, party: str, name: str = "ann") -> str:
    """Return what `comity request list` prints."""
    node, officer = made.node(party), made.officer(name, party)
    found = request_list.page(node, officer, Asked()).lines
    dues = due_list.of_rows(node, [one.row for one in found])
    return request_list_text.list_text(found, party, node.clock.now_ms(), dues)


def test_a_list_says_who_was_asked_and_where_it_stands_with_each(tmp_path: Path) -> None:
    """To the asker with both where they stand apart; to each that was asked where it stands there.

    A third that was not asked reads whom it went to, and not that it was asked itself.
    """
    with pair.closing():
        made = scene.made(tmp_path, ("aa", "bb", "cc"))
        matter = made.asks(to=("bb", "cc"))
        assert re.search(r"aa +bb, cc +\S+ +\S+ +submitted  ", listed(made, "aa"))
        assert "BB:" not in text_of(made, "aa", "/requests/")
        made.says("bb", acts.ACKNOWLEDGED, matter, own_reference="CB-1")
        assert "(bb acknowledged, cc submitted)" in listed(made, "aa")
        assert re.search(r"aa +bb, cc +\S+ +\S+ +acknowledged  ", listed(made, "bb"))
        assert re.search(r"aa +bb, cc +\S+ +\S+ +submitted  ", listed(made, "cc"))
        ours = text_of(made, "aa", "/requests/")
        assert re.search(r"BB ?: acknowledged CC ?: submitted", ours), ours
        assert "BB CC asked by us" in ours
        assert "AA asked of us and of CC" in text_of(made, "bb", "/requests/")
        assert "AA 请求我方 并请求 CC" in text_of(made, "bb", "/requests/", **CHINESE)
        calls = Calls(made.node("aa"), token(made.node("aa"), "prog", roles=(role.CASE_OFFICER,)))
        (line,) = calls.get("/requests").value["requests"]
        assert line["addressees"] == {"bb": "acknowledged", "cc": "submitted"}
        alone = made.asks("preservation", to=("bb",))
        assert alone
        assert "AA asked of BB" in text_of(made, "cc", "/requests/", "aud")


def test_pages_name_the_states_to_whom_something_is_said(tmp_path: Path) -> None:
    """The asker reads whom it asked, each that was asked who asked; nobody is "the other side"."""
    with pair.closing():
        made = scene.made(tmp_path, ("aa", "bb", "cc"))
        matter = made.asks(to=("bb", "cc"))
        path = f"/requests/{matter}/"
        ours = text_of(made, "aa", path)
        assert "Asks BB and CC for a report." in ours
        assert "请BB和CC通报进展。" in text_of(made, "aa", path, **CHINESE)
        assert "Confirms to AA that it is registered" in text_of(made, "bb", path)
        assert "以我方文号向AA确认" in text_of(made, "bb", path, **CHINESE)
        form = text_of(made, "bb", f"{path}acknowledge/")
        assert "It is told to AA, to find the request by it." in form
        assert "Answer due to AA" in text_of(made, "bb", f"{path}desk/route/", "con")
        line = text_of(made, "aa", f"{path}time-line/")
        assert "Other States Our side" in line
        for party, at in (("aa", path), ("bb", path), ("bb", f"{path}time-line/")):
            for headers, word in (({}, "other side"), (CHINESE, "对方")):
                assert word not in text_of(made, party, at, **headers)


def test_what_one_of_several_said_is_not_told_as_said_by_all(tmp_path: Path) -> None:
    """A finding, a condition, a consultation and an assessment are of one of those asked."""
    of_one = {
        acts.CLARIFIED,
        acts.CONDITION_DECLINED,
        acts.CONSULTATION_ANSWERED,
        acts.ASSESSED,
        acts.ASSESSMENT_DISPUTED,
        acts.ASSESSMENT_SETTLED,
    }
    with pair.closing():
        scene.made(tmp_path)
        hints = {tag: str(verbs.BY_TAG[tag].hint) for tag in of_one}
    assert hints.keys() == of_one
    assert [tag for tag, hint in hints.items() if "%(other)s" in hint] == []
