"""One form for people in danger: every request of it, a case of priority, or nothing at all."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import pair
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.domestic.officer import role
from comity.kernel.problem import Unfit
from comity.node.base.context import Node
from comity.node.desk import officer_admin, worksheets
from comity.node.room.release import send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.case import read
from comity.rooms.request import threat

EXAMPLE = Path(__file__).parents[2] / "examples" / "threat.json"
TO = ("bb",)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States with a guideline."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


def written(**changes: Any) -> threat.Threat:  # noqa: ANN401 -- any part of a file
    """Return the example, with other elements."""
    found = threat.parse(json.loads(EXAMPLE.read_bytes()), EXAMPLE.name)
    elements = {**found.elements, **changes}
    kept = {name: one for name, one in elements.items() if one is not None}
    return replace(found, elements=kept)


def count(node: Node) -> int:
    """Return how many entries its own logs have."""
    with node.store.read() as tx:
        return sum(log.size for log in tx.logs() if log.own)


def test_one_file_is_a_disclosure_a_preservation_at_each_provider_and_a_case(made: Scene) -> None:
    """What shows the emergency stands for facts and necessity; each asks for its own data."""
    node, ann = made.node("aa"), made.officer("bob", "aa")
    why = "The market opens in five hours."
    done = threat.begin(node, ann, written(), TO, alone=why, key="threat-1")
    assert isinstance(done, threat.Made)
    assert [type(one) for one in done.requests] == [Sent, Sent, Sent], done
    assert isinstance(done.case, Waiting)  # no emergency: two open a case
    assert done.priority is None
    officer_admin.give_roles(node, "con", [role.RELEASING])
    opened = send.approve(node, made.officer("con", "aa"), done.case.draft_id)
    assert isinstance(opened, Sent)
    assert len(read.show(node, ann, opened.matter_id).requests) == 3

    again = threat.begin(node, ann, written(), TO, alone=why, key="threat-1")
    assert isinstance(again, threat.Made)
    assert [one.act_id for one in again.requests if isinstance(one, Sent)] == [
        one.act_id for one in done.requests if isinstance(one, Sent)
    ]
    assert isinstance(again.case, Sent)
    assert again.case.matter_id == opened.matter_id


def test_if_one_request_lacks_something_none_is_sent_and_all_is_told(made: Scene) -> None:
    """With its place in the file, once, whichever request it is of."""
    node, ann = made.node("aa"), made.officer("bob", "aa")
    before = count(node)
    with pytest.raises(Unfit) as refused:
        threat.begin(node, ann, written(authority=None, offence=None), TO)
    assert refused.value.code == "request.threat.incomplete"
    assert {one.pointer for one in refused.value.problems} >= {
        "/elements/authority", "/elements/offence",
    }  # fmt: skip
    assert count(node) == before


def test_what_lacks_something_is_kept_as_worksheets(made: Scene) -> None:
    """Nothing that was typed is lost."""
    node, ann = made.node("aa"), made.officer("bob", "aa")
    kept = threat.keep(node, ann, written(authority=None), TO)
    assert isinstance(kept, list)
    assert [one.text("type") for one in kept] == [
        threat.DISCLOSURE, threat.PRESERVATION, threat.PRESERVATION,
    ]  # fmt: skip
    assert {one.id for one in worksheets.listing(node, ann)} >= {one.id for one in kept}


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({}, ""),
        ({"own_reference": "A", "elements": {}, "providers": []}, "/providers"),
        ({"own_reference": "A", "elements": {}, "providers": [{}]}, "/providers/0"),
    ],
    ids=["empty", "no provider", "half a provider"],
)
def test_a_file_that_does_not_fit_is_told_with_its_place(value: Any, pointer: str) -> None:  # noqa: ANN401 -- JSON
    """Before anything is judged."""
    with pytest.raises(Unfit) as refused:
        threat.parse(value, "threat.json")
    assert any(one.pointer.startswith(pointer) for one in refused.value.problems)
