"""A run of a private match: hits are the plain intersection, and nothing else is learned."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.joint.match import acts, budget, canon, run
from comity.joint.match.budget import Run
from comity.kernel.fault import Fault
from comity.seal import voprf

SEED = bytes(range(32))
KEY = voprf.KeyPair.derive(b"s" * 32, run.key_info("x/live", "iban", "2027-03"))
NAMES = [f"id-{number}".encode() for number in range(40)]


def answered(asked: list[bytes], own: list[bytes], key: voprf.KeyPair = KEY) -> run.Evaluated:
    """Return what the answerer sends, read from its bytes."""
    question = run.ask(SEED, asked)
    blinded = run.elements_of(b"".join(question.blinded), len(question.blinded))
    tags, whose = run.table(key, own, b"pad")
    assert [own[at] for at in whose if at >= 0] != [] or not own
    made = run.evaluate(key, blinded, tags, b"d" * 64)
    return run.evaluated_of(made.render(), len(blinded), len(tags))


@settings(max_examples=3, deadline=None)
@given(st.sets(st.sampled_from(NAMES), max_size=12), st.sets(st.sampled_from(NAMES), max_size=12))
def test_hits_are_the_plain_intersection(asked: set[bytes], own: set[bytes]) -> None:
    """What both have is found, with the number of its tag; padding is never found."""
    ours, theirs = sorted(asked), sorted(own)
    made = answered(ours, theirs)
    found = run.hits(SEED, ours, run.ask(SEED, ours).blinded, KEY.public, made)
    assert {ours[one.place] for one in found} == asked & own
    for one in found:
        tag = voprf.output(KEY, ours[one.place])[: run.TAG_BYTES]
        assert made.tags[one.tag - 1] == tag


def test_both_sides_are_padded_to_powers_of_two() -> None:
    """How many identifiers a side has is told in powers of two alone."""
    made = answered(NAMES[:5], NAMES[:5])
    assert len(made.elements) == acts.SLOTS_MIN
    assert len(made.tags) == 8
    assert all(one < other for one, other in pairwise(made.tags))
    assert [run.slots_of(count) for count in (1, 1_024, 1_025, 40_000, 65_535)] == [
        1_024,
        1_024,
        2_048,
        65_535,
        65_535,
    ]
    with pytest.raises(Fault, match=r"match\.set\.too-large"):
        run.slots_of(65_536)


def test_tags_of_two_months_kinds_or_partners_share_nothing() -> None:
    """A key is of one channel, kind and month."""
    infos = [
        run.key_info(channel, kind, epoch)
        for channel in ("x/live", "y/live")
        for kind in ("iban", "email")
        for epoch in ("2027-03", "2027-04")
    ]
    keys = [voprf.KeyPair.derive(SEED, info) for info in infos]
    tags = [{*run.table(key, NAMES, info)[0]} for key, info in zip(keys, infos, strict=True)]
    assert len({one.public for one in keys}) == len(keys)
    assert len(set().union(*tags)) == sum(len(one) for one in tags)


def test_a_run_blinds_each_value_by_a_scalar_of_its_own() -> None:
    """The same set under another seed shares no element; under the same seed it is the same."""
    first, second = run.ask(SEED, NAMES), run.ask(bytes(32), NAMES)
    assert first == run.ask(SEED, NAMES)
    assert not {*first.blinded} & {*second.blinded}
    assert first.root != second.root
    assert len({*first.blinded}) == len(first.blinded)


def test_what_a_dishonest_side_sends_is_refused() -> None:
    """A second key for one slot, points off the group, repeats, and tables that are unsorted."""
    made = answered(NAMES[:3], NAMES[:3])
    other = voprf.KeyPair.derive(b"t" * 32, b"")
    false = answered(NAMES[:3], NAMES[:3], other).elements[1]
    marked = run.Evaluated((made.elements[0], false, *made.elements[2:]), made.proof, made.tags)
    sent = run.ask(SEED, NAMES[:3]).blinded
    with pytest.raises(Fault, match=r"seal\.voprf\.proof"):
        run.hits(SEED, NAMES[:3], sent, KEY.public, marked)
    with pytest.raises(Fault, match=r"seal\.voprf\.proof"):
        run.hits(SEED, NAMES[:3], sent, other.public, made)
    with pytest.raises(Fault, match=r"match\.body\.malformed"):
        run.evaluated_of(made.render()[:-10] + bytes(10), 1_024, 4)
    with pytest.raises(Fault, match=r"match\.body\.malformed"):
        run.evaluated_of(made.render()[1:], 1_024, 4)
    blinded = run.ask(SEED, NAMES).blinded
    for bad, code in (
        (blinded[0] * 2, "match.body.malformed"),
        (blinded[0] + bytes(32), "seal.voprf.element"),
        (blinded[0] + b"\xff" * 32, "seal.voprf.element"),
        (blinded[0], "match.body.malformed"),
    ):
        with pytest.raises(Fault) as refusal:
            run.elements_of(bad, 2)
        assert refusal.value.code == code


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(10, 16), st.integers(1, 30))))
def test_no_interleaving_passes_the_budget(wanted: list[tuple[str, int, int]]) -> None:
    """Whatever is asked when, by whom, what is evaluated stays within month and year."""
    runs: list[Run] = []
    for asker, power, month in wanted:
        epoch = f"20{27 + month // 13}-{1 + month % 12:02d}"
        slots = min(1 << power, acts.SLOTS_MAX)
        other = "b" if asker == "a" else "a"
        left = budget.left(runs, asker, other, "ip", epoch)
        if slots <= min(left.epoch, left.year):
            runs.append(Run(asker, other, "ip", epoch, slots))
    for asker in "ab":
        mine = [one for one in runs if one.asker == asker]
        for epoch in {one.epoch for one in mine}:
            assert sum(o.slots for o in mine if o.epoch == epoch) <= budget.EPOCH_SLOTS
            now = budget.month(epoch)
            year = [o.slots for o in mine if now - 12 < budget.month(o.epoch) <= now]
            assert sum(year) <= canon.slots_a_year("ip") or any(
                budget.month(o.epoch) > now for o in mine
            )


def test_a_small_domain_cannot_be_written_out() -> None:
    """The 4,096th part of a domain at most in twelve months; a small kind in small runs."""
    for kind, bits in canon.BITS.items():
        assert canon.slots_a_year(kind) << 12 == 1 << bits
    assert canon.SMALL <= canon.KINDS.keys() == canon.BITS.keys()
    left = budget.left([], "a", "b", "phone", "2027-03")
    assert (left.run, left.epoch) == (1_024, 65_535)


@pytest.mark.parametrize(
    ("kind", "written", "spelling"),
    [
        ("email", " Ann.Smith+x@MÜNCHEN.example ", "ann.smith+x@xn--mnchen-3ya.example"),
        ("phone", "+33 (0)1 40 20 50 50", "33140205050"),
        ("phone", "0033-140.205.050", "33140205050"),
        ("iban", "fr76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        ("card", "4111-1111 1111 1111", "4111111111111111"),
        ("imei", "49-015420-323751-8", "490154203237518"),
        (
            "crypto-address",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x52908400098527886e0f7030069857d2e4169ee7",
        ),
        (
            "crypto-address",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        ),
        ("handle", "Telegram: @Vendor_9", "telegram:vendor_9"),
        ("ip", "::ffff:192.0.2.1", "192.0.2.1"),
        ("ip", "2001:DB8:0:0::1", "2001:db8::1"),
        ("url", "HTTPS://Host.Example:443#top", "https://host.example/"),
        ("md5", "D41D8CD98F00B204E9800998ECF8427F", "d41d8cd98f00b204e9800998ecf8427f"),
    ],
)
def test_what_two_states_write_in_two_ways_has_one_spelling(
    kind: str, written: str, spelling: str
) -> None:
    """An identifier is spelled once, and its spelling spells itself."""
    assert canon.spell(kind, written).decode() == spelling
    again = f"+{spelling}" if kind == "phone" else spelling
    assert canon.spell(kind, again).decode() == spelling


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("email", "no host@"),
        ("phone", "01 40 20 50 50"),
        ("iban", "FR7630006000011234567890188"),
        ("card", "4111111111111112"),
        ("imei", "490154203237519"),
        ("ip", "192.0.2.256"),
        ("url", "javascript:alert(1)"),
        ("url", "http://[::1"),
        ("md5", "0" * 32),
        ("sha256", hashlib.sha256(b"").hexdigest()),
        ("sha1", "ab"),
        ("handle", "vendor"),
        ("pgp", "1234"),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(kind: str, written: str) -> None:
    """Wrong lengths, wrong check digits, zeros and the empty file match nothing."""
    with pytest.raises(Fault, match=r"match\.identifier\.malformed"):
        canon.spell(kind, written)


def test_names_are_no_kind() -> None:
    """Names and dates of birth are few, and spelled in too many ways."""
    for kind in ("name", "birth-date", "passport"):
        with pytest.raises(Fault, match=r"match\.kind\.unknown"):
            canon.spell(kind, "Ann Smith")


@given(st.sampled_from([*canon.KINDS]), st.text(max_size=40))
def test_spelling_never_breaks(kind: str, text: str) -> None:
    """Whatever stands in a line is spelled, or refused; what is spelled spells itself."""
    try:
        found = canon.spell(kind, text).decode()
    except Fault as fault:
        assert fault.code == "match.identifier.malformed"
    else:
        again = f"+{found}" if kind == "phone" else found
        assert canon.spell(kind, again).decode() == found
