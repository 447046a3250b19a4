"""Notices by mail: to who has the desk, for what is urgent, by a real server, no content."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from support.pair import World, make_world

from comity.adapters.smtp_hooks import PLAIN, Relay, SmtpHooks
from comity.demo.ports import free_port
from comity.domestic.webhook import kinds, letter, signature
from comity.kernel.fault import Fault
from comity.node.base.rows import Officer
from comity.node.desk import mail_notices
from comity.node.desk import officer_admin as officers
from comity.node.desk.duty import shifts
from comity.node.desk.webhooks import delivery, events, registry

ADDRESS = "https://desk.bb.example/"
CANARY = "canary-of-a-narrative"


@dataclass
class Mailbox:
    """What a server for mail took, and how it answers."""

    taken: list[bytes] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ANN401, ARG002 -- as aiosmtpd calls it
        """Take a message."""
        if self.answer.startswith("250"):
            self.taken.append(envelope.content)
        return self.answer


@pytest.fixture
def mailbox() -> Mailbox:
    """Return a mailbox."""
    return Mailbox()


@pytest.fixture
def line(mailbox: Mailbox) -> Iterator[SmtpHooks]:
    """Return the line to a real server on this machine."""
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    relay = Relay("127.0.0.1", server.port, "desk@bb.example", ADDRESS, PLAIN)
    yield SmtpHooks(relay)
    server.stop()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States."""
    made = make_world(tmp_path, ("aa", "bb"))
    made.pump()
    return made


def ann(world: World) -> Officer:
    """Return an officer who asked for notices."""
    node = world.node("bb")
    officers.add(node, "ann", "police", roles=("contact-point",))
    with node.store.read() as tx:
        found = tx.officer("ann")
    assert found is not None
    mail_notices.ask(node, found, "ann@police.example", "zh-Hans")
    return found


def told(world: World, line: SmtpHooks, officer: Officer) -> int:
    """Look at what happened and tell what is due; return how many calls were made."""
    node = world.node("bb")
    events.look(node)
    hook = mail_notices.of(node, officer)
    assert hook is not None
    return delivery.deliver_due(node, line, hook.id) or 0


def test_an_urgent_arrival_is_told_in_the_officers_language_and_says_nothing(
    world: World, line: SmtpHooks, mailbox: Mailbox
) -> None:
    """The message is the fixed text and the address: no matter, no State and no person."""
    officer = ann(world)
    asked = world.ask("aa", texts=f'{{"en":"{CANARY}"}}'.encode())
    world.pump()
    assert told(world, line, officer) == 1
    (data,) = mailbox.taken
    message = email.message_from_bytes(data, policy=email.policy.default)
    subject, text = letter.render("zh-Hans", ADDRESS)
    body = message.get_body()
    assert body is not None
    assert (message["Subject"], body.get_content().replace("\r\n", "\n")) == (subject, text)
    assert message["To"] == "ann@police.example"
    said = str(message) + body.get_content()
    secrets = [CANARY, asked.act.id, asked.act.matter.id, "ref-0", "preservation", "aa/", "live"]
    assert [one for one in secrets if one in said] == []
    names = {name.lower() for name in message}
    assert names <= {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-type",
        "content-transfer-encoding", "mime-version", "x-peer", "x-mailfrom", "x-rcptto",
    }  # fmt: skip


def test_it_is_not_said_twice_within_ten_minutes(
    world: World, line: SmtpHooks, mailbox: Mailbox
) -> None:
    """A second message says nothing that the first one did not."""
    officer = ann(world)
    for _ in range(3):
        world.ask("aa")
    world.pump()
    told(world, line, officer)
    assert len(mailbox.taken) == 1
    world.advance(mail_notices.QUIET_MS + 1_000)
    world.ask("aa")
    world.pump()
    told(world, line, officer)
    assert len(mailbox.taken) == 2


def waiting(world: World, officer: Officer) -> int:
    """Return how many messages wait to be sent."""
    node = world.node("bb")
    hook = mail_notices.of(node, officer)
    assert hook is not None
    with node.store.read() as tx:
        return len(registry.waiting(tx, hook.id, 1_000))


def test_what_came_within_ten_minutes_is_told_once_they_are_over(
    world: World, line: SmtpHooks, mailbox: Mailbox
) -> None:
    """Who dealt with the first emergency and left hears of the second: it is late and not lost."""
    officer = ann(world)
    world.ask("aa")
    world.pump()
    told(world, line, officer)
    for _ in range(3):
        world.advance(60_000)
        world.ask("aa")
        world.pump()
        told(world, line, officer)
    assert (len(mailbox.taken), waiting(world, officer)) == (1, 1)
    world.advance(mail_notices.QUIET_MS - 180_000 + 1_000)
    told(world, line, officer)
    assert (len(mailbox.taken), waiting(world, officer)) == (2, 0)


