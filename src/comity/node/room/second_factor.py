"""Whoever approves or releases shows a second factor, on whichever way they come.

    on a page            a passkey or a code, within the last five minutes; the page asks
    by API, by command   a code of their app, which counts once and for what they read

Whoever has a factor shows it on every way.  Whoever has none may not release on a page; elsewhere
the nation profile says whether they may (docs/nation.md, "Release").  It says too for how long a
factor that was just added releases nothing: whoever takes an account over adds one.

    record kind    key          value
    factor-shown   <officer>    period, wrong, since

Floor: node.
"""

from typing import Final, cast

from comity.domestic.nation.model import Release
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Factor, Officer
from comity.node.room import local_log
from comity.node.room import nation_profile as nations

RECORD: Final = "factor-shown"
WRONG_MAX: Final = 5
PAUSE_MS: Final = 300_000
_HOUR_MS: Final = 3_600_000

_NONE: Final = Inadmissible(
    "officer.factor.none",
    "Whoever approves or releases shows a second factor, and this account has none.",
    "Add an app of codes on the page of your account, then give its code.",
)
_NO_APP: Final = Inadmissible(
    "officer.factor.no-app",
    "This account has a passkey, which only a page can ask for, and no app of codes.",
    "Release it on its page, or add an app of codes on the page of your account.",
)
_NO_CODE: Final = Inadmissible(
    "officer.factor.no-code",
    "Whoever has an app of codes approves and releases with a code of it.",
    "Give the six digits that it shows now: `--code 123456`, or the header Comity-Code.",
)
_WRONG: Final = Inadmissible(
    "officer.factor.wrong-code",
    "The code is not one that the app shows now, or it was used before.",
    "Wait for the next code of the app and give that.",
)
_TOO_MANY: Final = Inadmissible(
    "officer.factor.too-many",
    f"{WRONG_MAX} wrong codes were given for this account within five minutes.",
    "Wait five minutes. If they were not yours, end the token that was used.",
)


def show(node: Node, officer: Officer, code: str, content_sha256: str) -> Inadmissible | None:
    """Take the code of an officer's app for one content, once; return what stands against it.

    Args:
        node: ours.
        officer: who approves or releases.
        code: of their app, or "".
        content_sha256: of what they read.

    Raises:
        Fault: `officer.factor.lost`.
    """
    with node.store.read() as tx:
        found, release = tx.factors(officer.name), _said(tx)
        no = _lacks(found, release, code) or _too_new(found, release, node.clock.now_ms())
    if no is not None or not found:
        return no
    with node.store.write() as tx:
        no = _taken(tx, node, officer, code)
        facts = {"officer": officer.name, "content": content_sha256}
        step = "officer.factor-shown" if no is None else "officer.factor-refused"
        local_log.note(tx, node, step, facts)
    return no


def too_new(node: Node, officer: Officer) -> Inadmissible | None:
    """Return what stands against releasing by a factor that was just added, or None."""
    with node.store.read() as tx:
        return _too_new(tx.factors(officer.name), _said(tx), node.clock.now_ms())


def _said(tx: Tx) -> Release:
    nation = None if nations.is_damaged(tx) else nations.in_force(tx)
    return nation.release if nation is not None else Release()


def _lacks(found: list[Factor], release: Release, code: str) -> Inadmissible | None:
    if not found:
        return _NONE if release.factor else None
    if not any(one.sealed for one in found):
        return _NO_APP
    return None if code else _NO_CODE


def _too_new(found: list[Factor], release: Release, now_ms: int) -> Inadmissible | None:
    newest_ms = max((one.since_ms for one in found), default=now_ms)
    left_ms = newest_ms + release.new_factor_hours * _HOUR_MS - now_ms
    if not release.new_factor_hours or left_ms <= 0:
        return None
    hours = -(-left_ms // _HOUR_MS)
    return Inadmissible(
        "officer.factor.new",
        f"A factor that was added less than {release.new_factor_hours} hours ago releases nothing "
        f"yet: {hours} hours are left.",
        "Wait, or let another officer approve. If you did not add it, tell an auditor.",
    )


def _taken(tx: Tx, node: Node, officer: Officer, code: str) -> Inadmissible | None:
    """Take a code, or count that it was wrong."""
    now_ms = node.clock.now_ms()
    kept = cast("dict[str, int] | None", tx.record(RECORD, officer.name)) or {}
    since_ms = kept.get("since", now_ms)
    wrong = kept.get("wrong", 0) if now_ms < since_ms + PAUSE_MS else 0
    if wrong >= WRONG_MAX:
        return _TOO_MANY
    last = kept.get("period", -1)
    sealed = [one.sealed for one in tx.factors(officer.name) if one.sealed]
    periods = [node.codes.period(one, code.replace(" ", ""), now_ms) for one in sealed]
    good = max((one for one in periods if one is not None and one > last), default=None)
    if good is not None:
        tx.save_record(RECORD, officer.name, {"period": good, "wrong": 0, "since": now_ms})
        return None
    began_ms = since_ms if wrong else now_ms
    tx.save_record(RECORD, officer.name, {"period": last, "wrong": wrong + 1, "since": began_ms})
    return _WRONG
