"""What may be real is found in a text of an exercise, and what is reserved is let pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.rooms.exercise import fiction

RESERVED = """Mail from invoices@supplier.example and ann@shop.test, http://192.0.2.44/a and
https://example.com/x, 198.51.100.7, 203.0.113.9, 2001:db8::1, 3fff::2, 10.1.2.3, AS64500, AS65537,
00-00-5E-00-53-01, +1 212 555 0142, account XX00 HARBOUR 0001, at 09:30:15 on 2027-03-01, v1.2.3.4x,
hash 9f86d081884c7d659a2feaa0c55ad015, file report.pdf, number 4.2."""
REAL = (
    "who@agency.gov", "bank.com", "8.8.8.8", "2606:4700::1111", "AS13335", "3c:22:fb:10:20:30",
    "+86 10 6512 3456", "DE89 3704 0044 0532 0130 00", "mps.gov.cn",
)  # fmt: skip


def test_what_is_reserved_for_documentation_is_let_pass() -> None:
    """Each reserve that the design names is no real identifier, nor is what only looks like one."""
    assert [*fiction.real(RESERVED)] == []


@pytest.mark.parametrize("one", REAL)
def test_what_may_be_somebodys_is_found_and_a_plan_can_name_it(one: str) -> None:
    """It is found in a sentence of either language, unless the plan says that it is fiction."""
    text = f"Ask {one} now. 请联系 {one} 。"
    assert [*fiction.real(text)] == [one]
    assert [*fiction.real(text, [one.upper()])] == []


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """Nothing that is written raises, and what is found stands in the text."""
    assert all(one in text for one in fiction.real(text))