def event(number: int, party: str = "aa", urgency: str = "emergency") -> registry.Event:
    """Return an arrival."""
    facts = {"channel": "k/live", "party": party, "urgency": urgency}
    return registry.Event(f"e{number}", kinds.ARRIVED, 1, facts)


def test_no_state_silences_another_nor_its_own_emergency(world: World) -> None:
    """One asks for much that is urgent: few messages wait, and an emergency goes at once."""
    officer = ann(world)
    node = world.node("bb")
    hook = mail_notices.of(node, officer)
    assert hook is not None
    now_ms = node.clock.now_ms()
    with node.store.write() as tx:
        mail_notices.remember(tx, hook, event(0, urgency="urgent"), now_ms)
        for number in range(1_000):
            mail_notices.put(tx, hook, event(number, urgency="urgent"), now_ms)
        assert len(registry.waiting(tx, hook.id, 1_000)) == 1
        for other in (event(1_001), event(1_002, "cc", "urgent")):
            assert mail_notices.is_wanted(tx, hook, officer, other, now_ms)
            mail_notices.put(tx, hook, other, now_ms)
        assert [registry.due_ms(key) - now_ms for key in registry.waiting(tx, hook.id, 9)] == [
            0,
            0,
            mail_notices.QUIET_MS,
        ]


def test_a_test_of_notices_silences_no_emergency(
    world: World, line: SmtpHooks, mailbox: Mailbox
) -> None:
    """Who tries whether mail arrives is told what comes a minute later."""
    officer = ann(world)
    node = world.node("bb")
    hook = mail_notices.of(node, officer)
    assert hook is not None
    registry.test(node, officer, hook.id)
    told(world, line, officer)
    world.advance(60_000)
    world.ask("aa")
    world.pump()
    told(world, line, officer)
    assert len(mailbox.taken) == 2


def test_what_comes_while_the_server_is_away_is_tried_soon(
    world: World, line: SmtpHooks, mailbox: Mailbox
) -> None:
    """The last try of the first one was hours ago, and the next is in hours: not so that of it."""
    officer = ann(world)
    mailbox.answer = "451 try later"
    world.ask("aa")
    world.pump()
    for pause_ms in (0, *kinds.PAUSES_MS[:8]):
        world.advance(pause_ms)
        told(world, line, officer)
    mailbox.answer = "250 OK"
    world.ask("aa")
    world.pump()
    told(world, line, officer)
    world.advance(mail_notices.AGAIN_MS)
    told(world, line, officer)
    assert len(mailbox.taken) == 1


