"""What is void or lost, between a real node and the State written from docs/spec."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.outsider import (
    ALICE,
    SPEAKS,
    Outsider,
    a_real_node,
    alike,
    an_outsider,
    answer,
    asked,
    pair,
    set_aside,
    until,
)

from comity.demo.pair_of_nodes import PairOfNodes


@pytest.fixture
def fr(tmp_path: Path) -> Iterator[PairOfNodes]:
    """One real node, that has not paired."""
    with a_real_node(tmp_path) as node:
        yield node


@pytest.fixture
def sy(tmp_path: Path) -> Iterator[Outsider]:
    """The State of the outsider."""
    with an_outsider(tmp_path) as outsider:
        yield outsider


def lies(fr: PairOfNodes, sy: Outsider) -> tuple[str, str]:
    """Have the outsider call void what is not, and say what is void; two matters, the first partly.

    The lie is shown and changes nothing (8.8.2); what is void says nothing to either side (8.8.1),
    and is said again.
    """
    sy.do("blind")
    words = ["request", "send", "request.json", *ALICE, "--to", "sy"]
    sent: dict[str, Any] = fr.run("fr", *words)
    matter, other = str(sent["matter"]), asked(fr, sy)["matter"]
    until(lambda: [one["kind"] for one in fr.run("fr", "status")["disputed"]], ["false-void"])
    assert alike(fr, sy, matter, "submitted")["state"]["turns"][-1].get("received_at_ms")
    said = sy.do("acknowledge", matter=matter, spoil=True, **SPEAKS)
    until(lambda: said["index"] in sy.do("list")["void"], wanted=True)
    alike(fr, sy, matter, "submitted")
    sy.do("acknowledge", matter=matter, **SPEAKS)
    alike(fr, sy, matter, "acknowledged")
    answer(sy, matter, "subscriber")
    alike(fr, sy, matter, "partly")
    return matter, other


def comes_back(fr: PairOfNodes, sy: Outsider, matter: str) -> None:
    """Have the outsider lose the end of its log, and begin a generation."""
    sy.stop()
    set_aside(sy.home, sy.folder / "kept")
    sy.start()
    answer(sy, matter, "traffic")
    alike(fr, sy, matter, "answered")
    sy.stop()
    set_aside(sy.folder / "kept", sy.home)
    sy.start()
    left = sy.do("list")["own"]
    until(lambda: sy.do("list")["shown"] > left, wanted=True)
    begun = sy.do("begin", reason="lost")
    assert int(begun["old-size"]) - int(begun["lost"]) == left
    accept = ("recover", "accept", begun["origin"], "--entry", begun["entry"][:16], *ALICE)
    until(lambda: fr.attempt("fr", *accept).code, 0)
    alike(fr, sy, matter, "partly")
    assert sy.do("list")["left"] == {begun["old-origin"]: left}


def is_left_out(fr: PairOfNodes, sy: Outsider) -> tuple[str, dict[str, Any]]:
    """Have the real node lose what it asked, and begin a generation; the matter, and what began."""
    fr.stop("fr")
    home = fr.sides["fr"].home
    set_aside(home, fr.folder / "kept")
    fr.start("fr")
    matter = asked(fr, sy)["matter"]
    sy.do("acknowledge", matter=matter, **SPEAKS)
    alike(fr, sy, matter, "acknowledged")
    sy.stop()
    fr.stop("fr")
    set_aside(fr.folder / "kept", home)
    listed = fr.run("fr", "channel", "list")["channels"]
    (channel,) = (one["channel"] for one in listed if one["name"] == "live")
    return matter, fr.run("fr", "recover", "begin", channel, "--reason", "lost", *ALICE)


def test_what_is_void_says_nothing_and_what_is_lost_is_said_again(
    fr: PairOfNodes, sy: Outsider
) -> None:
    """Either side reads what is void alike, and loses the end of its log; one digest after it.

    What the outsider holds of the lost end is asked for, and said again (9.4.12).
    """
    pair(fr, sy)
    fr.start("fr")
    sy.start()
    first, other = lies(fr, sy)
    comes_back(fr, sy, first)
    lost, begun = is_left_out(fr, sy)
    sy.start()
    fr.start("fr")
    until(lambda: sy.do("list")["offered"], [begun["origin"]])
    sy.do("accept", origin=begun["origin"], entry=begun["entry"][:16])
    alike(fr, sy, first, "partly")
    alike(fr, sy, lost, "submitted")
    sy.do("acknowledge", matter=other, **SPEAKS)
    alike(fr, sy, other, "acknowledged")
    after = asked(fr, sy)["matter"]
    answer(sy, after, "subscriber")
    alike(fr, sy, after, "partly")
    assert len(sy.do("list")["left"]) == 2
    assert fr.run("fr", "fsck")["clean"]
