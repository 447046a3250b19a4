"""Base64 without padding, in one spelling."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from comity.seal import rawbase64

near_misses = st.text("ABQgwz+/=-_ \n\u00e9", max_size=12)


@given(st.binary(max_size=100))
def test_a_value_reads_back(data: bytes) -> None:
    """The spelling is that of the standard library, without its padding."""
    text = rawbase64.render(data)
    assert text == base64.b64encode(data).rstrip(b"=")
    assert rawbase64.parse(text) == rawbase64.parse(text.decode()) == data


@given(near_misses)
def test_a_text_is_the_one_spelling_or_nothing(text: str) -> None:
    """Padding, spaces, other alphabets and bits left over are refused."""
    data = rawbase64.parse(text)
    assert data is None or rawbase64.render(data).decode() == text
