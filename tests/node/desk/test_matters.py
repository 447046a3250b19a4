"""What an officer types finds one matter, or says why it does not."""

from pathlib import Path

import pytest
from support.pair import READER, World, make_world

from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.base.rows import MatterRow
from comity.node.exchange import refold_queue
from comity.node.room import matter_lookup, need_to_know


def find(world: World, text: str) -> MatterRow:
    """Return what is found on the node of aa."""
    with world.node("aa").store.read() as tx:
        return matter_lookup.find(tx, need_to_know.reader(tx, READER), acts.KIND, text)


def fault_of(world: World, text: str) -> Fault:
    """Return why nothing is found."""
    with pytest.raises(Fault) as told:
        find(world, text)
    return told.value


def test_several_are_named_and_whether_there_are_more(tmp_path: Path) -> None:
    """File numbers of one series begin alike: five are named, and no sixth is kept quiet."""
    world = make_world(tmp_path, ("aa", "bb"))
    ids: list[str] = []
    for count in range(1, 8):
        said = world.ask("aa").act
        ids.append(said.matter.id)
        assert find(world, f" {said.matter.id.upper()} ").matter.id == said.matter.id
        number = said.codes[acts.OWN_REFERENCE][: matter_lookup.PREFIX_CHARS_MIN]
        if count > 1:
            told = fault_of(world, number)
            assert told.code == "node.matter.ambiguous"
            assert sum(one in told.what for one in ids) == min(count, 5)
            assert ("and more" in told.what) == (count > 5)
        else:
            assert find(world, number).matter.id == said.matter.id
    assert fault_of(world, ids[0][: matter_lookup.PREFIX_CHARS_MIN - 1]).code == (
        "node.matter.prefix-short"
    )
    assert fault_of(world, "no such number").code == "node.matter.unknown"
    world.close()


def test_while_a_channel_is_read_anew_the_whole_of_an_id_is_found_alone(tmp_path: Path) -> None:
    """What begins so may be another one that is missing for a moment; a whole id is one."""
    world = make_world(tmp_path, ("aa", "bb"))
    said = world.ask("aa").act.matter.id
    assert find(world, said[:9]).matter.id == said
    with world.node("aa").store.write() as tx:
        tx.save_record(refold_queue.OWED, "aa/of-another/live", "waiting")
    assert find(world, said).matter.id == said
    for text in (said[:-1], "zzzz"):
        assert fault_of(world, text).code == matter_lookup.ANEW
    world.close()
