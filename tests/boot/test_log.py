"""The log of a process: what repeats is counted, and nothing is lost of what is new."""

import json

import pytest

from comity.boot import log


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The clock of this log, in milliseconds; the last counts."""
    at_ms = [0]
    monkeypatch.setattr(log, "_repeated", log._Repeated())
    monkeypatch.setattr("comity.adapters.clock.monotonic_ms", lambda: at_ms[-1])
    return at_ms


def _told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_what_repeats_is_counted(minutes: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    """Who knocks a thousand times at the port of peers is told of in a few lines."""
    for _ in range(1_000):
        log.tell("wire.handshake", {"why": "HTTP_REQUEST"})
    log.tell("serve.stopping", {})
    told = _told(capsys)
    assert [one["event"] for one in told] == log.SAME_MAX * ["wire.handshake"] + ["serve.stopping"]

    minutes.append(60_000)
    log.tell_left_out()
    log.tell_left_out()
    (more,) = _told(capsys)
    assert more["why"] == "HTTP_REQUEST"
    assert more["more"] == 1_000 - log.SAME_MAX


def test_what_is_new_is_told_whatever_repeats(
    minutes: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Another cause is another line, and a new minute begins anew."""
    for number in range(100):
        log.tell("alarm", {"code": "x", "what": str(number)})
    assert len(_told(capsys)) == 100
    minutes.append(60_000)
    log.tell("alarm", {"code": "x", "what": "1"})
    (again,) = _told(capsys)
    assert "more" not in again
