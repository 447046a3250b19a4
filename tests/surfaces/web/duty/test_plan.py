"""The plan of duty and the ladder in a browser: seen by all, changed by the contact point."""

from pathlib import Path
from typing import Any, cast

import pytest
from node.desk.test_duty import Desk
from surfaces.web.duty import stage
from surfaces.web.duty.stage import CHINESE, client, text, words

from comity.node.desk import mail_notices
from comity.node.desk.duty import planning, rings
from comity.node.desk.webhooks import registry

NIGHT = {
    "line": "night", "officers": "wei\nhan", "hand_overs": "08:00\n20:00", "zone": "Asia/Shanghai",
    "first": "2020-01-06", "days": "all",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with somebody in every role."""
    return stage.desk_of(tmp_path)


def test_a_line_is_set_and_swapped_on_its_page(desk: Desk) -> None:
    """Who is planned now, where nobody is, and the swap that waits with one press."""
    wei = client(desk, "wei")
    assert "No line of duty is set." in words(text(wei, "/desk/plan/"))
    assert wei.post("/desk/plan/set/", NIGHT).status_code == 303
    shown = words(text(wei, "/desk/plan/"))
    assert "On duty now" in shown
    assert "未来 30 天" in words(text(wei, "/desk/plan/", **CHINESE))
    ahead = planning.span(desk.node, desk.node.clock.now_ms(), desk.node.clock.now_ms() + 10**9)
    mine = next(one for one in ahead[1:] if one.officer == "wei")
    swap = {"line": "night", "shift": str(mine.shift), "to": "han"}
    assert wei.post("/desk/plan/swap/", swap).status_code == 303
    han = client(desk, "han")
    assert "/desk/plan/agree/?line=night&amp;swap=1" in text(han, "/desk/plan/")
    assert 'value="1"' in text(han, "/desk/plan/agree/?line=night&swap=1")
    assert han.post("/desk/plan/agree/", {"line": "night", "swap": "1"}).status_code == 303
    assert planning.waiting(desk.node) == []


def test_the_ladder_is_set_on_its_page(desk: Desk) -> None:
    """Rungs in their order; one that is not spelled like a rung is told beside its field."""
    wei = client(desk, "wei")
    assert wei.post("/desk/plan/set/", NIGHT).status_code == 303
    given = {"rungs": "line:night:5\nofficer:han:10", "repeats": "1"}
    assert wei.post("/desk/rings/ladder/", given).status_code == 303
    with desk.node.store.read() as tx:
        kept = rings.ladder(tx)
    assert [(one.kind, one.name, one.minutes) for one in kept.rungs] == [
        ("line", "night", 5),
        ("officer", "han", 10),
    ]
    assert kept.repeats == 1
    assert "officer:han:10" in text(wei, "/desk/rings/ladder/")
    assert wei.post("/desk/rings/ladder/", {**given, "drills": "0"}).status_code == 303
    assert "A drill is quiet" in text(wei, "/desk/rings/")
    assert 'value="0"' in text(wei, "/desk/rings/ladder/")
    for wrong in ("night", "line:day:5", "line:night:500"):
        assert wei.post("/desk/rings/ladder/", {"rungs": wrong}).status_code == 422


def test_only_the_contact_point_sets_lines_and_the_ladder(desk: Desk) -> None:
    """Others see the plan, and are told why a change is not theirs."""
    han = client(desk, "han")
    refused = han.post("/desk/plan/set/", NIGHT)
    assert refused.status_code == 422
    assert "officer.role.lacking" in refused.content.decode()
    assert han.post("/desk/rings/ladder/", {"rungs": "officer:han:5"}).status_code == 422


def test_a_device_is_tested_and_proved_on_its_page(desk: Desk) -> None:
    """A press sends a code there alone; given back, the page says that it works, in both languages.

    Who is planned and has no such device is named there, and beside the plan.
    """
    wei = client(desk, "wei")
    assert wei.post("/desk/plan/set/", NIGHT).status_code == 303
    assert "Nothing rings you." in words(text(wei, "/desk/devices/"))
    with desk.node.store.read() as tx:
        officer = tx.officer("wei")
    assert officer is not None
    device = mail_notices.ask(desk.node, officer, "wei@police.example", "en").id
    shown = words(text(wei, "/desk/devices/"))
    assert "w…@police.example" in shown
    assert "Never tested" in shown
    assert wei.post(f"/desk/devices/{device}/test/").status_code == 303
    with desk.node.store.read() as tx:
        (value,) = cast("dict[str, Any]", registry.waiting(tx, device, 9)).values()
    code = str(value["event"]["facts"]["code"])
    wrong = wei.post("/desk/devices/", {"device": device, "code": "AAAA-AAAA"})
    assert (wrong.status_code, "duty.device.code-unknown" in wrong.content.decode()) == (422, True)
    assert "han" in words(text(wei, "/desk/plan/")).partition("no device is known")[2]
    assert wei.post("/desk/devices/", {"device": device, "code": code}).status_code == 303
    assert "It works" in words(text(wei, "/desk/devices/"))
    assert "已确认有效" in words(text(wei, "/desk/devices/", **CHINESE))
    assert client(desk, "han").post(f"/desk/devices/{device}/test/").status_code == 404
