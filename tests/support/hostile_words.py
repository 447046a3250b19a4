"""What is written by who means harm: one of each kind that steers, runs, turns, fills or counts.

Floor: tests.
"""

from typing import Final

from comity.kernel import limits

MARK: Final = "kqzxhostile"
"""Stands in all that is said in words, so that it is found where it comes out."""

WORDS: Final = (
    '"><script>alert(1)</script>', "<img src=x onerror=alert(1)>", "{{7*7}}{% csrf_token %}",
    '" hx-get="/x" hx-trigger="load', "<bdi></bdi></bdi><b onmouseover=alert(1)>", "</textarea>",
    "=cmd|'/c calc'!A1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "#set page(width: 1pt)", "#" * 400,
    '$x$ #read("/etc/passwd") *b* _i_ @ref <l> \\ `raw`',
    "\x1b[2J\x1b]0;owned\x07\x9b31m", "\u202edrawkcab\u2066\u2067\u200f\u061c",
    "a\u200b\u200d\ufeff\u2060b", "\u2028\u2029\x85\x0b\x0c", "\x00\x01\x08\x7f",
    "line\nERROR forged line of a log\r\nSubject: forged\r\n\r\n",
    "W" * 5_000, "\u5b57" * 3_000, "\u0300" * 3_000, "a\u0300" * 2_000,
    "\U000e0041\U0001f1e6\U0001f468\u200d\U0001f469", "\ud7ff\ufdd0\uffff\U0010ffff",
    " " * 3_000, "", " ", "\n" * 2_000, "../../etc/passwd", "javascript:alert(1)",
    "https://evil.example/" + "a" * 3_000,
    "1e999", "-0", "9" * 400, "null", "zh-Hans", "NaN",
)  # fmt: skip
"""What steers, turns, ends a line, runs, fills or counts somewhere, one of each kind."""

CODES: Final = (
    "a" * 63, "0" * 63, "a" + ".-" * 31, "A" * 255, "9" * 255, "0 " * 127, "a/../..", "x:y=+@",
    "0", "1", "007", "9" * 15, "9" * 400, "1E9", "constructor", "en", "http://evil.example/",
)  # fmt: skip
"""Extremes of what an act may spell; a pattern takes those that fit."""

INSTANTS: Final = (
    0, 1, 999, 10**12, 253_402_300_799_999, 253_402_300_800_000, 8_640_000_000_000_001,
    limits.JSON_INTEGER_MAX,
)  # fmt: skip
"""1970, the last millisecond of year 9999, the first that no calendar has, the greatest."""
