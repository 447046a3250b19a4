"""Evidence against a log, and a log at home: comity and the program say the same of both."""

import base64
import hashlib
import json
from pathlib import Path
from typing import cast

import pytest
from verify import forging as f
from verify.alike import both

from comity.tlog import tree


def convicting(
    small: bytes, big: bytes, implied: bytes, path: list[bytes], **more: object
) -> bytes:
    """Return evidence against a log."""
    value = {"bigger": big.decode(), "smaller": small.decode()}
    roots = {"implied-root": base64.b64encode(implied).decode()}
    hashes = {"proof": [base64.b64encode(one).decode() for one in path]}
    return f.canonical(value | roots | hashes | more) + b"\n"


def convictions() -> dict[str, tuple[bytes, bool]]:
    """Return evidence of every sort, and whether it convicts."""
    leaves = [tree.leaf_hash(b"%d" % at) for at in range(7)]
    sign, root = f.SIGNING.head, tree.root(leaves)
    at_4, at_6 = tree.root(leaves[:4]), tree.root(leaves[:6])
    bad = bytes(32)
    to_4 = [tree.root(leaves[4:])]
    to_6 = [tree.root(leaves[4:6]), leaves[6], at_4]
    other = f.Signing(f.log_keys(f.OTHER, 3), origin=f.OTHER).head
    strange = f.Signing(f.log_keys(seed=9)).head
    half = f.Signing(f.log_keys()[:1]).head
    found = {
        "equal sizes": (convicting(sign(7, root), sign(7, bad), bad, []), True),
        "after four": (convicting(sign(4, bad), sign(7, root), at_4, to_4), True),
        "after six": (convicting(sign(6, bad), sign(7, root), at_6, to_6), True),
        "agreeing": (convicting(sign(7, root), sign(7, root), bad, []), False),
        "no fork": (convicting(sign(4, at_4), sign(7, root), at_4, to_4), False),
        "after nothing": (convicting(sign(0, bad), sign(7, root), tree.EMPTY_ROOT, []), True),
        "nothing as it is": (convicting(sign(0, tree.EMPTY_ROOT), sign(7, root), bad, []), False),
        "another path": (convicting(sign(4, bad), sign(7, root), at_4, to_6), False),
        "no path": (convicting(sign(4, bad), sign(7, root), at_4, []), False),
        "a path of nothing": (convicting(sign(6, bad), sign(7, root), at_6, []), False),
        "another root": (convicting(sign(6, bad), sign(7, root), at_4, to_6), False),
        "turned": (convicting(sign(7, root), sign(4, bad), at_4, to_4), False),
        "two logs": (convicting(sign(7, root), other(7, bad), bad, []), False),
        "no keys of it": (convicting(strange(7, root), strange(7, bad), bad, []), False),
        "one key of two": (convicting(half(7, root), half(7, bad), bad, []), False),
        "a field more": (convicting(sign(7, root), sign(7, bad), bad, [], more=1), False),
        "hashes that are numbers": (
            convicting(sign(7, root), sign(7, bad), bad, [], proof=[1]),
            False,
        ),
        "64 hashes": (convicting(sign(4, bad), sign(7, root), at_4, to_4 * 64), False),
    }
    pretty = json.dumps(json.loads(found["equal sizes"][0]), indent=1).encode()
    return found | {"spelled otherwise": (pretty, False)}


