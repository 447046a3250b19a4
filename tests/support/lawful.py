"""What counsel and officers do under a nation profile, in a node that may be killed.

Each function is one command as a person gives it, and gives it again when it does not know
what became of it.

Floor: tests.
"""

from dataclasses import dataclass
from importlib.resources import files as resources

from comity.domestic.custody import acts as custody_steps
from comity.domestic.legal import view
from comity.domestic.legal.acts import Choice
from comity.domestic.officer import role
from comity.joint.request import acts, state
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk import legal
from comity.node.desk import officer_admin as officer_rows
from comity.node.exchange import destroyed_blobs
from comity.node.room import custody, matter_lookup, nation_profile, need_to_know
from comity.node.room.custody import Why
from comity.node.room.release import send
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.request import desk, destruction
from comity.surfaces.cli.context import Home

REASON = "asked-to"


def _counsel(home: Home) -> Officer:
    with home.node.store.read() as tx:
        found = tx.officer("nora")
    if found is None:
        officer_rows.add(home.node, "nora", "police", roles=(role.COUNSEL, role.CASE_OFFICER))
        return _counsel(home)
    return found


def adopt(home: Home) -> None:
    """Put the example profile of a State in force, as if this one had copied it."""
    text = resources("comity.catalogue").joinpath("nation/us.yaml").read_text(encoding="utf-8")
    party = home.node.party
    text = text.replace("id: us\n", f"id: {party}\n", 1).replace("doj", "police")
    done = nation_profile.adopt(home.node, _counsel(home), text.encode(), extend=True)
    assert not isinstance(done, Inadmissible), done


def decide(home: Home, subject: str) -> None:
    """Decide each question on a request or a draft that is not decided."""
    nora = _counsel(home)
    for line in legal.explain(home.node, nora, subject).lines:
        if line.row.status == view.ALLOWED:
            continue
        asked = line.row.question
        choice = Choice(
            "allows",
            asked.offered[0] if asked.offered else "",
            "12/26" if asked.decides == "instrument" else "",
            asked.conditions,
        )
        done = legal.decide(home.node, nora, subject, asked.id, choice)
        assert not isinstance(done, Inadmissible), done


def accept(home: Home, matter_id: str) -> None:
    """Accept the request, if it is not accepted."""
    folded = _folded(home, matter_id)
    if folded.tracks[0].status == "submitted":
        _out(home, desk.say(home.node, _counsel(home), matter_id, acts.ACCEPTED))


def destroy(home: Home, matter_id: str, sha256: str) -> None:
    """Destroy a blob and attest it, if that is not attested."""
    if not _folded(home, matter_id).destroyed:
        why = Why("asked by telephone", "note 4/26")
        nora = _counsel(home)
        _out(home, destruction.destroy(home.node, nora, matter_id, [sha256], REASON, why))


def _out(home: Home, result: Result) -> None:
    if isinstance(result, Waiting):
        decide(home, result.draft_id)
        result = send.release(home.node, _counsel(home), result.draft_id)
    assert isinstance(result, Sent), result


def _folded(home: Home, matter_id: str) -> state.State:
    nora = _counsel(home)
    with home.node.store.read() as tx:
        row = matter_lookup.find(tx, need_to_know.reader(tx, nora), acts.KIND, matter_id)
    return state.from_json(row.state)


@dataclass(frozen=True, slots=True)
class Wing:
    """What a node holds of one request.

    Attributes:
        open: questions that counsel has not decided.
        is_held: whether the blob lies anywhere.
        destroyed: steps of its chain of custody that destroyed it.
        unswept: whether something of it may still lie about.
    """

    open: tuple[str, ...]
    is_held: bool
    destroyed: int
    unswept: bool


def look(home: Home, matter_id: str, sha256: str) -> Wing:
    """Return what a node holds of one request and one of its blobs."""
    explained = legal.explain(home.node, _counsel(home), matter_id)
    rows = [line.row for line in explained.lines]
    with home.node.store.read() as tx:
        chain = custody.chain(tx, sha256)
        is_row = tx.body(sha256) is not None
        unswept = tx.record(destroyed_blobs.UNSWEPT, sha256) is not None
    return Wing(
        tuple(row.question.id for row in rows if row.status != view.ALLOWED),
        is_row or home.node.bodies.size_bytes(sha256) is not None,
        sum(step.kind == custody_steps.DESTROYED for step in chain.steps),
        unswept,
    )


def attested(home: Home, matter_id: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return each attestation of destruction: by whom, why, of what."""
    told = _folded(home, matter_id).destroyed
    return [(one.party, one.reason, tuple(one.blobs)) for one in told]


def asked(home: Home, act_id: str) -> tuple[str, str]:
    """Return the id of the request that an act opened, and the hash of its attachment."""
    with home.node.store.read() as tx:
        (row,) = tx.acts_with_id(act_id)
    (large,) = (blob for blob in row.act.blobs if blob.role == "attachment")
    return row.act.matter.id, large.sha256
