"""Another passphrase or key for a home, from files, the environment or the terminal.

Floor: boot.
"""

import contextlib
import getpass
import sys
from collections.abc import Mapping
from pathlib import Path

from comity.adapters import reseal, vault
from comity.adapters.entropy import SystemEntropy
from comity.adapters.vault import Vault
from comity.boot import home as homes
from comity.kernel.fault import Fault
from comity.surfaces.cli.context import NewSecret


def change(folder: Path, wish: NewSecret, environment: Mapping[str, str]) -> list[Path]:
    """Seal what opens a home, and root keys, to the next passphrase or key; see `reseal`.

    Returns:
        The files that were written.

    Raises:
        Fault: `adapters.home.already-served`, `boot.home.missing`, `boot.secret.*`, `keys.*`.
    """
    homes.require(folder)
    with homes.held(folder):
        before = _before(environment)
        after = _after(wish, environment)
        return reseal.reseal(homes.paths_of(folder).keys, wish.roots, before, after)


def _before(environment: Mapping[str, str]) -> Vault:
    entropy = SystemEntropy()
    try:
        return vault.of_environment(environment, entropy)
    except Fault as fault:
        asked = _asked("Passphrase of this home until now: ")
        if fault.code != "keys.secret.missing" or not asked:
            raise
        return vault.of_passphrase(asked.encode(), entropy)


def _after(wish: NewSecret, environment: Mapping[str, str]) -> Vault:
    entropy = SystemEntropy()
    if wish.key_file is not None:
        return vault.of_key_file(wish.key_file, entropy)
    if wish.passphrase_file is not None:
        return vault.of_passphrase_file(wish.passphrase_file, entropy, is_new=True)
    if given := vault.new_variables(environment):
        return vault.of_environment(given, entropy, is_new=True)
    asked = _asked("New passphrase: ")
    if not asked:
        raise Fault(
            code="boot.secret.missing",
            what="Nothing gives the new passphrase or key.",
            fix="Give --new-passphrase-file or --new-key-file, set COMITY_NEW_PASSPHRASE_FILE or "
            "COMITY_NEW_KEY_FILE, or run the command on a terminal, where it asks.",
        )
    made = vault.new_or_old(asked.encode(), entropy, is_new=True)
    if _asked("The same again: ") != asked:
        raise Fault(
            code="boot.secret.mistyped",
            what="The two are not the same; nothing was changed.",
            fix="Run the command again.",
        )
    return made


def _asked(prompt: str) -> str:
    """Return what is typed, without showing it; "" where there is no terminal."""
    if sys.stdin is not None and sys.stdin.isatty():  # it is None after `<&-`
        with contextlib.suppress(EOFError):  # Ctrl-D
            return getpass.getpass(prompt)
    return ""
