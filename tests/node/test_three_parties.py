"""Three States in one channel, of which one cannot reach another, is silent or comes back late."""

import hashlib
from pathlib import Path

import pytest
from node.test_nonanswer import judged, make
from support.agreed import MAIN, agreed_world, ask, reckoned, reply, shipped, state_of
from support.pair import World, make_world, sealed

from comity.acts.record import Addressee, Office
from comity.joint.request import acts, view
from comity.joint.text import acts as texts
from comity.joint.text import state as text_state
from comity.joint.text import view as text_view
from comity.joint.text.state import Proposal
from comity.joint.text.view import Version
from comity.kernel.fault import Fault
from comity.kernel.limits import ROW_BLOB_BYTES_MAX
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild

PARTIES = ("aa", "bb", "cc")
TEXT = shipped(MAIN) + b"# another version\n"
SHA256 = hashlib.sha256(TEXT).hexdigest()


def require_alike(world: World) -> None:
    """All three show the same, and reading all anew changes nothing."""
    shown = world.digests("aa")
    for party in world.states:
        assert world.digests(party) == shown
        rebuild.rebuild(world.node(party))
        assert world.digests(party) == shown


def leave(world: World, party: str) -> None:
    """Let nobody reach a State."""
    for other in world.states:
        if other != party:
            world.cut(party, other)


def go_on(world: World) -> None:
    """Let time pass, and all that can come."""
    for _ in range(3):
        world.advance(600_000)
        world.pump()


def come_back(world: World) -> None:
    """Put every line back, and let all that waits come."""
    world.mend()
    go_on(world)
    require_alike(world)


def holds(world: World, party: str, sha256: str, size: int) -> bool:
    """Whether a State holds a body, small or large."""
    node = world.node(party)
    with node.store.read() as tx:
        return tx.body_bytes(sha256) == size or node.bodies.size_bytes(sha256) == size


def asked_with_body(world: World, party: str, size: int) -> Appended:
    """Let a State ask the others, in a body of that size."""
    node = world.node(party)
    blob, stored = sealed(node, b"x" * size)
    saying = acts.Saying(node.act_id(), Office("police"), "REF-1", (blob,))
    to = tuple(Addressee(other) for other in world.states if other != party)
    act = acts.submitted(saying, party, to, acts.Asked("preservation", "urgent", ("one",)))
    if len(stored) <= ROW_BLOB_BYTES_MAX:
        return world.say(party, act, {blob.sha256: stored})
    node.bodies.stage(blob.sha256, 0, stored)
    assert node.bodies.commit(blob.sha256)
    return world.say(party, act)


@pytest.mark.parametrize("size", [1_000, 300_000])
def test_a_body_that_one_was_given_comes_to_the_other_by_it(tmp_path: Path, size: int) -> None:
    """Its author is gone; who is asked with it has the whole request all the same."""
    world = make_world(tmp_path, PARTIES)
    world.pump()
    world.cut("aa", "cc")
    asked = asked_with_body(world, "aa", size)
    (blob,) = asked.act.blobs
    for _ in range(3):
        world.pump()
    leave(world, "aa")
    world.acknowledge("bb", asked)
    go_on(world)

    assert [row.status for row in world.matters("cc")] == ["acknowledged"]
    for party in ("bb", "cc"):
        assert holds(world, party, blob.sha256, blob.size_bytes)
    come_back(world)


def saying(world: World, party: str) -> texts.Saying:
    """Return what every act of a party on the main text has."""
    return texts.Saying(world.node(party).act_id(), Office("justice"))


def propose(world: World) -> str:
    """Let aa propose another version of the guideline; return the proposal's id."""
    text, node = texts.Text(texts.document(SHA256, len(TEXT)), "2"), world.node("aa")
    node.bodies.stage(SHA256, 0, TEXT)
    assert node.bodies.commit(SHA256)
    proposal = world.say("aa", texts.proposed(saying(world, "aa"), text)).act.id
    for _ in range(3):
        world.pump()
    return proposal


def adopt(world: World, party: str, proposal: str) -> None:
    """Let a State adopt it."""
    world.say(party, texts.adopted(saying(world, party), proposal, SHA256))


def main_text(world: World, party: str) -> text_state.State:
    """Return what a State shows of the guideline."""
    row = next(row for row in world.matters(party) if row.matter.id == texts.MAIN)
    return text_state.from_json(row.state)


def newest(world: World, party: str) -> Proposal:
    """Return the newest proposal there."""
    return main_text(world, party).proposals[-1]


def in_force(world: World, party: str) -> Version | None:
    """Return the version in force there."""
    return text_view.in_force(main_text(world, party), world.states[party].clock.at_ms)


def test_a_text_that_two_of_three_adopted_binds_nobody_until_the_third_does(tmp_path: Path) -> None:
    """What names it meanwhile has no clocks by it, and gets them then, on all three."""
    world = agreed_world(tmp_path, parties=PARTIES)
    old, proposal = in_force(world, "aa"), propose(world)
    leave(world, "cc")
    for party in ("aa", "bb"):
        adopt(world, party, proposal)
    world.pump()
    by_new = ask(world, "aa", "preservation", "urgent", to=("bb",), guideline=SHA256)
    by_old = ask(world, "aa", "preservation", "urgent", to=("bb",))
    world.pump()
    for party in ("aa", "bb"):
        assert in_force(world, party) == old
        assert not reckoned(world, party, by_new).timed
        assert reckoned(world, party, by_old).timed

    come_back(world)
    adopt(world, "cc", proposal)
    world.pump()

    for party in PARTIES:
        now = in_force(world, party)
        assert now is not None
        assert now.sha256 == SHA256
        assert reckoned(world, party, by_new).timed
    require_alike(world)


