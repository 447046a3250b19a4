"""A joint text on real nodes: proposed, adopted by all, known to the register."""

import hashlib
from pathlib import Path

from support.pair import World, make_world

from comity.acts.record import Act, Office
from comity.joint.text import acts, state, view
from comity.joint.text.acts import Saying, Text
from comity.kernel.ids import random_id
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild

TEXT = b"title: {en: Guidelines}\n" * 4_000
SHA256 = hashlib.sha256(TEXT).hexdigest()


def saying(world: World, party: str) -> Saying:
    """Return what an act has."""
    return Saying(random_id(world.node(party).entropy(16)), Office("justice"))


def propose(world: World, party: str) -> Appended:
    """Let a party propose the text; its bytes are held before the act is said."""
    bodies = world.node(party).bodies
    bodies.stage(SHA256, 0, TEXT)
    assert bodies.commit(SHA256)
    text = Text(acts.document(SHA256, len(TEXT)), "1")
    return world.say(party, acts.proposed(saying(world, party), text))


def adopt(world: World, party: str, proposal: Act) -> Appended:
    """Let a party adopt it."""
    return world.say(party, acts.adopted(saying(world, party), proposal.id, SHA256))


def shown(world: World, party: str) -> state.State:
    """Return what a node shows of the main text."""
    (row,) = [row for row in world.matters(party) if row.matter.kind == acts.KIND]
    return state.from_json(row.state)


def test_a_text_is_adopted_on_every_node(tmp_path: Path) -> None:
    """Three nodes show one state, and hold the text."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    proposal = propose(world, "aa").act
    world.pump()
    for party in ("bb", "aa"):
        adopt(world, party, proposal)
    world.pump()
    assert view.status(shown(world, "cc")) == "proposed"
    adopt(world, "cc", proposal)
    world.pump()

    assert world.digests("aa") == world.digests("bb") == world.digests("cc")
    for party in world.states:
        now = shown(world, party)
        assert world.node(party).bodies.size_bytes(SHA256) == len(TEXT)
        version = view.in_force(now, world.states[party].clock.at_ms)
        assert version is not None
        assert version.sha256 == SHA256


def test_a_rebuild_finds_the_adoptions_again(tmp_path: Path) -> None:
    """What is adopted is folded from the logs alone."""
    world = make_world(tmp_path)
    proposal = propose(world, "aa").act
    adopt(world, "aa", proposal)
    world.pump()
    adopt(world, "bb", proposal)
    world.pump()
    rebuilt = rebuild.rebuild(world.node("bb"))

    assert rebuilt.digest_before == rebuilt.digest_after
    assert view.status(shown(world, "bb")) == "adopted"


def test_an_adoption_of_a_declined_proposal_does_nothing(tmp_path: Path) -> None:
    """A node that ignores a decline binds nobody."""
    world = make_world(tmp_path)
    proposal = propose(world, "aa").act
    adopt(world, "aa", proposal)
    world.pump()
    world.say("bb", acts.declined(saying(world, "bb"), proposal.id, "not-now"))
    adopt(world, "bb", proposal)
    world.pump()

    assert view.status(shown(world, "aa")) == view.status(shown(world, "bb")) == "declined"
