"""What an opened home must be before anything is done in it.

Floor: boot.
"""

from comity.boot import home
from comity.kernel.fault import Fault, path_quoted, quoted
from comity.node.base import profile, rules_version
from comity.node.base.rows import LOCAL_CHANNEL


def require_founded(found: home.Opened) -> None:
    """Return if the database is the one that `init` filled, and not one that is empty.

    A database that was lost is made again when it is opened; served, it would begin the logs
    of this node a second time.  One that a restore was still placing when it was killed does
    not know yet that it must compare its logs with every peer before it signs.

    Raises:
        Fault: `boot.home.unusable`, and those of `require_own`.
    """
    folder = found.home.paths.home
    if (folder / home.RESTORING).exists():
        raise Fault(
            code="boot.home.unusable",
            what=f"A restore into {path_quoted(folder)} did not end: it is half a home.",
            fix="Empty that folder, and restore the backup into it again.",
        )
    require_own(found)


def require_own(found: home.Opened) -> None:
    """Return if the database has a node in it, and it is that of the party in the configuration.

    A node that took itself for another would begin logs in its name beside its own.

    Raises:
        Fault: `node.profile.missing`, `boot.home.other-party`.
    """
    node = found.home.node
    with node.store.read() as tx:
        profile.load(tx)
        owners = sorted({log.party for log in tx.logs(LOCAL_CHANNEL) if log.own})
    if owners and node.party not in owners:
        named = ", ".join(owners)
        raise Fault(
            code="boot.home.other-party",
            what=f"The database is that of {quoted(named)}, and "
            f"{path_quoted(found.home.paths.config)} says that this is {quoted(node.party)}.",
            fix="See whether home and database belong together; the party of a node never changes.",
        )


def require_computed(found: home.Opened) -> None:
    """Return if the rules of this program computed all that the home shows.

    Raises:
        Fault: `node.computed.*`.
    """
    with found.home.node.store.read() as tx:
        rules_version.require(tx)
