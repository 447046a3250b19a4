"""What the address of the list asks for, and the address of what is asked for.

    ?q=harbour&status=submitted&status=accepted&direction=in&party=sy&agency=police
     &type=traffic-data&urgency=emergency&holder=us&clock=overdue&mine=on&after=…

A filter that is in no address is not asked for; one that cannot be is left out, so that an old
link still leads to a list.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from comity.joint.request import acts, view
from comity.kernel.digits import whole
from comity.node.base.cursor import CURSOR_CHARS_MAX
from comity.node.base.reader import Wanted
from comity.rooms.request.request_list import CLOCKS, COUNT_MAX, DIRECTIONS, Asked, directed

TEXT_CHARS_MAX: Final = 300
NAME_CHARS_MAX: Final = 63
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for.

    Attributes:
        text: a name or words, or "".
        statuses: none for all.
        direction: `in`, `out` or "".
        party: id, or "".
        agency: id, or "".
        type: code, or "".
        urgency: code, or "".
        holder: id of a party, or "".
        clock: `due`, `overdue` or "".
        is_mine: only what the officer has themselves.
        after: cursor, or "".
        count: lines of a page.
    """

    text: str = ""
    statuses: frozenset[str] = frozenset()
    direction: str = ""
    party: str = ""
    agency: str = ""
    type: str = ""
    urgency: str = ""
    holder: str = ""
    clock: str = ""
    is_mine: bool = False
    after: str = ""
    count: int = PAGE

    @property
    def is_filtered(self) -> bool:
        """Whether anything is asked for but all."""
        return replace(self, after="", count=PAGE) != Query()

    def wanted(self, own: str) -> Wanted:
        """Return which requests the store is asked for.

        Args:
            own: id of this State.
        """
        wanted = Wanted(
            self.statuses,
            self.urgency,
            "",
            self.holder,
            self.type,
            acts.KIND,
            party=self.party,
            agency=self.agency,
        )
        return directed(wanted, own, self.direction)

    def asked(self, own: str) -> Asked:
        """Return what the list is asked for."""
        is_mine = self.is_mine and not self.text and not self.clock
        return Asked(
            self.wanted(own),
            self.after,
            self.count,
            text=self.text,
            clock="" if self.text else self.clock,
            is_mine=is_mine,
        )

    def render(self, **changes: object) -> str:
        """Return the query of an address, with some things changed; it begins anew."""
        changed = replace(self, **{"after": "", **changes})  # type: ignore[arg-type] # fields by name
        pairs: list[tuple[str, str]] = [("q", changed.text)]
        pairs += [("status", one) for one in view.STATUSES if one in changed.statuses]
        for name in ("direction", "party", "agency", "type", "urgency", "holder", "clock"):
            pairs.append((name, getattr(changed, name)))
        pairs += [("mine", "on" if changed.is_mine else ""), ("after", changed.after)]
        pairs.append(("count", str(changed.count) if changed.count != PAGE else ""))
        return urlencode([(name, value) for name, value in pairs if value])


def parse(given: QueryDict | Mapping[str, str]) -> Query:
    """Return what an address asks for."""
    data = given if isinstance(given, QueryDict) else _dict(given)

    def word(name: str, longest: int = NAME_CHARS_MAX) -> str:
        text = str(data.get(name, "")).strip()
        return text if len(text) <= longest and "\0" not in text else ""

    def one_of(name: str, known: tuple[str, ...]) -> str:
        text = word(name)
        return text if text in known else ""

    return Query(
        text=word("q", TEXT_CHARS_MAX),
        statuses=frozenset(one for one in data.getlist("status") if one in view.STATUSES),
        direction=one_of("direction", DIRECTIONS),
        party=word("party"),
        agency=word("agency"),
        type=word("type"),
        urgency=word("urgency"),
        holder=word("holder"),
        clock=one_of("clock", CLOCKS),
        is_mine=word("mine") == "on",
        after=word("after", CURSOR_CHARS_MAX),
        count=_count(word("count")),
    )


def _count(text: str) -> int:
    return whole(text, COUNT_MAX) or PAGE


def of_text(text: str) -> Query:
    """Return what a query that was kept asks for, from its beginning."""
    return replace(parse(QueryDict(text)), after="")


def _dict(given: Mapping[str, str]) -> QueryDict:
    made = QueryDict(mutable=True)
    made.update(given)
    return made
