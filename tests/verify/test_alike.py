"""Files that nobody should have made: the program and comity take the same, and neither falls over.

What one takes and the other refuses could be shown to one court and not to the next.
"""

import base64
import contextlib
import functools
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verify import forging as f
from verify.alike import POLICY, both
from verify.mutations import classes

from comity.kernel.fault import Fault
from comity.tlog import keys
from comity.tlog import proof as tlog_proof
from tools.verify import verify as program

LINES = POLICY.split(b"\n")
ENTRY = f.entry(f.plaintext())
GOOD = f.proof(ENTRY)


def _bound_by(name: str, other: object) -> bytes:
    """Return the extra line of it with one field of its key changed."""
    value = json.loads(f.extra_line(ENTRY))
    return f.canonical(value | {"key": f.key_of(ENTRY, **{name: other})})


LATER = f.proof(ENTRY, signing=f.Signing(mirror_s=f.NOW_S + 9)).split(b"\n")[-2]


def said(value: object, kind: int = 1, word: str = "act") -> bytes:
    """Return a proof of an entry that says this."""
    return f.proof(f.entry(f.plaintext(value, word=word), kind))


def received(**changed: object) -> bytes:
    """Return a proof of a receipt with these fields."""
    return said(f.receipt(**changed), 2, "receipt")


def line(text: str) -> bytes:
    """Return a good proof with one more signature line."""
    return GOOD + text.encode("utf-8", "surrogatepass")


