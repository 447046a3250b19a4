"""The plan of duty and the ladder in a browser: seen by all, changed by the contact point."""

from pathlib import Path

import pytest
from node.desk.test_duty import Desk
from surfaces.web.duty import stage
from surfaces.web.duty.stage import CHINESE, client, text, words

from comity.node.desk.duty import planning, rings

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
    for wrong in ("night", "line:day:5", "line:night:500"):
        assert wei.post("/desk/rings/ladder/", {"rungs": wrong}).status_code == 422


def test_only_the_contact_point_sets_lines_and_the_ladder(desk: Desk) -> None:
    """Others see the plan, and are told why a change is not theirs."""
    han = client(desk, "han")
    refused = han.post("/desk/plan/set/", NIGHT)
    assert refused.status_code == 422
    assert "officer.role.lacking" in refused.content.decode()
    assert han.post("/desk/rings/ladder/", {"rungs": "officer:han:5"}).status_code == 422
