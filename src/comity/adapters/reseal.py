"""Another passphrase or key for a home: its master key, and root keys, sealed anew.

    all are opened  ->  all are sealed anew, in memory  ->  root keys are put in place  ->  master

The master key is one file that is replaced whole: whenever the process is killed, the passphrase
before or the next one opens every key of the home.  A root key is a file of its own on a medium
of its own; what is sealed to the next one already is left so, and the same command again does
the rest.  The keys themselves stay: whoever has files from before, and the passphrase from
before, has them.

Floor: adapters.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from comity.adapters.keyfiles import MASTER, read_file, write_file
from comity.adapters.vault import Vault
from comity.kernel.fault import Fault
from comity.seal import header
from comity.seal.scrypt import STANZA_TYPE, ScryptIdentity

WRONG: Final = "keys.secret.wrong"


def reseal(keys: Path, roots: Sequence[Path], before: Vault, after: Vault) -> list[Path]:
    """Seal the master key of a home, and root keys, to another passphrase or key.

    Args:
        keys: the folder of keys.
        roots: files of root keys.
        before: what opened them until now.
        after: what shall; the same seals them anew with the cost of today.

    Returns:
        The files that were written; those that the next one opened already are not.

    Raises:
        Fault: `keys.secret.wrong`, `keys.file.*`: nothing was written; `keys.disk.failed`.
    """
    sealed: dict[Path, bytes] = {}
    for file in (*roots, keys / MASTER):
        data = read_file(file)
        secret = _opened(data, file, before, after)
        if secret is None:
            continue
        made = after.seal(secret) if file.parent == keys else after.seal_away(secret)
        assert after.unseal(made, str(file)) == secret
        sealed[file] = made
    for file, made in sealed.items():
        write_file(file, made)
    return [*sealed]


def cost(keys: Path) -> int | None:
    """Return log2 of the work that one try of the passphrase takes; None for a key.

    Raises:
        Fault: `keys.file.missing`, `seal.header.malformed`.
    """
    found, _size = header.scan_header(read_file(keys / MASTER))
    args = found.stanzas[0].args
    return int(args[2]) if args[0] == STANZA_TYPE else None


def chars_of(vault: Vault) -> int | None:
    """Return how long a passphrase is; None for a key, or where nothing gives it."""
    one = vault.identity
    if not isinstance(one, ScryptIdentity):
        return None
    return len(one.passphrase.decode("utf-8", "replace"))


def _opened(data: bytes, file: Path, before: Vault, after: Vault) -> bytes | None:
    """Return what a file holds; None if the next secret opens it and the one before does not."""
    try:
        return before.unseal(data, str(file))
    except Fault as fault:
        if fault.code != WRONG:
            raise
        try:
            after.unseal(data, str(file))
        except Fault:
            raise fault from None
    return None
