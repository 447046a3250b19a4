"""A text that an arrangement root key has signed: the frame of cards and revocations.

    comity/card/1
    {"agencies":[…],…}                          canonical I-JSON on one line
    <empty line>
    — <party>/<arrangement>/root <base64>       Ed25519, kind 0x01
    — <party>/<arrangement>/root <base64>       ML-DSA-44, kind 0xff

A signed note with exactly these two signature lines, in this order: one spelling.

Source: C2SP signed-note; protocol rules 2 and 4.
Floor: joint (pure).
"""

from collections.abc import Sequence
from typing import Final

from comity.joint.arrangement.fields import malformed
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.tlog import note
from comity.tlog.note import Signer, Verifier

ROOT_SIGNATURES: Final = 2


def root_name(party: str, arrangement: str) -> str:
    """Return the name of a party's root key in an arrangement."""
    return f"{party}/{arrangement}/root"


def render_body(header: str, value: Json) -> bytes:
    """Return the header line and the canonical JSON line."""
    return header.encode() + b"\n" + ijson.render(value) + b"\n"


def parse_body(header: str, body: bytes) -> Json:
    """Read what `render_body` gives.

    Raises:
        Fault: `arrangement.text.malformed`, `kernel.json.malformed`,
            `kernel.json.second-spelling`.
    """
    first, _, rest = body.partition(b"\n")
    if first != header.encode():
        raise malformed("header", f"is {quoted(first.decode('utf-8', 'replace'))}, not {header}")
    if not rest.endswith(b"\n"):
        raise malformed("last line", "does not end with a newline")
    return ijson.parse_canonical(rest[:-1])


def sign(header: str, value: Json, signers: Sequence[Signer]) -> bytes:
    """Return the text signed by the Ed25519 and the ML-DSA-44 root key."""
    assert len(signers) == ROOT_SIGNATURES
    return note.render(note.sign(render_body(header, value), signers, at_s=0))


def parse(header: str, text: bytes) -> tuple[Json, str]:
    """Return the value and the name of the key that is said to have signed it.

    Raises:
        Fault: as `parse_body`, `tlog.note.malformed`, `tlog.note.too-large`.
    """
    signed = note.parse(text)
    names = [line.name for line in signed.signatures]
    if len(names) != ROOT_SIGNATURES or names[0] != names[1]:
        raise malformed("signatures", f"are by {quoted(', '.join(names))}, not by one root twice")
    return parse_body(header, signed.body), names[0]


def verify(text: bytes, verifiers: Sequence[Verifier]) -> None:
    """Return if both root keys signed the text, in order.

    Raises:
        Fault: `tlog.note.*`; `arrangement.text.malformed` for a wrong order or other lines.
    """
    assert len(verifiers) == ROOT_SIGNATURES
    signed = note.parse(text)
    if note.verify_all(signed, verifiers) != signed.signatures:
        raise malformed("signatures", "are not those of the two root keys, in their order")


def require_root_name(found: str, party: str, arrangement: str) -> None:
    """Refuse a text whose signature lines name another root than its fields.

    Raises:
        Fault: `arrangement.text.wrong-root`.
    """
    if found != root_name(party, arrangement):
        raise Fault(
            code="arrangement.text.wrong-root",
            what=f"The text of {quoted(party)} is signed in the name {quoted(found)}.",
            fix="Refuse it and tell the party; only its own root key speaks for it.",
        )
