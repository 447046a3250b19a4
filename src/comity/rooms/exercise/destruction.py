# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Destroying what was played: words and files of both channels, drafts, and the links of guests.

    destroy(node, officer, exercise)    on the day on which the window that both agreed has ended

What stays are the logs (codes, hashes and times, signed by both), the agreement in `live`, and the
report that it names.  Each State destroys for itself; nothing of it crosses.

Floor: rooms.
"""

from collections.abc import Iterator
from itertools import batched
from typing import Final

from comity.acts.verb import Table, Verb, both
from comity.clocks import instants
from comity.domestic.officer import role
from comity.joint.exercise import acts, agreement, play
from comity.joint.exercise.agreement import State
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer, UnderstoodAct
from comity.node.desk import matters, outside
from comity.node.exchange import destroyed_blobs
from comity.node.room import local_log, officers, unsigned_bodies
from comity.node.room.release import draft_store
from comity.rooms.exercise import destroyed, places, seats
from comity.rooms.exercise.destroyed import Destroyed
from comity.rooms.exercise.places import Place

STEP: Final = "exercise.destroyed"
_PART: Final = 256
"""Bodies that one transaction destroys."""
_PAGE: Final = 500

DESTROY: Final = Verb(
    "destroy",
    STEP,
    both("Destroy what was played", "销毁演练内容"),
    has_texts=False,
    hint=both(
        "Destroy words and files of both channels here, drafts and links of guests; "
        "the logs and the report stay",
        "销毁本节点两条通道中的文字与文件、草稿及来宾链接；日志与总结报告保留",
    ),
    is_grave=True,
)
TABLE: Final = Table(
    acts.EXERCISE,
    "exercises",
    both("Exercise", "演练"),
    both("What this State does with an exercise at home", "本国对演练的内部处理"),
    (DESTROY,),
)

RULES: Final = frozenset({"exercise.not-over", "exercise.still-played", "exercise.on-its-way"})


def no(node: Node, tx: Tx, officer: Officer, row: MatterRow) -> Inadmissible | None:
    """Return why an exercise is not destroyed now, or None."""
    lacks = officers.lacks_role(officer, role.SECRETARIAT)
    if lacks is not None:
        return lacks
    state = agreement.PART.from_json(row.state)
    window = agreement.window(state)
    is_called_off = agreement.status(state) == agreement.ENDED
    if not is_called_off and (window is None or node.clock.now_ms() < window[1]):
        when = f"until {instants.render(window[1])}" if window else "before both agree to a window"
        return Inadmissible(
            "exercise.not-over",
            f"What was played is kept {when}.",
            "Wait for the end of the window that was agreed, or agree to another one.",
        )
    channels = _channels(row, state)
    if any(_is_played(tx, path) for path in channels):
        return Inadmissible(
            "exercise.still-played",
            "The play of this exercise has not ended.",
            "Agree to its end first: `comity exercise end`.",
        )
    waits = {
        them for one, sha256 in _named(tx, channels) for them in _lacking(node, tx, one, sha256)
    }
    if waits:
        return Inadmissible(
            "exercise.on-its-way",
            f"Some of it waits for {', '.join(sorted(waits))} to sign.",
            "Wait until that is done; a party that is gone for good is given up: "
            "`comity channel give-up`.",
        )
    return None


def _channels(row: MatterRow, state: State) -> tuple[str, ...]:
    if state.proposal is None:
        return ()
    here = Place(row.matter, state, places.PLAY, row.channel)
    return here.of(places.CONTROL), here.of(places.PLAY)


def _is_played(tx: Tx, path: str) -> bool:
    row = places.play_of(tx, path)
    state = None if row is None else play.PART.from_json(row.state)
    return state is not None and play.status(state) not in {play.NONE, play.ENDED}


def _lacking(node: Node, tx: Tx, act: UnderstoodAct, sha256: str) -> set[str]:
    return (
        set()
        if destroyed_blobs.is_gone(tx, sha256)
        else unsigned_bodies.lacking(node, tx, act, sha256)
    )


def _named(tx: Tx, channels: tuple[str, ...]) -> Iterator[tuple[UnderstoodAct, str]]:
    """Give each act of both channels with each body that no other channel names."""
    for log in (one for path in channels for one in tx.logs(path)):
        for start in range(0, log.size, _PAGE):
            for act in tx.acts(log.origin, start, min(start + _PAGE, log.size)):
                for blob in act.act.blobs:
                    if not _is_named_elsewhere(tx, blob.sha256, channels):
                        yield act, blob.sha256


def _is_named_elsewhere(tx: Tx, sha256: str, channels: tuple[str, ...]) -> bool:
    logs = (tx.log(one.origin) for one in tx.who_names(sha256))
    return any(log is not None and log.channel not in channels for log in logs)


def destroy(
    node: Node, officer: Officer, exercise: str, *, owns_high_water: bool
) -> Destroyed | Inadmissible:
    """Destroy what was played; repeated, it destroys what has come since.

    Args:
        node: ours.
        officer: of the secretariat, in real work.
        exercise: id of its agreement.
        owns_high_water: whether this process may write the high-water file.

    Raises:
        Fault: `node.matter.unknown` and the like; those of the stores.
    """
    row = matters.show(node, officer, acts.EXERCISE, exercise).row
    channels = _channels(row, agreement.PART.from_json(row.state))
    with node.store.read() as tx:
        if found := no(node, tx, officer, row):
            return found
        named = {sha256 for _, sha256 in _named(tx, channels)}
        doomed = {sha256 for sha256 in named if not destroyed_blobs.is_gone(tx, sha256)}
    for part in batched(sorted(doomed), _PART, strict=False):
        with node.store.write() as tx:
            for sha256 in part:
                destroyed_blobs.note(tx, sha256)
    node.step("exercise.destroyed")
    with node.store.write() as tx:
        done = _noted(node, tx, officer, row, channels, len(named))
    destroyed_blobs.sweep(node, owns_high_water=owns_high_water)
    return done


def _noted(
    node: Node,
    tx: Tx,
    officer: Officer,
    row: MatterRow,
    channels: tuple[str, ...],
    bodies: int,
) -> Destroyed:
    """Drop drafts, end the links of guests, and keep that it was done."""
    for draft_id in tx.records(draft_store.DRAFT):
        draft = draft_store.kept(tx, draft_id)
        if draft.channel in channels:
            draft_store.forget(tx, draft)
    for one in seats.of_channels(tx, channels):
        outside.end_with_its_work(node, tx, one.id)
    done = Destroyed(node.clock.now_ms(), bodies, officer.name)
    destroyed.save(tx, row.matter.id, done)
    facts = {"exercise": row.matter.id, "officer": officer.name, "bodies": str(bodies)}
    local_log.note(tx, node, STEP, facts)
    return done
