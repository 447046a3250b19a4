"""Keys of notes: their text, the weak ones, and what each kind signs."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.tlog import checkpoint, keys, note
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.keys import VKey
from comity.tlog.note import Note, Signature

KINDS = (
    keys.ED25519_NOTE,
    keys.ED25519_COSIGNATURE,
    keys.ML_DSA_44_COSIGNATURE,
    keys.ML_DSA_44_NOTE,
)
HEAD = checkpoint.render_body(Checkpoint("log.example/1", 17, b"r" * 32))

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
type Point = tuple[int, int]


def _add(one: Point, two: Point) -> Point:
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2
    return (
        (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P,
    )


def _times(count: int, point: Point) -> Point:
    result = (0, 1)
    for bit in f"{count:b}":
        result = _add(result, result)
        if bit == "1":
            result = _add(result, point)
    return result


def _points() -> itertools.chain[Point]:
    """Points of the curve, by their y."""

    def at(y: int) -> list[Point]:
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(square, (P + 3) // 8, P)
        if (x * x - square) % P:
            x = x * pow(2, (P - 1) // 4, P) % P
        return [] if (x * x - square) % P else [(x, y)]

    return itertools.chain.from_iterable(map(at, itertools.count(2)))


def _low_order_points() -> set[Point]:
    for point in _points():
        torsion = _times(L, point)
        subgroup = {_times(count, torsion) for count in range(8)}
        if len(subgroup) == 8:
            return subgroup
    raise AssertionError


def _spellings(y: int) -> list[bytes]:
    """Every 32 bytes that some reader takes for a point with this y."""
    values = [value for value in (y, y + P) if value < 2**255]
    return [(value | sign << 255).to_bytes(32, "little") for value in values for sign in (0, 1)]


def test_every_key_of_low_order_is_refused() -> None:
    """All eight points, in every spelling: none can be a key."""
    points = _low_order_points()
    spellings = {raw for _, y in points for raw in _spellings(y)}

    assert len(points) == 8
    assert len(spellings) == 14
    for raw in spellings:
        with pytest.raises(Fault) as refusal:
            keys.require_ed25519(raw)
        assert refusal.value.code == "tlog.key.weak"


def test_a_second_spelling_of_a_point_is_refused() -> None:
    """One key has one id: y beyond the field does not pass."""
    for y in range(2, 19):
        for raw in _spellings(y)[2:]:
            with pytest.raises(Fault) as refusal:
                keys.require_ed25519(raw)
            assert refusal.value.code == "tlog.key.malformed"


def test_what_is_no_point_is_refused() -> None:
    """Half of all 32 bytes are no point of the curve; a key must be one."""
    on_curve = {y for _, y in itertools.islice(_points(), 20)}

    for y in range(2, max(on_curve)):
        raw = y.to_bytes(32, "little")
        if y in on_curve:
            assert keys.require_ed25519(raw) == raw
        else:
            with pytest.raises(Fault):
                keys.require_ed25519(raw)


@given(st.binary(min_size=32, max_size=32), st.sampled_from(KINDS))
def test_a_vkey_parses_to_itself(seed: bytes, kind: int) -> None:
    """Every key that a signer has can be written on a card and read back."""
    vkey = keys.signer("root.example/a", kind, seed).vkey

    assert keys.parse(keys.render(vkey)) == vkey


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_verifies_what_it_signs_and_nothing_else(kind: int) -> None:
    """A signature fits one text, one key and one kind."""
    signer = keys.signer("log.example/1", kind, b"s" * 32)
    verifier = keys.verifier(signer.vkey)
    payload = signer.sign(HEAD, at_s=1_700_000_000)
    others = [checkpoint.render_body(Checkpoint("log.example/1", 18, b"r" * 32))]
    others += [checkpoint.render_body(Checkpoint("log.example/2", 17, b"r" * 32))]

    verifier.verify(HEAD, payload)

    for body in others:
        with pytest.raises(Fault) as refusal:
            verifier.verify(body, payload)
        assert refusal.value.code == "tlog.note.bad-signature"
    for other_kind in set(KINDS) - {kind}:
        other = keys.verifier(keys.signer("log.example/1", other_kind, b"s" * 32).vkey)
        with pytest.raises(Fault):
            other.verify(HEAD, payload)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [0, 1, 8, 63, 64, 65, 72, 2420, 2428, 5000])
def test_a_payload_of_any_length_is_a_fault_and_no_crash(kind: int, length: int) -> None:
    """What a peer puts on a signature line never stops the reader."""
    verifier = keys.verifier(keys.signer("log.example/1", kind, b"s" * 32).vkey)

    with pytest.raises(Fault):
        verifier.verify(HEAD, b"\x01" * length)


def test_the_name_of_a_subtree_cosigner_is_signed() -> None:
    """An ML-DSA-44 line cannot be moved under another name with the same key."""
    signer = keys.signer("mirror.example/a", keys.ML_DSA_44_COSIGNATURE, b"s" * 32)
    other = keys.verifier(VKey("mirror.example/b", signer.vkey.kind, signer.vkey.key))

    with pytest.raises(Fault) as refusal:
        other.verify(HEAD, signer.sign(HEAD, at_s=1))

    assert refusal.value.code == "tlog.note.bad-signature"


def test_a_root_key_signs_any_text() -> None:
    """Cards are no checkpoints: kind 0xff signs them, under its own prefix and name."""
    signer = keys.signer("aa", keys.ML_DSA_44_NOTE, b"s" * 32)
    card = note.sign(b'{"party":"aa"}\n', [signer], at_s=0)

    note.verify(card, [keys.verifier(signer.vkey)])

    renamed = keys.verifier(VKey("bb", signer.vkey.kind, signer.vkey.key))
    line = Signature("bb", renamed.key_id, card.signatures[0].payload)
    with pytest.raises(Fault):
        note.verify(Note(card.body, (line,)), [renamed])


GOOD = keys.signer("a", keys.ED25519_NOTE, b"s" * 32).vkey
LATTICE = keys.signer("a", keys.ML_DSA_44_NOTE, b"s" * 32).vkey


@pytest.mark.parametrize(
    ("vkey", "code"),
    [
        (VKey("a b", GOOD.kind, GOOD.key), "tlog.key.bad-name"),
        (VKey("", GOOD.kind, GOOD.key), "tlog.key.bad-name"),
        (VKey("n" * 256, GOOD.kind, GOOD.key), "tlog.key.bad-name"),
        (VKey("a\udc80", GOOD.kind, GOOD.key), "tlog.key.bad-name"),
        (VKey("a", 2, GOOD.key), "tlog.key.unknown-kind"),
        (VKey("a", GOOD.kind, GOOD.key + b"\x00"), "tlog.key.malformed"),
        (VKey("a", keys.ML_DSA_44_COSIGNATURE, GOOD.key), "tlog.key.malformed"),
        (VKey("a", keys.ML_DSA_44_NOTE, LATTICE.public), "tlog.key.malformed"),
        (VKey("a", keys.ML_DSA_44_NOTE, LATTICE.key[:-1]), "tlog.key.malformed"),
        (VKey("a", GOOD.kind, b"\x01" + bytes(31)), "tlog.key.weak"),
    ],
)
def test_a_key_that_is_none_is_refused(vkey: VKey, code: str) -> None:
    """Name, kind, length and strength are looked at before a key is used."""
    with pytest.raises(Fault) as refusal:
        keys.verifier(vkey)

    assert refusal.value.code == code


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+00000000+", "a+00000000+AQ==", "+" * 4000])
def test_a_text_that_is_no_vkey_is_refused(text: str) -> None:
    """A card with a broken key says so."""
    with pytest.raises(Fault) as refusal:
        keys.parse(text)

    assert refusal.value.code.startswith("tlog.key.")


def test_the_key_id_must_fit() -> None:
    """The id in the text is computed again: a slip of one digit is found."""
    text = keys.render(GOOD).replace(GOOD.key_id.hex(), "00000000")

    with pytest.raises(Fault) as refusal:
        keys.parse(text)

    assert refusal.value.code == "tlog.key.malformed"
