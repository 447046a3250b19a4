"""No byte of what was not released leaves a node: canaries in all of it, none in what left.

What left is every request and answer on the wire, in both directions, in the clear of TLS and
sealed, and what the other State reads of it when it has opened everything; carriages, proofs,
policies, the local log, alarms and backups too.
"""

import ast
import base64
import gzip
import importlib
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from support import at_home, canaries
from support.canaries import CODES, DOMESTIC, JOINT, PLANTED, RAW, Cage, seen_in
from support.states import CallPeers, State, deliver, paired

import comity
from comity.acts import codec
from comity.acts.record import Addressee
from comity.adapters.alarms import StandingAlarms
from comity.adapters.entropy import SystemEntropy
from comity.adapters.memory import MemoryStore
from comity.joint.request import acts
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response
from comity.node.base.profile import local_origin
from comity.node.desk import draft_view, sign_in_links
from comity.node.exchange import carry, freeze, status
from comity.node.operate import backup
from comity.node.operate.backup import Member
from comity.node.room import act_blobs, api_tokens, local_log, local_log_export, proof, trust_policy
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release import draft, emergency_review, send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.node.room.request_file import AttachmentLine, Written
from comity.rooms.request import desk
from comity.seal.hybrid import HybridIdentity
from comity.tlog import policy as policies

TO_SN = (Addressee("sn"),)
DRAFTS = 40
ELEMENTS = 20
CANARIES_MIN = 1_000
LARGE_BYTES = 90_000


@dataclass
class Left:
    """What left a node, by where it was taken."""

    parts: list[tuple[str, bytes]] = field(default_factory=list)

    def add(self, where: str, data: bytes | str) -> None:
        """Keep a part."""
        self.parts.append((where, data if isinstance(data, bytes) else data.encode()))

    def leaks(self) -> list[str]:
        """Return where canaries stand, and how they are spelled there."""
        return [f"{where}: {how}" for where, data in self.parts for how in seen_in(data)]


@dataclass
class Recording:
    """The wire of a State: what it asks and what it is answered, kept."""

    peers: CallPeers
    left: Left

    def call(self, party: str, asked: Request) -> Response:
        """Ask another State."""
        asked = asked.whole()
        answer = self.peers.call(party, asked)
        head = json.dumps([asked.method, asked.path, dict(asked.headers)])
        self.left.add(f"{self.peers.own} asks {asked.path[:24]}", head.encode() + asked.body)
        head = json.dumps([answer.status, answer.media_type, dict(answer.headers)])
        self.left.add(f"answer to {asked.path[:24]}", head.encode() + answer.body)
        return answer


