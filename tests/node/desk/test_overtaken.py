"""What an officer, a page or the ticker has read is overtaken by another: nothing is lost of it."""

from dataclasses import replace
from pathlib import Path

from node.desk.test_duty import made
from support.overtaken import before_a_write

from comity.node.desk.duty import intake
from comity.node.exchange import anew


def test_what_is_dropped_while_it_is_filed_arrives_once_it_is_read_anew(tmp_path: Path) -> None:
    """A generation leaves out what was read: the requests that stay are on nobody's list yet."""
    desk = made(tmp_path)
    asked = desk.ask()
    node = desk.node

    def drop() -> None:
        with node.store.write() as tx:
            anew.drop(tx, desk.world.channel)

    intake.catch_up(replace(node, store=before_a_write(node.store, drop)))
    desk.world.pump()
    found = intake.inbox(node, desk.wei)
    assert isinstance(found, intake.Inbox)
    assert [line.key[1] for line in found.lines] == [asked.act.matter.id]
