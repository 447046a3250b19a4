# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""How an identifier is spelled for a match: one text for what two States write in many ways.

    canon.spell("phone", "+33 (0)1 40 20 50 50")   ->  b"33140205050"
    canon.spell("iban", "fr76 3000 6000 …")        ->  b"FR763000600001…"

Names and dates of birth are no kind: they are few, and spelled in too many ways.  A kind says how
many bits its domain has at most for who knows how numbers are given out; a small one is guessed.

Source: RFC 5321 and RFC 5890, ITU-T E.164, ISO 13616, ISO/IEC 7812, RFC 3986, RFC 5952.
Floor: joint (pure).
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.shape import Words
from comity.kernel.fault import Fault, quoted

VERSION: Final = "1"

SMALL: Final = frozenset({"phone", "ip", "imei", "card"})
"""Kinds that one computer can write out: few slots a run, and a case that is named."""
SMALL_SLOTS: Final = 1_024
_SPARED_BITS: Final = 12
"""Of the domain at most the 4,096th part may be asked in twelve months."""

IDENTIFIER_CHARS_MAX: Final = 2_048

KINDS: Final[Words] = MappingProxyType(
    {
        "email": {"en": "E-mail address", "zh": "电子邮件地址"},
        "phone": {"en": "Telephone number", "zh": "电话号码"},
        "iban": {"en": "Account (IBAN)", "zh": "银行账户（IBAN）"},
        "card": {"en": "Payment card", "zh": "支付卡"},
        "crypto-address": {"en": "Crypto address", "zh": "加密货币地址"},
        "handle": {"en": "Handle of a service", "zh": "平台账号"},
        "pgp": {"en": "PGP fingerprint", "zh": "PGP指纹"},
        "imei": {"en": "Handset (IMEI)", "zh": "手机串号（IMEI）"},
        "ip": {"en": "IP address", "zh": "IP地址"},
        "url": {"en": "URL", "zh": "网址"},
        "md5": {"en": "File hash (MD5)", "zh": "文件散列值（MD5）"},
        "sha1": {"en": "File hash (SHA-1)", "zh": "文件散列值（SHA-1）"},
        "sha256": {"en": "File hash (SHA-256)", "zh": "文件散列值（SHA-256）"},
        "pdq": {"en": "Image hash (PDQ, exact)", "zh": "图像散列值（PDQ，精确）"},
    }
)

BITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "email": 64,
        "phone": 33,
        "iban": 56,
        "card": 33,
        "crypto-address": 160,
        "handle": 48,
        "pgp": 160,
        "imei": 34,
        "ip": 32,
        "url": 64,
        "md5": 128,
        "sha1": 160,
        "sha256": 256,
        "pdq": 256,
    }
)

_HEX_DIGITS: Final = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}
_EMPTY_FILE: Final = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)


def slots_a_year(kind: str) -> int:
    """Return how many slots of a kind may be asked of one partner in twelve months."""
    return 1 << (BITS[kind] - _SPARED_BITS)


def spell(kind: str, text: str) -> bytes:
    """Return the one spelling of an identifier.

    Raises:
        Fault: `match.identifier.malformed`, `match.kind.unknown`.
    """
    if kind not in KINDS:
        raise Fault(
            code="match.kind.unknown",
            what=f"{quoted(kind)} is not a kind of identifier that is matched.",
            fix=f"Use one of: {', '.join(KINDS)}.",
        )
    stripped = text.strip()
    found = _SPELLINGS[kind](stripped) if len(stripped) <= IDENTIFIER_CHARS_MAX else ""
    if not found:
        raise Fault(
            code="match.identifier.malformed",
            what=f"{quoted(stripped[:80])} cannot be read as {KINDS[kind]['en']}.",
            fix=f"Write it like {_EXAMPLES[kind]}, or take the line out.",
        )
    return found.encode()


def _email(text: str) -> str:
    local, at, host = text.rpartition("@")
    if not at or not local or " " in text or "@" in local:
        return ""
    name = _host(host)
    return f"{local.lower()}@{name}" if name and "." in name else ""


def _host(text: str) -> str:
    """Return a host name in the spelling of the DNS, or ""."""
    try:
        name = text.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return name if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", name) else ""


