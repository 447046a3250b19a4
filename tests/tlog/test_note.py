"""Signed notes: one spelling, and who is believed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.tlog import keys, note
from comity.tlog.note import Note, Signature

EXAMPLE_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1\
Yu72IneyaQM=
""".encode()
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMc\
Xxj99ihAQwaqP3ZekRwNtIc=
""".encode()

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Z", "C"), exclude_characters="+"),
    min_size=1,
    max_size=20,
)
LINES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)
BODIES = st.lists(LINES, min_size=1, max_size=5).map(
    lambda lines: "".join(line + "\n" for line in lines).encode()
)
SIGNATURES = st.builds(
    Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=70)
)
NOTES = st.builds(Note, BODIES, st.lists(SIGNATURES, min_size=1, max_size=4).map(tuple))


def test_the_example_of_the_standard_verifies() -> None:
    """What C2SP prints as an example is a note to us, and its key verifies it."""
    example = note.parse(EXAMPLE)

    (signature,) = note.verify(example, [keys.verifier(keys.parse(EXAMPLE_VKEY))])

    assert example.body == b"This is an example message.\n"
    assert signature.name == "example.com/foo"
    assert note.render(example) == EXAMPLE


def test_an_empty_line_in_the_text_belongs_to_the_text() -> None:
    """Only the last empty line parts text from signatures."""
    poem = note.parse(POEM)

    assert poem.body.endswith("sole:\n\ned è subito sera.\n".encode())
    assert note.render(poem) == POEM


@given(NOTES)
def test_what_is_rendered_parses_to_itself(written: Note) -> None:
    """Every note that can be made can be read, and says the same."""
    assert note.parse(note.render(written)) == written


@given(st.lists(SIGNATURES, min_size=1, max_size=4).map(tuple))
def test_bare_signature_lines_parse_to_themselves(lines: tuple[Signature, ...]) -> None:
    """The answer of a cosigner reads as it was written."""
    assert note.parse_signatures(note.render_signatures(lines)) == lines


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "tlog.note.malformed"),
        (b"text\n", "tlog.note.malformed"),
        (b"text\n\n", "tlog.note.malformed"),
        (b"x" + EXAMPLE.partition(b"\n\n")[2], "tlog.note.malformed"),
        (EXAMPLE[:-1], "tlog.note.malformed"),
        (EXAMPLE + b"\n", "tlog.note.malformed"),
        (EXAMPLE.replace(b"\n", b"\r\n"), "tlog.note.malformed"),
        (EXAMPLE.replace(b"This", b"Th\tis"), "tlog.note.malformed"),
        (EXAMPLE.replace(b"This", b"Th\xffis"), "tlog.note.malformed"),
        (EXAMPLE.replace("— ".encode(), b"- "), "tlog.note.malformed"),
        (EXAMPLE.replace(b"/foo", b"+foo"), "tlog.note.malformed"),
        (EXAMPLE.replace(b"/foo", "\u2003foo".encode()), "tlog.note.malformed"),
        (EXAMPLE.replace(b"/foo ", b"/foo  "), "tlog.note.malformed"),
        (EXAMPLE.replace(b"QM=\n", b"QN=\n"), "tlog.note.malformed"),
        (EXAMPLE.replace(b"QM=\n", b"QM\n"), "tlog.note.malformed"),
        (EXAMPLE.replace(b"Uw2QOk", b"Uw2Q Ok"), "tlog.note.malformed"),
        ("t\n\n— name AAAAAA==\n".encode(), "tlog.note.malformed"),
        (b"x" * limits.NOTE_BYTES_MAX + EXAMPLE, "tlog.note.too-large"),
        (
            b"t\n\n" + "— n AAAAAAA=\n".encode() * (limits.NOTE_SIGNATURES_MAX + 1),
            "tlog.note.too-large",
        ),
    ],
)
def test_another_spelling_is_refused(data: bytes, code: str) -> None:
    """Nothing is repaired: what is not spelled as a note is none."""
    with pytest.raises(Fault) as refusal:
        note.parse(data)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "tlog.note.malformed"),
        ("— n AAAAAAA=".encode(), "tlog.note.malformed"),
        ("— n AAAAAAA=\n\t".encode(), "tlog.note.malformed"),
        ("— n\0 AAAAAAA=\n".encode(), "tlog.note.malformed"),
        ("— n ".encode() + b"A" * limits.NOTE_BYTES_MAX + b"\n", "tlog.note.too-large"),
        ("— n AAAAAAA=\n".encode() * (limits.NOTE_SIGNATURES_MAX + 1), "tlog.note.too-large"),
    ],
)
def test_another_spelling_of_bare_lines_is_refused(data: bytes, code: str) -> None:
    """What answers a head is held to the bounds of a note, and to its spelling."""
    with pytest.raises(Fault) as refusal:
        note.parse_signatures(data)

    assert refusal.value.code == code


def test_the_largest_note_is_read() -> None:
    """A bound is the last that is read: bytes, signature lines, and bytes of a name."""
    line = "— n AAAAAAA=\n".encode()
    lines = line * limits.NOTE_SIGNATURES_MAX
    room = limits.NOTE_BYTES_MAX - len(lines) - 2
    name = "n" * note.KEY_NAME_BYTES_MAX

    largest = note.parse(b"t" * room + b"\n\n" + lines)

    assert len(largest.body) == room + 1
    assert len(largest.signatures) == limits.NOTE_SIGNATURES_MAX
    assert note.parse_signatures(f"— {name} AAAAAAA=\n".encode())[0].name == name
    assert not note.is_key_name(name + "n")


ALICE = keys.signer("alice", keys.ED25519_NOTE, b"a" * 32)
BOB = keys.signer("bob", keys.ED25519_NOTE, b"b" * 32)
CAROL = keys.signer("carol", keys.ED25519_NOTE, b"c" * 32)
TEXT = b"we agree\n"


def test_lines_of_unknown_keys_are_ignored() -> None:
    """A stranger's line, even a false one under a known name, neither helps nor harms."""
    signed = note.sign(TEXT, [ALICE, BOB], at_s=0)
    false = Signature("bob", b"\x00\x00\x00\x00", b"nonsense")

    lines = note.verify(Note(TEXT, (*signed.signatures, false)), [keys.verifier(BOB.vkey)])

    assert lines == (signed.signatures[1],)


