"""The plaintext of an entry: one spelling for each record."""

import base64
from dataclasses import fields
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.acts import codec, record
from comity.acts.record import Act, Addressee, Blob, Document, Matter, Office, Receipt, Unread
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id

ORIGIN = "a/k2/live/1"
DOJ = Office("doj")

names = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,10}", fullmatch=True)
ids = st.binary(min_size=16, max_size=16).map(random_id)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,20}", fullmatch=True)
sizes = st.integers(0, limits.BLOB_BYTES_MAX)
blobs = st.builds(
    Blob,
    sha256=hashes,
    key=st.binary(min_size=32, max_size=32),
    size_bytes=sizes,
    media_type=st.just("application/json"),
    role=st.sampled_from(["texts", "attachment:1"]),
    need=st.sampled_from([record.NEEDED, record.FOLLOWING]),
    mark=st.just("TLP:AMBER+STRICT"),
)
documents = st.builds(
    Document,
    sha256=hashes,
    size_bytes=sizes,
    media_type=st.just("text/plain"),
    role=st.just("card"),
)
acts = st.builds(
    Act,
    id=ids,
    tag=st.sampled_from(["request.submitted/1", "exchange.generation-begun/12"]),
    matter=st.builds(Matter, names, ids),
    speaker=st.builds(Office, names, st.just("") | names),
    to=st.lists(st.builds(Addressee, names, names), max_size=3).map(tuple),
    answers=st.just("") | ids,
    guideline=st.just("") | codes,
    urgency=st.just("") | codes,
    items=st.lists(names, max_size=3).map(tuple),
    elements=st.lists(names, max_size=3).map(tuple),
    codes=st.dictionaries(names, codes, max_size=3),
    times=st.dictionaries(names, st.integers(0, limits.JSON_INTEGER_MAX), max_size=3),
    blobs=st.lists(blobs, max_size=2).map(tuple),
    documents=st.lists(documents, max_size=2).map(tuple),
    release=hashes,
)
receipts = st.builds(
    Receipt,
    of=st.just("b/k2/live/1"),
    size=st.integers(10, limits.JSON_INTEGER_MAX),
    root=st.binary(min_size=32, max_size=32),
    time_ms=st.integers(0, limits.JSON_INTEGER_MAX),
    unread=st.lists(
        st.builds(Unread, st.integers(0, 9), hashes),
        max_size=3,
        unique_by=lambda unread: unread.index,
    ).map(lambda listed: tuple(sorted(listed, key=lambda unread: unread.index))),
    missing=st.lists(hashes, max_size=3, unique=True).map(sorted).map(tuple),
)


@given(acts | receipts)
def test_what_is_rendered_is_read_back(said: Act | Receipt) -> None:
    """Parsing a plaintext gives the record that was rendered, and its log's origin."""
    plaintext = codec.render(ORIGIN, said)

    assert codec.parse(codec.kind_of(said), plaintext) == (ORIGIN, said)
    assert len(plaintext) % limits.PADDING_BYTES == 0


@given(acts, st.data())
def test_one_changed_byte_changes_the_meaning_or_is_refused(act: Act, data: st.DataObject) -> None:
    """No two plaintexts say the same."""
    plaintext = bytearray(codec.render(ORIGIN, act))
    at = data.draw(st.integers(0, len(plaintext) - 1))
    plaintext[at] ^= data.draw(st.integers(1, 255))
    try:
        origin, said = codec.parse(record.ACT_KIND, bytes(plaintext))
    except Fault:
        return
    assert (origin, said) != (ORIGIN, act)
    assert codec.render(origin, said) == bytes(plaintext)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_fault(junk: bytes) -> None:
    """A reader of peer bytes never falls over."""
    padded = junk + bytes(-len(junk) % limits.PADDING_BYTES)
    for kind in (record.ACT_KIND, record.RECEIPT_KIND, 7):
        with pytest.raises(Fault):
            codec.parse(kind, padded)


@given(acts)
def test_the_filling_is_exact(act: Act) -> None:
    """A kilobyte of zeros more or a zero less does not parse."""
    plaintext = codec.render(ORIGIN, act)

    for other in (plaintext + bytes(1024), plaintext[:-1], plaintext + b"\0"):
        with pytest.raises(Fault, match=r"acts\.plaintext\.malformed"):
            raise_from(other)


def raise_from(plaintext: bytes) -> None:
    """Parse, and let the code stand in the text of what is raised."""
    try:
        codec.parse(record.ACT_KIND, plaintext)
    except Fault as fault:
        raise Fault(code=fault.code, what=str(fault), fix=fault.fix) from fault


