"""The scene of the hotline: a call in Sylvania's night, and a drill that nobody has chosen.

Floor: demo.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final, override

from comity.demo.story import FIRST, FR, SY, WAIT_S, Play, instant, until
from comity.joint.hotline import acts, view
from comity.rooms.hotline import desk

_NAME: Final = "hotline"
_LINE: Final = "night"
_LOWER: Final = "2"
_HIGHER: Final = "3"
_PROMISED: Final = timedelta(seconds=2)
_WINDOW: Final = (timedelta(seconds=4), timedelta(seconds=9))
_HELD: Final = "held"


def hotline(play: Play) -> None:
    """A call that is rung, picked up, raised, read back and agreed to; then a drill."""
    story = play.story
    for party in FIRST:
        play.says(party, "guideline", *_TEXT[party], "--name", _NAME)
    play.says(FR, "guideline", "adopt", "--name", _NAME)
    drill = _planned(play)
    story.tell("Both adopted the terms of the hotline, and planned a drill in a window.")
    call = _rung(play)
    _raised(play, call)
    _read_back(play, call)
    _by_voice(play, call)
    _agreed(play, call)
    _drilled(play, drill)
    story.facts["call"] = call
    _counted(play)


_TEXT: Final = {FR: ("propose", "--shipped"), SY: ("adopt",)}


def _planned(play: Play) -> str:
    """Plan a drill; its instant follows from a nonce that is hidden and a salt that comes later."""
    first, last = (instant(play.now() + after) for after in _WINDOW)
    window = ("--kind", "desk", "--from", first, "--until", last)
    drill = str(play.says(FR, _NAME, "drill", "plan", *window)["matter"])
    play.says(SY, _NAME, "drill", "join", drill)
    return drill


def _rung(play: Play) -> str:
    """Call: the line on which nobody stands takes no time, and the code of a message comes back."""
    story, officer = play.story, FIRST[SY]
    play.runs(
        SY, "duty", "set", _LINE, "--officer", officer, "--hand-over", "08:00", "--zone",
        "Asia/Shanghai", "--first", f"{play.now() + timedelta(days=2):%Y-%m-%d}",
    )  # fmt: skip
    play.runs(SY, "duty", "ladder", "--rung", f"line:{_LINE}:5", "--rung", f"officer:{officer}:5")
    with _device() as (address, messages):
        hook = play.runs(SY, "webhook", "add", address, "--kind", "ring")
        by = ("--word-by", instant(play.now() + timedelta(hours=1)))
        call = str(
            play.says(FR, _NAME, "call", "--ground", "life", "--level", _LOWER, *by)["matter"]
        )
        story.tell("Freedonia calls: a danger to life, in Sylvania's night.")
        came = until(lambda: bool(messages))
        ring = next(one for one in play.runs(SY, "duty", "ring")["rings"] if one["matter"] == call)
        is_skipped = [one["officers"] for one in ring["rang"]] == [[officer]]
        story.check(
            "a step of the ladder on which nobody stands takes no time", holds=came and is_skipped
        )
        told = messages[0] if messages else {}
        answered = play.runs(SY, "duty", "ring", str(told.get("ring", 0)), str(told.get("code")))
        is_bare = set(told) == {"ring", "officer", "code"}
        story.check(
            "a code that only the message had says that it was received",
            holds=is_bare and answered["officer"] == officer,
        )
        play.runs(SY, "webhook", "end", hook["webhook"])
    return call


@contextmanager
def _device() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Listen as an officer's device does; give its address, and what it was told."""
    messages: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        """Takes what is told."""

        def do_POST(self) -> None:
            """Keep the facts of a message."""
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            messages.append(told["data"])
            self.send_response(204)
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", messages
        finally:
            server.shutdown()
            thread.join()


def _raised(play: Play, call: str) -> None:
    """Let a promised word run out: it offers that the level be raised, and does nothing itself."""
    story = play.story
    agency = ("--agency", play.nodes.sides[SY].state.agency[0])
    play.says(SY, _NAME, "pick-up", call)
    by = ("--next-word-at", instant(play.now() + _PROMISED))
    play.says(SY, _NAME, "take", call, "--level", _LOWER, *agency, *by)
    missed = until(lambda: _is_overdue(play, call))
    story.tell("Sylvania picked up and took it, and promised a word that did not come.")
    story.check("the clock of the promised word ran out at Freedonia", holds=missed)
    play.says(FR, _NAME, "raise", call, "--level", _HIGHER, "--reason", "overdue")
    rings = until(lambda: _shown(play, SY, call)["status"] == view.RINGING)
    play.says(SY, _NAME, "take", call, "--level", _HIGHER, *agency)
    story.tell("Freedonia raised the level, and one who may decide took the call.")
    story.check("a level that was raised rings again", holds=rings)


def _is_overdue(play: Play, call: str) -> bool:
    clocks = _shown(play, FR, call)["clocks"]
    return any(one["name"] == "word" and one["status"] == "overdue" for one in clocks)


