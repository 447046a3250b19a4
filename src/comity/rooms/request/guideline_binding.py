"""Which version of the guideline a request lives under: the one in force when it is made.

    bind(node, "xx/live", written) -> the file, with its version, joint times and joint codes

A request names its version for ever.  Where none is in force it names none, and only the closed
lists of the room of requests judge it.

Source: docs/spec/guideline.md, clauses 7, 8 and 13.
Floor: rooms.
"""

from dataclasses import replace

from comity.joint.guideline import shared_values
from comity.joint.guideline.model import Guideline
from comity.joint.request.rules import Rules
from comity.joint.text.view import Version
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import joint_texts
from comity.node.room.request_file import Written
from comity.rooms.request import guideline_rules

_PREFIX_CHARS_MIN = 8


def bind(node: Node, channel: str, written: Written) -> Written | Inadmissible:
    """Return a request file bound to the version in force, with what stands in its entry.

    Args:
        node: ours.
        channel: in which it will stand.
        written: the file; it may name the version, by its name or hash.
    """
    with node.store.read() as tx:
        guideline = in_force(node, tx, channel)
    if isinstance(guideline, Inadmissible):
        return guideline
    if guideline is None:
        return not_adopted(written.guideline) if written.guideline else written
    if written.guideline and not _is_named(guideline, written.guideline):
        return not_in_force(written.guideline, guideline)
    times, codes = shared_values.values(guideline, written.type, written.elements)
    for name, at_ms in times.items():
        if written.times.get(name, at_ms) != at_ms:
            element = guideline.joint[name].element
            return Inadmissible(
                "request.time-disagrees",
                f"The file gives {quoted(name)} twice, and not as the same instant.",
                f"Leave it out of `times`: it is taken from {quoted(element)}.",
            )
    return replace(
        written, guideline=guideline.sha256, times={**written.times, **times}, joint=codes
    )


def in_force(node: Node, tx: Tx, channel: str) -> Guideline | Inadmissible | None:
    """Return the guideline in force now, None if none is, or why it cannot be judged by."""
    version = joint_texts.version_in_force(tx, channel, node.clock.now_ms())
    if version is None:
        return None
    found = joint_texts.bound(node, tx, channel, version.sha256)
    return _not_held(version) if found is None else found


def _not_held(version: Version) -> Inadmissible:
    return Inadmissible(
        "request.guideline-not-held",
        f"The guideline in force, {version.sha256[:16]}…, is not held here or cannot be read.",
        "Wait until it has come again, or run `comity fsck`: nothing is sent unjudged.",
    )


def not_adopted(named: str) -> Inadmissible:
    """Return why a request cannot be bound to a version, where no guideline is in force."""
    return Inadmissible(
        "request.guideline-not-adopted",
        f"The version {quoted(named)} is not in force: no guideline is, between these parties.",
        "Leave it out, or let every party adopt it: `comity guideline adopt`.",
    )


def not_in_force(named: str, guideline: Guideline) -> Inadmissible:
    """Return why a request cannot be bound to a version other than the one in force."""
    what = f"The version {quoted(named)} is" if named else "The request names no version, which is"
    return Inadmissible(
        "request.guideline-not-in-force",
        f"{what} not the one in force, {quoted(guideline.version)} ({guideline.sha256[:16]}…).",
        "Leave the version out of the file, and write it again under the one in force.",
    )


def _is_named(guideline: Guideline, named: str) -> bool:
    is_hash = len(named) >= _PREFIX_CHARS_MIN and guideline.sha256.startswith(named.lower())
    return is_hash or named == guideline.version


def rules_of(node: Node, channel: str, sha256: str) -> Rules | None:
    """Return what the guideline that a request names decides, or None where it is not known."""
    if not sha256:
        return None
    with node.store.read() as tx:
        guideline = joint_texts.bound(node, tx, channel, sha256)
    return None if guideline is None else guideline_rules.of(guideline)
