"""A consumer of shares: a program at home that fetches threats, and what it may have.

A consumer is near or far (`REACHES`): the farther, the wider a mark must be.  It watches, checks
or acts (`POWERS`): the more it does, the more a mark must permit.  Of infected addresses it has
those of its own networks alone.

Source: FIRST TLP 2.0; MISP taxonomy PAP, version 3.
Floor: domestic (pure).
"""

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import marks
from comity.acts.marks import Mark
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json

AGENCY: Final = "agency"
CLIENT: Final = "client"
COMMUNITY: Final = "community"
PUBLIC: Final = "public"

REACHES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        AGENCY: {"en": "the agency that received it", "zh": "接收机构"},
        CLIENT: {"en": "a client of the agency", "zh": "接收机构的服务对象"},
        COMMUNITY: {"en": "the registered community", "zh": "登记的社群"},
        PUBLIC: {"en": "everybody", "zh": "公众"},
    }
)
"""How far a consumer is, the nearest first."""

_NEEDED: Final = MappingProxyType(
    {AGENCY: "AMBER+STRICT", CLIENT: "AMBER", COMMUNITY: "GREEN", PUBLIC: "CLEAR"}
)
"""How wide TLP is at least.  RED is for persons: no program has it."""

WATCH: Final = "watch"
CHECK: Final = "check"
ACT: Final = "act"

POWERS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        WATCH: {"en": "looks through own logs", "zh": "仅检索自有日志"},
        CHECK: {"en": "checks passively online", "zh": "被动查询"},
        ACT: {"en": "blocks or acts otherwise", "zh": "封堵或者采取其他行动"},
    }
)
_PERMITTED: Final = MappingProxyType({WATCH: "RED", CHECK: "AMBER", ACT: "GREEN"})

NETWORKS_MAX: Final = 256
_ADDRESSES: Final = frozenset({"ipv4-addr", "ipv6-addr"})


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who fetches.

    Attributes:
        id: of the session on the third listener.
        name: of the program.
        reach: one of `REACHES`.
        power: one of `POWERS`.
        networks: CIDR, `AS64500` or domain, of which it has infected addresses.
        agency: that it belongs to.
    """

    id: str
    name: str
    reach: str
    power: str
    networks: tuple[str, ...]
    agency: str


def may_have(consumer: Consumer, mark: Mark) -> bool:
    """Return whether a mark lets a consumer have something."""
    is_near = marks.TLP.index(mark.tlp) >= marks.TLP.index(_NEEDED[consumer.reach])
    pap = marks.PAP.index(mark.pap or marks.PAP[-1])
    return is_near and pap >= marks.PAP.index(_PERMITTED[consumer.power])


def require_networks(networks: Sequence[str]) -> tuple[str, ...]:
    """Return networks in one spelling, each once.

    Raises:
        Fault: `share.network.malformed`, `share.network.too-many`.
    """
    found = tuple(dict.fromkeys(map(_network, networks)))
    if len(found) > NETWORKS_MAX:
        raise Fault(
            code="share.network.too-many",
            what=f"There are {len(found)} networks.",
            fix=f"Give at most {NETWORKS_MAX}.",
        )
    return found


def _network(text: str) -> str:
    upper = text.strip().upper()
    if upper.startswith("AS") and upper[2:].isascii() and upper[2:].isdecimal():
        return f"AS{int(upper[2:10])}"
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        pass
    name = text.strip().rstrip(".").lower()
    labels = name.split(".")
    is_name = len(labels) > 1 and all(
        one and len(one) < 64 and one.replace("-", "").replace("_", "").isalnum()  # noqa: PLR2004 -- DNS
        for one in labels
    )
    if not is_name or len(name) > 253:  # noqa: PLR2004 -- of DNS
        raise Fault(
            code="share.network.malformed",
            what=f"{quoted(text)} is no network.",
            fix="Write a CIDR like 198.51.100.0/24, a number like AS64500, or a domain.",
        )
    return name


def is_inside(value: Mapping[str, Json], networks: Sequence[str]) -> bool:
    """Return whether an observable is of one of some networks."""
    type_, said = value.get("type"), value.get("value")
    if type_ == "autonomous-system":
        return f"AS{value.get('number')}" in networks
    if type_ == "domain-name":
        name = str(said).rstrip(".").lower()
        return any(name == one or name.endswith(f".{one}") for one in networks)
    if type_ not in _ADDRESSES:
        return False
    try:
        found = ipaddress.ip_network(str(said), strict=False)
    except ValueError:
        return False
    return any(_holds(one, found) for one in networks)


def _holds(network: str, found: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        whole = ipaddress.ip_network(network)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Network) and isinstance(whole, ipaddress.IPv4Network):
        return found.subnet_of(whole)
    if isinstance(found, ipaddress.IPv6Network) and isinstance(whole, ipaddress.IPv6Network):
        return found.subnet_of(whole)
    return False


def own_infections(
    objects: Mapping[int, Mapping[str, Json]],
    named: Mapping[int, Collection[str]],
    networks: Sequence[str],
) -> set[int]:
    """Return which of some infections are of an owner of networks, by their places.

    What is no observable comes along where everything that it refers to does.

    Args:
        objects: observables and others, by their places.
        named: the ids that each refers to.
        networks: of the owner.
    """
    inside = {at for at, one in objects.items() if is_inside(one, networks)}
    ids = {str(objects[at].get("id")) for at in inside}
    rest = {at: {*some} for at, some in named.items() if at in objects and some}
    while new := {at for at, some in rest.items() if at not in inside and some <= ids}:
        inside |= new
        ids |= {str(objects[at].get("id")) for at in new}
    return inside