class Story:
    """A State whose every domestic field holds a canary, and all that left it."""

    def __init__(self, folder: Path) -> None:
        self.cage, self.left = Cage(), Left()
        self.fr, self.sn = paired(folder, "fr", "sn")
        for one in (self.fr, self.sn):
            one.node = replace(one.node, peers=Recording(one.peers, self.left))
            one.peers.nodes = {}
        alarms = StandingAlarms(lambda code, what: self.left.add("alarm", f"{code} {what}"))
        self.fr.node = replace(self.fr.node, alarms=alarms)
        self.fr.peers.nodes["sn"], self.sn.peers.nodes["fr"] = self.sn.node, self.fr.node
        send.set_approvals(self.fr.node, 3)
        self.people = [self.fr.officer(self.cage.mint("officer.name")) for _ in range(5)]
        self.sent: list[str] = []
        self.held: list[str] = []
        self.letters: list[bytes] = []

    def words(self, number: int, *, canary: bool = True) -> Words:
        """Return a request with a canary in every field, or with none."""
        mint = self.cage.mint if canary else _released
        written = Written(
            "request",
            "preservation",
            "emergency" if number % 2 else "routine",
            own_reference=mint("draft.own_reference"),
            elements={f"el-{n}": mint(f"draft.element-{n}") for n in range(ELEMENTS)},
            items=[{"id": "one", "what": mint("draft.item")}],
            item_ids=("one",),
            texts=({"lang": "en", "text": mint("draft.text"), "by": mint("draft.translator")},),
        )
        line = AttachmentLine(
            mint("draft.attachment-name"), "text/plain", "TLP:RED", mint("draft.attachment-role")
        )
        data = mint("draft.attachment").encode()
        large = data * (LARGE_BYTES // len(data)) if number % 8 == 0 else data
        return Words(written, [Attachment(line, large)], mint("command.key"), is_held=True)

    def hold(self, number: int, *, canary: bool = True) -> str:
        """Keep a draft; return its id."""
        words = self.words(number, canary=canary)
        author = self.people[number % 2]
        kept = desk.send(
            self.fr.node,
            author,
            words.written,
            words.attachments,
            TO_SN,
            key=words.key if canary else self.cage.mint("command.key"),
            is_held=True,
        )
        assert isinstance(kept, Waiting), kept
        text = self.cage.mint("draft.comment")
        draft.comment(self.fr.node, self.people[2], kept.draft_id, text)
        return kept.draft_id

    def tell(self) -> None:
        """Draft, change, approve, drop; release a few with nothing of home in them."""
        held = [self.hold(number) for number in range(DRAFTS)]
        node = self.fr.node
        for number, draft_id in enumerate(held):
            author = self.people[number % 2]
            if number % 5 == 1:
                draft.drop(node, author, draft_id)
                continue
            if number % 5 == 2:
                desk.edit(node, self.people[3], draft_id, self.words(number))
                author = self.people[3]
            if number % 5 == 3:
                send.release(node, author, draft_id)
                send.approve(node, self.people[2], draft_id)
            if number % 5 == 4:
                send.release(node, author, draft_id)
                why = self.cage.mint("draft.returned")
                assert draft.send_back(node, self.people[2], draft_id, why) is None
        self._release()
        self._beside()
        deliver(self.fr, self.sn)
        self._answer()
        deliver(self.fr, self.sn)

    def _release(self) -> None:
        node, released = self.fr.node, self.hold(2, canary=False)
        send.release(node, self.people[0], released)
        send.approve(node, self.people[2], released)
        assert isinstance(send.approve(node, self.people[3], released), Sent)
        alone = self.hold(1, canary=False)
        reason = self.cage.mint("glass.reason")
        assert isinstance(send.break_glass(node, self.people[1], alone, reason), Sent)
        note = self.cage.mint("review.note")
        emergency_review.decide(node, self.people[2], alone, "justified", note)
        open_ = self.hold(3, canary=False)
        reason = self.cage.mint("glass.reason")
        assert isinstance(send.break_glass(node, self.people[1], open_, reason), Sent)
        emergency_review.watch(node)
        self.sent = [released, alone, open_]
        self.held = [draft_id for draft_id in _drafts(node) if draft_id not in self.sent][:2]

    def _beside(self) -> None:
        """Plant what stands beside drafts."""
        node = self.fr.node
        self.letters = at_home.plant(self.cage, node, self.people[0], self.held, self.sent)
        api_tokens.add(node, self.people[0], self.cage.mint("token.label"), ["read"])
        sign_in_links.add(node, self.people[0].name)
        freeze.freeze(node, local_origin("fr"), self.cage.mint("freeze.officer"))
        freeze.thaw(node, local_origin("fr"), self.cage.mint("freeze.officer"))
        with node.store.write() as tx:
            for kind in [kind for kind, how in DOMESTIC.items() if how == RAW]:
                key, word = self.cage.mint(f"{kind}.key"), self.cage.mint(f"{kind}.value")
                value: Json = {"word": word}
                tx.save_record(kind, key, value)

    def _answer(self) -> None:
        """Let the other State answer, so that there is traffic both ways."""
        ben = self.sn.officer("ben")
        for act_id in self.sent:
            done = desk.say(self.sn.node, ben, act_id, acts.ACKNOWLEDGED, words=Words(_REGISTERED))
            assert isinstance(done, Sent), done

    def take_out(self) -> None:
        """Take out everything that can be taken out of a node."""
        node = self.fr.node
        target = io.BytesIO()
        carry.export(node, "sn", target, whole=True)
        self.left.add("carriage", target.getvalue())
        for act_id in self.sent:
            self.left.add(
                "proof", proof.make(node, act_id, self.fr.officer("ann"), disclose=True).proof
            )
        for one in trust_policy.policies(node):
            self.left.add("policy", policies.render(one.policy))
        for data in self.letters:
            self.left.add("letter", data)
        local_log.sign_if_due(node)
        exported = local_log_export.make(node)
        assert not isinstance(exported, Inadmissible)
        self.left.add("log export", b"".join(exported.lines))
        self.left.add("status", json.dumps([status.to_json(row) for row in status.report(node)]))
        with node.store.read() as tx:
            log = tx.logs("local")[0]
            for entry in tx.entries(log.origin, 0, log.size):
                self.left.add("local log", entry)
        self._read_there()
        self.left.add("backup", self._backup())

    def _read_there(self) -> None:
        """Open all that the other State holds."""
        with self.sn.node.store.read() as tx:
            for log in tx.logs():
                for row in tx.acts(log.origin, 0, log.size):
                    self.left.add("act there", json.dumps(codec.act_to_json(row.act)))
                    for body in act_blobs.open_all(self.sn.node, tx, row.act):
                        self.left.add("body there", body.data)
            for kind in _kinds_held(self.sn):
                self.left.add(f"{kind} there", json.dumps(tx.records(kind)))

    def _backup(self) -> bytes:
        with self.fr.node.store.read() as tx:
            held = {kind: tx.records(kind) for kind in _kinds_held(self.fr)}
        content = json.dumps(held).encode()
        target = io.BytesIO()
        member = Member("database/records", len(content), lambda: io.BytesIO(content))
        backup.write([member], target, [HybridIdentity(bytes(32)).recipient], SystemEntropy())
        return target.getvalue()


_REGISTERED = Written("answer", own_reference="CB-1")


def _released(where: str) -> str:
    return f"released-{where}"


def _kinds_held(of: State) -> set[str]:
    assert isinstance(of.node.store, MemoryStore)
    return {*DOMESTIC, *JOINT}


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """A State whose domestic fields are full of canaries, and what left it."""
    with tempfile.TemporaryDirectory() as folder:
        told = Story(Path(folder))
        told.tell()
        told.take_out()
        yield told


def test_nothing_that_was_not_released_leaves(story: Story) -> None:
    """At least a thousand canaries at home; not one in what left, however it is spelled."""
    assert len(story.cage.planted) >= CANARIES_MIN
    assert len(story.left.parts) >= 100
    assert story.left.leaks() == []


def test_what_was_released_is_found_there(story: Story) -> None:
    """The search is not blind: the words of each released request are read abroad."""
    there = b"".join(data for where, data in story.left.parts if where.endswith("there"))
    for where in ("element-0", "text", "item", "attachment-name", "attachment"):
        assert f"released-draft.{where}".encode() in there


def test_the_canaries_are_at_home(story: Story) -> None:
    """Every field that was planted stands in a record, a body or a row of this node."""
    people = {one.name for one in story.people}
    with story.fr.node.store.read() as tx:
        held = {kind: json.dumps(tx.records(kind)).encode() for kind in DOMESTIC}
        names = "".join(one.name for one in tx.officers()).encode()
    assert people <= {name for name in story.cage.planted if name.encode() in names}
    for kind, how in DOMESTIC.items():
        assert (how == CODES) != bool(seen_in(held[kind])), kind
    found = [draft_view.find(story.fr.node, story.people[0], one) for one in _draft_ids(story)]
    shown = b"".join(body.data for one in found for body in one.bodies)
    assert len(story.cage.told_by(shown)) >= ELEMENTS


def _draft_ids(story: Story) -> list[str]:
    return _drafts(story.fr.node)


def _drafts(node: Node) -> list[str]:
    with node.store.read() as tx:
        return [*tx.records("draft")]


def test_every_kind_of_record_is_domestic_or_joint() -> None:
    """Whoever adds a kind says whether it crosses; if not, canaries are planted in it."""
    saved, unnamed = _kinds_saved()
    assert saved - {*DOMESTIC, *JOINT} == set()
    assert not {*DOMESTIC} & JOINT
    assert unnamed == canaries.BY_NAME.keys()
    assert set(DOMESTIC.values()) <= {PLANTED, RAW, CODES}


def _kinds_saved() -> tuple[set[str], set[str]]:
    """Return the kinds that the source saves, and the modules that do so by a variable."""
    root = Path(comity.__file__).parent
    kinds: set[str] = set()
    unnamed: set[str] = set()
    for file in root.rglob("*.py"):
        name = ".".join(("comity", *file.relative_to(root).with_suffix("").parts))
        if "adapters" in file.parts:
            continue
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            argument = _kind_of(call)
            if argument is None:
                continue
            try:
                code = compile(ast.Expression(argument), name, "eval")
                kinds.add(eval(code, dict(vars(importlib.import_module(name)))))  # noqa: S307 -- our own source
            except NameError:
                unnamed.add(name)
    return kinds, unnamed


def _kind_of(call: ast.AST) -> ast.expr | None:
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    at = {"save_record": 0, "save_about": 1}.get(call.func.attr)
    return None if at is None else call.args[at]


@pytest.mark.parametrize("how", [*canaries.SPELLINGS])
def test_a_canary_is_seen_however_it_is_spelled(how: str) -> None:
    """Each way of writing it is one that the search knows."""
    word = Cage().mint("x")
    texts = {
        "as it is": f"<{word}>".encode(),
        "in upper case": word.upper().encode(),
        "in hexadecimal": word.encode().hex().encode(),
        "in upper hexadecimal": word.encode().hex().upper().encode(),
        "in UTF-16": f"<{word}>".encode("utf-16-le"),
    }
    for n in range(3):
        texts[f"in base64 after {n} bytes"] = base64.b64encode(
            b"\xff" * n + word.encode() + b"\xff"
        )
    assert how in seen_in(texts[how])
    assert seen_in(gzip.compress(texts[how])) == [f"{one}, in gzip" for one in seen_in(texts[how])]
