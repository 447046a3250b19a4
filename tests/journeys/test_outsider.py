"""A State that was written from docs/spec alone works with a real node: `tools/peer`."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.outsider import (
    ALICE,
    ROOT,
    SPEAKS,
    Outsider,
    a_real_node,
    alike,
    an_outsider,
    answer,
    asked,
    keep,
    pair,
    set_aside,
    until,
)

from comity.demo.pair_of_nodes import PairOfNodes, Side
from comity.demo.ports import free_port
from tools.peer import body, tree
from tools.peer.call import Answer, Line, context
from tools.peer.clock import now_ms
from tools.peer.node import Peer

PEER = ROOT / "tools" / "peer"
ENTERED = "arrangement.card-entered/1"


@pytest.fixture
def fr(tmp_path: Path) -> Iterator[PairOfNodes]:
    """One real node, that has not paired."""
    with a_real_node(tmp_path) as node:
        yield node


@pytest.fixture
def sy(tmp_path: Path) -> Iterator[Outsider]:
    """The State of the outsider."""
    with an_outsider(tmp_path) as outsider:
        yield outsider


def holds(fr: PairOfNodes, act: str, origin: str) -> None:
    """Export the proof of an act; comity and the independent verifier find that it holds."""
    fr.run("fr", "proof", act, "-o", f"{act}.tlog-proof", "--disclose", *ALICE)
    policy = fr.folder / f"{act}.policy"
    (found,) = fr.run("fr", "policy", "--log", origin)["policies"]
    policy.write_text(found["policy"])
    proof = fr.folder / f"{act}.tlog-proof"
    fr.run("fr", "verify", proof.name, "--policy", policy.name, home=False)
    program = ROOT / "tools" / "verify" / "verify.py"
    words = [sys.executable, str(program), str(proof), "--policy", str(policy)]
    subprocess.run(words, check=True, capture_output=True)


def test_a_state_written_from_the_specification_answers_a_real_node(
    fr: PairOfNodes, sy: Outsider
) -> None:
    """Paired, mirrored, cosigned, acknowledged, answered, proven; one digest at each step."""
    pair(fr, sy)
    fr.start("fr")
    sy.start()
    sent = asked(fr, sy)
    matter = sent["matter"]
    sy.do("acknowledge", matter=matter, **SPEAKS)
    alike(fr, sy, matter, "acknowledged")
    answer(sy, matter, "subscriber")
    alike(fr, sy, matter, "partly")
    sy.stop()
    sy.start()
    last = answer(sy, matter, "traffic")
    alike(fr, sy, matter, "answered")
    turns = fr.run("fr", "request", "show", matter, *ALICE)["turns"]
    assert [one["text"] for one in turns[-1]["texts"]] == ["Kept: traffic."]
    words = ("case", "open", "--own-reference", "C-1", "--request", matter, *ALICE, "--wait")
    case = fr.run("fr", *words)
    grouped = fr.run("fr", "case", "show", case["matter"], *ALICE)["digest"]
    until(lambda: sy.do("show", kind="case", matter=case["matter"])["digest"], grouped)
    fr.run("fr", "request", "close", matter, "--reason", "satisfied", *ALICE, "--wait")
    alike(fr, sy, matter, "closed")
    for said in (sent, last):
        holds(fr, said["act"], said["log"])
    listed = sy.do("list")
    assert (listed["void"], listed["foreign"]) == ([], [])
    assert fr.run("fr", "fsck")["clean"]
    findings = fr.run("fr", "status")["findings"]
    assert [one for one in findings if one["about"] == "alarm"] == []


def next_cards(fr: PairOfNodes, sy: Outsider) -> tuple[str, str]:
    """Have either side go on to a second card and revoke the first; the matters before and after.

    A thief of the real node's first keys is refused by the outsider meanwhile.
    """
    before = asked(fr, sy)["matter"]
    fr.stop("fr")
    fr.sides["thief"] = thief(fr)
    fr.start("fr")
    (root,) = fr.folder.glob("*.root")
    fr.run("fr", "key", "rotate", "--new-tls", "--root", str(root))
    after = asked(fr, sy)["matter"]
    fr.run("fr", "key", "revoke", "1", "--root", str(root))
    until(lambda: sy.do("list")["revoked"]["fr"], [1])
    refused = sy.do("list")["turned_away"]
    fr.start("thief")
    until(lambda: sy.do("list")["turned_away"] > refused, wanted=True)
    fr.stop("thief")
    sy.do("rotate")
    sy.do("acknowledge", matter=before, **SPEAKS)
    sy.do("revoke", card=1)
    alike(fr, sy, before, "acknowledged")
    return before, after


def test_it_follows_the_next_card_and_refuses_the_revoked_one(
    fr: PairOfNodes, sy: Outsider
) -> None:
    """Of either side the next card counts from where it stands; a thief of the first is refused."""
    pair(fr, sy)
    fr.start("fr")
    sy.start()
    before, after = next_cards(fr, sy)
    sy.stop()
    sy.start()
    answer(sy, after, "subscriber")
    alike(fr, sy, after, "partly")
    alike(fr, sy, before, "acknowledged")
    listed = sy.do("list")
    assert (listed["void"], listed["foreign"], listed["doubted"]) == ([], [], {})
    entered = [one["party"] for one in listed["acts"] if one["said"]["tag"] == ENTERED]
    assert sorted(entered) == ["fr", "sy"]
    assert (listed["signed_by"][-1], listed["cosigned_by"][-1]) == (2, 2)
    cards = fr.run("fr", "key", "list")["cards"]
    revoked = [(one["party"], one["number"]) for one in cards if one["revoked"]]
    assert revoked == [("fr", 1), ("sy", 1)]
    answered = forged(fr, sy)
    assert (answered.status, answered.body.split(b"\n")[2]) == (403, b"exchange.head.bad-signature")
    findings = fr.run("fr", "status")["findings"]
    assert [one for one in findings if one["about"] == "alarm"] == []
    assert fr.run("fr", "fsck")["clean"]


def thief(fr: PairOfNodes) -> Side:
    """Copy the home of the real node: what a thief of its disk and passphrase has."""
    ours = fr.sides["fr"]
    home = fr.folder / "thief"
    set_aside(ours.home, home)
    state = replace(ours.state, folder="thief")
    return Side(state, home, ours.key, free_port(), free_port(), ours.token)


def forged(fr: PairOfNodes, sy: Outsider) -> Answer:
    """Have a thief of the outsider's first card sign an entry more; return what they are told."""
    stolen = fr.folder / "stolen"
    set_aside(sy.home, stolen)
    peer = Peer(stolen)
    log = peer.channels["live"].own
    log.add([b"\1forged"])
    old, size = len(log.entries) - 1, len(log.entries)
    signed = log.sign(peer.keys.of(1, "live").log, size, now_ms() // 1000)
    growth = body.Growth(old, tree.prove(log.leaves, 0, old), signed)
    own = (stolen / "tls.pem", stolen / "tls.key")
    tls = context(server=False, own=own, trusted=[peer.roll.newest.tls])
    return Line(tls, lambda: peer.roll.newest).ask("POST", "/add-checkpoint", growth.write())


def test_it_offers_too(fr: PairOfNodes, sy: Outsider) -> None:
    """The offer of the outsider is accepted by the real node, and its commitment opens."""
    offer, accept, confirm = (fr.folder / f"{one}.txt" for one in ("offer", "accept", "confirm"))
    sy.run("offer", "--with", "fr", *sy.says_who_it_is(), "-o", offer)
    fr.run("fr", "pair", "accept", "offer.txt", "-o", "accept.txt")
    sy.run("confirm", accept, "-o", confirm)
    keep(fr, sy, confirm)


def test_it_imports_nothing_of_comity() -> None:
    """It shows what it shows because it has Python, `cryptography` and docs/spec alone."""
    names = set()
    for file in PEER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
    own = {name for name in names if name.startswith("tools.peer")} | {"tools.peer"}
    others = {name.partition(".")[0] for name in names - own}
    assert others - {"cryptography"} <= sys.stdlib_module_names
