"""What somebody else wrote steers nothing, and begins no line that reads as ours."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.printable import one_line, printable, set_off


@given(st.text())
def test_a_text_on_one_line_is_one_line(text: str) -> None:
    """Nothing of it ends a line, moves a cursor or turns the line round."""
    line = one_line(text)

    assert not {"\n", "\r", "\t", "\x1b", "\x85", "\u202e", "\u2066"} & {*line}
    assert printable(line) == line


@given(st.text(), st.text(alphabet=" "))
def test_each_further_line_of_a_text_that_is_set_off_has_a_bar(text: str, margin: str) -> None:
    """So it is told from a line of the program; nothing else of it is another."""
    first, *rest = set_off(text, margin).split("\n")

    assert all(line.startswith(f"{margin}| ") for line in rest)
    bare = [line.removeprefix(f"{margin}| ") for line in rest]
    assert "\n".join([first, *bare]) == printable(text)


def test_no_character_that_nobody_sees_is_left() -> None:
    """Every one of Unicode that formats, or parts lines and paragraphs, is marked by itself."""
    unseen = {
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cf", "Zl", "Zp"}
    }
    unseen |= {chr(code) for code in range(sys.maxunicode + 1) if code & 0xFFFE == 0xFFFE}
    unseen |= set(map(chr, range(0xFDD0, 0xFDF0)))
    assert {one for one in unseen if printable(one) == one} == set()
    assert printable("pay\u200bpal") != "paypal"


def test_a_joiner_stays_where_a_script_writes_it() -> None:
    """Persian has a non-joiner, Hindi a joiner; between Latin letters both hide."""
    for text in ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937"):
        assert printable(text) == text
    assert printable("a\u200cb") == "a\ufffdb"