def _read_back(play: Play, call: str) -> None:
    """An undertaking is read back wrongly, corrected, and understood."""
    story = play.story
    said = ("--text", "We block it by 20:00.", "--text", "zh=我方20时前予以封堵。")
    play.says(SY, _NAME, "say", call, "--sort", "undertaking", "--read-back", "yes", *said)
    wrong = ("--text", "You block it by 08:00.", "--text", "zh=贵方8时前予以封堵。")
    play.says(FR, _NAME, "read-back", call, *wrong)
    play.says(SY, _NAME, "correct", call, "--reason", "time")
    right = ("--text", "You block it by 20:00.", "--text", "zh=贵方20时前予以封堵。")
    play.says(FR, _NAME, "read-back", call, *right)
    play.says(SY, _NAME, "confirm", call)
    backs = _shown(play, FR, call)["state"]["said"][0]["read_backs"]
    story.tell("An undertaking was read back with 08:00 for 20:00, corrected, and confirmed.")
    is_caught = [one["says"] for one in backs] == ["corrected", "confirmed"]
    story.check("a misunderstanding is caught before it counts", holds=is_caught)


def _by_voice(play: Play, call: str) -> None:
    """The line is cut: they go on by telephone, and a spoken code proves whom it reached."""
    story = play.story
    play.nodes.stop(SY)
    own = {one["what"]["en"]: one["value"] for one in _shown(play, SY, call)["own"]}
    heard = ("--heard", own.get(desk.YOUR_CODE["en"], ""))
    when = ("--began", instant(play.now()))
    by = ("--carrier", "tel", "--outcome", "reached")
    play.says(FR, _NAME, "carry", call, *by, *when, *heard, waits=False)
    words = ("--text", "It is blocked.", "--text", "zh=已予封堵。")
    play.says(SY, _NAME, "say", call, "--sort", "information", *words, waits=False)
    play.nodes.start(SY)
    both = until(lambda: all(_has_both(play, party, call) for party in FIRST))
    story.tell("The line was cut; they went on by telephone, and Sylvania read its code aloud.")
    story.check("what was said while the line was cut stands in both logs", holds=both)
    play.says(SY, _NAME, "confirm-carriage", call)
    carried = _shown(play, FR, call)["state"]["carriages"][0]["answers"]
    is_proved = [one["is_proved"] for one in carried] == [True]
    story.check("the spoken code proves to both whom the number reached", holds=is_proved)


def _has_both(play: Play, party: str, call: str) -> bool:
    tags = [one["tag"] for one in _shown(play, party, call)["turns"]]
    return acts.CARRIED in tags and tags.count(acts.SAID) == 2  # noqa: PLR2004 -- an undertaking and this


def _agreed(play: Play, call: str) -> None:
    """Sum up in both languages; the other side agrees, and the call is over."""
    words = ("--text", "Blocked; evidence follows.", "--text", "zh=已封堵，证据随后提供。")  # noqa: RUF001 -- Chinese punctuation
    steps = ("--outcome", "agreed-steps", "--next", f"{SY}=preserve")
    play.says(FR, _NAME, "sum-up", call, *steps, *words)
    play.says(SY, _NAME, "agree", call, "--scope", "within")
    shown = [_shown(play, party, call) for party in FIRST]
    is_same = len({one["digest"] for one in shown}) == 1
    is_over = [one["status"] for one in shown] == [view.CLOSED] * 2
    play.story.tell("Freedonia summed up, and Sylvania agreed.")
    play.story.check("the call is closed by one summary, alike on both", holds=is_same and is_over)


def _drilled(play: Play, drill: str) -> None:
    """Begin the drill when its instant has come; the other side picks up, and it is closed."""
    begin = ("--ground", "life", "--level", "1", "--word-by")
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        at = instant(play.now() + timedelta(hours=1))
        if not play.stopped(FR, _NAME, "drill", "begin", drill, *begin, at):
            break
        time.sleep(0.5)
    came = until(lambda: _shown(play, SY, drill)["status"] == view.RINGING)
    play.says(SY, _NAME, "pick-up", drill)
    play.says(SY, _NAME, "close", drill, "--reason", "concluded")
    play.story.tell("The drill began at the instant that both had drawn, and was held.")
    play.story.check("neither side could choose when a drill begins", holds=came)


def _counted(play: Play) -> None:
    """Both nodes count calls and drills alike, and apart."""
    days = [f"{play.now() + timedelta(days=after):%Y-%m-%d}" for after in (-1, 1)]
    words = (_NAME, "figures", "--since", days[0], "--until", days[1])
    found: list[dict[str, Any]] = []

    def is_same() -> bool:
        found[:] = [play.runs(party, *words) for party in FIRST]
        for one in found:
            del one["now_ms"]
        return found[0] == found[1] and _is_whole(found[0])

    holds = until(is_same)
    play.story.check("both nodes count calls and drills alike, and apart", holds=holds)


def _is_whole(found: dict[str, Any]) -> bool:
    call, drill = found["calls"].get(SY, {}), found["drills"].get(SY, {})
    is_called = bool(call) and call["misunderstandings"] == call["understood"] == 1
    return is_called and bool(drill) and [one["status"] for one in found["planned"]] == [_HELD]


def _shown(play: Play, party: str, call: str) -> dict[str, Any]:
    """Return a call as the first officer of a State reads it."""
    found: dict[str, Any] = play.runs(party, _NAME, "show", call)
    return found
