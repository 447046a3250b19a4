"""A peer names agencies and parties as it likes: no store is stopped by what it made up."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from support import postgres
from support.pair import READER, World, make_world
from support.rows import sha

from comity.acts.record import Act, Addressee, Matter, Office
from comity.acts.vocabulary import OURS
from comity.joint.request import acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel.ids import random_id
from comity.node.base.reader import Wanted
from comity.node.room import need_to_know

MANY = tuple(f"a{sha(str(number))[:62]}" for number in range(250))


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Two States, of which one is on each store in turn."""
    with ExitStack() as stack:
        kinds = {"bb": request.param}
        if request.param == "postgres":
            dsn = request.getfixturevalue("postgres_dsn")
            kinds = stack.enter_context(postgres.several(dsn, "at_will", ["bb"]))
        made = make_world(tmp_path, store={"aa": "memory", **kinds})
        yield made
        made.close()


def test_agencies_that_are_not_there_stop_nobody(world: World) -> None:
    """Act after act, each to more of them: both sides show the same, and little is kept of it."""
    asked = world.ask("aa")
    for _ in range(2):
        act = acts.withdrawn(world._saying("aa"), world._about(asked), "sent-in-error")
        world.say("aa", replace(act, to=tuple(Addressee("bb", one, one) for one in MANY)))
    world.pump()
    same(world)
    with world.node("bb").store.read() as tx:
        (line,) = tx.listed(need_to_know.reader(tx, READER), Wanted(kind="request"))
        filed = tx.filed_for(world.channel, line[1].matter)
    assert len(filed) < 10


def test_parties_that_are_not_there_stop_nobody(world: World) -> None:
    """A request to two hundred States that nobody knows is listed for the one that is there."""
    node = world.node("aa")
    saying = Saying(random_id(node.entropy(16)), Office("police"), "ref")
    to = tuple(Addressee(party) for party in ("bb", *MANY))
    world.say("aa", acts.submitted(saying, "aa", to, Asked("preservation", "urgent")))
    world.pump()
    same(world)
    with world.node("bb").store.read() as tx:
        reader = need_to_know.reader(tx, READER)
        (group,) = tx.groups(reader, "request")
        assert len(tx.listed(reader, Wanted(kind="request", holder="bb", party="aa"))) == 1
    assert group.parties == ("aa", "bb")


def same(world: World) -> None:
    """See that all was understood, and alike."""
    assert world.digests("aa") == world.digests("bb") != {}
    with world.node("bb").store.read() as tx:
        assert all(log.understood == log.size for log in tx.logs())


def test_acts_that_say_all_they_can_stop_nobody(world: World) -> None:
    """Of every tag: each field as long, as many and as large as an act may have it."""
    code = "Z" + "".join(map(sha, "abcd"))[:254]
    names = MANY[:40]
    for tag in OURS.tags():
        for kind, matter_id in ((tag.partition(".")[0], names[0]), (names[1], names[2])):
            act_id = random_id(world.node("aa").entropy(16))
            said = Act(
                id=act_id,
                tag=tag,
                matter=Matter(kind, matter_id),
                speaker=Office(names[0], names[1]),
                to=tuple(Addressee("bb", one, one) for one in names),
                answers=act_id,
                guideline=code,
                urgency=code,
                items=names,
                elements=names,
                codes=dict.fromkeys((*names, "own-reference", "type"), code),
                times=dict.fromkeys(names, (1 << 53) - 1),
            )
            world.say("aa", said)
    world.ask("aa")
    world.pump()
    same(world)
