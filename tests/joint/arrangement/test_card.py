"""Cards: one spelling, signed by both root keys, and every unfit key refused."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable, Sequence

import making_cards as making
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.joint.arrangement import card as cards
from comity.joint.arrangement import certificate, fields, signed
from comity.joint.arrangement.card import DAY_MS, Agency, Card
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.tlog import keys, note

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

names = st.dictionaries(
    st.sampled_from(["en", "fr", "pt-BR", "zh-Hant"]),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20),
    min_size=1,
)


def _code(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


def _with(card: Card, **changes: object) -> Card:
    return dataclasses.replace(card, **changes)  # type: ignore[arg-type]


def _key(card: Card, field: str, key: bytes, channel: str = "live") -> Card:
    held = dataclasses.replace(card.channels[channel], **{field: key})
    return _with(card, channels={**card.channels, channel: held})


@quick
@given(
    names,
    st.lists(names, max_size=3),
    st.integers(1, 999),
    st.integers(0, 10**12),
    st.integers(1, cards.VALIDITY_MS_MAX),
)
def test_what_is_rendered_is_read_back(
    state: dict[str, str],
    agencies: list[dict[str, str]],
    number: int,
    begin_ms: int,
    validity_ms: int,
) -> None:
    """A card says to its reader what its author said."""
    card = _with(
        making.card(number=number),
        names=state,
        agencies=tuple(Agency(f"agency-{at}", one) for at, one in enumerate(agencies)),
        not_before_ms=begin_ms,
        not_after_ms=begin_ms + validity_ms,
    )
    assert cards.from_json(ijson.parse_canonical(ijson.render(cards.to_json(card)))) == card


def test_a_signed_card_is_verified_against_its_root() -> None:
    """Both keys signed it; another root, or one key alone, does not do."""
    text = making.card_text()
    assert cards.verify_card(text, making.root("aa").verifiers) == making.card()
    assert cards.parse(text) == making.card()
    other = making.root("bb").verifiers
    assert _code(lambda: cards.verify_card(text, other)) == "tlog.note.unknown-keys"
    read = note.parse(text)
    swapped = note.render(note.Note(read.body, read.signatures[::-1]))
    verifiers = making.root("aa").verifiers
    assert _code(lambda: cards.verify_card(swapped, verifiers)) == "arrangement.text.malformed"
    single = note.render(note.Note(read.body, read.signatures[:1]))
    assert _code(lambda: cards.verify_card(single, verifiers)) == "arrangement.text.malformed"


def test_a_card_in_the_name_of_another_root_is_refused() -> None:
    """The signature lines name the party that the card names."""
    value = cards.to_json(making.card("bb"))
    text = signed.sign(cards.HEADER, value, making.root("aa").signers)
    assert _code(lambda: cards.parse(text)) == "arrangement.text.wrong-root"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_byte_of_a_card_can_be_changed(data: st.DataObject) -> None:
    """A card with any byte changed is refused."""
    text = bytearray(making.card_text())
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Fault):
        cards.verify_card(bytes(text), making.root("aa").verifiers)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"party": "A A"}, "kernel.id.malformed"),
        ({"arrangement": "short"}, "kernel.id.malformed"),
        ({"number": 0}, "arrangement.text.malformed"),
        ({"names": {}}, "arrangement.text.malformed"),
        ({"names": {"EN": "x"}}, "arrangement.text.malformed"),
        ({"names": {"en": " x"}}, "arrangement.text.malformed"),
        ({"names": {"en": "a\u202eb"}}, "arrangement.text.malformed"),
        ({"names": {"en": "a\x07b"}}, "arrangement.text.malformed"),
        ({"agencies": (Agency("A", {"en": "x"}),)}, "kernel.id.malformed"),
        ({"agencies": (Agency("a", {"en": "x"}),) * 2}, "arrangement.text.malformed"),
        ({"endpoint": "http://node.example"}, "arrangement.text.malformed"),
        ({"endpoint": "https://node.example/path"}, "arrangement.text.malformed"),
        ({"endpoint": "https://node.example:70000"}, "arrangement.text.malformed"),
        ({"endpoint": "https://other.example"}, "arrangement.certificate.host"),
        ({"tls": b"not a certificate"}, "arrangement.certificate.malformed"),
        ({"tls": bytes(5000)}, "arrangement.certificate.malformed"),
        ({"not_after_ms": making.BEGIN_MS}, "arrangement.card.validity"),
        ({"not_after_ms": making.BEGIN_MS + 1097 * DAY_MS}, "arrangement.card.validity"),
        ({"channels": {}}, "arrangement.text.malformed"),
    ],
)
def test_an_unfit_field_is_refused_by_name(change: dict[str, object], code: str) -> None:
    """Each wrong field has its own answer, for the author as for the reader."""
    card = _with(making.card(), **change)
    assert _code(lambda: cards.sign(card, making.root("aa").signers)) == code
    text = ijson.render(cards.to_json(card))
    assert _code(lambda: cards.from_json(ijson.parse(text))) == code


def _certificate(
    *extensions: x509.ExtensionType,
    names: Sequence[x509.GeneralName] = (x509.DNSName("node.example"),),
) -> bytes:
    """Return a certificate for the host of the cards here, with more extensions."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(making.seed("tls"))
    name = x509.Name([])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2001, 1, 2, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, None).public_bytes(serialization.Encoding.DER)


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def test_a_certificate_must_serve_who_calls_and_who_is_called() -> None:
    """One that TLS would turn away is refused with the card, not on the first call (3.3.6)."""
    both = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    two = [x509.UnrecognizedExtension(x509.ObjectIdentifier(f"2.5.29.{n}"), b"") for n in (98, 99)]
    for good in (
        _certificate(),
        _certificate(_key_usage(signs=True), x509.ExtendedKeyUsage(both)),
    ):
        assert cards.require_valid(_with(making.card(), tls=good)).tls == good
    for bad in (
        _certificate(_key_usage(signs=False)),
        _certificate(x509.ExtendedKeyUsage(both[1:])),
        _certificate(x509.ExtendedKeyUsage(both[:1])),
        _certificate(*two).replace(b"\x55\x1d\x62", b"\x55\x1d\x63"),  # one extension twice
    ):
        card = _with(making.card(), tls=bad)
        with making.refused("arrangement.certificate.malformed"):
            cards.require_valid(card)


