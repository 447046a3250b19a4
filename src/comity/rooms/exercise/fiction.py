"""Whether a text names what is real: addresses, domains, mailboxes, telephones, accounts.

    [*real("Mail from a@b.com at 8.8.8.8", known=())]     ["a@b.com", "8.8.8.8"]

In an exercise everything is fiction: an identifier is of the ranges reserved for documentation,
or one that the plan names.  It is the rule of real requests turned round.

Source: RFC 2606, 3849, 5398, 5737, 9542, 9637; ISO 3166-1 user-assigned codes; ITU-T E.164.
Floor: rooms.
"""

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from comity.joint.guideline import identifiers

_NOT_WORD: Final = r"(?<![A-Za-z0-9_.@-])"
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS: Final = re.compile(r"(?<![\w.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?![\w.]*[0-9])")
_ADDRESS_6: Final = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::|[0-9A-Fa-f]{1,4})?(?:[0-9A-Fa-f:]*)(?![\w:])"
)
_HOST: Final = re.compile(r"(?:https?|ftp|hxxps?)://(?P<name>[^\s/?#:\]]+)", re.IGNORECASE)
_TOPS: Final = (
    "com|net|org|gov|edu|mil|int|info|biz|io|app|dev|cloud|online|site|shop|top|xyz|onion|"
    "cn|us|uk|de|fr|ru|in|jp|kr|hk|tw|sg|nl|br|ca|au|eu|ch|it|es|se|pl|ua|za|ng|mx|tr|ir|kp"
)
_DOMAIN: Final = re.compile(
    rf"{_NOT_WORD}(?P<name>(?:[A-Za-z0-9-]{{1,63}}\.)+(?:{_TOPS}))(?![A-Za-z0-9-]|\.[A-Za-z])",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(r"(?<![\w+])\+[1-9][0-9 ().-]{6,20}[0-9](?![0-9])")
_IBAN: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{2,4}){3,8}(?![A-Za-z0-9])"
)
_SYSTEM: Final = re.compile(r"(?<![A-Za-z0-9])AS ?[1-9][0-9]{0,9}(?![0-9])")
_HARDWARE: Final = re.compile(
    r"(?<![0-9A-Fa-f:-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![0-9A-Fa-f:-])"
)

_RESERVED_NAMES: Final = ("example", "test", "invalid", "localhost", "local", "internal")
_RESERVED_SECOND: Final = ("example.com", "example.net", "example.org")
_RESERVED_SYSTEMS: Final = (range(64_496, 64_512), range(65_536, 65_552), range(64_512, 65_535))
_RESERVED_HARDWARE: Final = ("00005e0053", "01005e9010")
_USER_COUNTRY: Final = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ")
_FICTIONAL_PHONES: Final = re.compile(
    r"\+1[2-9][0-9]{2}55501[0-9]{2}|\+44(?:7700900|1632960|2079460|8081570)[0-9]{3}"
    r"|\+61(?:491570|255501|355501|755501|855501)[0-9]{2,4}|\+999[0-9]*|\+353200?91[0-9]+"
)


def real(text: str, known: Collection[str] = ()) -> Iterator[str]:
    """Give each identifier of a text that is neither reserved nor known, as it is written."""
    allowed = {identifiers.compact(one).casefold() for one in known}
    seen: set[str] = set()
    for found in _found(text):
        key = identifiers.compact(found).casefold()
        if key not in allowed and key not in seen:
            seen.add(key)
            yield found


def _found(text: str) -> Iterator[str]:
    for pattern, is_real in _SOUGHT:
        for one in pattern.finditer(text):
            name = one["name"] if "name" in one.groupdict() else one.group()
            if is_real(name):
                yield name


def _is_reserved_name(name: str) -> bool:
    name = name.casefold().rstrip(".")
    last = name.rpartition(".")[2]
    return last in _RESERVED_NAMES or name.endswith(_RESERVED_SECOND)


def _is_reserved_host(name: str) -> bool:
    host = name.rpartition("@")[2].strip("[")
    is_address = _is_address(host)
    return not _is_real_address(host) if is_address else _is_reserved_name(host) or "." not in host


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_real_address(text: str) -> bool:
    """Return whether it is an address that somebody may have: one that the Internet routes."""
    return _is_address(text) and not identifiers.rule_of("ip-address", text)


def _is_real_name(text: str) -> bool:
    return not _is_reserved_name(text.rpartition("@")[2])


def _is_real_host(text: str) -> bool:
    return not _is_reserved_host(text)


def _is_real_phone(text: str) -> bool:
    digits = re.sub(r"[^0-9+]", "", text)
    return not identifiers.rule_of("phone", digits) and not _FICTIONAL_PHONES.fullmatch(digits)


def _is_real_account(text: str) -> bool:
    return not identifiers.rule_of("iban", text) and not _USER_COUNTRY.match(text)


def _is_real_system(text: str) -> bool:
    number = int(re.sub(r"[^0-9]", "", text))
    return not any(number in some for some in _RESERVED_SYSTEMS)


def _is_real_hardware(text: str) -> bool:
    return not re.sub(r"[:-]", "", text).casefold().startswith(_RESERVED_HARDWARE)


_SOUGHT: Final[tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]] = (
    (_MAIL, _is_real_name),
    (_HOST, _is_real_host),
    (_DOMAIN, _is_real_name),
    (_ADDRESS, _is_real_address),
    (_ADDRESS_6, _is_real_address),
    (_PHONE, _is_real_phone),
    (_IBAN, _is_real_account),
    (_SYSTEM, _is_real_system),
    (_HARDWARE, _is_real_hardware),
)
