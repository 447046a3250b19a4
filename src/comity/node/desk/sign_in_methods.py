"""How an officer signs in: what they signed in by, added, removed or changed is noted; and a reset.

Floor: node.
"""

from collections.abc import Mapping
from typing import Final

from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import sign_in_links
from comity.node.desk.officer_admin import require_in_office
from comity.node.room import account_notices, api_tokens, local_log

STEPS: Final = frozenset(
    {"officer.signed-in", "officer.sign-in-failed", "officer.refused", "officer.access-changed"}
)
CALLER: Final = "comity.caller"
"""Where a program's call says in whose name it was made, in its environment: the officer's name."""
_MARK_BYTES: Final = 16


def note(node: Node, step: str, facts: Mapping[str, str]) -> None:
    """Note one step in the local log, in a transaction of its own."""
    assert step in STEPS
    with node.store.write() as tx:
        local_log.note(tx, node, step, facts)


def reset(node: Node, name: str, by: str = "") -> Officer:
    """Forget how an officer signs in: password, passkeys, app, recovery codes, providers.

    Their sessions, links that were made for them and tokens of their programs end with it: a
    token is made in a session, so whoever had that may have one, which works for months without
    any of what is forgotten here.  A new link alone lets them in again, and before they release
    anything they add a factor anew.

    Args:
        node: ours.
        name: of the officer.
        by: the officer who does it, or "" for whoever is at the machine.

    Raises:
        Fault: `officer.name.unknown`, `officer.account.ended`.
    """
    with node.store.write() as tx:
        return forget(tx, node, name, by)


def forget(tx: Tx, node: Node, name: str, by: str) -> Officer:
    """Forget how an officer signs in, in a write that does more; see `reset`."""
    officer = require_in_office(tx, name)
    tx.forget_access(name, node.entropy(_MARK_BYTES).hex())
    sign_in_links.end_all(tx, name)
    api_tokens.end_all(tx, node, name)
    account_notices.tell(tx, node, name, account_notices.RESET, by)
    local_log.note(tx, node, "officer.access-reset", {"officer": name, **account_notices.fact(by)})
    return officer
