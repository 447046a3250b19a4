"""Who is let in, and what they are let in for, are kept by one write: no half is left of either."""

from pathlib import Path

import pytest
from support.desks import EXAMPLES
from support.threats import Post
from support.undone import killed_between_writes

from comity.domestic.outside.session import LINK, TOKEN, Terms
from comity.domestic.participant.participant import BANK, PLATFORM
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.desk import outside, participants
from comity.rooms.request import participant_tasks
from comity.rooms.share import stop_links


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """Two States, of which one lets people and programs in."""
    return Post(tmp_path)


def test_a_program_is_never_let_in_without_its_participant(post: Post) -> None:
    """Wherever the node is killed; else its token opens something that nobody can end by name."""
    wei = post.officer()

    def add(node: Node) -> None:
        terms = Terms(TOKEN, "Recall desk", "Platform", (), 7)
        participants.add(node, wei, terms, sort=PLATFORM, call_back="+1 555 0100")

    def kept() -> tuple[list[str], list[str]]:
        return (
            [one.id for one in outside.listing(post.node, wei)],
            [one.session for one in participants.listing(post.node, wei)],
        )

    for _ in killed_between_writes(post.node, add):
        assert kept() == ([], [])
    let_in, named = kept()
    assert len(let_in) == 1
    assert named == let_in


def test_a_link_is_never_let_in_without_its_task(post: Post) -> None:
    """Wherever the node is killed: who opens it would find nothing to do, and none would know."""
    post.desks.agree()
    sent = post.desks.do("us", "request", "send", EXAMPLES / "stop-payment.json", "--to", "cn")
    post.desks.value("cn", "wei", "request", "show", sent["matter"])  # it is filed, once
    wei = post.officer()
    terms = Terms(LINK, "Recall desk", "Bank of Sylvania", (), 7)
    bank = participants.add(post.node, wei, terms, sort=BANK, call_back="+1 555 0100")
    assert not isinstance(bank, Inadmissible)

    def ask(node: Node) -> None:
        participant_tasks.ask(node, wei, sent["matter"], bank.one.id, "Hold it.")

    def kept() -> tuple[list[str], list[str]]:
        return (
            [one.id for one in outside.listing(post.node, wei)],
            [one.session for one in participant_tasks.listing(post.node, wei)],
        )

    for _ in killed_between_writes(post.node, ask):
        assert kept() == ([], [])
    let_in, opened = kept()
    assert len(let_in) == 1
    assert opened == let_in


def test_a_stop_link_is_never_let_in_without_its_consumer(post: Post) -> None:
    """Wherever the node is killed: a link that confirms for nobody would be handed to somebody."""
    wei, client = post.officer(), post.admit()

    def make(node: Node) -> None:
        stop_links.make(node, wei, client.id, 7)

    def kept() -> list[str]:
        links = [one for one in outside.listing(post.node, wei) if one.kind == LINK]
        with post.node.store.read() as tx:
            found = [stop_links.consumer_of(tx, one) for one in links]
        return [one.id if one else "" for one in found]

    for _ in killed_between_writes(post.node, make):
        assert kept() == []
    assert kept() == [client.id]