BLOB = {"key": base64.b64encode(bytes(32)).decode(), "mark": "TLP:RED", "media": "text/plain"}
BLOB |= {"need": "needed", "role": "texts", "sha256": "0" * 64, "size": 1}  # type: ignore[dict-item]  # a number
UNREAD = {"index": 3, "leaf": "0" * 64}
TAKEN = {
    "the least act": GOOD,
    "a receipt": received(),
    "a receipt with lists": received(unread=[UNREAD], missing=["0" * 64, "1" * 64]),
    "a receipt of a log with a strange name": received(of="a\x7f\u202eb"),
    "an act with a blob": said(f.act(blobs=[BLOB])),
    "a log with a strange name inside": f.proof(f.entry(f.plaintext(origin="a\x7f\x9b\u202eb"))),
    "another log inside": f.proof(f.entry(f.plaintext(origin=f.OTHER))),
    "sealed": f.proof(ENTRY, f.extra_line(ENTRY, bodies=None)),
    "of no known kind, sealed": f.proof(b"\x07x", f.extra_line(b"\x07x", bodies=None)),
    "alone in its log, sealed": f.proof(ENTRY, f.extra_line(ENTRY, bodies=None), index=0, size=1),
    "a key entry, sealed": f.proof(b"\x03x", f.extra_line(b"\x03x", bodies=None)),
    "a strange cosigner": line("— a\x7fb AAAAAAAAAAAA\n"),
    "a cosigner whose name turns": line("— a\u202eb AAAAAAAAAAAA\n"),
    "a name of 255 bytes": line("— " + "a" * 255 + " AAAAAAAAAAAA\n"),
    "64 lines": line("— ab AAAAAAAAAAAA\n" * 60),
    "a line twice": GOOD + GOOD.split(b"\n")[-2] + b"\n",
}
REFUSED = {
    "a blob that is a text": said(f.act(blobs=["x"])),
    "a blob without a role": said(f.act(blobs=[{"sha256": "0" * 64}])),
    "a short key": said(f.act(blobs=[BLOB | {"key": "AAAA"}])),
    "a key that is a number": said(f.act(blobs=[BLOB | {"key": 1234}])),
    "blobs that are none": said(f.act(blobs=3)),
    "no list": said(f.act(to=None)),
    "an addressee that is a text": said(f.act(to=["bb"])),
    "no id": said({name: value for name, value in f.act().items() if name != "id"}),
    "a field more": said(f.act(more=1)),
    "a list": said([1]),
    "another id": said(f.act(id="x")),
    "another tag": said(f.act(tag="x")),
    "a time before 1970": said(f.act(times={"a": -1})),
    "a time with a fraction": said(f.act(times={"a": 1.5})),
    "a time that is whole, with a point": said(f.act(times={"a": 1.0})),
    "a time that is true": said(f.act(times={"a": True})),
    "a time beyond 2^53": said(f.act(times={"a": 1 << 53})),
    "a number without end": said(b'{"a":' + b"9" * 5_000 + b"}"),
    "no number": said(b'{"a":NaN}'),
    "a code that is a number": said(f.act(codes={"a": 1})),
    "a code in prose": said(f.act(codes={"a": "é"})),
    "a code with a line feed at its end": said(f.act(guideline="a\n")),
    "257 items": said(f.act(items=[f"i{at}" for at in range(257)])),
    "a hash in capitals": said(f.act(release="A" * 64)),
    "half of a pair": said(b'{"a":"\\ud800"}'),
    "a key twice": said(b'{"a":1,"a":2}'),
    "deep": said(b"[" * 40 + b"]" * 40),
    "a mark before it": said(b"\xef\xbb\xbf" + f.canonical(f.act())),
    "an act called a receipt": said(f.act(), 2, "receipt"),
    "a receipt of no log": received(of="a b"),
    "a root that is a number": received(root=1),
    "a short root": received(root="AAAA"),
    "a size below nothing": received(size=-1),
    "a time of a receipt beyond 2^53": received(time=1 << 53),
    "what was not read, as a text": received(unread=["x"]),
    "what was not read, beyond its size": received(unread=[UNREAD | {"index": 44}]),
    "what was not read, twice": received(unread=[UNREAD, UNREAD]),
    "65 that were not read": received(size=99, unread=[UNREAD | {"index": i} for i in range(65)]),
    "not read for no reason": received(unread=[UNREAD | {"code": "x"}]),
    "a missing body twice": received(missing=["0" * 64, "0" * 64]),
    "257 missing bodies": received(missing=[f"{at:064x}" for at in range(257)]),
    "a receipt with a field more": received(a=1),
    "a log with a space inside": f.proof(f.entry(f.plaintext(origin="a b"))),
    "a log without a name inside": f.proof(f.entry(f.plaintext(origin=""))),
    "a log with a long name inside": f.proof(f.entry(f.plaintext(origin="a" * 256))),
    "a log of no letters inside": f.proof(f.entry(f.filled(b"\xff\nact\n{}\n"))),
    "not filled": f.proof(f.entry(f.plaintext().rstrip(b"\0"))),
    "filled twice": f.proof(f.entry(f.plaintext() + bytes(1024))),
    "nothing inside": f.proof(f.entry(b"")),
    "zeros inside": f.proof(f.entry(bytes(1024))),
    "another word inside": f.proof(f.entry(f.plaintext(word="receipt"))),
    "of no known kind": f.proof(f.entry(f.plaintext(), 3)),
    "two stanzas": f.proof(f.entry(f.plaintext(), stanzas=2)),
    "at another index": f.proof(ENTRY, index=3),
    **{
        f"a key with another {name}": f.proof(ENTRY, _bound_by(name, other))
        for name, other in {
            "salt": base64.b64encode(bytes(32)).decode(),
            "bound": [],
            "path": [],
            "index": 2,
            "entry": base64.b64encode(b"\x03" + bytes(32) + b"sealed").decode(),
        }.items()
    },
    "an entry that is a number": f.proof(b"\xd7m\xf8", f.extra_line(b"", bodies=None, entry=1234)),
    "bodies that are numbers": f.proof(
        ENTRY, f.canonical(json.loads(f.extra_line(ENTRY)) | {"bodies": [1234]})
    ),
    "bodies that are none": f.proof(ENTRY, f.extra_line(ENTRY, bodies=None)[:-1] + b',"x":1}'),
    "a key that is a number, of the entry": f.proof(ENTRY, f.extra_line(ENTRY, key=1)),
    "no key": f.proof(ENTRY, f.extra_line(ENTRY, key="")),
    "an entry of nothing": f.proof(b"x", f.extra_line(b"", bodies=None)),
    "deep around it": f.proof(ENTRY, b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
    "more bodies than JSON has values": f.proof(ENTRY, f.extra_line(ENTRY, bodies=[b""] * 100_001)),
    "an extra line without end": f.proof(ENTRY, f.extra_line(ENTRY, bodies=[bytes(13 << 20)])),
    "a head without end": line("— ab " + base64.b64encode(bytes(60_000)).decode() + "\n"),
    "65 lines": line("— ab AAAAAAAAAAAA\n" * 61),
    "a name of 256 bytes": line("— " + "a" * 256 + " AAAAAAAAAAAA\n"),
    "a name with a space of another sort": line("— a\xa0b AAAAAAAAAAAA\n"),
    "a name with a next line": line("— a\x85b AAAAAAAAAAAA\n"),
    "a name with a plus": line("— a+b AAAAAAAAAAAA\n"),
    "a name with a zero": line("— a\0b AAAAAAAAAAAA\n"),
    "a name that is half of a pair": line("— a\ud800b AAAAAAAAAAAA\n"),
    "a signature of nothing": line("— ab AAAA\n"),
    "a line that is cut off": line("— ab AAAAAAAAAAAA"),
    "a line of nothing": line("\n"),
    "another time of the same key": GOOD + LATER + b"\n",
    "two times of one mirror": GOOD.replace(GOOD.split(b"\n")[-2], LATER),
    "as on Windows": GOOD.replace(b"\n", b"\r\n"),
    "a mark before the file": b"\xef\xbb\xbf" + GOOD,
    "nothing": b"",
    "zeros": bytes(1_000),
    "a brace": b"{",
    "JSON": b'{"a":1}',
    "deep JSON": b'{"entries":[' * 5_000,
    "an index beyond all": GOOD.replace(b"index 2", b"index 99999999999999999999"),
    "an index with a zero": GOOD.replace(b"index 2", b"index 02"),
    "an index with a sign": GOOD.replace(b"index 2", b"index +2"),
    "an index in other digits": GOOD.replace(b"index 2", "index ٢".encode()),
    "no extra line": b"\n".join(one for one in GOOD.split(b"\n") if not one.startswith(b"extra")),
    "hashes without end": GOOD.replace(b"index 2\n", b"index 2\n" + b"A" * 43 + b"=\n" * 99_999),
}


@pytest.mark.parametrize("data", TAKEN.values(), ids=TAKEN)
def test_what_is_strange_and_good_is_taken_by_both(data: bytes, tmp_path: Path) -> None:
    """A strange name harms nobody; nor does what a policy does not know."""
    assert both(tmp_path, data) == (True, True)


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_is_not_as_the_clauses_say_is_refused_by_both(data: bytes, tmp_path: Path) -> None:
    """Even if a State signed it: who has the keys of a log can sign any bytes."""
    assert both(tmp_path, data) == (False, False)


def swapped(old: bytes, new: bytes) -> bytes:
    """Return the policy with a part of it changed."""
    assert old in POLICY
    return POLICY.replace(old, new)


@functools.cache
def witness(at: int) -> bytes:
    """Return a line of a witness that nobody needs."""
    vkey = keys.signer("w", keys.ED25519_COSIGNATURE, at.to_bytes(2) + bytes(30)).vkey
    return b"witness x%d %b\n" % (at, keys.render(vkey).encode())


def many(count: int) -> bytes:
    """Return so many of them."""
    return b"".join(map(witness, range(count)))


POLICIES_TAKEN = {
    "several": f.policy_text(f.log_keys(f.OTHER, 3)) + POLICY,
    "several, indented": POLICY.replace(b"quorum", b"  quorum") * 2,
    "with tabs": swapped(b"log ", b"log\t"),
    "with comments": b"  # \xff\n" + POLICY + b"# the end\n",
    "with an address": LINES[0] + b" https://x\n" + b"\n".join(LINES[1:]),
    "a name that is no letters": POLICY.replace(b"w0 ", b"\xff "),
    "of one log without mirrors": b"\n".join(LINES[:2]) + b"\nquorum none\n",
    "of years in a large arrangement": many(2_000) + POLICY,
}
POLICIES_REFUSED = {
    "as on Windows": POLICY.replace(b"\n", b"\r\n"),
    "cut off": POLICY[:-1],
    "cut off in a comment": POLICY + b"# x",
    "with a zero": POLICY + b"\0\n",
    "with a form feed": swapped(b"log ", b"log\f"),
    "with a space of another sort": swapped(b"log ", b"log\xc2\xa0"),
    "with a next line": swapped(b"\nwitness", b"\xc2\x85witness"),
    "with a mark before it": b"\xef\xbb\xbf" + POLICY,
    "of nothing": b"",
    "of comments": b"# x\n",
    "of a quorum": b"quorum none\n",
    "a group called none": swapped(b"group bb", b"group none").replace(
        b"quorum bb", b"quorum none"
    ),
    "a witness called none": POLICY.replace(b"w0 ", b"none "),
    "a log line with more": LINES[0] + b" a b\n" + b"\n".join(LINES[1:]),
    "a witness line with more": swapped(LINES[4], LINES[4] + b" a b"),
    "a quorum with more": swapped(b"quorum bb", b"quorum bb x"),
    "two quorums": POLICY + b"quorum bb\n",
    "a line after its end": POLICY + b"foo\n",
    "the same key twice": LINES[0] + b"\n" + POLICY,
    "a member that is not there": swapped(b"all w0 w1", b"all w0 w9"),
    "a member twice": swapped(b"all w0 w1", b"any w0 w0"),
    "none of a group": swapped(b"all w0 w1", b"0 w0 w1"),
    "three of two": swapped(b"all w0 w1", b"3 w0 w1"),
    "a number with a zero": swapped(b"all w0 w1", b"02 w0 w1"),
    "a rule that is no letters": swapped(b"bb all", b"bb \xff"),
    "a key whose name is no letters": swapped(b"log aa", b"log a\xff"),
    "another key id": swapped(LINES[0].split(b"+")[1], b"00000000"),
    "other keys": f.policy_text(f.log_keys(seed=9)),
    "other keys first": f.policy_text(f.log_keys(seed=9)) + POLICY,
    "of another log": f.policy_text(f.log_keys(f.OTHER, 3)),
    "another mirror": f.policy_text(mirrors=f.mirror_keys(seed=9)),
    "too many": many(2_049) + POLICY,
    "of empty lines": b"\n" * (2 << 20),
    "of short lines": b"# \n" * (1 << 20),
    "without end": b"#" * (17 << 20),
}


@pytest.mark.parametrize("policy", POLICIES_TAKEN.values(), ids=POLICIES_TAKEN)
def test_a_policy_is_read_by_both(policy: bytes, tmp_path: Path) -> None:
    """Whose keys are trusted is the same to both."""
    assert both(tmp_path, GOOD, policy) == (True, True)


@pytest.mark.parametrize("policy", POLICIES_REFUSED.values(), ids=POLICIES_REFUSED)
def test_a_policy_that_is_not_clear_is_refused_by_both(policy: bytes, tmp_path: Path) -> None:
    """A word that one of them takes for "none is needed" would take every proof."""
    assert both(tmp_path, GOOD, policy) == (False, False)


def test_a_file_that_is_not_there_keeps_no_other_from_being_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor a folder, nor one whose name no terminal prints: each has its line, and the exit is 1."""
    (tmp_path / "policy").write_bytes(POLICY)
    (tmp_path / "good").write_bytes(GOOD)
    odd = tmp_path / "\udcff\x1b[2J"
    odd.write_bytes(GOOD)
    files = [tmp_path / "none", tmp_path, odd, tmp_path / "good"]
    assert program.main([*map(str, files), "--policy", str(tmp_path / "policy")]) == 1
    out = capsys.readouterr().out
    assert out.count("not read") == 2
    assert out.count(": holds") == 2
    assert "\x1b" not in out


@pytest.fixture(scope="module", name="folder")
def of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of thousands of examples lie, one after another."""
    return tmp_path_factory.mktemp("alike")


@given(st.randoms(use_true_random=False), st.sampled_from([*TAKEN.values()]), st.integers(1, 3))
@settings(deadline=None)
def test_whatever_is_changed_both_say_the_same(
    folder: Path, chance: random.Random, data: bytes, times: int
) -> None:
    """Lines lost, doubled and swapped, bytes turned, numbers moved: no change parts the two."""
    for _ in range(times):
        one = chance.choice(list(classes()))
        with contextlib.suppress(Fault, IndexError, ValueError, AssertionError):
            tlog_proof.parse(data)
            data = one.change(data, chance) or data
    ours, theirs = both(folder, data)
    assert ours == theirs


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-1, 1 << 54),
        st.floats(),
        st.sampled_from(
            ["", "a", "bb", "m" * 26, "0" * 64, BLOB["key"], f.OTHER, "open", "TLP:RED"]
        ),
        st.text(max_size=3),
    ),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from([*BLOB, *UNREAD, "party", "id", "kind", "x"]), inner, max_size=3
        )
    ),
    max_leaves=4,
)


