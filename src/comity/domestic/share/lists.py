"""Lists of networks, names and values, and whether a value is on one: warning lists, own networks.

    {"name": "Public resolvers", "type": "cidr", "list": ["192.0.2.0/24"]}     as MISP writes them
    192.0.2.0/24                                                               one a line

A list of 100,000 lines answers in microseconds: networks are looked up by their prefixes, names by
their ends.

Source: MISP warninglists.
Floor: domestic (pure).
"""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from comity.domestic.share import observables
from comity.kernel.fault import Fault, quoted

LINES_MAX: Final = 200_000
CIDR, HOSTNAME, STRING, SUBSTRING = "cidr", "hostname", "string", "substring"
SORTS: Final = frozenset({CIDR, HOSTNAME, STRING, SUBSTRING})
_SUBSTRINGS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Listing:
    """A list by which values are looked up.

    Attributes:
        name: of it.
        networks: `{(version, prefix): addresses of networks}`.
        names: domains; what is under one is on the list.
        values: whole values.
        parts: what a value on the list contains.
    """

    name: str
    networks: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    parts: tuple[str, ...] = ()

    def has(self, kind: str, value: str) -> bool:
        """Return whether a value, or where it is, is on the list."""
        if value.lower() in self.values or any(one in value.lower() for one in self.parts):
            return True
        at = observables.place_of(kind, value)
        if at is None:
            return False
        if at[0] == observables.AS:
            return f"as{at[1]}" in self.values
        if at[0] == observables.DOMAIN:
            return at[1] in self.values or any(one in self.names for one in _ends(at[1]))
        return at[1] in self.values or self._holds(at[1])

    def _holds(self, address: str) -> bool:
        network = ipaddress.ip_network(address, strict=False)
        number, bits = int(network.network_address), network.max_prefixlen
        return any(
            number >> (bits - prefix) << (bits - prefix) in some
            for (version, prefix), some in self.networks.items()
            if version == network.version and prefix <= network.prefixlen
        )


def _ends(name: str) -> Iterator[str]:
    """Give a name and everything that it is under."""
    labels = name.split(".")
    yield from (".".join(labels[at:]) for at in range(len(labels)))


@dataclass(frozen=True, slots=True)
class Written:
    """A list as it is kept.

    Attributes:
        name: of it.
        sort: one of `SORTS`, or "" where each line says what it is.
        lines: of it.
    """

    name: str
    sort: str
    lines: tuple[str, ...]


def listing(written: Written) -> Listing:
    """Return a list by which values are looked up; what is no network and no name is a value."""
    made = Listing(written.name)
    parts: list[str] = []
    for line in written.lines:
        text = observables.refanged(line)
        if not text or text.startswith("#"):
            continue
        is_text = written.sort in {STRING, SUBSTRING}
        found = None if is_text else observables.detected(text.lstrip("."))
        if written.sort == SUBSTRING:
            parts.append(text.lower())
        elif found is None:
            made.values.add(text.lower())
        elif found[0] in {observables.IPV4, observables.IPV6}:
            network = ipaddress.ip_network(found[1])
            key = (network.version, network.prefixlen)
            made.networks.setdefault(key, set()).add(int(network.network_address))
        elif found[0] == observables.DOMAIN:
            made.names.add(found[1])
        else:
            made.values.add(f"as{found[1]}" if found[0] == observables.AS else found[1].lower())
    return replace(made, parts=tuple(parts[:_SUBSTRINGS_MAX]))


def read(data: bytes, name: str) -> Written:
    """Read a list as MISP writes it, or one entry a line.

    Raises:
        Fault: `share.list.malformed`.
    """
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError) as error:
        raise _malformed(name, str(error)[:200]) from error
    if value is None:
        return _written(name, "", text.splitlines())
    found = value.get("list")
    sort = str(value.get("type", ""))
    if not isinstance(found, list) or sort not in SORTS:
        known = ", ".join(sorted(SORTS))
        raise _malformed(name, f"it has no `list`, or its type {quoted(sort)} is none of {known}")
    return _written(str(value.get("name", name))[:120], sort, [str(one) for one in found])


def _written(name: str, sort: str, lines: list[str]) -> Written:
    if len(lines) > LINES_MAX:
        raise _malformed(name, f"it has {len(lines):,} lines, over {LINES_MAX:,}")
    return Written(name, sort, tuple(lines))


def _malformed(name: str, why: str) -> Fault:
    return Fault(
        code="share.list.malformed",
        what=f"The list {quoted(name)} cannot be read: {why}.",
        fix="Give a warning list as MISP writes it, or a text file with one network, domain or "
        "value a line.",
    )
