"""A channel is open when every party has shown its keys for it in `live`."""

from pathlib import Path

import pytest
from support.pair import make_world

from comity.node import register_records
from comity.node.exchange import channel, trust


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_a_channel_opens_when_all_have_shown_their_keys(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """Until the last party shows its keys no log of the channel is there; then all are."""
    world = make_world(tmp_path, parties)
    path = register_records.channel_path(world.arrangement, "exercise")
    for count, party in enumerate(parties, start=1):
        one = world.states[party]
        waiting = channel.open_channel(one.node, one.maker, world.arrangement, "exercise")
        assert len(waiting) == len(parties) - count
        world.pump()
    for party in parties:
        with world.node(party).store.read() as tx:
            logs = {log.origin: log.own for log in tx.logs(path)}
            opened = trust.opened_keys(tx, path, parties)
        assert logs == {world.origin(p, "exercise"): p == party for p in parties}
        assert set(opened) == set(parties)
    world.close()


def test_keys_are_shown_once(tmp_path: Path) -> None:
    """A second command shows no second set of keys."""
    world = make_world(tmp_path)
    one = world.states["aa"]
    for _ in range(2):
        assert channel.open_channel(one.node, one.maker, world.arrangement, "exercise") == ["bb"]
    with one.node.store.read() as tx:
        log = tx.log(world.origin("aa"))
        assert log is not None
        assert log.size == 1
