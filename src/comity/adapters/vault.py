"""What opens the private keys of a home: a passphrase, or a key of 32 bytes.

    COMITY_KEY               64 hex digits
    COMITY_KEY_FILE          a file that holds them
    COMITY_PASSPHRASE_FILE   a file whose first line is the passphrase
    COMITY_PASSPHRASE        the passphrase

The first that is set counts.  Secrets are sealed as age files: scrypt for a passphrase, the
symmetric stanza for a key.

Floor: adapters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault, path_quoted, quoted
from comity.seal import age
from comity.seal.age import Entropy, Identity, Recipient
from comity.seal.scrypt import ScryptIdentity, ScryptRecipient
from comity.seal.symmetric import SymmetricIdentity, SymmetricRecipient

KEY_VARIABLE: Final = "COMITY_KEY"
KEY_FILE_VARIABLE: Final = "COMITY_KEY_FILE"
PASSPHRASE_FILE_VARIABLE: Final = "COMITY_PASSPHRASE_FILE"  # noqa: S105 -- a variable's name
PASSPHRASE_VARIABLE: Final = "COMITY_PASSPHRASE"  # noqa: S105 -- a variable's name
VARIABLES: Final = (
    KEY_VARIABLE,
    KEY_FILE_VARIABLE,
    PASSPHRASE_FILE_VARIABLE,
    PASSPHRASE_VARIABLE,
)
SECRET_FILE_BYTES_MAX: Final = 4096
PASSPHRASE_CHARS_MIN: Final = 15
"""Of the passphrase of a new home, as of an officer's password: it stands alone against whoever
has the files.  No rule of what it is made of.  Source: NIST SP 800-63B-4, 3.1.1.2."""

WORK_FACTOR: Final = 16
"""Of scrypt, log2: 64 MiB and a fifth of a second, once for each process."""

AWAY: Final = 2
"""Twice doubled for what leaves the home, root keys and backups: whoever finds one may try
passphrases for years, and its owner opens it a few times a year (256 MiB, a second or two)."""

_AGE: Final = b"age-encryption.org/"
"""How the file of a key begins."""

_KEY: Final = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens small secrets.

    Attributes:
        recipient: to whom they are sealed.
        away: to whom what leaves the home is sealed, where that is not the same.
        identity: who opens them.
        entropy: chance.
        file: in which the passphrase or key was found, if it was in one.
    """

    recipient: Recipient
    identity: Identity
    entropy: Entropy
    away: Recipient | None = None
    file: Path | None = None

    def seal(self, secret: bytes) -> bytes:
        """Return an age file."""
        return age.seal(secret, [self.recipient], self.entropy)

    def seal_away(self, secret: bytes) -> bytes:
        """Return an age file that leaves the home."""
        return age.seal(secret, [self.for_away()], self.entropy)

    def for_away(self) -> Recipient:
        """Return to whom what leaves the home is sealed."""
        return self.away or self.recipient

    def unseal(self, data: bytes, name: str) -> bytes:
        """Return what an age file holds.

        Args:
            data: the age file.
            name: of the file, for the message.

        Raises:
            Fault: `keys.secret.wrong`, `keys.file.malformed`.
        """
        try:
            return age.unseal(data, [self.identity])
        except Fault as fault:
            if fault.code.startswith("keys."):
                raise  # the identity itself could not be had
            if fault.code == "seal.header.no-match":
                raise Fault(
                    code="keys.secret.wrong",
                    what=f"The passphrase or key does not open {quoted(name)}.",
                    fix=f"Set {KEY_VARIABLE} or {PASSPHRASE_FILE_VARIABLE} to that of this home.",
                ) from fault
            if data and not data.startswith(_AGE):
                raise Fault(
                    code="keys.file.malformed",
                    what=f"The file {quoted(name)} is no key file: {fault.what}",
                    fix="Name the file of the key; if it was that, restore it from a backup.",
                ) from fault
            raise Fault(
                code="keys.file.malformed",
                what=f"The key file {quoted(name)} is damaged: {fault.what}",
                fix="Restore it from a backup; nothing else can replace it.",
            ) from fault