def test_a_certificate_that_names_a_party_stands_on_no_other_card() -> None:
    """It is shown to whoever calls: nothing else keeps a third State from claiming it (3.3.6)."""
    whose = {name: _named(f"comity:{name}") for name in ("aa", "bb")}
    assert certificate.names_party(whose["aa"], "aa")
    assert not certificate.names_party(whose["aa"], "a")
    for good in (whose["aa"], _named("comity:bb", "comity:aa"), _named("https://bb.example")):
        cards.require_valid(_with(making.card(), tls=good))
    for bad in (whose["bb"], _named("comity:"), _named("comity:aab", "comity:AA")):
        with making.refused("arrangement.certificate.party"):
            cards.require_valid(_with(making.card(), tls=bad))


def _named(*uris: str) -> bytes:
    names = [x509.DNSName("node.example"), *map(x509.UniformResourceIdentifier, uris)]
    return _certificate(names=names)


def test_unfit_keys_are_refused() -> None:
    """Low order, a second spelling, a wrong length, an X25519 key, one key twice."""
    card = making.card()
    weak = bytes([1]) + bytes(31)
    second_spelling = (2**255 - 19 + 4).to_bytes(32, "little")
    held = card.channels["live"]
    for field in ("log_ed25519", "mirror_ed25519"):
        with making.refused("tlog.key.weak"):
            cards.require_valid(_key(card, field, weak))
        with making.refused("tlog.key.malformed"):
            cards.require_valid(_key(card, field, second_spelling))
    x25519 = bytes(32)
    for field in ("log_mldsa44", "mirror_mldsa44", "seal"):
        with making.refused("arrangement.text.malformed"):
            cards.require_valid(_key(card, field, x25519))
    twice = "arrangement.card.key-twice"
    assert (
        _code(lambda: cards.require_valid(_key(card, "mirror_ed25519", held.log_ed25519))) == twice
    )
    assert _code(lambda: cards.require_valid(_key(card, "seal", held.seal, "hotline"))) == twice
    half = card.channels["hotline"].seal[:-32] + held.seal[-32:]
    assert _code(lambda: cards.require_valid(_key(card, "seal", half, "hotline"))) == twice


