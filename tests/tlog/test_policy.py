"""Policies: which signatures are enough."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.tlog import checkpoint, keys, note, policy
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.keys import KeySigner
from comity.tlog.note import Note
from comity.tlog.policy import Group, Log, Policy, Witness

ORIGIN = "aa/x2k/live/1"
HEAD = Checkpoint(ORIGIN, 17, b"r" * 32)
BODY = checkpoint.render_body(HEAD)

LOG_1 = keys.signer(ORIGIN, keys.ED25519_NOTE, b"1" * 32)
LOG_6 = keys.signer(ORIGIN, keys.ML_DSA_44_COSIGNATURE, b"2" * 32)
OTHER_LOG = keys.signer("bb/x2k/live/1", keys.ED25519_NOTE, b"3" * 32)
WITNESSES = [
    keys.signer(f"w{number}", keys.ED25519_COSIGNATURE, bytes([64 + number]) * 32)
    for number in range(6)
]
VKEYS = [keys.render(signer.vkey) for signer in WITNESSES]
LOG_LINE = f"log {keys.render(LOG_1.vkey)}\n"
W0_LINE = f"witness A {VKEYS[0]}\n"

EXAMPLE = f"""# two operators
log {keys.render(LOG_1.vkey)} https://log.example/

witness X1 {VKEYS[0]}
witness\tX2  {VKEYS[1]} https://x2.example/
  witness X3 {VKEYS[2]}
group X-witnesses 2 X1 X2 X3

witness Y1 {VKEYS[3]}
witness Y2 {VKEYS[4]}
witness Y3 {VKEYS[5]}
 # any of them
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
""".encode()


def signed(*signers: KeySigner) -> Note:
    """The head with these signatures."""
    return note.sign(BODY, signers, at_s=1_700_000_000)


def refusal_of(rule: Policy, head: Note) -> str | None:
    """The code with which the policy refuses the head, if it does."""
    try:
        rule.verify(head)
    except Fault as fault:
        return fault.code
    return None


@pytest.mark.parametrize(
    ("cosigners", "code"),
    [
        ((0, 1, 3), None),
        ((0, 2, 3, 4, 5), None),
        ((0, 3, 4, 5), "tlog.policy.no-quorum"),
        ((0, 1, 2), "tlog.policy.no-quorum"),
        ((), "tlog.policy.no-quorum"),
    ],
)
def test_the_example_of_the_standard_decides(cosigners: tuple[int, ...], code: str | None) -> None:
    """Two of the X witnesses and one of the Y witnesses, as C2SP explains it."""
    rule = policy.parse(EXAMPLE)

    assert refusal_of(rule, signed(LOG_1, *(WITNESSES[place] for place in cosigners))) == code


def test_comments_and_white_space_are_left_out() -> None:
    """A policy that was read is written plainly, and means the same."""
    rule = policy.parse(EXAMPLE)
    text = policy.render(rule)

    assert policy.parse(text) == rule
    assert b"#" not in text
    assert b"\n\n" not in text


@st.composite
def _policies(draw: st.DrawFn) -> Policy:
    witnesses = tuple(
        Witness(f"n{place}", signer.vkey, draw(st.sampled_from([None, "https://w.example/"])))
        for place, signer in enumerate(WITNESSES)
    )
    free = [witness.name for witness in witnesses]
    groups = []
    for number in range(draw(st.integers(0, 3))):
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        free = [name for name in free if name not in members] + [f"g{number}"]
        threshold = draw(st.integers(1, len(members)))
        groups.append(Group(f"g{number}", threshold, tuple(members)))
    names = [witness.name for witness in witnesses] + [group.name for group in groups]
    return Policy((Log(LOG_1.vkey),), witnesses, tuple(groups), draw(st.sampled_from(names)))


def _is_enough(rule: Policy, name: str, cosigners: set[str]) -> bool:
    """The oracle: the sentence of C2SP, by recursion from the top."""
    group = next((group for group in rule.groups if group.name == name), None)
    if group is None:
        return name in cosigners
    return sum(_is_enough(rule, member, cosigners) for member in group.members) >= group.threshold


@given(_policies(), st.sets(st.integers(0, 5)))
def test_a_quorum_counts_as_the_standard_says(rule: Policy, cosigners: set[int]) -> None:
    """All, any and k over groups of groups: the same verdict as by recursion."""
    head = signed(LOG_1, *(WITNESSES[place] for place in cosigners))

    verdict = refusal_of(rule, head)

    expected = _is_enough(rule, rule.quorum, {f"n{place}" for place in cosigners})
    assert (verdict is None) == expected
    assert policy.parse(policy.render(rule)) == rule


def test_any_key_of_the_log_is_enough_for_a_generic_tool() -> None:
    """The generic rule asks for one key of the log; comity's own, below, for one of each kind."""
    rule = Policy((Log(LOG_1.vkey), Log(LOG_6.vkey), Log(OTHER_LOG.vkey)), (), (), policy.NONE)

    assert rule.verify(signed(LOG_1)) == HEAD
    assert rule.verify(signed(LOG_6)) == HEAD