def of_passphrase(passphrase: bytes, entropy: Entropy, work_factor: int = WORK_FACTOR) -> Vault:
    """Return the vault that a passphrase opens."""
    if not passphrase:
        raise _missing("The passphrase is empty.")
    recipient = ScryptRecipient(passphrase, work_factor)
    away = ScryptRecipient(passphrase, work_factor + AWAY)
    return Vault(recipient, ScryptIdentity(passphrase), entropy, away)


def of_key(key: bytes, entropy: Entropy) -> Vault:
    """Return the vault that a key of 32 bytes opens."""
    return Vault(SymmetricRecipient(key), SymmetricIdentity(key), entropy)


def of_passphrase_file(path: Path, entropy: Entropy, *, is_new: bool = False) -> Vault:
    """Return the vault that the first line of a file opens.

    Args:
        path: of the file.
        entropy: chance.
        is_new: nothing is encrypted with it yet: it must be long.

    Raises:
        Fault: `keys.secret.missing`, `keys.secret.too-short`.
    """
    passphrase = _read(path).split(b"\n")[0].rstrip(b"\r")
    return replace(new_or_old(passphrase, entropy, is_new=is_new), file=path)


def of_key_file(path: Path, entropy: Entropy) -> Vault:
    """Return the vault that the key in a file opens.

    Raises:
        Fault: `keys.secret.missing`, `keys.secret.malformed`.
    """
    key = _key(_read(path).decode("ascii", "replace"), f"the file {path_quoted(path)}")
    return replace(of_key(key, entropy), file=path)


def new_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what COMITY_NEW_… say under the names of those that open a home: the next secret."""
    named = {name: name.replace("COMITY_", "COMITY_NEW_", 1) for name in VARIABLES}
    return {name: environment[new] for name, new in named.items() if environment.get(new)}


def of_environment(
    environment: Mapping[str, str], entropy: Entropy, *, is_new: bool = False
) -> Vault:
    """Return the vault that the environment opens; `is_new` as for `of_passphrase_file`.

    Raises:
        Fault: `keys.secret.missing`, `keys.secret.malformed`, `keys.secret.too-short`.
    """
    if hexadecimal := environment.get(KEY_VARIABLE):
        return of_key(_key(hexadecimal, KEY_VARIABLE), entropy)
    if name := environment.get(KEY_FILE_VARIABLE):
        return of_key_file(Path(name), entropy)
    if name := environment.get(PASSPHRASE_FILE_VARIABLE):
        return of_passphrase_file(Path(name), entropy, is_new=is_new)
    if passphrase := environment.get(PASSPHRASE_VARIABLE):
        return new_or_old(passphrase.encode(), entropy, is_new=is_new)
    raise _missing("Nothing says how the private keys of this home are encrypted.")


def new_or_old(passphrase: bytes, entropy: Entropy, *, is_new: bool) -> Vault:
    """Return the vault that a passphrase opens; `is_new` as for `of_passphrase_file`.

    Raises:
        Fault: `keys.secret.missing`, `keys.secret.too-short`.
    """
    count = len(passphrase.decode("utf-8", "replace"))
    if is_new and 0 < count < PASSPHRASE_CHARS_MIN:
        raise Fault(
            code="keys.secret.too-short",
            what=f"The passphrase has {count} characters: whoever copies the files tries all such.",
            fix=f"Give {PASSPHRASE_CHARS_MIN} characters or more, like five words drawn by lot; or "
            f"a key: {KEY_FILE_VARIABLE}.",
        )
    return of_passphrase(passphrase, entropy)


def _key(text: str, source: str) -> bytes:
    if not _KEY.fullmatch(text.strip()):
        raise Fault(
            code="keys.secret.malformed",
            what=f"What {source} holds is not a key of 32 bytes.",
            fix="Give 64 hex digits, as `openssl rand -hex 32` prints them.",
        )
    return bytes.fromhex(text.strip())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SECRET_FILE_BYTES_MAX)
    except OSError as error:
        raise _missing(f"The file {path_quoted(path)} cannot be read: {error.strerror}.") from error


def _missing(why: str) -> Fault:
    return Fault(
        code="keys.secret.missing",
        what=why,
        fix=f"Set {PASSPHRASE_FILE_VARIABLE}, {KEY_FILE_VARIABLE} or {KEY_VARIABLE}.",
    )
