"""Keys that `comity age` is given: recipients, identities and passphrases.

    # created: 2026-01-31T12:00:00Z       a comment
    # public key: age1pq1…
    AGE-SECRET-KEY-PQ-1…                  one identity a line; AGE-SECRET-KEY-1… is classical

A file of recipients holds `age1pq1…` or `age1…` lines in the same way.  An identity file
may itself be an age file under a passphrase.

Floor: surfaces.
"""

import getpass
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault, path_quoted, quoted
from comity.seal import age, armor, hybrid, x25519
from comity.seal.age import Identity, Recipient, Stanza
from comity.seal.hybrid import HybridIdentity, HybridRecipient
from comity.seal.scrypt import STANZA_TYPE as SCRYPT
from comity.seal.scrypt import ScryptIdentity
from comity.seal.x25519 import X25519Identity, X25519Recipient

type Key = HybridIdentity | X25519Identity
type Read = Callable[[str], bytes]
"""Gives what a file named on the command line holds; `-` is standard input."""

_SECRET: Final = x25519.IDENTITY_PREFIX
"""How a secret key of either kind begins, and what is left of one that was copied badly."""

_SEALED: Final = (b"age-encryption.org/v1\n", armor.BEGIN)


def recipient(text: str) -> Recipient:
    """Return the recipient that `-r` or a line of a recipients file names.

    Raises:
        Fault: `surfaces.age.recipient`; `seal.key.malformed`, `seal.recipient.malformed`.
    """
    if text.startswith(f"{hybrid.RECIPIENT_PREFIX}1"):
        return HybridRecipient.parse(text)
    if text.startswith(f"{x25519.RECIPIENT_PREFIX}1"):
        return X25519Recipient.parse(text)
    if text.lstrip().upper().startswith(_SECRET):  # it is never shown, well formed or not
        raise Fault(
            code="surfaces.age.recipient",
            what="A secret key was given as a recipient.",
            fix="Give the public key, which `comity age keygen -y IDENTITY` shows; for a file of "
            "identities there is -i.",
        )
    raise Fault(
        code="surfaces.age.recipient",
        what=f"The recipient {quoted(text)} is of no kind that comity seals to.",
        fix="Give a public key that begins with age1pq1 or age1, as `comity age keygen` shows.",
    )


def recipients(name: str, read: Read) -> list[Recipient]:
    """Return the recipients of a file.

    Raises:
        Fault: as `recipient`, for a line; `surfaces.age.recipient` if there is none.
    """
    found = [recipient(line) for line in _lines(name, read(name))]
    if not found:
        raise Fault(
            code="surfaces.age.recipient",
            what=f"The file {quoted(name)} names no recipient.",
            fix="Write one public key a line, age1pq1… or age1….",
        )
    return found


def keys(name: str, read: Read, passphrase: Callable[[], bytes]) -> list[Key]:
    """Return the identities of a file.

    Args:
        name: of the file, or `-`.
        read: gives its content.
        passphrase: asked for if the file is sealed itself.

    Raises:
        Fault: `surfaces.age.identity`; `seal.key.malformed`, and those of opening a sealed one.
    """
    data = read(name)
    if data.lstrip().startswith(_SEALED):
        sealed = data if data.startswith(_SEALED[0]) else armor.parse(data)
        data = age.unseal(sealed, [ScryptIdentity(passphrase())])
    found = [_key(name, line) for line in _lines(name, data)]
    if not found:
        raise _bad_identity(f"The file {quoted(name)} holds no identity.")
    return found


def _key(name: str, text: str) -> Key:
    if text.startswith(f"{hybrid.IDENTITY_PREFIX}1"):
        return HybridIdentity.parse(text)
    if text.startswith(f"{x25519.IDENTITY_PREFIX}1"):
        return X25519Identity.parse(text)
    raise _bad_identity(f"A line of {quoted(name)} is no identity that comity opens with.")


def _bad_identity(what: str) -> Fault:
    return Fault(
        code="surfaces.age.identity",
        what=what,
        fix="Give a file that `comity age keygen` or `age-keygen` wrote.",
    )


def _lines(name: str, data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault(
            code="surfaces.age.not-text",
            what=f"The file of keys {quoted(name)} is not text.",
            fix="Give a text file with one key a line.",
        ) from error
    for line in text.split("\n"):
        line = line.strip()  # noqa: PLW2901 -- the same line, without what an editor left
        if line and not line.startswith("#"):
            yield line


def render_key(key: Key, created: str) -> bytes:
    """Return the identity file of a key, as `age-keygen` writes it.  A secret."""
    public = key.recipient.render()
    return f"# created: {created}\n# public key: {public}\n{key.render()}\n".encode()


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase that is read once it is needed.

    Attributes:
        file: that holds it, or None to ask on the terminal.
    """

    file: Path | None

    def ask(self) -> bytes:
        """Return it, to open something.

        Raises:
            Fault: `surfaces.age.passphrase`.
        """
        return self._of_file() if self.file else _ask("Passphrase: ")

    def choose(self) -> bytes:
        """Return it, to seal something: on the terminal it is typed twice.

        Raises:
            Fault: `surfaces.age.passphrase`.
        """
        if self.file:
            return self._of_file()
        chosen = _ask("Passphrase: ")
        if _ask("The same passphrase again: ") != chosen:
            raise _bad_passphrase("The two passphrases differ.")
        return chosen

    def _of_file(self) -> bytes:
        try:
            with (self.file or Path()).open("rb") as file:
                line = file.readline().rstrip(b"\r\n")
        except OSError as error:
            raise _bad_passphrase(
                f"The passphrase file {path_quoted(self.file)} cannot be read: {error.strerror}."
            ) from error
        return _not_empty(line)


def _ask(prompt: str) -> bytes:
    try:
        with warnings.catch_warnings():
            # Without a terminal getpass would read, and show, what stands on standard input.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return _not_empty(getpass.getpass(prompt).encode())
    except (EOFError, getpass.GetPassWarning) as error:
        raise _bad_passphrase("There is no terminal to ask for the passphrase.") from error


def _not_empty(passphrase: bytes) -> bytes:
    if not passphrase:
        raise _bad_passphrase("The passphrase is empty.")
    return passphrase


def _bad_passphrase(what: str) -> Fault:
    return Fault(
        code="surfaces.age.passphrase",
        what=what,
        fix="Type it on a terminal, or name a file that holds it after --passphrase-file.",
    )


@dataclass(frozen=True, slots=True)
class AskingIdentity:
    """Opens a file sealed to a passphrase, which is asked for only if there is such a stanza.

    Attributes:
        passphrase: where it comes from.
    """

    passphrase: Passphrase

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None if the stanza or the passphrase is another.

        Raises:
            Fault: `surfaces.age.passphrase`, and those of `ScryptIdentity`.
        """
        if stanza.args[0] != SCRYPT:
            return None
        return ScryptIdentity(self.passphrase.ask()).unwrap(stanza)


def identities(names: list[str], read: Read, passphrase: Passphrase) -> list[Identity]:
    """Return what opens a file: the identities of these files, and else a passphrase.

    Raises:
        Fault: as `keys`.
    """
    found: list[Identity] = [key for name in names for key in keys(name, read, passphrase.ask)]
    return [*found, AskingIdentity(passphrase)]
