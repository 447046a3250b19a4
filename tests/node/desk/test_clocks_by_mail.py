"""A message that clocks have run out is of all of them, whoever may read which."""

from pathlib import Path

from support.pair import make_world

from comity.node.desk import mail_notices
from comity.node.desk import officer_admin as officers
from comity.node.desk.webhooks import registry
from comity.node.room import clock_index


def test_it_waits_where_another_clock_has_run_out_that_the_officer_may_read(tmp_path: Path) -> None:
    """That the request whose clock was first went elsewhere does not lose the others."""
    world = make_world(tmp_path, ("aa", "bb"))
    asked = world.ask("aa").act.matter
    world.pump()
    node = world.node("bb")
    for name, roles in (("ann", ("contact-point",)), ("eve", ("operator",))):
        officers.add(node, name, "police", roles=roles)
    with node.store.read() as tx:
        ann, eve = tx.officer("ann"), tx.officer("eve")
    assert ann is not None
    assert eve is not None
    hook = mail_notices.ask(node, ann, "ann@police.example", "en")
    now_ms = node.clock.now_ms()
    event = registry.Event("e", "clock.warned", now_ms, {"status": "overdue", "matter": "another"})
    for due_ms, is_due in ((now_ms + 1, False), (now_ms - 1, True)):
        with node.store.write() as tx:
            place = f"{due_ms:015}|{world.channel}|{asked.kind}|{asked.id}|0"
            tx.save_record(clock_index.DUE, place, True)  # noqa: FBT003 -- a JSON value
        with node.store.read() as tx:
            assert mail_notices.waits(tx, node, hook, ann, event) is is_due
            assert not mail_notices.waits(tx, node, hook, eve, event)
