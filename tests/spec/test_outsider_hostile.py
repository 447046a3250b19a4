"""The State that was written from docs/spec alone, before answers that no clause gives."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.peer import body, card, note, pairing, revoke
from tools.peer.call import Answer
from tools.peer.deliver import Sender
from tools.peer.text import Malformed, number, read, read_canonical, unb64

OWN = SimpleNamespace(origin="aa/x/live/1", entries=[b"x"] * 9, leaves=[bytes(32)] * 9)


def sender(answers: Iterator[Answer]) -> Sender:
    """Return what sends, with a line that answers one thing after another."""
    line = SimpleNamespace(ask=lambda *_: next(answers))
    made = Sender(cast("Any", SimpleNamespace()), cast("Any", line))
    made.taken[OWN.origin] = 0
    return made


@pytest.mark.parametrize("status", [202, 409])
def test_a_mirror_that_never_agrees_is_left_for_now(status: int) -> None:
    """It names one size and then another: who asked it for ever would ask nobody else."""
    sizes = itertools.cycle([b"0\n0\n", b"5\n5\n"])
    asked = sender(Answer(409, "", one.split(b"\n")[0], 0) for one in itertools.cycle([b"3", b"0"]))
    with pytest.raises(Malformed, match="another size each time"):
        asked._grow(cast("Any", OWN), "note", 9)
    asked = sender(Answer(status, "", one, 0) for one in sizes)
    with pytest.raises(Malformed, match="the same entries each time"):
        asked._upload(cast("Any", OWN), 9, 9)


@pytest.mark.parametrize("answer", [b"", b"x", b"-1", b"9" * 5_000, b"\xff", b"{}", b"[1]"])
def test_an_answer_that_is_none_ends_no_later_round(
    answer: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is done is told on standard error, and tried again in the next round."""
    asked = sender(itertools.repeat(Answer(409, "", answer, 0)))
    asked._tried(cast("Any", lambda: asked._grow(cast("Any", OWN), "note", 9)))
    asked._tried(lambda: read(answer.decode())["logs"])
    assert capsys.readouterr().err.count("not done") >= 1


def _batch(data: bytes) -> object:
    return body.read_delivery(data), body.read_batch(data)


READERS: list[Callable[[bytes], object]] = [
    lambda data: read(data.decode("utf-8", "replace")),
    lambda data: note.split(data.decode("utf-8", "replace")),
    lambda data: note.read_head(data.decode("utf-8", "replace")),
    lambda data: number(data.decode("utf-8", "replace")),
    lambda data: unb64(data.decode("utf-8", "replace")),
    lambda data: pairing.read_offer(data.decode("utf-8", "replace")),
    lambda data: pairing.read_confirmation(data.decode("utf-8", "replace")),
    lambda data: card.read(data.decode("utf-8", "replace"), "aa", "x", note.Public(b"", b"")),
    lambda data: revoke.read(data.decode("utf-8", "replace"), "aa", "x", note.Public(b"", b"")),
    body.read_growth,
    lambda data: list(body.packages(body.read_upload(data))),
    _batch,
]
WORDS = [
    b"\n", b"\n\n", b"{", b"}", b"[", b'"', b":", b",", b"1", b"-", b"old ", b"1e999", b"NaN",
    b"\\ud800", b'{"a":', b"9" * 5_000, b"[" * 2_000, b"\0", b"\xff", "— a AAAAAAAA\n".encode(),
    b"comity/pair-offer/1\n", b"comity/pair-confirm/1\n", b"comity/card/1\n", b"\0\0\0\4",
    b"comity/revocation/1\n", b"aa/x/live/1", b"AAAA", "٢".encode(),
]  # fmt: skip


@given(st.sampled_from(READERS), st.lists(st.sampled_from(WORDS) | st.binary(max_size=4)))
def test_no_bytes_make_a_reader_fail_otherwise(
    reader: Callable[[bytes], object], parts: list[bytes]
) -> None:
    """It reads what came, or says that it is malformed."""
    with contextlib.suppress(Malformed, body.CutShort):
        reader(b"".join(parts))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":-Infinity}',
        '{"a":1e999}',
        '{"a":"\\ud800"}',
        '"\\udfff"',
    ],
)
def test_what_is_no_i_json_is_refused(text: str) -> None:
    """Numbers that are none, and half of a pair (1.1.3, 1.1.4)."""
    with pytest.raises(Malformed):
        read(text)
    with pytest.raises(Malformed):
        read_canonical(text, {"a"})
