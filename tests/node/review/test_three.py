"""Figures of three States: the same on all three, whoever is silent, convicted or gone."""

from dataclasses import replace
from pathlib import Path

from node.exchange.test_given_up import give_up, leave, rounds
from node.review.test_taking import taken, wanted
from support.agreed import agreed_world, ask, reply
from support.pair import World

from comity.joint.request import replying
from comity.joint.review import figures
from comity.node.review import printed, told


def three(folder: Path) -> World:
    """Return three States: one asked the two others, which acknowledged; one asked one of them."""
    world = agreed_world(folder, parties=("aa", "bb", "cc"))
    both = ask(world, "aa", "preservation", "urgent")
    ask(world, "bb", "subscriber", "urgent", to=("cc",))
    world.pump()
    for party in ("bb", "cc"):
        reply(world, party, both, replying.acknowledge)
    world.pump()
    return world


def test_three_states_find_the_same_figures_and_print_the_same_paper(tmp_path: Path) -> None:
    """A request counts once for each whom it asked; who is not asked has it in his figures too."""
    world = three(tmp_path)
    each = {party: taken(world, party, wanted(world)) for party in world.states}
    assert len({one.digest for one in each.values()}) == 1
    assert len({told.csv(one) for one in each.values()}) == 1
    papers = {printed.printed(world.node(party), one).data for party, one in each.items()}
    assert len(papers) == 1
    cells = each["aa"].figures
    asked = {at: figures.cell(cells, f"{at}/volume/asked") for at in ("all", "side/bb", "side/cc")}
    assert [one["value"] for one in asked.values()] == [3, 1, 2]
    assert all(one["small"] for one in asked.values())
    assert figures.cell(cells, "side/aa/volume/asked")["n"] == 0


def test_figures_wait_for_nobody_who_was_given_up(tmp_path: Path) -> None:
    """What one State asks the other counts though the third signs for no receipt any more."""
    world = three(tmp_path)
    leave(world, "cc")
    ask(world, "bb", "preservation", "urgent", to=("aa",))
    rounds(world, 4, ["aa", "bb"])
    cell = "side/aa/volume/asked"
    before = taken(world, "aa", wanted(world))
    assert figures.cell(before.figures, cell)["n"] == 0  # cc may still come and sign for it
    give_up(world, "cc")
    now = taken(world, "aa", wanted(world))
    assert figures.cell(now.figures, cell)["n"] == 1
    theirs = taken(world, "bb", replace(now.wanted, cut=now.cut))
    assert theirs.digest == now.digest
