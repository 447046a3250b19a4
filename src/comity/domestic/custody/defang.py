r"""Addresses that cannot be followed by a click: how malicious ones are shown to people.

    http://evil.example/x      hxxp://evil[.]example/x
    198.51.100.7               198[.]51[.]100[.]7
    mallory@evil.example       mallory[@]evil[.]example

Floor: domestic (pure).
"""

import re
from typing import Final

_SCHEME: Final = re.compile(r"\b(h)tt(ps?)(?=://)|\b(f)t(ps?)(?=://)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
_HOST: Final = re.compile(
    r"(?<![\w/.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}\b(?![\w(])",
    re.IGNORECASE,
)
_AFTER_SCHEME: Final = re.compile(r"(?<=://)[^\s/?#]+")
_MAIL: Final = re.compile(r"(?<=[\w.+-])@(?=[\w-]+(?:\.|\[\.\]))")


def defang(text: str) -> str:
    """Return a text whose addresses are readable and lead nowhere."""
    text = _SCHEME.sub(lambda m: f"{m[1]}xx{m[2]}" if m[1] else f"{m[3]}x{m[4]}", text)
    text = _AFTER_SCHEME.sub(lambda m: _dots(m[0]), text)
    text = _ADDRESS.sub(lambda m: _dots(m[0]), text)
    text = _HOST.sub(lambda m: _dots(m[0]), text)
    return _MAIL.sub("[@]", text)


def _dots(text: str) -> str:
    return text.replace("[.]", ".").replace(".", "[.]")