@pytest.mark.parametrize(("data", "convicts"), convictions().values(), ids=convictions())
def test_a_conviction_is_one_for_both(data: bytes, convicts: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- of the table
    """A court that has the program alone is not told that good evidence does not hold."""
    assert both(tmp_path, data) == (convicts, convicts)


HOME = "aa/local"
AT_HOME = f.policy_text(f.log_keys(HOME, 4), ()).replace(
    b"group bb all \nquorum bb", b"quorum none"
)


def at_home(first: dict[str, object] | None = None, **changed: object) -> bytes:
    """Return a local log of two entries, with fields of its first line and of an entry changed."""
    salts = ["ab" * 32, "cd" * 32]
    facts = [{"who": hashlib.sha256(bytes.fromhex(one) + b"ann").hexdigest()} for one in salts]
    steps = [f.canonical({"at": 1, "facts": one, "step": "officer.added"}) for one in facts]
    entries = [b"comity/local/1\n" + one + b"\n" for one in steps]
    if "raw" in changed:
        entries[1] = cast("bytes", changed.pop("raw"))
    leaves = [tree.leaf_hash(one) for one in entries]
    head = f.Signing(f.log_keys(HOME, 4), (), origin=HOME).head(2, tree.root(leaves)).decode()
    top: dict[str, object] = {"format": "comity/local-log/1", "head": head, "log": HOME, "size": 2}
    lines = [f.canonical(top | (first or {}))]
    for at, one in enumerate(entries):
        row: dict[str, object] = {
            "entry": base64.b64encode(one).decode(),
            "facts": {"who": {"salt": salts[at], "value": "ann"}} if "facts" not in changed else {},
            "index": at,
            "path": [base64.b64encode(leaves[1 - at]).decode()],
        }
        lines.append(f.canonical(row | (changed if at else {})))
    return b"".join(line + b"\n" for line in lines)


def told(**facts: object) -> dict[str, object]:
    """Return a fact as it is told, with parts of it changed."""
    return {"who": {"salt": "cd" * 32, "value": "ann"} | facts}


def loose(data: bytes) -> str:
    """Return base64 with bits that stand for nothing."""
    text = base64.b64encode(data).decode()
    return text[:-2] + chr(ord(text[-2]) + 1) + "="


LOGS = {
    "whole": (at_home(), True),
    "nothing told": (at_home(facts={}), True),
    "a part": (b"".join(at_home().splitlines(keepends=True)[:2]), True),
    "a size that is true": (at_home({"size": True}), False),
    "a size with a point": (at_home({"size": 2.0}), False),
    "a size as a text": (at_home({"size": "2"}), False),
    "another size": (at_home({"size": 3}), False),
    "another log": (at_home({"log": "bb/local"}), False),
    "a log that is a number": (at_home({"log": 1}), False),
    "a head that is a number": (at_home({"head": 1}), False),
    "another format": (at_home({"format": "comity/local-log/9"}), False),
    "a succession that is none": (
        at_home({"format": "comity/local-log/2", "succession": {}}),
        False,
    ),
    "a succession of nothing": (at_home({"format": "comity/local-log/2", "succession": []}), True),
    "an index that is true": (at_home(index=True), False),
    "an index with a point": (at_home(index=1.0), False),
    "an index again": (at_home(index=0), False),
    "a path spelled loosely": (
        at_home(path=[loose(base64.b64decode(json.loads(at_home().split(b"\n")[2])["path"][0]))]),
        False,
    ),
    "a path that is none": (at_home(path=None), False),
    "64 hashes": (at_home(path=[base64.b64encode(bytes(32)).decode()] * 64), False),
    "a salt that is a number": (at_home(facts=told(salt=int("1" * 64))), False),
    "a salt in capitals": (at_home(facts=told(salt="CD" * 32)), False),
    "a longer salt": (at_home(facts=told(salt="cd" * 32 + "61", value="nn")), False),
    "another value": (at_home(facts=told(value="bob")), False),
    "a value that is a number": (at_home(facts=told(value=1)), False),
    "a fact of none": (at_home(facts={"what": told()["who"]}), False),
    "a step without facts": (at_home(raw=b"comity/local/1\n{}\n", facts={}), False),
    "a step at no number": (
        at_home(raw=b'comity/local/1\n{"at":"1","facts":{},"step":"a"}\n', facts={}),
        False,
    ),
    "a step at true": (
        at_home(raw=b'comity/local/1\n{"at":true,"facts":{},"step":"a"}\n', facts={}),
        False,
    ),
    "a step of no name": (
        at_home(raw=b'comity/local/1\n{"at":1,"facts":{},"step":1}\n', facts={}),
        False,
    ),
    "a line cut off": (at_home()[:-1], False),
    "a line of nothing": (at_home() + b"\n", False),
    "its beginning alone": (b'{"format":"comity/local-log/', False),
    "its first line without end": (b'{"format":"comity/local-log/' + b"x" * (3 << 20), False),
}


@pytest.mark.parametrize(("data", "holds"), LOGS.values(), ids=LOGS)
def test_a_log_at_home_is_one_for_both(data: bytes, holds: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- of the table
    """An auditor may have either in hand."""
    assert both(tmp_path, data, AT_HOME) == (holds, holds)