@given(receipts)
def test_the_kind_outside_is_the_kind_inside(receipt: Receipt) -> None:
    """A receipt that is labelled as an act does not parse."""
    with pytest.raises(Fault):
        codec.parse(record.ACT_KIND, codec.render(ORIGIN, receipt))


def test_the_word_inside_is_the_kind_outside() -> None:
    """An act that calls itself a receipt within is a second spelling of it."""
    good = Act(random_id(b"0" * 16), "request.submitted/1", Matter("request", ORIGIN[0]), DOJ)
    text = codec.render(ORIGIN, good).rstrip(b"\0")
    for word in (b"receipt", b"Act", b""):
        other = text.replace(b"\nact\n", b"\n" + word + b"\n")
        filled = other + bytes(-len(other) % limits.PADDING_BYTES)
        with pytest.raises(Fault, match=r"acts\.plaintext\.malformed"):
            raise_from(filled)


@given(acts)
def test_an_act_is_kept_as_json_and_read_back(act: Act) -> None:
    """What a store keeps of an act is the whole act."""
    assert codec.act_from_json(codec.act_to_json(act)) == act
    value = codec.act_to_json(act)
    assert isinstance(value, dict)
    assert value.keys() == {field.name for field in fields(Act)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tag", "Request.submitted/1"),
        ("tag", "request.submitted/01"),
        ("id", "a" * 26 + "x"),
        ("release", "F" * 64),
        ("urgency", "very\nurgent"),
        ("items", ("Ä",)),
        ("codes", {"type": "x" * 256}),
        ("times", {"at": -1}),
        ("times", {"at": 2**53}),
        ("items", ("i",) * 257),
    ],
)
def test_an_act_out_of_shape_is_never_rendered(field: str, value: object) -> None:
    """An author learns of a bad field before anything is sealed."""
    good = {"id": random_id(b"0" * 16), "tag": "request.submitted/1"}
    parts: dict[str, object] = {
        **good,
        "matter": Matter("request", random_id(b"1" * 16)),
        "speaker": Office("doj"),
        field: value,
    }
    with pytest.raises(Fault):
        codec.render(ORIGIN, Act(**parts))  # type: ignore[arg-type]


def test_base64_with_loose_bits_is_a_second_spelling() -> None:
    """A key has one base64 text."""
    receipt = Receipt("b/k2/live/1", 1, bytes(32), 5)
    plaintext = codec.render(ORIGIN, receipt)
    text = base64.b64encode(bytes(32))

    loose = plaintext.replace(text, text[:-2] + b"B=")

    with pytest.raises(Fault):
        codec.parse(record.RECEIPT_KIND, loose)


LEAF = "0" * 64


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt("no origin", 1, bytes(32), 5),
        Receipt("b/\0/live/1", 1, bytes(32), 5),
        Receipt("b/" + "x" * 254, 1, bytes(32), 5),
        Receipt("b/k2/live/1", 1, bytes(31), 5),
        Receipt("b/k2/live/1", 1, bytes(32), 5, (Unread(1, LEAF),)),
        Receipt("b/k2/live/1", 2, bytes(32), 5, (Unread(1, LEAF), Unread(0, LEAF))),
        Receipt("b/k2/live/1", 2, bytes(32), 5, (Unread(1, LEAF),) * 2),
        Receipt("b/k2/live/1", 99, bytes(32), 5, tuple(Unread(n, LEAF) for n in range(65))),
        Receipt("b/k2/live/1", 1, bytes(32), 5, (), (LEAF, LEAF)),
        Receipt("b/k2/live/1", 1, bytes(32), 5, (), ("1" * 64, LEAF)),
    ],
)
def test_a_receipt_out_of_shape_is_never_rendered(receipt: Receipt) -> None:
    """A receipt names an origin, and each list stands in order, without repetition."""
    with pytest.raises(Fault, match=r"receipt"):
        codec.render(ORIGIN, receipt)


SAID: dict[str, object] = {
    "answers": "", "blobs": [], "codes": {}, "documents": [], "elements": [], "guideline": "",
    "id": random_id(b"0" * 16), "items": [], "matter": {"id": "m", "kind": "request"},
    "release": LEAF, "speaker": {"agency": "doj", "office": ""}, "tag": "request.submitted/1",
    "times": {}, "to": [], "urgency": "",
}  # fmt: skip
HELD: dict[str, object] = {
    "missing": [], "of": "b/k2/live/1", "root": base64.b64encode(bytes(32)).decode(), "size": 2,
    "time": 5, "unread": [],
}  # fmt: skip


