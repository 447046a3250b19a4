"""What an operator sees, as values."""

from dataclasses import replace
from pathlib import Path

import pytest
from support import rows, states
from support.agreed import agreed_world
from support.pair import make_world

from comity.acts.record import Addressee, Office
from comity.joint.arrangement.card import DAY_MS
from comity.joint.request import acts as request_acts
from comity.kernel.fault import Fault
from comity.node.base.context import Node, Session
from comity.node.base.reader import CONTACT, Filed
from comity.node.base.rows import LOG_OFFERED
from comity.node.exchange import append, generation, retry, signing_guard, status
from comity.node.exchange.append import Candidate
from comity.node.operate.overview import matter, notice, page


def codes(node: Node) -> list[tuple[str, str]]:
    """Return (code, side) of what is not in order."""
    return [(one.code, one.side) for one in page.overview(node).notices]


def node_with(tmp_path: Path, count: int) -> Node:
    """Return a node that shows so many matters, every third of them answered."""
    node = states.state(tmp_path, "fr").node
    with node.store.write() as tx:
        for number in range(count):
            status = "answered" if number % 3 == 0 else "submitted"
            row = replace(rows.matter(number), status=status)
            tx.save_matters([row])
            tx.file([Filed(row.matter, row.channel, (CONTACT,), 0, row.at_ms, status)])
    return node


def test_when_all_is_delivered_only_what_is_unopened_is_told(tmp_path: Path) -> None:
    """A quiet node has nothing to say; each mirror has everything."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.ask("aa")
    world.pump()
    asker, asked = page.overview(world.node("aa")), page.overview(world.node("bb"))
    assert not asker.notices
    assert not asker.waiting
    assert all(mirror.lag == 0 for log in asker.logs for mirror in log.mirrors)
    assert [(one.code, one.side) for one in asked.notices] == [("urgent", "own")]
    assert [one.root for one in asker.logs if one.author.id == "aa"] == [
        one.root for one in asked.logs if one.author.id == "aa"
    ]


def test_what_waits_has_its_age_its_next_try_and_its_error(tmp_path: Path) -> None:
    """A cut line shows the act, how long it waits, and that the line is to be mended."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    world.cut("aa", "bb")
    asked = world.ask("aa")
    for _ in range(10):
        world.round()
    seen = page.overview(world.node("aa"))
    (one,) = [found for found in seen.waiting if found.acts]
    assert [act.act_id for act in one.acts] == [asked.act.id]
    assert one.since_ms is not None
    assert 0 < seen.now_ms - one.since_ms <= 10_000
    assert one.failures > 0
    assert one.next_try_at_ms
    assert one.error_code == "node.peer.unreachable"
    assert ("undelivered", "line") in codes(world.node("aa"))


def test_a_new_log_that_waits_for_a_partner_has_the_hash_to_read(tmp_path: Path) -> None:
    """What we said has not arrived, and no operator can mend it: an officer there accepts it."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    _, entry = generation.begin(world.node("aa"), world.channel, "stolen")
    world.ask("aa")
    for _ in range(10):
        world.round()
    seen = page.overview(world.node("aa"))
    (one,) = [found for found in seen.notices if found.code in {"undelivered", "unaccepted"}]
    assert (one.code, one.side, one.to_read) == ("unaccepted", "peer", entry)
    assert [found.to_read for found in seen.waiting if found.entry_count] == [entry]
    world.cut("aa", "bb")
    world.advance(300_000)
    for _ in range(10):
        world.round()
    assert ("undelivered", "line") in codes(world.node("aa"))


def test_every_process_says_of_the_serving_one_the_same(tmp_path: Path) -> None:
    """Clocks and deliveries are what it measured, also where another process is asked."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.ask("aa")
    world.pump()
    node = world.node("aa")
    node.session.of(signing_guard.Clocks).skew_ms["bb"] = 1_300
    delivered = dict(node.session.of(retry.Tries).delivered)
    with node.store.write() as tx:
        status.save_served(
            tx, node.session.of(signing_guard.Clocks).skew_ms, [], node.clock.now_ms(), delivered
        )
    world.cut("aa", "bb")
    world.ask("aa")
    for _ in range(10):
        world.round()
    ours, others = (page.overview(one) for one in (node, replace(node, session=Session())))

    assert ours == others
    skews = {one.party.id: one.skew_ms for one in others.arrangements[0].parties}
    assert skews == {"aa": None, "bb": 1_300}
    assert {one.last_ok_at_ms for one in others.waiting if one.acts} <= set(delivered.values())


