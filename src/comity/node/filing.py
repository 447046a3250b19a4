"""How a matter is filed: for whom by its own acts, and by what it is listed and found.

    our agency spoke              its agency
    another party opened it       the agencies of ours that it is addressed to; where there is none
                                  that this State has, the contact point
    it was handed over by an act  the agency that it was handed to
    it is everybody's             every officer: guidelines and calendars
    it is of a review             who reviews, and who lets it leave: snapshots

It follows from the acts and the profile alone, so a rebuild files the same.

Floor: node.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from comity.acts.order import Placed
from comity.joint.case import state as case_state
from comity.joint.case import view as case_view
from comity.joint.request import acts as request_acts
from comity.joint.request import state as request_state
from comity.joint.request import view
from comity.node import profile
from comity.node.ports import Tx
from comity.node.reader import CONTACT, EVERYONE, REVIEW, Filed, folded_reference
from comity.node.rows import Log, MatterRow

JOINT: Final = frozenset({"guideline", "calendar", "review"})
"""Kinds of matter that are of no agency."""

_KEYS: Final[Mapping[str, str]] = {**dict.fromkeys(JOINT, EVERYONE), "review": REVIEW}

UNKNOWN_MAX: Final = 4
"""Agencies that a matter is addressed to and this State has not: one may be named later, and a peer
may make up as many as it likes."""

OURS: Final = 0
THEIRS: Final = 10
"""Added to the rank of what waits for another party."""


def writer(kind: str, agency: str) -> str:
    """Return the key of those who read what is written of a matter because they may write it.

    Args:
        kind: of the matter.
        agency: of the author.
    """
    return REVIEW if _KEYS.get(kind) == REVIEW else agency


class Parties(Protocol):
    """The parties of a channel, in their order."""

    def party_ids(self) -> tuple[str, ...]:
        """Return them."""
        ...


class Filing:
    """Files matters of one channel, as one transaction sees it."""

    def __init__(self, tx: Tx, parties: Parties, logs: Sequence[Log]) -> None:
        self._parties = parties.party_ids()
        self._own = next((log.party for log in logs if log.own), "")
        self._agencies = profile.agency_ids(tx)

    def filed(self, row: MatterRow, folded: Any, acts: Sequence[Placed]) -> Filed:  # noqa: ANN401 -- the state of any room
        """Return how a matter is filed.

        Args:
            row: as it is kept.
            folded: its state.
            acts: all of them.
        """
        if isinstance(folded, request_state.State):
            return self._request(row, folded, acts)
        if isinstance(folded, case_state.State):
            return self._case(row, folded, acts)
        key = _KEYS.get(row.matter.kind)
        readers = self._readers(row, acts) if key is None else (key,)
        return _filed(row, readers, OURS if row.holder == self._own else THEIRS)

    def _request(
        self, row: MatterRow, folded: request_state.State, acts: Sequence[Placed]
    ) -> Filed:
        holders = view.holders(folded)
        track = folded.track(self._own)
        handed = (track.agency,) if track and track.agency else ()
        rank = OURS if self._own in holders else THEIRS
        ids = {row.matter.id, *(one.act.id for one in acts)}
        return _filed(
            row,
            tuple(dict.fromkeys((*self._readers(row, acts), *handed))),
            rank + URGENCIES.get(row.urgency, len(URGENCIES)),
            status=view.own_status(folded, self._own),
            type=folded.type,
            holders=self._known(holders),
            parties=self._known((folded.asker, *(one.party for one in folded.tracks))),
            references=tuple(
                folded_reference(one) for one in view.references(folded) if one not in ids
            ),
        )

    def _case(self, row: MatterRow, folded: case_state.State, acts: Sequence[Placed]) -> Filed:
        """File a case: for whom its own acts are, whatever requests stand in it."""
        return _filed(
            row,
            self._readers(row, acts),
            OURS if row.holder == self._own else THEIRS,
            type=folded.crime_type,
            holders=(row.holder,) if row.holder else (),
            parties=folded.parties,
            references=tuple(map(folded_reference, case_view.references(folded))),
        )

    def _known(self, parties: Iterable[str]) -> tuple[str, ...]:
        """Return those of the channel, each once: a peer may ask whom it likes."""
        return tuple(one for one in dict.fromkeys(parties) if one in self._parties)

    def _readers(self, row: MatterRow, acts: Sequence[Placed]) -> tuple[str, ...]:
        spoke: dict[str, None] = {}
        addressed: dict[str, None] = {}
        is_theirs = row.asker not in {"", self._own}
        for one in acts:
            if self._parties[one.party_place] == self._own:
                spoke[one.act.speaker.agency] = None
            else:
                is_theirs = is_theirs or not row.asker
                to = (a.agency for a in one.act.to if a.party == self._own and a.agency)
                addressed.update(dict.fromkeys(to))
        known = [one for one in addressed if one in self._agencies]
        unknown = [one for one in addressed if one not in self._agencies][:UNKNOWN_MAX]
        is_routed = not is_theirs or bool(known)
        contact = () if is_routed else (CONTACT,)
        return tuple(dict.fromkeys((*spoke, *known, *unknown, *contact)))


def _filed(row: MatterRow, readers: tuple[str, ...], rank: int, **more: Any) -> Filed:  # noqa: ANN401 -- fields of `Filed`
    return Filed(
        matter=row.matter,
        channel=row.channel,
        readers=readers,
        rank=rank,
        at_ms=row.at_ms,
        urgency=row.urgency,
        asker=row.asker,
        **{"status": row.status, **more},
    )


URGENCIES: Final[Mapping[str, int]] = {
    urgency: place for place, urgency in enumerate(request_acts.URGENCIES)
}
