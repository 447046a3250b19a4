r"""The header of an age file: who can open it, and that nobody changed the list.

    age-encryption.org/v1\n
    -> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE\n      arguments of a stanza
    qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E\n                 its body, wrapped at 64
    --- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s\n             MAC over all before the space

Each header has one spelling: `parse_header` refuses every other.

Source: C2SP age.md "Header".
Floor: seal (pure).
"""

import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.kernel.fault import Fault, quoted
from comity.seal import rawbase64

type Entropy = Callable[[int], bytes]
"""Gives that many random bytes; a simulation gives its own."""

FILE_KEY_BYTES: Final = 16
HEADER_BYTES_MAX: Final = 1 << 20

_VERSION: Final = b"age-encryption.org/v1\n"
_COLUMNS: Final = 64
_MAC_CHARS: Final = 43
_STANZA: Final = re.compile(
    rb"-> ([!-~]+(?: [!-~]+)*)\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63})\n"
)
_END: Final = re.compile(rb"---(?: ([A-Za-z0-9+/]{43})\n)?")


@dataclass(frozen=True, slots=True)
class Stanza:
    """The file key, wrapped for one recipient.

    Attributes:
        args: at least one; each of printable ASCII without spaces.
        body: the wrapped key.
    """

    args: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header.

    Attributes:
        stanzas: at least one, in the order of the file.
        mac: 32 bytes.
    """

    stanzas: tuple[Stanza, ...]
    mac: bytes = field(repr=False)


class Recipient(Protocol):
    """Somebody to whom a file can be sealed."""

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Return the file key, wrapped so that only this recipient's identity has it."""
        ...


class Identity(Protocol):
    """Somebody who can open what was sealed to them."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the 16-byte file key, or nothing if the stanza is for somebody else.

        Raises:
            Fault: `seal.stanza.malformed`, for a stanza of this identity's type that no
                recipient makes.
        """
        ...


def parse_header(data: bytes) -> Header:
    """Read a header that ends where the data ends.

    Raises:
        Fault: `seal.header.malformed`.
    """
    header, size_bytes = scan_header(data)
    if size_bytes != len(data):
        _refuse(data, size_bytes, "nothing may stand after the MAC")
    return header


def scan_header(data: bytes) -> tuple[Header, int]:
    """Read the header at the start of a file; return it with its size in bytes.

    Raises:
        Fault: `seal.header.malformed`.
    """
    if not data.startswith(_VERSION):
        _refuse(data, 0, "an age file begins with the line 'age-encryption.org/v1'")
    at = len(_VERSION)
    stanzas = []
    while match := _STANZA.match(data, at):
        stanzas.append(_stanza(data, at, match))
        at = match.end()
        if at > HEADER_BYTES_MAX:
            _refuse(data, at, f"a header has at most {HEADER_BYTES_MAX} bytes")
    end = _END.match(data, at)
    if end is None:
        _refuse(data, at, "a stanza or the MAC must stand here")
    mac = rawbase64.parse(end[1]) if end[1] else None
    if not stanzas or mac is None:
        _refuse(data, at, "after at least one stanza, '--- ' and 43 characters of base64 end it")
    return Header(tuple(stanzas), mac), end.end()


def render_header(header: Header) -> bytes:
    """Return the one spelling."""
    return b"%b %b\n" % (_before_mac(header.stanzas), rawbase64.render(header.mac))


def build_header(file_key: bytes, recipients: Sequence[Recipient], entropy: Entropy) -> bytes:
    """Return the text of a header that gives this file key to these recipients.

    Raises:
        Fault: `seal.recipient.missing`; `seal.recipient.mixed`, where a weaker recipient
            would undo what a stronger one promises.
    """
    stanzas = [recipient.wrap(file_key, entropy) for recipient in recipients]
    _check_company([stanza.args[0] for stanza in stanzas])
    return header_of(file_key, stanzas)


def header_of(file_key: bytes, stanzas: Sequence[Stanza]) -> bytes:
    """Return the text of a header of these stanzas, with the MAC of this file key."""
    text = _before_mac(stanzas)
    return b"%b %b\n" % (text, rawbase64.render(_mac(file_key, text)))


def is_key_of(file_key: bytes, data: bytes, header: Header, size_bytes: int) -> bool:
    """Return whether the header at the start of the data was made with this file key."""
    text = memoryview(data)[: size_bytes - _MAC_CHARS - 2]
    return hmac.compare_digest(_mac(file_key, text), header.mac)


def hkdf(ikm: bytes, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA-256, as age derives every key (RFC 5869)."""
    return HKDF(SHA256(), 32, salt, info).derive(ikm)


def _stanza(data: bytes, at: int, match: re.Match[bytes]) -> Stanza:
    body = rawbase64.parse(match[2].replace(b"\n", b""))
    if body is None:
        _refuse(data, at, "the body of this stanza is not canonical base64")
    return Stanza(tuple(match[1].decode("ascii").split(" ")), body)


def _before_mac(stanzas: Sequence[Stanza]) -> bytes:
    parts = [_VERSION]
    for stanza in stanzas:
        text = rawbase64.render(stanza.body)
        lines = [text[i : i + _COLUMNS] for i in range(0, len(text) + 1, _COLUMNS)]
        parts.append(b"-> %b\n%b\n" % (" ".join(stanza.args).encode("ascii"), b"\n".join(lines)))
    parts.append(b"---")
    return b"".join(parts)


def _mac(file_key: bytes, text: bytes | memoryview) -> bytes:
    return hmac.digest(hkdf(file_key, b"", b"header"), text, "sha256")


def _check_company(types: Sequence[str]) -> None:
    if not types:
        raise Fault(
            code="seal.recipient.missing",
            what="The file would be sealed to nobody.",
            fix="Name at least one recipient.",
        )
    alone = "scrypt" in types and len(types) > 1
    if alone or ("mlkem768x25519" in types and "X25519" in types):
        raise Fault(
            code="seal.recipient.mixed",
            what=f"Recipients of the types {', '.join(sorted(set(types)))} cannot share a file.",
            fix="Seal one file to the post-quantum recipients and another to the rest; "
            "a passphrase stands alone.",
        )


def _refuse(data: bytes, at: int, why: str) -> NoReturn:
    line = data[at : at + 100].split(b"\n", 1)[0].decode("ascii", "backslashreplace")
    raise Fault(
        code="seal.header.malformed",
        what=f"The age header cannot be read at byte {at}, {quoted(line)}: {why}.",
        fix="Ask the sender for the file again, transferred as binary.",
    )
