"""Tests of the text that a request names: it binds where every party has adopted it, and only so.

Floor: tests.
"""

import hashlib
from pathlib import Path

from support import agreed
from support.pair import World

from comity.figures.observation import Observation
from comity.joint.text import acts as guideline_acts
from comity.joint.text.acts import MAIN
from comity.node.base.bindings import Bound
from comity.node.base.reckoned import Missing
from comity.node.review import row_cache
from comity.node.room import clock_json, joint_texts
from comity.rooms.request import guideline_binding

PARTIES = ("aa", "bb")


def own_text(named: str = "of-our-own") -> bytes:
    """Return a text that a State wrote, and no other has adopted."""
    text = agreed.shipped(agreed.MAIN).decode()
    version = 'version: "2027-draft-2"'
    assert version in text
    return text.replace(version, f'version: "{named}"').encode()


def propose(world: World, party: str, data: bytes) -> str:
    """Let a party propose a text, and nobody adopt it; return its hash."""
    sha256 = hashlib.sha256(data).hexdigest()
    node = world.node(party)
    node.bodies.stage(sha256, 0, data)
    assert node.bodies.commit(sha256)
    text = guideline_acts.Text(guideline_acts.document(sha256, len(data)), "of-our-own")
    world.say(party, guideline_acts.proposed(agreed._speaks(world, party, "guideline"), text))
    world.pump()
    return sha256


def test_a_text_that_was_only_proposed_binds_nobody(tmp_path: Path) -> None:
    """A State that names its own proposal sets no clock, and no rule of who may say what."""
    world = agreed.agreed_world(tmp_path)
    sha256 = propose(world, "bb", own_text())
    asked = agreed.ask(world, "bb", "preservation", "urgent", guideline=sha256)
    world.pump()
    for party in PARTIES:
        found = agreed.reckoned(world, party, asked)
        assert (found.text, found.timed) == (None, ())
        assert found.missing == (Missing("guideline-not-adopted", sha256),)
    assert guideline_binding.rules_of(world.node("aa"), world.channel, sha256) is None


def test_a_text_that_was_only_proposed_is_not_even_read(tmp_path: Path) -> None:
    """However many proposals a State names, no list reads one of them."""
    world = agreed.agreed_world(tmp_path)
    sha256 = propose(world, "bb", own_text("of-nobody-else"))
    asked = agreed.ask(world, "bb", "preservation", "urgent", guideline=sha256)
    world.pump()
    agreed.reckoned(world, "aa", asked)
    node = world.node("aa")
    assert not joint_texts.is_read(node, MAIN, sha256)
    named = Bound(sha256=sha256)
    with node.store.read() as tx:
        assert joint_texts.of_matter(node, tx, world.channel, named, node.clock.now_ms()) is None


def test_a_text_that_is_adopted_by_another_name_is_no_guideline(tmp_path: Path) -> None:
    """The parties said of it that it is something else."""
    world = agreed.agreed_world(tmp_path)
    sha256 = agreed.adopt(world, "template", own_text())
    asked = agreed.ask(world, "bb", "preservation", "urgent", guideline=sha256)
    world.pump()
    assert agreed.reckoned(world, "aa", asked).text is None


def test_a_text_that_is_replaced_binds_what_named_it(tmp_path: Path) -> None:
    """What every party once adopted was agreed, and what was asked under it stays under it."""
    world = agreed.agreed_world(tmp_path)
    asked = agreed.ask(world, "bb", "preservation", "urgent")
    agreed.adopt(world, guideline_acts.MAIN, own_text())
    found = agreed.reckoned(world, "aa", asked)
    assert found.text is not None
    assert found.text.sha256 == agreed.bound(world)
    assert found.missing == ()


def test_that_a_text_was_replaced_before_the_request_came_is_told(tmp_path: Path) -> None:
    """A State may name an older text that suits it better: it binds, and its reader knows."""
    world = agreed.agreed_world(tmp_path)
    agreed.adopt(world, guideline_acts.MAIN, own_text())
    world.advance(3_600_000)
    asked = agreed.ask(world, "bb", "preservation", "urgent")
    world.pump()
    told = Missing("guideline-not-in-force", agreed.bound(world))
    for party in PARTIES:
        found = agreed.reckoned(world, party, asked)
        assert found.missing == (told,)
        assert found.timed
        words = clock_json.missing_words(found.missing[0])
        assert all(told.about[:16] in text or told.about in text for text in words.values())


def test_figures_of_a_request_go_by_what_was_adopted_at_their_cut(tmp_path: Path) -> None:
    """Kept or read anew: before the adoption no clock counts, after it the agreed one does."""
    world = agreed.agreed_world(tmp_path)
    sha256 = propose(world, "bb", own_text())
    agreed.ask(world, "bb", "preservation", "urgent", guideline=sha256)
    world.pump()
    node, now_ms = world.node("aa"), world.states["aa"].clock.at_ms
    cuts = [cut_of(world)]
    told = [clocks_of(row_cache.rows(node, world.channel, cuts[0], now_ms))]
    agreed.adopt(world, guideline_acts.MAIN, own_text())
    cuts.append(cut_of(world))
    told += [clocks_of(row_cache.rows(node, world.channel, cut, now_ms)) for cut in cuts]
    row_cache.forget(node)
    anew = [clocks_of(row_cache.rows(node, world.channel, cut, now_ms)) for cut in cuts]
    assert told == [anew[0], *anew]
    assert anew[0] != anew[1]


def cut_of(world: World) -> dict[str, int]:
    """Return what of the channel is understood."""
    with world.node("aa").store.read() as tx:
        return {log.origin: log.understood for log in tx.logs(world.channel)}


def clocks_of(rows: list[Observation]) -> list[object]:
    """Return what rows say of agreed time."""
    return [(span.measure, span.clock, span.due_ms) for one in rows for span in one.spans]