def test_a_log_that_is_not_listed_is_unknown() -> None:
    """The origin must be one of the policy, and the signature of one of its own keys."""
    rule = Policy((Log(OTHER_LOG.vkey),), (), (), policy.NONE)

    assert refusal_of(rule, signed(LOG_1)) == "tlog.policy.unknown-log"
    assert refusal_of(rule, signed(OTHER_LOG)) == "tlog.policy.unknown-log"
    own = Policy((Log(LOG_1.vkey), Log(OTHER_LOG.vkey)), (), (), policy.NONE)
    assert refusal_of(own, signed(OTHER_LOG)) == "tlog.note.unknown-keys"


def test_a_false_line_of_a_known_witness_refuses_the_head() -> None:
    """A witness whose line fails is not overlooked, even if the quorum holds without it."""
    rule = policy.parse(f"{LOG_LINE}{W0_LINE}witness B {VKEYS[1]}\nquorum A\n".encode())
    good = signed(LOG_1, WITNESSES[0])
    other = note.sign(BODY.replace(b"17", b"18"), [WITNESSES[1]], at_s=1)

    verdict = refusal_of(rule, Note(BODY, (*good.signatures, *other.signatures)))

    assert verdict == "tlog.note.bad-signature"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        LOG_LINE,
        "quorum none",
        f"quorum none\n{LOG_LINE}"[:-1],
        "quorum none\nquorum none\n",
        "quorum\n",
        "quorum none none\n",
        "quorum A\n",
        f"quorum A\n{W0_LINE}",
        "quorum none\r\n",
        "quorum\x0bnone\n",
        "quorum none\x7f\n",
        f"witness A\0 {VKEYS[0]}\nquorum none\n",
        f"witness A\x7f {VKEYS[0]}\nquorum A\x7f\n",
        "policy 1\nquorum none\n",
        "log\nquorum none\n",
        f"log {VKEYS[0]}\nquorum none\n",
        f"{LOG_LINE}{LOG_LINE}quorum none\n",
        f"witness A {keys.render(LOG_1.vkey)}\nquorum none\n",
        f"witness A {VKEYS[0]} url more\nquorum none\n",
        f"witness {VKEYS[0]}\nquorum none\n",
        f"witness none {VKEYS[0]}\nquorum none\n",
        f"{W0_LINE}witness B {VKEYS[0]}\nquorum none\n",
        f"{W0_LINE}witness A {VKEYS[1]}\nquorum none\n",
        f"{W0_LINE}group\nquorum none\n",
        f"{W0_LINE}group G\nquorum none\n",
        f"{W0_LINE}group G all\nquorum none\n",
        f"{W0_LINE}group A all A\nquorum none\n",
        f"{W0_LINE}group none all A\nquorum none\n",
        f"{W0_LINE}group G all G\nquorum none\n",
        f"{W0_LINE}group G all none\nquorum none\n",
        f"{W0_LINE}group G any A A\nquorum none\n",
        f"{W0_LINE}group G any A\ngroup H any A\nquorum none\n",
        f"{W0_LINE}group G 0 A\nquorum none\n",
        f"{W0_LINE}group G 2 A\nquorum none\n",
        f"{W0_LINE}group G 01 A\nquorum none\n",
        f"{W0_LINE}group G most A\nquorum none\n",
        "quorum none\n#" + "#" * policy.POLICY_BYTES_MAX + "\n",
    ],
)
def test_a_policy_that_is_not_clear_is_refused(text: str) -> None:
    """What could be read two ways, or requires nothing by a slip, is not read at all."""
    with pytest.raises(Fault) as refusal:
        policy.parse(text.encode())

    assert refusal.value.code == "tlog.policy.malformed"