ONE_ID = {
    ("mirror_ed25519", keys.ED25519_COSIGNATURE): (
        "96d487c2c1007e3a67a5018591942a95f7e6c52d55d5e1179de3b8c05ed1e2c6",
        "8dc25c5171e8132db481fd3e9b9dc1c595367a32806f48b8abb237ffa36b45ce",
    ),
    ("mirror_mldsa44", keys.ML_DSA_44_COSIGNATURE): (
        "70900e3704939d629a33006f14119038f10b74f20ca1639023c977101670949b",
        "08d79da41e8f8883502046ffdcd8876feeff17a6f00d0648e27bbc9fc7f70ef9",
    ),
    ("log_ed25519", keys.ED25519_NOTE): (
        "234e4536c8f71292a271bc41c784a3c119b9734ff04d07201f4d35945f78d66f",
        "63bc83ff73357e7a338be6a8bfe6c5310397b284ac5f7c34b2a1891a78ddb96a",
    ),
}
"""Seeds of two keys with one id each, which a minute of drawing gave."""


@pytest.mark.parametrize("drawn", ONE_ID, ids=lambda drawn: drawn[0])
def test_two_keys_of_a_party_have_not_one_id(drawn: tuple[str, int]) -> None:
    """A line by a revoked key would pass for one by its successor: an id is all that tells."""
    field, kind = drawn
    public = [keys.signer("x", kind, bytes.fromhex(seed)).vkey.public for seed in ONE_ID[drawn]]
    first, second = (_key(making.card(number=at + 1), field, public[at], "live") for at in range(2))
    name = f"aa/{making.ARRANGEMENT}/live/{'1' if field == 'log_ed25519' else 'mirror'}"
    assert len({keys.VKey(name, kind, key).key_id for key in public}) == 1
    assert cards.require_successor((), first) == first
    assert _code(lambda: cards.require_successor((first,), second)) == "arrangement.card.key-twice"


def test_numbers_rise_by_one_and_keys_never_return() -> None:
    """A card follows the last one of its party with fresh keys, or is refused."""
    first, second, third = (making.card(number=number) for number in (1, 2, 3))
    assert cards.require_successor((), first) == first
    assert cards.require_successor((first, second), third) == third
    assert _code(lambda: cards.require_successor((), second)) == "arrangement.card.number"
    assert _code(lambda: cards.require_successor((first,), third)) == "arrangement.card.number"
    assert _code(lambda: cards.require_successor((first,), first)) == "arrangement.card.number"
    other = making.card("bb", 2)
    assert _code(lambda: cards.require_successor((first,), other)) == "arrangement.card.other-party"
    again = _key(second, "seal", first.channels["live"].seal)
    assert _code(lambda: cards.require_successor((first,), again)) == "arrangement.card.key-twice"


def test_a_second_spelling_of_a_card_is_refused() -> None:
    """White space, another order or an unknown field is another text, even if it is signed."""
    signers = making.root("aa").signers
    body = signed.render_body(cards.HEADER, cards.to_json(making.card()))
    loose = note.render(note.sign(body.replace(b'"number":', b'"number": '), signers, at_s=0))
    assert _code(lambda: cards.parse(loose)) == "kernel.json.second-spelling"
    value = cards.to_json(making.card())
    assert isinstance(value, dict)
    more = signed.sign(cards.HEADER, {**value, "extra": 1}, signers)
    assert _code(lambda: cards.parse(more)) == "arrangement.text.malformed"
    other = signed.sign("comity/card/2", value, signers)
    assert _code(lambda: cards.parse(other)) == "arrangement.text.malformed"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.sampled_from(sorted(cards._CARD_KEYS)),
)
def test_any_value_in_a_field_is_refused_or_good(junk: ijson.Json, key: str) -> None:
    """Reading a peer's JSON raises a Fault or nothing."""
    value = cards.to_json(making.card())
    assert isinstance(value, dict)
    try:
        cards.from_json({**value, key: junk})
    except Fault:
        return
    assert fields.object_of(value, "card", cards._CARD_KEYS)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_a_certificate_is_good_or_refused_whatever_stands_in_it() -> None:
    """A key of a kind that nobody knows, or a version, would stop whoever reads the card."""
    good = _certificate()
    of_no_kind = good.replace(b"\x2b\x65\x70", b"\x2b\x65\x05")
    of_no_version = good.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x12")
    for other in (of_no_kind, of_no_version):
        with making.refused("arrangement.certificate.malformed"):
            cards.require_valid(_with(making.card(), tls=other))
    codes = set()
    for at, bit in itertools.product(range(len(good)), range(8)):
        changed = bytearray(good)
        changed[at] ^= 1 << bit
        try:
            certificate.require_for(bytes(changed), "node.example", "aa")
        except Fault as fault:
            codes.add(fault.code)
    assert "arrangement.certificate.malformed" in codes