DOCUMENT: dict[str, object] = {"media": "text/plain", "role": "card", "sha256": LEAF, "size": 1}
BLOB = DOCUMENT | {
    "key": base64.b64encode(bytes(32)).decode(), "mark": "TLP:RED", "need": "needed",
}  # fmt: skip
PARTY = {"agency": "", "office": "", "party": "b"}


def spelled(word: str, value: object) -> bytes:
    """Return a plaintext as a program would write it that checks nothing."""
    text = f"{ORIGIN}\n{word}\n".encode() + ijson.render(cast("ijson.Json", value)) + b"\n"
    return text + bytes(-len(text) % limits.PADDING_BYTES)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", ""), ("to", None), ("to", {}), ("to", [""]), ("items", ""), ("items", {}),
        ("items", [1]), ("items", ["i"] * 257), ("items", ["\u00c4"]), ("codes", []),
        ("codes", {"type": 1}), ("codes", {"type": "x" * 256}), ("times", []), ("times", ""),
        ("times", {"at": True}), ("times", {"at": 1.5}), ("times", {"at": -1}), ("urgency", None),
        ("urgency", []), ("tag", "Request.submitted/1"), ("tag", "request.submitted/01"),
        ("id", "x"), ("release", "F" * 64), ("release", LEAF[1:]), ("matter", "m"),
        ("matter", {"id": "m", "kind": "request", "more": ""}), ("matter", {"id": "m"}),
        ("speaker", {"agency": "", "office": ""}), ("answers", "x"), ("more", ""),
        ("speaker", {"agency": "doj", "office": "\u00c4"}), ("guideline", "\n"),
        ("to", [{"agency": "\u00c4", "office": "", "party": "b"}]), ("elements", ["\u00c4"]),
        ("matter", {"id": "m", "kind": "\u00c4"}), ("matter", {"id": "\u00c4", "kind": "request"}),
        ("codes", {"\u00c4": "x"}), ("times", {"\u00c4": 1}), ("times", {"at": 2**53 - 1, "b": -1}),
        ("codes", {f"c{n}": "x" for n in range(257)}), ("to", [PARTY] * 257),
        *(("blobs", [BLOB | changed]) for changed in (
            {"sha256": "F" * 64}, {"key": base64.b64encode(bytes(31)).decode()}, {"key": "AA"},
            {"size": -1}, {"size": limits.BLOB_BYTES_MAX + 1}, {"media": "text"}, {"role": "Texts"},
            {"need": "perhaps"}, {"mark": ""}, {"more": 1},
        )),
        *(("documents", [DOCUMENT | changed]) for changed in (
            {"sha256": LEAF[1:]}, {"size": True}, {"media": "a/b/c"}, {"role": ""},
        )),
    ],
)  # fmt: skip
def test_an_act_out_of_shape_is_never_read(field: str, value: object) -> None:
    """What a peer's program did not check is checked here, as what we write is."""
    for good in (SAID, SAID | {"blobs": [BLOB], "documents": [DOCUMENT], "to": [PARTY]}):
        assert codec.parse(record.ACT_KIND, spelled("act", good))[0] == ORIGIN
    with pytest.raises(Fault):
        codec.parse(record.ACT_KIND, spelled("act", SAID | {field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unread", ""), ("unread", {}), ("unread", [{"code": "other", "index": 1, "leaf": LEAF}]),
        ("unread", [{"code": "open", "index": 2, "leaf": LEAF}]),
        ("unread", [{"code": "open", "index": 1, "leaf": "A" * 64}]),
        ("unread", [{"code": "open", "index": 1, "leaf": LEAF}] * 2),
        ("missing", ""), ("missing", [LEAF[2:]]), ("missing", ["A" * 64]), ("missing", [LEAF] * 2),
        ("missing", [f"{n:064x}" for n in range(257)]), ("size", True), ("size", -1),
        ("size", "2"), ("time", None), ("of", "no origin"), ("root", ""), ("more", ""),
        ("root", base64.b64encode(bytes(31)).decode()), ("root", "A" * 43),
    ],
)  # fmt: skip
def test_a_receipt_out_of_shape_is_never_read(field: str, value: object) -> None:
    """A peer's word of what it holds is bounded before it is kept."""
    assert codec.parse(record.RECEIPT_KIND, spelled("receipt", HELD))[0] == ORIGIN
    with pytest.raises(Fault):
        codec.parse(record.RECEIPT_KIND, spelled("receipt", HELD | {field: value}))