def test_who_may_not_read_what_came_first_is_told_of_what_came_after(
    world: World, line: SmtpHooks, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They wait as one message: that the first went elsewhere does not lose the second."""
    officer = ann(world)
    first = world.ask("aa").act.matter
    world.pump()
    events.look(world.node("bb"))
    world.ask("aa")
    world.pump()
    events.look(world.node("bb"))
    assert waiting(world, officer) == 1
    known = events.may_know
    monkeypatch.setattr(
        events,
        "may_know",
        lambda tx, at, who, one: one.facts["matter"] != first.id and known(tx, at, who, one),
    )
    told(world, line, officer)
    assert len(mailbox.taken) == 1


def test_a_clock_that_ran_ahead_silences_nobody(
    world: World, line: SmtpHooks, mailbox: Mailbox
) -> None:
    """What was told a year from now was not told within the last ten minutes."""
    officer = ann(world)
    world.ask("aa")
    world.pump()
    world.advance(365 * 86_400_000)
    told(world, line, officer)
    assert len(mailbox.taken) == 1
    world.advance(-364 * 86_400_000)
    world.ask("aa")
    world.pump()
    told(world, line, officer)
    assert len(mailbox.taken) == 2


def test_only_who_has_the_desk_is_told(world: World, line: SmtpHooks, mailbox: Mailbox) -> None:
    """Another officer took the desk over: they are told, if they asked for it."""
    officer = ann(world)
    node = world.node("bb")
    officers.add(node, "bob", "police", roles=("contact-point",))
    with node.store.read() as tx:
        bob = tx.officer("bob")
    assert bob is not None
    shifts.take_over(node, bob, "night")
    world.ask("aa")
    world.pump()
    told(world, line, officer)
    assert mailbox.taken == []
    shifts.take_over(node, officer, "morning")
    world.ask("aa")
    world.pump()
    told(world, line, officer)
    assert len(mailbox.taken) == 1


def test_what_is_not_urgent_is_not_told(world: World) -> None:
    """Acts of our own and steps of clocks that are only due soon wake nobody."""
    officer = ann(world)
    node = world.node("bb")
    hook = mail_notices.of(node, officer)
    assert hook is not None
    for kind, facts in (
        (kinds.SENT, {"urgency": "emergency"}),
        (kinds.ARRIVED, {"urgency": "routine", "channel": "k/live"}),
        ("clock.warned", {"status": "due-soon"}),
    ):
        event = registry.Event("e", kind, 1, facts)
        with node.store.read() as tx:
            assert not mail_notices.is_wanted(tx, hook, officer, event, 1)
    for kind, facts in (
        (kinds.ARRIVED, {"urgency": "routine", "channel": "k/hotline"}),
        ("clock.warned", {"status": "overdue"}),
    ):
        event = registry.Event("e", kind, 1, facts)
        with node.store.read() as tx:
            assert mail_notices.is_wanted(tx, hook, officer, event, 1)


def test_a_server_that_is_busy_is_tried_again(
    world: World, line: SmtpHooks, mailbox: Mailbox
) -> None:
    """Every try is noted; the notice arrives once the server takes it."""
    officer = ann(world)
    node = world.node("bb")
    mailbox.answer = "451 try later"
    world.ask("aa")
    world.pump()
    told(world, line, officer)
    hook = mail_notices.of(node, officer)
    assert hook is not None
    (tried,), _ = registry.tries(node, officer, hook.id)
    assert (tried.outcome, tried.error) == ("again", "adapters.mail.unreachable")
    mailbox.answer = "250 OK"
    world.advance(kinds.PAUSES_MS[0] + 1_000)
    told(world, line, officer)
    assert len(mailbox.taken) == 1


def test_without_a_server_the_try_says_what_to_do(world: World) -> None:
    """Nothing is lost: it is tried again once [mail] is set."""
    officer = ann(world)
    hook = mail_notices.of(world.node("bb"), officer)
    assert hook is not None
    with pytest.raises(Fault, match="No server for mail") as raised:
        SmtpHooks(Relay()).post(hook.url, {}, b"")
    assert raised.value.code == "adapters.mail.unset"


@pytest.mark.parametrize(
    "address",
    ["", "ann", "a b@c.example", "ann@c", "ann@c.example\nBcc: x@y.example", "<ann@c.example>"],
)
def test_no_address_carries_a_header(world: World, address: str) -> None:
    """What is no plain address is refused, so that nothing is added to a message by it."""
    officer = ann(world)
    with pytest.raises(Fault) as raised:
        mail_notices.ask(world.node("bb"), officer, address, "en")
    assert raised.value.code == "node.mail.address"


def test_who_asks_twice_at_once_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two windows, or a double click: the notices of the one are in place of the other's."""
    officer = ann(world)
    node, render, waiting = world.node("bb"), signature.render_secret, ["ann@second.example"]

    def overtaken(secret: bytes) -> str:
        if waiting:
            mail_notices.ask(node, officer, waiting.pop(), "en")
        return render(secret)

    monkeypatch.setattr(signature, "render_secret", overtaken)
    mail_notices.ask(node, officer, "ann@first.example", "en")
    (left,) = (one for one in registry.listing(node, officer) if one.ended_ms is None)
    assert left.url == letter.url("ann@first.example", "en")
    mail_notices.end(node, officer)
    assert mail_notices.of(node, officer) is None


def test_who_finds_no_place_for_other_notices_keeps_those_he_had(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was is not ended before there is something in its place."""
    officer = ann(world)
    monkeypatch.setattr(registry, "HOOKS_MAX", 0)
    with pytest.raises(Fault, match="webhooks already"):
        mail_notices.ask(world.node("bb"), officer, "ann@second.example", "en")
    found = mail_notices.of(world.node("bb"), officer)
    assert found is not None
    assert found.url == letter.url("ann@police.example", "zh-Hans")


def test_notices_of_one_officer_end_with_no_other(world: World) -> None:
    """Nor does a new address of theirs; a program's webhook of their own goes on too."""
    first, node = ann(world), world.node("bb")
    officers.add(node, "bob", "police", roles=("contact-point",))
    with node.store.read() as tx:
        bob = tx.officer("bob")
    assert bob is not None
    program = registry.add(node, first, "https://hooks.bb.example/", (kinds.ACT,))
    mail_notices.ask(node, bob, "bob@police.example", "en")
    mail_notices.ask(node, bob, "bob@desk.example", "en")
    mail_notices.end(node, bob)

    assert mail_notices.of(node, bob) is None
    assert mail_notices.of(node, first) is not None
    mail_notices.end(node, first)
    assert mail_notices.of(node, first) is None
    left = [one for one in registry.listing(node, first) if one.ended_ms is None]
    assert [one.url for one in left] == [program.url]