def test_a_known_key_that_fails_refuses_the_note() -> None:
    """One good signature does not excuse a false one of another known key."""
    signed = note.sign(TEXT, [ALICE, BOB], at_s=0)

    with pytest.raises(Fault) as refusal:
        note.verify(Note(b"we do not agree\n", signed.signatures), [keys.verifier(ALICE.vkey)])

    assert refusal.value.code == "tlog.note.bad-signature"


def test_a_note_of_strangers_is_refused() -> None:
    """Without the signature of a known key the text must be ignored."""
    with pytest.raises(Fault) as refusal:
        note.verify(note.sign(TEXT, [ALICE], at_s=0), [keys.verifier(BOB.vkey)])

    assert refusal.value.code == "tlog.note.unknown-keys"


def test_all_means_every_key() -> None:
    """Comity demands both keys of a log: one line each, in the order that was asked."""
    verifiers = [keys.verifier(key.vkey) for key in (BOB, ALICE)]
    both = note.sign(TEXT, [ALICE, CAROL, BOB, ALICE], at_s=0)

    assert [line.name for line in note.verify_all(both, verifiers)] == ["bob", "alice"]
    with pytest.raises(Fault) as refusal:
        note.verify_all(note.sign(TEXT, [ALICE, CAROL], at_s=0), verifiers)
    assert refusal.value.code == "tlog.note.missing-signature"


def test_two_keys_under_one_name_and_id_are_refused() -> None:
    """A pair that chance does not make is not resolved by guessing."""
    other = keys.verifier(ALICE.vkey)
    twin = keys.KeyVerifier(BOB.vkey, other.name, other.key_id, other.public_key)

    with pytest.raises(Fault) as refusal:
        note.verify(note.sign(TEXT, [ALICE], at_s=0), [other, twin])

    assert refusal.value.code == "tlog.note.ambiguous-key"


def test_one_key_that_is_read_twice_is_one_key() -> None:
    """Two cards name it: what is equal is not two, though it was read anew."""
    once = keys.verifier(ALICE.vkey)
    again = replace(once)

    assert again is not once
    assert note.verify(note.sign(TEXT, [ALICE], at_s=0), [once, again])
