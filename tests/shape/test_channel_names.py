"""Nothing is concluded from the name of a channel: its purpose says what it is for."""

import re
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "comity"
FLOORS = ("node", "adapters", "surfaces", "boot")
KNOWS = {"node/channel_records.py", "node/base/register_records.py"}
"""The two modules that may: they answer for all others."""

NAMED = re.compile(
    r"/(?:hotline|live)\b(?!/)|\bcards?(?:_text)?\.(?:LIVE|HOTLINE)\b"
    r"|\.card import .*\b(?:LIVE|HOTLINE)\b"
)


def offending(text: str) -> list[str]:
    """Return the pieces of code that compare or build the name of a channel."""
    code = re.sub(r'"""[\s\S]*?"""|#[^\n]*', "", text)
    return NAMED.findall(code)


@pytest.mark.parametrize("floor", FLOORS)
def test_no_module_asks_for_a_channel_by_its_name(floor: str) -> None:
    """It asks `channel_records` for the purpose, and `register_records` for the first channel."""
    found = {
        str(path.relative_to(SRC)): hits
        for path in (SRC / floor).rglob("*.py")
        if (hits := offending(path.read_text())) and str(path.relative_to(SRC)) not in KNOWS
    }
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        'channel.endswith("/hotline")',
        "f'/{card.HOTLINE}'",
        "channel_path(a, cards.LIVE)",
        "from a.card import LIVE",
    ],
)
def test_what_the_rule_forbids_is_found(line: str) -> None:
    """Else it would hold nothing."""
    assert offending(line)
