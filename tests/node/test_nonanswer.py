"""A proof of non-answer: what it shows offline, and every way in which it must not hold."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from support import sealing
from support.agreed import agreed_world, ask, reply, row_of
from support.pair import READER, World

from comity.acts import codec
from comity.acts.record import ACT_KIND
from comity.boot.rooms import ROOMS
from comity.joint.exchange import nonanswer
from comity.joint.exchange.nonanswer import Silence
from comity.joint.exchange.proof import parse_extra, render_extra, verify_proof
from comity.joint.exchange.range_file import Given
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.rooms import answers
from comity.node.exchange import logs
from comity.node.exchange.append import Appended
from comity.node.room import nonanswer_proof as proofs
from comity.node.room import proof, trust_policy
from comity.node.room.nonanswer_proof import Made, Wanted
from comity.seal.run import Run
from comity.surfaces.cli.verify import read_policies
from comity.tlog import proof as tlog_proof
from tools.verify import verify as independent


def policies(world: World) -> bytes:
    """Return the policies of every log, as `comity policy` prints them."""
    return "".join(one.text() for one in trust_policy.policies(world.node("aa"))).encode()


def judged(world: World, made: Made) -> Silence:
    """Return what both verifiers take a proof for."""
    text = policies(world)
    trusted = next(
        p for p in read_policies(text) if any(log.vkey.name == made.origin for log in p.logs)
    )
    assert independent.judge_silence(made.data, independent.read_policies(text))
    return nonanswer.verify(made.data, trusted, answers(ROOMS))


def refusal(world: World, made: Made, data: bytes) -> str:
    """Return the code with which a changed proof is refused, by both verifiers."""
    text = policies(world)
    trusted = next(
        p for p in read_policies(text) if any(log.vkey.name == made.origin for log in p.logs)
    )
    with pytest.raises(independent.Refused):
        independent.judge_silence(data, independent.read_policies(text))
    with pytest.raises(Fault) as refused:
        nonanswer.verify(data, trusted, answers(ROOMS))
    return refused.value.code


def make(world: World, asked: Appended, **how: object) -> Made:
    """Return a proof of the asker."""
    wanted = replace(Wanted(asked.act.matter.id), **how)  # type: ignore[arg-type] # fields by name
    return proofs.make(world.node("aa"), READER, wanted)


@pytest.fixture(name="world")
def silent(tmp_path: Path) -> World:
    """Return two States that have business with each other."""
    world = agreed_world(tmp_path)
    for _ in range(3):
        reply(world, "bb", _asked(world), acts.ACKNOWLEDGED)
        world.pump()
    return world


def _asked(world: World) -> Appended:
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    return asked


def test_it_shows_the_receipt_and_a_later_head_without_an_answer(world: World) -> None:
    """Signed for, acknowledged, not answered: both verifiers say so, without a node."""
    asked = _asked(world)
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    made = make(world, asked)
    shown = judged(world, made)

    assert shown.asked == asked.act
    assert [one.tag for one in shown.said] == ["request.acknowledged/1"]
    assert (shown.others, shown.unreadable) == (0, ())
    assert shown.receipt_ms // 1_000 <= shown.head_s
    assert shown.size == row_of(world, "aa", asked).touched[made.origin]


def test_acts_on_other_matters_are_not_disclosed_unless_that_is_asked_for(world: World) -> None:
    """The refusal says how many; an earlier head leaves them out."""
    asked = _asked(world)
    between_ms = world.states["aa"].clock.at_ms
    world.advance(120_000)
    world.pump()
    reply(world, "bb", _asked(world), acts.ACKNOWLEDGED)
    world.pump()
    with pytest.raises(Fault) as refused:
        make(world, asked)
    assert refused.value.code == "node.proof.others-disclosed"
    assert judged(world, make(world, asked, is_range_disclosed=True)).others == 1
    assert judged(world, make(world, asked, until_ms=between_ms)).others == 0


def test_a_file_that_nobody_would_read_is_not_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of sixteen parties entries are long, and no verifier takes a file without end."""
    asked = _asked(world)
    monkeypatch.setattr(proofs, "PROOF_BYTES_MAX", len(make(world, asked).data))
    make(world, asked)
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    with pytest.raises(Fault, match="make a file of") as refused:
        make(world, asked)
    assert refused.value.code == "node.proof.range-too-long"


def test_what_was_answered_or_not_received_cannot_be_proved(world: World) -> None:
    """An answer, a refusal, a request that is on its way."""
    asked = _asked(world)
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    with pytest.raises(Fault) as refused:
        make(world, asked)
    assert refused.value.code == "node.proof.answered"
    world.cut("aa", "bb")
    waiting = ask(world, "aa", "subscriber", "urgent")
    with pytest.raises(Fault) as refused:
        make(world, waiting)
    assert refused.value.code == "node.proof.not-received"


def test_nothing_can_be_left_out_or_closed(world: World) -> None:
    """A range that is shorter, an act without its key, another receipt, another request."""
    asked, other = _asked(world), _asked(world)
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    reply(world, "bb", other, acts.ANSWERED)
    world.pump()
    made = make(world, asked, is_range_disclosed=True)
    whole = nonanswer.parse(made.data)
    assert nonanswer.render(whole) == made.data
    closed = tuple(Given(one.entry) for one in whole.entries)
    kept = tuple(
        shut if at > whole.receipt - whole.first else one
        for at, (one, shut) in enumerate(zip(whole.entries, closed, strict=True))
    )
    for changed in (
        replace(whole, entries=whole.entries[:-1]),
        replace(whole, entries=whole.entries[1:], first=whole.first + 1),
        replace(whole, entries=closed),
        replace(whole, receipt=whole.receipt + 1),
        replace(whole, index=whole.index + 1),
        replace(whole, request=nonanswer.parse(make_any(world, other)).request),
    ):
        assert refusal(world, made, nonanswer.render(changed)).startswith(("exchange.", "tlog."))
    hidden = nonanswer.render(replace(whole, entries=kept))
    assert refusal(world, made, hidden) == "exchange.nonanswer.hidden"


