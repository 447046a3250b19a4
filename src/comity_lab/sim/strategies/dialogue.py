"""Lies of the dialogue: another document is adopted, a language is withheld, an embargo is broken.

Each is a scene, played at rest: after each step everybody works, then the others act as they do.
What an honest State shows of it is required, as far as the words of the liar have come to it.

Floor: lab.
"""

from collections.abc import Callable, Generator
from typing import Final

from comity.acts.record import Act, Matter, Office
from comity.domestic.brief import verbs
from comity.joint.dialogue import acts as sessions
from comity.joint.text import view as text_view
from comity.joint.wording import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.ports import Tx
from comity.node.room import brief, joint_texts
from comity.node.room.release.draft_store import Draft
from comity.node.room.step import Step
from comity.rooms.dialogue import embargo
from comity.rooms.wording import gates, publish, words
from comity.seal import symmetric
from comity_lab.sim import scene
from comity_lab.sim.byzantine import Liar
from comity_lab.sim.faults import BrokenError

_LATER_MS: Final = 90 * 86_400_000

type Scene = Generator[None, None, None]


def another_document(liar: Liar) -> Scene:
    """Settle a text with the others, then propose and adopt another document under its name."""
    name, _ = yield from scene.settled(liar)
    with liar.node.store.read() as tx:
        made = _assembled(liar, tx, liar.party, name)
    if made is None:
        return
    other = made.data.replace(b"met", b"parted")
    sha256 = symmetric.blob_address(other).hex()
    scene.adopt(liar, liar.party, name, other, scene.propose(liar, name, other))
    yield
    for party in liar.honest:
        with liar.world.node(party).store.read() as tx:
            said = joint_texts.text_state(tx, liar.world.channel(), name)
            if said is None:
                continue
            no = words.only(tx, liar.world.node(party), liar.world.channel(), name, sha256)
            if no is None or text_view.in_force(said, liar.world.instant.at_ms):
                raise BrokenError(f"{party} may adopt a document that is not the agreed text")
            liar.shown.add(no.rule)


def language_withheld(liar: Liar) -> Scene:
    """Table a paragraph in two languages, and let the words of one go nowhere."""
    _, (opened, tabled) = yield from scene.tabled(liar, withheld="zh")
    taking = Act(liar.id(), acts.ACCEPTED, opened.matter, Office("police"), answers=tabled.id)
    for party in liar.honest:
        node, officer = liar.world.node(party), scene.secretary(liar, party)
        with node.store.read() as tx:
            row = scene.row_of(liar, tx, opened.matter)
            if row is None:
                continue
            now = node.rooms[acts.KIND].from_json(row.state)
            read = words.of(node, tx, row, now)
            no = gates.words(tx, node, officer, Draft(taking, row.channel, ""))
        if not read:
            continue
        if no is None or [one.missing for one in read] != [(liar.party,)]:
            raise BrokenError(f"{party} may take words of which a language is not here")
        liar.shown.add(no.rule)


def embargo_broken(liar: Liar) -> Scene:
    """Settle and adopt a text, agree when it is published, and publish it before that."""
    label = liar.id()[:8]
    name, _ = yield from scene.settled(liar, label)
    with liar.node.store.read() as tx:
        made = _assembled(liar, tx, liar.party, name)
    if made is None:
        return
    proposal = scene.propose(liar, name, made.data)
    yield
    for party in liar.world.parties:
        scene.adopt(liar, party, name, made.data, proposal)
    session = yield from _embargoed(liar, label)
    for party in liar.honest:
        _note_published(liar, party, session, name)
    yield
    for party in liar.world.parties:
        _require_early(liar, party, session)


def _embargoed(liar: Liar, label: str) -> Generator[None, None, Matter]:
    """Let all agree that the outcomes of a session are published long after now."""
    convened = scene.opening(
        liar, sessions.KIND, sessions.CONVENED, {"series": "s", "label": label}
    )
    times = {sessions.PUBLISH_AT: liar.world.instant.at_ms + _LATER_MS}
    stated = scene.act_of(liar, convened.matter, sessions.STATED, convened.id, times=times)
    for one in (convened, stated):
        scene.say(liar, liar.party, one)
    yield
    took = (sessions.PUBLISH_AT,)
    for party in liar.honest:
        scene.say(
            liar, party, scene.act_of(liar, convened.matter, sessions.STATED, stated.id, items=took)
        )
    yield
    return convened.matter


def _note_published(liar: Liar, party: str, session: Matter, name: str) -> None:
    """Let an honest officer record the page of the liar; their own State publishes nothing."""
    node, officer = liar.world.node(party), scene.secretary(liar, party)
    with node.store.read() as tx:
        if scene.row_of(liar, tx, session) is None:
            return
    where = f"https://{liar.party}.example/as-seen-by-{party}"
    seen = Step(verbs.SEEN, {"by": liar.party, "where": where})
    taken = brief.take(node, officer, sessions.KIND, session.id, seen)
    no = publish.ready(node, officer, name)
    if isinstance(taken, Inadmissible) or not isinstance(no, Inadmissible):
        raise BrokenError(f"{party} cannot record what was published early, or may do the same")
    liar.shown.add(no.rule)


def _require_early(liar: Liar, party: str, session: Matter) -> None:
    """Whoever recorded the page shows that it came too early; nobody shows it by another's eyes."""
    node = liar.world.node(party)
    with node.store.read() as tx:
        row = scene.row_of(liar, tx, session)
        if row is None:
            return
        now = node.rooms[sessions.KIND].from_json(row.state)
        told = embargo.seen(tx, row, now)
    of_others = [one for one in told if not one.where.endswith(f"-{party}")]
    if of_others or not all(one.is_early and one.party == liar.party for one in told):
        raise BrokenError(f"{party} shows {told} of what {liar.party} published early")
    if told:
        liar.shown.add("published-early")


def _assembled(liar: Liar, tx: Tx, party: str, name: str) -> words.Assembled | None:
    """Return the document that a text becomes at a party, if it is settled there."""
    node = liar.world.node(party)
    for row in tx.matters(acts.KIND):
        now = node.rooms[acts.KIND].from_json(row.state)
        made = words.assemble(node, tx, row, now)
        if not isinstance(made, Inadmissible) and made.name == name:
            return made
    return None


def _later(play: Callable[[Liar], Scene]) -> Callable[[Liar], None]:
    return lambda liar: liar.scenes.append(play(liar))


SCENES: Final[dict[str, Callable[[Liar], None]]] = {
    "another-document": _later(another_document),
    "language-withheld": _later(language_withheld),
    "embargo-broken": _later(embargo_broken),
}