def test_the_same_key_under_another_name_is_a_duplicate() -> None:
    """One key counts once, whatever it is called."""
    twin = keys.VKey("elsewhere", WITNESSES[0].vkey.kind, WITNESSES[0].vkey.key)

    with pytest.raises(Fault) as refusal:
        policy.parse(f"{W0_LINE}witness B {keys.render(twin)}\nquorum none\n".encode())

    assert refusal.value.code == "tlog.policy.malformed"


def test_names_are_octets() -> None:
    """A Kelvin sign is not a K, and what is not UTF-8 is a name as well."""
    lines = [b"witness K " + VKEYS[0].encode(), b"witness \xe2\x84\xaa " + VKEYS[1].encode()]
    lines += [b"witness \xff\xfe " + VKEYS[2].encode(), b"group G 2 K \xe2\x84\xaa \xff\xfe"]
    text = b"\n".join([*lines, b"quorum G", b""])

    assert policy.render(policy.parse(text)) == text


def _key(number: int, kind: int) -> str:
    return keys.render(keys.signer("w", kind, number.to_bytes(2) * 16).vkey)


@pytest.mark.parametrize(
    "line",
    [
        lambda n: f"log {_key(n, keys.ED25519_NOTE)}",
        lambda n: f"witness n{n} {_key(n, keys.ED25519_COSIGNATURE)}",
        lambda n: f"group {n} any {n - 1 if n else 'first'}",
    ],
    ids=["logs", "witnesses", "groups"],
)
def test_a_policy_has_bounds(line: Callable[[int], str]) -> None:
    """One more than 2,048 of a sort is refused; C2SP asks for 32."""
    first = "" if line(0).startswith("witness") else f"witness first {VKEYS[0]}\n"
    lines = [line(number) + "\n" for number in range(policy.DEFINITIONS_MAX + 1)]
    policy.parse((first + "".join(lines[:-1]) + "quorum none\n").encode())

    with pytest.raises(Fault, match="one more than 2048"):
        policy.parse((first + "".join(lines) + "quorum none\n").encode())


def test_a_head_has_a_line_of_each_kind_by_whichever_card() -> None:
    """A policy of several cards asks for both kinds; two keys of one kind are not enough."""
    next_1 = keys.signer(ORIGIN, keys.ED25519_NOTE, b"4" * 32)
    next_6 = keys.signer(ORIGIN, keys.ML_DSA_44_COSIGNATURE, b"5" * 32)
    every = (LOG_1, LOG_6, next_1, next_6)
    rule = Policy(tuple(Log(one.vkey) for one in every), (), (), policy.NONE)
    for both in ((LOG_1, LOG_6), (next_1, LOG_6), every):
        assert rule.verify_kinds(signed(*both)) == HEAD
    for lacking in ((LOG_1,), (LOG_6,), (LOG_1, next_1), (next_6, LOG_6)):
        with pytest.raises(Fault, match=r"tlog\.policy\.kind-missing"):
            rule.verify_kinds(signed(*lacking))
    witnessed = Policy(rule.logs, (Witness("A", WITNESSES[0].vkey),), (), "A")
    with pytest.raises(Fault, match=r"tlog\.policy\.no-quorum"):
        witnessed.verify_kinds(signed(*every))
    assert witnessed.verify_kinds(signed(*every, WITNESSES[0])) == HEAD


@pytest.mark.parametrize("control", [*range(9), *range(11, 32), 127])
def test_no_line_has_a_control_character(control: int) -> None:
    """Each of them but the tab, in a comment too."""
    with pytest.raises(Fault) as refusal:
        policy.parse(b"# a" + bytes([control]) + b"b\n" + LOG_LINE.encode() + b"quorum none\n")

    assert refusal.value.code == "tlog.policy.malformed"
