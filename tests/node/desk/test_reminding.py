"""What is due to be destroyed is looked for in short steps, among closed requests alone."""

from dataclasses import replace
from pathlib import Path

from support.pair import make_world
from support.rows import matter

from comity.node.room import retention


def test_years_of_closed_requests_are_looked_at_a_page_at_a_time(tmp_path: Path) -> None:
    """Each step is a short transaction; those that go on are not read; then it begins anew."""
    world = make_world(tmp_path, store="sqlite")
    node = world.node("aa")
    count = retention.STEP_MATTERS + 1
    closed = [replace(matter(one, state={}), status="closed") for one in range(count)]
    going_on = [matter(one, state={}) for one in range(count, 3 * count)]
    with node.store.write() as tx:
        tx.save_matters([*closed, *going_on])
    for _ in range(2):
        assert retention.remind_step(node) is None
        assert (
            node.session.of(retention.Reminded).reminded
            == sorted(one.matter.id for one in closed)[-2]
        )
        assert retention.remind_step(node) is None
        assert retention.remind_step(node) is None  # of requests; then shares, of which is none
        assert retention.remind_step(node) == 0
    assert retention.remind(node) == 0
    world.close()
