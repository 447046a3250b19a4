"""What a scene between a liar and the others is made of: a text that is tabled, settled, adopted.

    name, (opened, tabled) = yield from settled(liar)

Each step says what its room admits, and leaves everybody to work.

Floor: lab.
"""

from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import Any, Final

from comity.acts import shape
from comity.acts.record import NEEDED, Act, Blob, Matter, Office
from comity.domestic.officer import role
from comity.joint.dialogue import acts as sessions
from comity.joint.text import acts as texts
from comity.joint.wording import acts
from comity.kernel.fault import Fault
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import officer_admin
from comity.node.exchange import append
from comity.node.exchange.append import Appended, Candidate
from comity.seal import symmetric
from comity_lab.sim.byzantine import Liar

LANGUAGES: Final = ("en", "zh")
_WORDS: Final = {"en": b"They met twice.", "zh": "双方会晤两次。".encode()}
_PRESS: Final = "press"
_OPENED: Final = frozenset({acts.OPENED, sessions.CONVENED, texts.PROPOSED})


type Text = tuple[str, tuple[Act, Act]]
"""Its name; the act that opened it, and the one that tabled its paragraph."""


def settled(liar: Liar, label: str = "") -> Generator[None, None, Text]:
    """Let all agree on a paragraph, and attest that its languages say the same."""
    name, (opened, words) = yield from tabled(liar, label)
    on = {f"{acts.ON}{liar.party}.1": acts.SAME}
    for party in liar.honest:
        say(liar, party, act_of(liar, opened.matter, acts.ACCEPTED, words.id))
        say(liar, party, act_of(liar, opened.matter, acts.ATTESTED, words.id, on))
    say(liar, liar.party, act_of(liar, opened.matter, acts.ATTESTED, words.id, on))
    yield
    return name, (opened, words)


def tabled(liar: Liar, label: str = "", withheld: str = "") -> Generator[None, None, Text]:
    """Open the work on a text, and table a paragraph of it."""
    name = f"outcomes.{label or liar.id()[:8]}"
    opened = opening(liar, acts.KIND, acts.OPENED, {acts.NAMED: name})
    blobs, bodies = [], dict[str, bytes]()
    for language in LANGUAGES:
        key = liar.chance.randbytes(32)
        stored = symmetric.seal_blob(_WORDS[language], key, liar.chance.randbytes)
        sha256 = symmetric.blob_address(stored).hex()
        bodies[sha256] = stored
        where = acts.role(f"{liar.party}.1", language)
        blobs.append(Blob(sha256, key, len(stored), "text/plain", where, NEEDED, "TLP:CLEAR"))
    tabled = Act(
        liar.id(), acts.TABLED, opened.matter, Office("police"), answers=opened.id,
        blobs=tuple(blobs),
    )  # fmt: skip
    say(liar, liar.party, opened)
    say(liar, liar.party, tabled, bodies)
    if withheld:
        with liar.node.store.write() as tx:
            tx.drop_body(blobs[LANGUAGES.index(withheld)].sha256)
    yield
    return name, (opened, tabled)


def propose(liar: Liar, name: str, data: bytes) -> str:
    """Let the liar propose a document; return the id of the act."""
    document = texts.document(symmetric.blob_address(data).hex(), len(data), "text/markdown")
    saying = texts.Saying(liar.id(), Office("police"), name)
    say(liar, liar.party, texts.proposed(saying, texts.Text(document)), {document.sha256: data})
    return saying.id


def adopt(liar: Liar, party: str, name: str, data: bytes, proposal: str) -> None:
    """Let a party adopt a document that was proposed."""
    saying = texts.Saying(liar.id(), Office("police"), name)
    say(liar, party, texts.adopted(saying, proposal, symmetric.blob_address(data).hex()))


def opening(liar: Liar, kind: str, tag: str, codes: Mapping[str, str]) -> Act:
    """Return the act by which the liar opens a matter."""
    act_id = liar.id()
    matter = Matter(kind, shape.matter_id(kind, liar.party, act_id))
    return Act(act_id, tag, matter, Office("police"), codes=codes)


def act_of(
    liar: Liar, matter: Matter, tag: str, answers: str, codes: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 -- fields of an act
) -> Act:  # fmt: skip
    """Return an act of a matter that is open."""
    return Act(liar.id(), tag, matter, Office("police"), answers=answers, codes=codes or {}, **more)


def say(liar: Liar, party: str, act: Act, bodies: Mapping[str, bytes] | None = None) -> None:
    """Let a party say what its room admits; where its log is stopped it says nothing."""
    node, channel = liar.world.node(party), liar.world.channel()
    room = node.rooms[act.matter.kind]
    with node.store.read() as tx:
        row = row_of(liar, tx, act.matter)
    if row is None and act.tag not in _OPENED:
        return
    now = room.from_json(row.state) if row else room.empty(liar.world.parties)
    if room.admit(now, act, party) is not None:
        return
    liar.world.ledger.released(act)
    with suppress(Fault):
        (done,) = append.append(node, channel, [Candidate(act, bodies or {})])
        assert isinstance(done, Appended)


def row_of(liar: Liar, tx: Tx, matter: Matter) -> MatterRow | None:
    """Return a matter as who reads holds it."""
    return tx.matter(liar.world.channel(), matter)


def secretary(liar: Liar, party: str) -> Officer:
    """Return an officer of the secretariat of a party."""
    node = liar.world.node(party)
    with node.store.read() as tx:
        found = tx.officer(_PRESS)
    if found is None:
        officer_admin.add(node, _PRESS, "police", roles=(role.SECRETARIAT,))
        with node.store.read() as tx:
            found = tx.officer(_PRESS)
    assert found is not None
    return found
