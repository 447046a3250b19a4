"""Signed notes: a text and the lines of those who signed it.

    This is an example message.
    <empty line>
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlT…

The last empty line parts the text from one or more signature lines: em dash, key name,
base64 of (4-byte key id, payload).  What a payload is depends on the key; see
`comity.tlog.keys`.  There is one spelling: `render(parse(x)) == x`, or x is refused.

Source: C2SP signed-note.
Floor: tlog (pure).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.tlog import spelling

KEY_ID_BYTES: Final = 4
KEY_NAME_BYTES_MAX: Final = 255
"""An ML-DSA-44 cosigner name has a length prefix of one byte; no name here is longer."""

_DASH: Final = "— ".encode()
_CONTROLS: Final = bytes(byte for byte in range(0x20) if byte != 0x0A)  # noqa: PLR2004 -- newline


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line.

    Attributes:
        name: of the key; no Unicode space, no plus, 1 to 255 bytes.
        key_id: 4 bytes that name the key and its kind.
        payload: what the key made; at least one byte.
    """

    name: str
    key_id: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signature lines, as read: nothing here has been verified.

    Attributes:
        body: the text with its final newline, without the separating empty line.
        signatures: one or more, in the order of the note.
    """

    body: bytes
    signatures: tuple[Signature, ...]


class Verifier(Protocol):
    """A public key that can judge one kind of signature line."""

    @property
    def name(self) -> str:
        """The key name."""

    @property
    def key_id(self) -> bytes:
        """The 4-byte key id."""

    def verify(self, body: bytes, payload: bytes) -> None:
        """Return if the payload signs the body.

        Raises:
            Fault: `tlog.note.bad-signature`.
        """


class Signer(Protocol):
    """A private key that can make one kind of signature line."""

    @property
    def name(self) -> str:
        """The key name."""

    @property
    def key_id(self) -> bytes:
        """The 4-byte key id."""

    def sign(self, body: bytes, *, at_s: int) -> bytes:
        """Return the payload of a signature made at this time (seconds since 1970 UTC)."""


def parse(data: bytes) -> Note:
    """Read a note.

    Raises:
        Fault: `tlog.note.too-large`, `tlog.note.malformed`.
    """
    if len(data) > limits.NOTE_BYTES_MAX:
        raise _too_large(f"it has {len(data)} bytes, over {limits.NOTE_BYTES_MAX}")
    split = data.rfind(b"\n\n")
    if split < 0:
        raise _malformed("no empty line parts the text from the signatures")
    _check_text(data)
    return Note(data[: split + 1], _parse_lines(data[split + 2 :]))


def render(note: Note) -> bytes:
    """Return the note as bytes."""
    assert note.body.endswith(b"\n")
    return note.body + b"\n" + render_signatures(note.signatures)


def parse_signatures(data: bytes) -> tuple[Signature, ...]:
    """Read bare signature lines: the body of an answer that cosigns.

    Raises:
        Fault: `tlog.note.too-large`, `tlog.note.malformed`.
    """
    if len(data) > limits.NOTE_BYTES_MAX:
        raise _too_large(f"it has {len(data)} bytes, over {limits.NOTE_BYTES_MAX}")
    _check_text(data)
    return _parse_lines(data)


def render_signatures(signatures: Iterable[Signature]) -> bytes:
    """Return the signature lines, each with its newline."""
    return b"".join(
        _DASH
        + signature.name.encode()
        + b" "
        + spelling.render_base64(signature.key_id + signature.payload)
        + b"\n"
        for signature in signatures
    )


def is_key_name(name: str) -> bool:
    """Return whether this may stand in a signature line: no Unicode space, plus or control."""
    return (
        name.split() == [name]
        and "+" not in name
        and len(name.encode("utf-8", "surrogatepass")) <= KEY_NAME_BYTES_MAX
        and name.encode("utf-8", "replace").decode() == name
        and min(name) >= " "
    )


def sign(body: bytes, signers: Iterable[Signer], *, at_s: int) -> Note:
    """Return the text signed by each signer, in their order, all with one time."""
    return Note(
        body,
        tuple(Signature(key.name, key.key_id, key.sign(body, at_s=at_s)) for key in signers),
    )


def known_lines(note: Note, verifiers: Iterable[Verifier]) -> tuple[Signature, ...]:
    """Return the lines of known keys, all verified, in the order of the note; maybe none.

    Lines of unknown keys are ignored, even if they share a name or an id with a known one.

    Raises:
        Fault: `tlog.note.bad-signature` if a line of a known key fails;
            `tlog.note.ambiguous-key` if two verifiers have the same name and id.
    """
    known = _by_key(verifiers)
    found = [one for one in note.signatures if (one.name, one.key_id) in known]
    for signature in found:
        known[signature.name, signature.key_id].verify(note.body, signature.payload)
    return tuple(found)


def verify(note: Note, verifiers: Iterable[Verifier]) -> tuple[Signature, ...]:
    """Return the lines of known keys, all verified, in the order of the note; at least one.

    Raises:
        Fault: as `known_lines`, and `tlog.note.unknown-keys` if no line is of a known key.
    """
    found = known_lines(note, verifiers)
    if not found:
        raise Fault(
            code="tlog.note.unknown-keys",
            what=f"No signature of a known key is on the note {quoted(_first_line(note.body))}; "
            f"it is signed by {quoted(', '.join(line.name for line in note.signatures))}.",
            fix="Compare the key with the card of its owner, then ask for the note again.",
        )
    return found


def verify_all(note: Note, verifiers: Sequence[Verifier]) -> tuple[Signature, ...]:
    """Return one verified line for each verifier, in the order of the verifiers.

    Raises:
        Fault: as `verify`, and `tlog.note.missing-signature` if a verifier has no line.
    """
    first: dict[tuple[str, bytes], Signature] = {}
    for signature in verify(note, verifiers):
        first.setdefault((signature.name, signature.key_id), signature)
    result: list[Signature] = []
    for verifier in verifiers:
        line = first.get((verifier.name, verifier.key_id))
        if line is None:
            raise Fault(
                code="tlog.note.missing-signature",
                what=f"The note {quoted(_first_line(note.body))} lacks the signature of "
                f"{quoted(verifier.name)} with key id {verifier.key_id.hex()}.",
                fix="Ask its owner to sign with every key that its card names.",
            )
        result.append(line)
    return tuple(result)


def _by_key(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        key = (verifier.name, verifier.key_id)
        if known.setdefault(key, verifier) != verifier:
            raise Fault(
                code="tlog.note.ambiguous-key",
                what=f"Two keys share the name {quoted(verifier.name)} and the key id "
                f"{verifier.key_id.hex()}.",
                fix="Replace one of the two keys; chance does not make such a pair.",
            )
    return known


def _check_text(data: bytes) -> None:
    if len(data.translate(None, _CONTROLS)) != len(data):
        raise _malformed("it has a control character other than newline")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start} is not UTF-8") from error


def _parse_lines(data: bytes) -> tuple[Signature, ...]:
    *lines, rest = data.split(b"\n")
    if rest or not lines:
        raise _malformed("it does not end with signature lines and a newline")
    if len(lines) > limits.NOTE_SIGNATURES_MAX:
        raise _too_large(f"it has {len(lines)} signatures, over {limits.NOTE_SIGNATURES_MAX}")
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: bytes) -> Signature:
    name, _, base64 = line.removeprefix(_DASH).partition(b" ")
    if not line.startswith(_DASH):
        raise _malformed(f"the line {quoted(line)} does not begin with an em dash and a space")
    text = name.decode()
    if not is_key_name(text):
        raise _malformed(f"{quoted(text)} is not a key name")
    raw = spelling.parse_base64(base64)
    if raw is None or len(raw) <= KEY_ID_BYTES:
        raise _malformed(f"{quoted(base64)} is not the base64 of a key id and a signature")
    return Signature(text, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _first_line(body: bytes) -> str:
    return body.partition(b"\n")[0].decode("utf-8", "replace")


def _malformed(why: str) -> Fault:
    return Fault(
        code="tlog.note.malformed",
        what=f"This is not a signed note: {why}.",
        fix="Keep the bytes and ask the sender for the note again.",
    )


def _too_large(why: str) -> Fault:
    return Fault(
        code="tlog.note.too-large",
        what=f"This note is larger than any that comity reads: {why}.",
        fix="Ask the sender for the note with fewer signatures.",
    )
