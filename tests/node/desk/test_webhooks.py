"""Programs are told what happened: at least once, by codes, and of nothing that is hidden."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import override

import pytest
from support.pair import World, make_world
from support.rows import matter

from comity.domestic.officer import role
from comity.domestic.webhook import kinds, signature
from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.reader import REVIEWERS, Filed
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officers
from comity.node.desk import sharing
from comity.node.desk.duty import routing
from comity.node.desk.webhooks import delivery, events, registry
from comity.node.desk.webhooks.registry import Hook
from comity.node.exchange import status

URL = "https://soc.example/hook"


@dataclass
class Line:
    """A program on the other end.

    Attributes:
        answers: statuses that it gives, the last for ever; 0 is no answer.
        got: headers and bodies.
    """

    answers: list[int] = field(default_factory=lambda: [204])
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take one call."""
        assert url == URL
        self.got.append((headers, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not answer:
            raise Fault(code="node.webhook.unreachable", what="Nothing.", fix="Wait.")
        return answer

    @property
    def told(self) -> list[dict[str, object]]:
        """What was told."""
        return [json.loads(body) for _, body in self.got]


@pytest.fixture(params=["memory", "sqlite"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Two States."""
    made = make_world(tmp_path, store=request.param)
    yield made
    made.close()


def officer(node: Node, name: str, *roles: str) -> Officer:
    """Add an officer of the police."""
    officers.add(node, name, "police", "", roles or role.DEFAULT)
    with node.store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def hook_of(node: Node, name: str = "ann", *kinds_: str) -> Hook:
    """Register a webhook of a new officer."""
    return registry.add(node, officer(node, name), URL, kinds_ or (kinds.ACT,))


def deliver(world: World, hook: Hook, line: Line) -> None:
    """Look at what happened and tell it."""
    while events.look(world.node("bb")):
        pass
    delivery.deliver_due(world.node("bb"), line, hook.id)


def test_an_act_that_came_is_told_by_codes_and_signed(world: World) -> None:
    """Ids, a time and codes; the other side's words are in none of it."""
    node, line = world.node("bb"), Line()
    hook = hook_of(node)
    world.ask("aa", b'{"en":"A secret."}')
    world.pump()
    deliver(world, hook, line)
    (told,) = line.told
    assert told["type"] == "act.arrived"
    data = told["data"]
    assert isinstance(data, dict)
    assert data["code"] == "request.submitted/1"
    assert data["party"] == "aa"
    assert data.keys() <= {"act", "channel", "code", "kind", "matter", "party", "urgency"}
    headers, body = line.got[0]
    at_s = int(headers["webhook-timestamp"])
    assert headers == signature.headers(hook.secret, headers["webhook-id"], at_s, body)
    assert b"ref-" not in body
    deliver(world, hook, line)
    assert len(line.got) == 1


def test_what_was_before_is_told_to_nobody(world: World) -> None:
    """A webhook is told what happens from its registration on."""
    world.ask("aa")
    world.pump()
    line = Line()
    hook = hook_of(world.node("bb"))
    deliver(world, hook, line)
    assert line.got == []


def test_what_is_understood_anew_is_not_told_again(world: World) -> None:
    """A rebuild folds every act once more; programs have heard of them."""
    node, line = world.node("bb"), Line()
    hook = hook_of(node)
    world.ask("aa")
    world.pump()
    deliver(world, hook, line)
    with node.store.write() as tx:
        tx.drop_understood(world.channel)
    deliver(world, hook, line)
    world.pump()
    deliver(world, hook, line)
    assert len(line.got) == 1


def test_nothing_is_told_that_its_officer_may_not_read(world: World) -> None:
    """Two nodes that differ in what is hidden tell the same; what is shared is told from then."""
    node, line = world.node("bb"), Line()
    reader = officer(node, "ann", role.CONTACT_POINT, role.CASE_OFFICER)
    with node.store.write() as tx:
        said = profile.load(tx)
        justice = Agency("justice", {"en": "Ministry of Justice"})
        profile.save(tx, replace(said, agencies=(*said.agencies, justice)))
    officers.add(node, "eve", "justice")
    with node.store.read() as tx:
        elsewhere = tx.officer("eve")
    assert elsewhere is not None
    hook = registry.add(node, elsewhere, URL, [*kinds.KINDS])
    asked = world.ask("aa")
    world.pump()
    with node.store.read() as tx:
        (row,) = tx.matters("request")
    deliver(world, hook, line)
    assert line.got == []
    sharing.share(node, reader, row.matter.id, "@eve")
    world.answer("bb", asked)
    world.pump()
    deliver(world, hook, line)
    assert [one["type"] for one in line.told] == ["act.sent"]


def test_what_may_be_read_no_more_is_withheld(world: World) -> None:
    """It waited while the line was down, and the officer reads no content any more."""
    node, line = world.node("bb"), Line([0])
    hook = hook_of(node)
    world.ask("aa")
    world.pump()
    deliver(world, hook, line)
    assert len(line.got) == 1
    officers.give_roles(node, "ann", [role.OPERATOR])
    world.advance(kinds.PAUSES_MS[0])
    deliver(world, hook, line)
    assert len(line.got) == 1
    with node.store.read() as tx:
        assert not registry.waiting(tx, hook.id, 9)
        (*_, last) = registry.logged(tx, hook.id).values()
    assert isinstance(last, dict)
    assert last["outcome"] == "withheld"


def test_a_program_that_is_away_is_tried_again_and_given_up(world: World) -> None:
    """With longer pauses, under one id; every try is listed, and the last one says so."""
    node, line = world.node("bb"), Line([0, 500, 302, 404, 0])
    hook = hook_of(node)
    ann = Officer("ann", b"", "police", "", 0)
    world.ask("aa")
    world.pump()
    deliver(world, hook, line)
    for pause_ms in kinds.PAUSES_MS:
        deliver(world, hook, line)  # too early
        world.advance(pause_ms)
        deliver(world, hook, line)
    tries, _ = registry.tries(node, ann, hook.id)
    assert [one.outcome for one in tries] == ["given-up", *["again"] * len(kinds.PAUSES_MS)]
    assert [one.status for one in tries][-4:] == [404, 302, 500, 0]
    assert len({headers["webhook-id"] for headers, _ in line.got}) == 1
    world.advance(kinds.PAUSES_MS[-1])
    deliver(world, hook, line)
    assert len(line.got) == len(kinds.PAUSES_MS) + 1


def test_a_try_that_a_clock_ahead_put_off_does_not_wait_for_it(world: World) -> None:
    """Once our clock is set right, what waits for another year is tried at once."""
    line, hook = Line([500, 200]), hook_of(world.node("bb"))
    world.ask("aa")
    world.pump()
    world.advance(365 * 86_400_000)
    deliver(world, hook, line)
    world.advance(-364 * 86_400_000)
    deliver(world, hook, line)
    assert len(line.got) == 2


def test_a_crash_between_call_and_note_tells_it_once_more(world: World) -> None:
    """Under the same id, so that the program knows it."""
    node, line = world.node("bb"), Line()
    hook = hook_of(node)
    world.ask("aa")
    world.pump()
    events.look(node)

    class Dead(Line):
        @override
        def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
            line.post(url, headers, body)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        delivery.deliver_due(node, Dead(), hook.id)
    deliver(world, hook, line)
    first, second = (headers["webhook-id"] for headers, _ in line.got)
    assert first == second


def test_a_program_that_is_gone_ends_its_webhook(world: World) -> None:
    """410 says so (RFC 9110); nothing waits for it any more."""
    node, line = world.node("bb"), Line([410])
    hook = hook_of(node)
    world.ask("aa")
    world.pump()
    deliver(world, hook, line)
    assert delivery.deliver_due(node, line, hook.id) is None
    with node.store.read() as tx:
        ended = registry.load(tx, hook.id)
        assert ended is not None
        assert (ended.why_ended, registry.waiting(tx, hook.id, 9)) == ("gone", {})


def test_an_officer_who_leaves_takes_no_place(world: World) -> None:
    """Nobody else could end their webhooks; what waited for one is told no more."""
    node = world.node("aa")
    ann, ben = officer(node, "ann"), officer(node, "ben")
    hooks = [
        registry.add(node, who, f"{URL}/{at}", [kinds.ACT])
        for who in (ann, *(officer(node, name) for name in ("cat", "dan", "eve")))
        for at in range(registry.OF_OFFICER_MAX)
    ]
    registry.test(node, ann, hooks[0].id)
    with pytest.raises(Fault, match=r"32 webhooks"):
        registry.add(node, ben, URL, [kinds.ACT])
    officers.end(node, "ann")
    assert registry.add(node, ben, URL, [kinds.ACT]).secret
    with node.store.read() as tx:
        found = registry.load(tx, hooks[0].id)
        assert found is not None
        assert (found.why_ended, registry.waiting(tx, found.id, 1)) == ("left", {})


@pytest.mark.parametrize(("who", "knows"), [(role.SECRETARIAT, True), (role.RELEASING, False)])
def test_a_snapshot_is_told_to_who_reads_figures(world: World, who: str, knows: bool) -> None:  # noqa: FBT001 -- a column of a table
    """Who lets one leave sees it in its draft, and no other."""
    node = world.node("bb")
    asked = officer(node, "ann", who)
    row = matter(1, world.channel, "review")
    facts = {"act": "a", "channel": row.channel, "kind": "review", "matter": row.matter.id}
    with node.store.write() as tx:
        tx.save_matters([row])
        tx.file([Filed(row.matter, row.channel, (REVIEWERS,), 0, 0, row.status)])
        told = events.may_know(tx, node, asked, registry.Event("e", kinds.ARRIVED, 0, facts))
    assert told is knows


def test_one_officer_leaves_places_for_others(world: World) -> None:
    """Programs of one do not keep a colleague from being told."""
    node = world.node("bb")
    ann, ben = officer(node, "ann"), officer(node, "ben")
    for at in range(registry.OF_OFFICER_MAX):
        registry.add(node, ann, f"{URL}/{at}", [kinds.ACT])
    with pytest.raises(Fault, match=r"ann has 8 webhooks"):
        registry.add(node, ann, URL, [kinds.ACT])
    assert registry.add(node, ben, URL, [kinds.ACT]).secret


def test_steps_at_home_are_told_to_who_may_read_the_file(world: World) -> None:
    """Routing is told with the id of the matter, and without what was written."""
    node, line = world.node("bb"), Line()
    point = officer(node, "pat", role.CONTACT_POINT)
    hook = registry.add(node, point, URL, [kinds.DESK])
    world.ask("aa")
    world.pump()
    with node.store.read() as tx:
        (row,) = tx.matters("request")
    by_hand = routing.ByHand("police", (), None, "A secret reason.")
    routing.route(node, point, row.matter.id, by_hand)
    deliver(world, hook, line)
    assert [one["type"] for one in line.told] == ["duty.routed"]
    assert line.told[0]["data"] == {"matter": row.matter.id}


def test_alarms_are_told_to_who_runs_the_machine(world: World) -> None:
    """By their code alone, once while they stand."""
    node, line = world.node("bb"), Line()
    runs = officer(node, "op", role.OPERATOR)
    hook = registry.add(node, runs, URL, [kinds.ALARM, kinds.ACT])
    other = hook_of(node, "ann", kinds.ALARM)
    for _ in range(2):
        with node.store.write() as tx:
            status.save_served(tx, {}, [("disk.full", "words")], 1)
        deliver(world, hook, line)
    assert [one["data"] for one in line.told] == [{"code": "disk.full"}]
    with node.store.read() as tx:
        assert not registry.waiting(tx, other.id, 9)


def test_a_test_is_told_and_listed(world: World) -> None:
    """Whatever the webhook is for."""
    node, line = world.node("bb"), Line()
    hook = hook_of(node)
    ann = Officer("ann", b"", "police", "", 0)
    event = registry.test(node, ann, hook.id)
    deliver(world, hook, line)
    assert line.told[0]["type"] == "test"
    (done,), _ = registry.tries(node, ann, hook.id)
    assert (done.event, done.outcome, done.status) == (event.id, "told", 204)
    assert not registry.end(node, ann, hook.id).secret
    with node.store.read() as tx:
        assert hook.secret not in repr(tx.records(registry.HOOK))
    with pytest.raises(Fault, match="was ended"):
        registry.test(node, ann, hook.id)


@pytest.mark.parametrize(
    "url",
    [
        "http://soc.example/",
        "ftp://soc.example/",
        "https://ann:word@soc.example/",
        "https://soc.example/#part",
        "https://",
        "https://soc.example:99999/",
        "https://soc.example/ x",
        "http://127.0.0.1.soc.example/",
        "file:///etc/passwd",
        "http://127.0.0.1:8080/x",
        "https://localhost/x",
        "http://[::1]:2019/stop",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused(tmp_path: Path, url: str) -> None:
    """HTTPS; this machine for who is at it; no password stands in it."""
    node = make_world(tmp_path).node("aa")
    ann = officer(node, "ann")
    with pytest.raises(Fault, match=r"no address"):
        registry.add(node, ann, url, [kinds.ACT])
    here = "http://127.0.0.1:8080/x"
    assert registry.add(node, ann, here, [kinds.ACT], is_here=True).secret


@pytest.mark.parametrize("url", ["ntfy://127.0.0.1/x", "ntfy://[::1/x", "ntfys://n.example/ x"])
def test_a_messenger_is_told_of_rings_alone_and_never_here(tmp_path: Path, url: str) -> None:
    """Its scheme is one the operator names; this machine is for who is at it."""
    node = make_world(tmp_path).node("aa")
    ann = officer(node, "ann")
    with pytest.raises(Fault, match=r"no address"):
        registry.add(node, ann, url, [kinds.RING])
    with pytest.raises(Fault, match=r"no address"):
        registry.add(node, ann, "ntfys://ntfy.example/night", [kinds.RING, kinds.ACT])
    assert registry.add(node, ann, "ntfys://ntfy.example/night", [kinds.RING]).secret