@given(st.sampled_from([1, 2]), st.data())
@settings(deadline=None)
def test_whatever_an_entry_says_both_read_it_alike(
    folder: Path, kind: int, data: st.DataObject
) -> None:
    """Any value in any field, by a State that signs it: both read it, or neither."""
    whole = f.act(blobs=[dict(BLOB)]) if kind == 1 else f.receipt(unread=[dict(UNREAD)])
    place = whole
    while True:
        name = data.draw(st.sampled_from(sorted(place)))
        inner = place[name][0] if isinstance(place[name], list) and place[name] else place[name]
        if not isinstance(inner, dict) or not inner or data.draw(st.booleans()):
            break
        place = inner
    place[name] = data.draw(VALUES)
    ours, theirs = both(folder, said(whole, kind, "act" if kind == 1 else "receipt"))
    assert ours == theirs


@given(st.randoms(use_true_random=False), st.integers(1, 4))
@settings(deadline=None)
def test_whatever_is_changed_in_a_policy_both_say_the_same(
    folder: Path, chance: random.Random, times: int
) -> None:
    """Words moved, lines doubled, bytes put in: what one takes for trust the other does."""
    lines = POLICY.splitlines(keepends=True)
    for _ in range(times):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        words = lines[at].split(b" ")
        match chance.randrange(6):
            case 0:
                lines[at], lines[other] = lines[other], lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                words[chance.randrange(len(words))] = chance.choice(
                    [b"none", b"all", b"any", b"1", b"w0", b"bb", b"", b"quorum", b"#", b"group"]
                )
                lines[at] = b" ".join(words)
            case 3:
                lines[at] = lines[at].replace(
                    b" ", chance.choice([b"  ", b"\t", b"\n", b"\xa0"]), 1
                )
            case 4:
                byte = bytes((chance.randrange(256),))
                put = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:put] + byte + lines[at][put:]
            case _:
                lines[at] = b""
    ours, theirs = both(folder, GOOD, b"".join(lines))
    assert ours == theirs