def _digits(text: str) -> str:
    """Return the digits of a number that may be written in groups, or ""."""
    bare = re.sub(r"[\s.()/-]", "", text)
    return bare if bare.isascii() and bare.isdigit() else ""


def _phone(text: str) -> str:
    if not text.startswith(("+", "00")):
        return ""
    number = re.sub(r"\(0\)", "", text.removeprefix("+").removeprefix("00"))
    found = _digits(number)
    return found if re.fullmatch(r"[1-9][0-9]{6,14}", found) else ""


def _iban(text: str) -> str:
    found = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", found):
        return ""
    turned = found[4:] + found[:4]
    return found if int("".join(str(int(one, 36)) for one in turned)) % 97 == 1 else ""


def _luhn(digits: str) -> bool:
    doubled = (
        sum(divmod(int(one) * 2, 10)) if place % 2 else int(one)
        for place, one in enumerate(reversed(digits))
    )
    return sum(doubled) % 10 == 0


def _card(text: str) -> str:
    found = _digits(text)
    return found if 12 <= len(found) <= 19 and _luhn(found) else ""  # noqa: PLR2004 -- ISO/IEC 7812


def _imei(text: str) -> str:
    found = _digits(text)
    return found if len(found) == 15 and _luhn(found) else ""  # noqa: PLR2004 -- 3GPP TS 23.003


def _crypto_address(text: str) -> str:
    """Return an address; those of hexadecimal or Bech32 may be written in capitals."""
    if not re.fullmatch(r"[A-Za-z0-9]{26,110}", text):
        return ""
    is_hex = re.fullmatch(r"0[xX][0-9a-fA-F]{40}", text)
    is_bech32 = re.fullmatch(r"(?:bc|tb|ltc)1[02-9ac-hj-np-z]+", text.lower())
    return text.lower() if is_hex or is_bech32 else text


def _handle(text: str) -> str:
    service, colon, name = text.partition(":")
    found = f"{service.strip().lower()}:{name.strip().removeprefix('@').lower()}"
    return found if colon and re.fullmatch(r"[a-z0-9.-]+:\S{1,128}", found) else ""


def _pgp(text: str) -> str:
    found = re.sub(r"\s", "", text).upper().removeprefix("0X")
    return found if re.fullmatch(r"(?:[0-9A-F]{40}|[0-9A-F]{64})", found) else ""


def _ip(text: str) -> str:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


_URL: Final = re.compile(
    r"(?P<scheme>https?|ftp)://(?P<host>[^\s/?#@:\[\]]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^\s?#]*)?(?P<query>\?[^\s#]*)?(?:#\S*)?",
    re.IGNORECASE,
)
_PORTS: Final = {"http": "80", "https": "443", "ftp": "21"}


def _url(text: str) -> str:
    parts = _URL.fullmatch(text)
    host = _host(parts["host"]) if parts else ""
    if parts is None or not host:
        return ""
    scheme, port = parts["scheme"].lower(), parts["port"]
    place = f"{host}:{port}" if port and port != _PORTS[scheme] else host
    return f"{scheme}://{place}{parts['path'] or '/'}{parts['query'] or ''}"


def _hash(digits: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = text.lower()
        is_one = re.fullmatch(rf"[0-9a-f]{{{digits}}}", found) is not None
        return found if is_one and found.strip("0") and found not in _EMPTY_FILE else ""

    return read


_SPELLINGS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "email": _email,
        "phone": _phone,
        "iban": _iban,
        "card": _card,
        "crypto-address": _crypto_address,
        "handle": _handle,
        "pgp": _pgp,
        "imei": _imei,
        "ip": _ip,
        "url": _url,
        **{kind: _hash(digits) for kind, digits in _HEX_DIGITS.items()},
    }
)

_EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "email": "name@host.example",
        "phone": "+33140205050, with the code of the country",
        "iban": "FR7630006000011234567890189",
        "card": "4111 1111 1111 1111",
        "crypto-address": "0x52908400098527886E0F7030069857D2E4169EE7",
        "handle": "service:name",
        "pgp": "40 or 64 hexadecimal digits",
        "imei": "490154203237518",
        "ip": "192.0.2.1",
        "url": "https://host.example/path",
        **{kind: f"{digits} hexadecimal digits" for kind, digits in _HEX_DIGITS.items()},
    }
)