def test_a_text_is_adopted_though_its_proposer_took_it_back_meanwhile(tmp_path: Path) -> None:
    """The third had not seen that; the two others find so too, once it is back."""
    world = agreed_world(tmp_path, parties=PARTIES)
    proposal = propose(world)
    for party in ("aa", "bb"):
        adopt(world, party, proposal)
    world.pump()
    leave(world, "cc")
    world.say("aa", texts.withdrawn(saying(world, "aa"), proposal, "error"))
    adopt(world, "cc", proposal)
    world.pump()
    assert [newest(world, party).status for party in PARTIES] == [
        "withdrawn",
        "withdrawn",
        "adopted",
    ]

    come_back(world)

    assert {newest(world, party).status for party in PARTIES} == {"adopted"}
    assert {*newest(world, "aa").adoptions} == {*PARTIES}


def test_the_bytes_of_a_text_come_by_the_one_that_has_them(tmp_path: Path) -> None:
    """Its proposer, who gave them to one alone, is gone: the other can read it, and adopt it."""
    world = agreed_world(tmp_path, parties=PARTIES)
    world.cut("aa", "cc")
    proposal = propose(world)
    leave(world, "aa")
    adopt(world, "bb", proposal)
    go_on(world)

    assert holds(world, "cc", SHA256, len(TEXT))
    assert {*newest(world, "cc").adoptions} == {"bb"}
    come_back(world)


def test_a_text_that_one_of_three_left_is_in_force_for_nobody(tmp_path: Path) -> None:
    """It binds what named it; who could not be reached hears of it by the third."""
    world = agreed_world(tmp_path, parties=PARTIES)
    old = in_force(world, "aa")
    assert old is not None
    world.cut("aa", "cc")
    from_ms = world.states["cc"].clock.at_ms
    left = texts.withdrawn(saying(world, "cc"), old.proposal_id, "leaving", from_ms)
    world.say("cc", left)
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    assert in_force(world, "aa") is None

    come_back(world)

    for party in PARTIES:
        assert in_force(world, party) is None
        assert reckoned(world, party, asked).timed


def statuses(world: World, asked: Appended) -> list[dict[str, str]]:
    """Return where each track of a request stands, as each State shows it."""
    return [
        {track.party: view.track_status(track) for track in state_of(world, party, asked).tracks}
        for party in world.states
    ]


def test_a_withdrawal_leaves_what_one_of_two_had_answered_meanwhile(tmp_path: Path) -> None:
    """It came while that one was away, and ends the track of the other alone."""
    world = agreed_world(tmp_path, parties=PARTIES)
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    leave(world, "cc")
    reply(world, "aa", asked, acts.WITHDRAWN, {"reason": "no-longer-needed"})
    reply(world, "cc", asked, acts.ANSWERED)
    world.pump()
    gone, done = {"bb": "withdrawn", "cc": "withdrawn"}, {"bb": "submitted", "cc": "answered"}
    assert statuses(world, asked) == [gone, gone, done]

    come_back(world)

    assert statuses(world, asked) == [{"bb": "withdrawn", "cc": "answered"}] * 3


def test_what_is_closed_for_one_is_superseded_for_the_other(tmp_path: Path) -> None:
    """And what that one answers in part meanwhile stands beside it."""
    world = agreed_world(tmp_path, parties=PARTIES)
    asked = ask(world, "aa", "preservation", "urgent", items=("one", "two"))
    world.pump()
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    leave(world, "cc")
    reply(world, "aa", asked, acts.CLOSED, {"reason": "satisfied", "to": ("bb",)})
    newer = ask(world, "aa", "preservation", "urgent")
    reply(world, "aa", asked, acts.SUPERSEDED, {"by": newer.act.matter.id, "error": "wrong-scope"})
    reply(world, "cc", asked, acts.ANSWERED, items=("one",))
    world.pump()

    come_back(world)

    assert statuses(world, asked) == [{"bb": "closed", "cc": "withdrawn"}] * 3
    assert {party: state_of(world, party, asked).tracks[1].given for party in PARTIES} == (
        dict.fromkeys(PARTIES, ("one",))
    )


def code(world: World, asked: Appended, party: str) -> str:
    """Return why no proof can be made that a State did not answer."""
    with pytest.raises(Fault) as no:
        make(world, asked, party=party, is_range_disclosed=True)
    return no.value.code


def test_the_silence_of_one_is_proved_though_the_other_answered(tmp_path: Path) -> None:
    """Of two that were asked each is proved for itself."""
    world = agreed_world(tmp_path, parties=PARTIES)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "cc", asked, acts.ANSWERED)
    world.pump()
    world.advance(120_000)
    world.pump()

    made = make(world, asked, party="bb")
    assert (judged(world, made).asked, made.origin) == (asked.act, world.origin("bb"))
    assert code(world, asked, "cc") == "node.proof.answered"
    assert code(world, asked, "") == "node.proof.which-party"


def test_the_silence_of_one_is_proved_while_the_other_is_away(tmp_path: Path) -> None:
    """By what the asker signed for alone; by all of them once the other is back."""
    world = agreed_world(tmp_path, parties=PARTIES)
    leave(world, "cc")
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    world.advance(120_000)
    world.pump()

    assert code(world, asked, "cc") == "node.proof.not-received"
    assert code(world, asked, "bb") == "node.proof.not-cosigned"
    assert make(world, asked, party="bb", by=("aa",)).others == 0
    come_back(world)
    assert judged(world, make(world, asked, party="bb")).asked == asked.act