def make_any(world: World, asked: Appended) -> bytes:
    """Return the proof of an acknowledged request, whatever its end, by an earlier head."""
    fresh = _asked(world)
    assert asked.act.id != fresh.act.id
    return make(world, fresh, is_range_disclosed=True).data


def test_an_answer_in_the_range_refuses_a_proof_that_hides_it_by_another_request(
    world: World,
) -> None:
    """Whoever swaps the tags that answer finds the answer refused by both verifiers."""
    asked = _asked(world)
    made = make(world, asked)
    whole = nonanswer.parse(made.data)
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    lie = proofs.make(world.node("aa"), READER, Wanted(asked.act.matter.id), frozenset())
    assert refusal(world, lie, lie.data) == "exchange.nonanswer.answered"
    assert whole.receipt == nonanswer.parse(lie.data).receipt


def test_what_no_party_reads_neither_answers_nor_closes_a_range(world: World) -> None:
    """An answer out of place, in no envelope of entries, or that does not parse (2.1.11).

    Its author could else write one, and nobody could prove the silence that goes on.
    """
    asked = _asked(world)
    node, made = world.node("bb"), make(world, asked)
    answer = replace(asked.act, id=node.act_id(), tag=acts.ANSWERED, answers=asked.act.id)
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        key, run = sealing.key_entry(node, now, (1, 1), (log.origin, log.size))
        plain, junk = codec.render(log.origin, answer), b"not three lines"
        kind = bytes((ACT_KIND,))
        entries = [
            *(key, kind + run.seal(plain, 1, bytes(16)), kind + plain),
            kind + run.seal(junk, 2, bytes(16)),
        ]
        logs.append_entries(tx, log, entries)
    world.advance(120_000)
    world.pump()
    later = make(world, asked)
    shown = judged(world, later)
    first = nonanswer.parse(made.data).first + len(nonanswer.parse(made.data).entries)
    assert shown.unreadable == (first, first + 1, first + 2, first + 3)
    assert shown.said == ()


def _answers_under_another_key(world: World) -> tuple[str, int, Run, Run]:
    """Let bb say an act under a key of another run, then one that is read.

    Returns:
        Their log, the index of the first, the run that it is in, and that other.
    """
    node, asked = world.node("bb"), _asked(world)
    answer = replace(asked.act, id=node.act_id(), tag=acts.ANSWERED, answers=asked.act.id)
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        key, run = sealing.key_entry(node, now, (1, 1), (log.origin, log.size))
        other = Run(bytes(32), log.origin, log.size)
        text = codec.render(log.origin, answer)
        good = codec.render(log.origin, replace(answer, tag=acts.ACKNOWLEDGED))
        kind = bytes((ACT_KIND,))
        made = [kind + other.seal(text, 0, bytes(16)), kind + run.seal(good, 1, bytes(16))]
        logs.append_entries(tx, log, [key, *made])
    world.advance(120_000)
    world.pump()
    return log.origin, log.size + 1, run, other


def test_a_disclosed_entry_that_no_party_reads_is_no_proof(world: World) -> None:
    """Its author could else show an auditor an answer, cosigned, that nobody was given.

    It opens with the key that goes with it; that is not the one to which its key entry is bound.
    """
    node = world.node("bb")
    origin, index, run, other = _answers_under_another_key(world)
    bare = tlog_proof.parse(proof.make(node, f"{origin}#{index}", READER).proof)
    shown = proof.make(node, f"{origin}#{index + 1}", READER, disclose=True).proof
    key = parse_extra(tlog_proof.parse(shown).extra or b"").key
    assert key is not None
    text, trusted = policies(world), independent.read_policies(policies(world))
    ours = next(p for p in read_policies(text) if any(x.vkey.name == origin for x in p.logs))
    assert independent.judge(shown, trusted).index == verify_proof(shown, ours).index == index + 1
    for salt, bound in (
        (key.salt, key.bound),
        (run.shown(0).salt, run.shown(0).path),
        (other.shown(0).salt, other.shown(0).path),
    ):
        said = replace(
            parse_extra(bare.extra or b""),
            file_key=other.key(0),
            key=replace(key, salt=salt, bound=bound),
        )
        lie = tlog_proof.render(replace(bare, extra=render_extra(said)))
        with pytest.raises(independent.Refused, match="the one to which the key entry is bound"):
            independent.judge(lie, trusted)
        with pytest.raises(Fault) as refused:
            verify_proof(lie, ours)
        assert refused.value.code == "exchange.proof.wrong-key"


def test_no_changed_byte_holds(world: World) -> None:
    """Of bytes changed at random, none leaves a proof that both verifiers do not refuse."""
    asked = _asked(world)
    made = make(world, asked)
    chance = random.Random(7)  # noqa: S311 -- the same each time
    for _ in range(300):
        at = chance.randrange(len(made.data))
        changed = bytearray(made.data)
        changed[at] ^= 1 << chance.randrange(7)
        if bytes(changed) != made.data and not _is_outside_signed(made.data, at):
            refusal(world, made, bytes(changed))


def _is_outside_signed(data: bytes, at: int) -> bool:
    """Whether a byte belongs to the name of a signer that no policy knows: it is ignored."""
    head = data.index(b'"head":"')
    return head <= at < data.index(b'","receipt"')