def test_silence_is_told_once_for_each_party(tmp_path: Path) -> None:
    """Four logs that ceased to be signed are one thing to look at."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.ask("aa")
    world.pump()
    world.advance(200_000)
    assert codes(world.node("aa")) == [("silent", "unclear")]


def test_a_card_is_told_before_it_ends(tmp_path: Path) -> None:
    """Ours is ours to mend, theirs is theirs."""
    world = make_world(tmp_path, ("aa", "bb"))
    card = page.overview(world.node("aa")).arrangements[0].parties[0]
    assert card.expires_at_ms
    world.states["aa"].clock.at_ms = card.expires_at_ms - 6 * DAY_MS
    assert {("expiring", "own"), ("expiring", "peer")} <= set(codes(world.node("aa")))
    world.states["aa"].clock.at_ms = card.expires_at_ms
    assert {("expired", "own"), ("expired", "peer")} <= set(codes(world.node("aa")))


def test_an_offered_generation_waits_for_us(tmp_path: Path) -> None:
    """Until officers accept it, it is our side that waits."""
    world = make_world(tmp_path, ("aa", "bb"))
    with world.node("aa").store.write() as tx:
        log = tx.log(world.origin("bb"))
        assert log
        tx.save_log(replace(log, state=LOG_OFFERED))
    assert ("offered", "own") in codes(world.node("aa"))


def test_both_nodes_show_one_time_line(tmp_path: Path) -> None:
    """The same acts in the same order, each in the other's lane."""
    world = make_world(tmp_path, ("aa", "bb"))
    asked = world.ask("aa")
    world.pump()
    world.acknowledge("bb", asked)
    world.pump()
    world.answer("bb", asked)
    world.pump()
    (ours,) = page.matter(world.node("aa"), "request", asked.act.matter.id)
    (theirs,) = page.matter(world.node("bb"), "request", asked.act.matter.id)
    assert [act.act_id for act in ours.acts] == [act.act_id for act in theirs.acts]
    assert [act.is_ours for act in ours.acts] == [True, False, False]
    assert [act.is_ours for act in theirs.acts] == [False, True, True]
    assert ours.digest == theirs.digest
    for act in ours.acts:
        assert all(one.cosigned_at_ms and one.received_at_ms for one in act.arrivals)


def test_heads_are_shown_newest_first_with_who_cosigned_them(tmp_path: Path) -> None:
    """Each kept size has its root and the time of its first cosignature."""
    world = make_world(tmp_path, ("aa", "bb"))
    for _ in range(3):
        world.ask("aa")
        world.pump()
    shown = page.log(world.node("aa"), world.origin("aa"))
    sizes = [head.size for head in shown.heads]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == shown.log.size
    assert all(at_ms for head in shown.heads for _, at_ms in head.cosigned)
    assert shown.note.startswith(world.origin("aa"))


@pytest.mark.parametrize("status", ["", "submitted", "answered", "never"])
def test_pages_of_the_list_show_each_matter_once(tmp_path: Path, status: str) -> None:
    """Whoever follows the pages meets every matter of the filter, once."""
    node = node_with(tmp_path, 170)
    found: list[str] = []
    after = ""
    while True:
        shown = page.matter_page(node, status, after)
        found += [line.id for line in shown.lines]
        assert len(shown.lines) <= matter.PAGE_MATTERS
        after = shown.next_after
        if not after:
            break
    wanted = {"": 170, "answered": 57, "submitted": 113, "never": 0}[status]
    assert len(found) == wanted
    assert len(set(found)) == len(found)
    assert {one.status: one.count for one in shown.counts.by_status} == {
        "submitted": 113,
        "answered": 57,
    }


def test_what_is_unknown_is_a_fault(tmp_path: Path) -> None:
    """A matter or log that is not here is told, and nothing is written."""
    node = node_with(tmp_path, 1)
    for ask in (page.matter, page.note_seen):
        with pytest.raises(Fault) as caught:
            ask(node, "request", rows.ident(9))
        assert caught.value.code == "node.matter.unknown"
    with pytest.raises(Fault):
        page.log(node, "fr/none/live/1")
    assert notice.UNPAIRED in [code for code, _ in codes(node)]


def test_a_matter_of_another_room_is_not_shown_there(tmp_path: Path) -> None:
    """It has pages of its own; its address was answered with an error of the program."""
    world = agreed_world(tmp_path)
    with pytest.raises(Fault, match=r"node\.matter\.unknown"):
        page.matter(world.node("aa"), "guideline", "guideline")


def test_of_many_acts_the_newest_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    """The other side may say any number of them in one request."""
    world = make_world(tmp_path, ("aa", "bb"))
    asked = world.ask("aa")
    about = request_acts.About(asked.act.matter.id, asked.act.id, "aa")
    office, to = Office("police"), (Addressee("bb"),)
    count = matter.ACTS_MAX + 3
    said = [
        replace(
            request_acts.said(
                request_acts.STATUS_ASKED,
                request_acts.Saying(world.node("aa").act_id(), office),
                about,
                request_acts.Parts(),
            ),
            to=to,
        )
        for _ in range(count)
    ]
    append.append(world.node("aa"), world.channel, [Candidate(one) for one in said])
    (found,) = page.matter(world.node("aa"), "request", asked.act.matter.id)

    assert [one.act_id for one in found.acts] == [one.id for one in said[-matter.ACTS_MAX :]]
    assert found.earlier == count + 1 - matter.ACTS_MAX
