"""Two parties that talk of one request at random: each says, and receives what the other said.

    talk(chance) -> Talk(parties=("bb", "aa"), said=[Said(party, act, seen=2, received={..}), ..])

What an author had seen is what they had received, so two acts cross whenever both speak before
either receives.  What is said is lawful or not.  A few receipts are left out, as of an act that
its reader rejects, and a few times are claimed otherwise.
"""

from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from joint.request.histories import addressee_acts, as_entries, asker_acts, submission

from comity.acts.order import Placed, in_order, with_depths
from comity.acts.record import Act
from comity.acts.turns import Entry
from comity.joint.request import acts

HOUR_MS = 3_600_000
NOW_MS = 1_792_450_000_000
"""19 October 2026: the week of the National Day lies behind."""
_OTHER = {"aa": "bb", "bb": "aa"}
_REPLIES = {
    acts.FOUND_DEFICIENT: (acts.CLARIFIED, acts.DEFICIENCY_DISPUTED),
    acts.ACCEPTED: (acts.CONDITION_ACCEPTED, acts.CONDITION_ACCEPTED, acts.CONDITION_DECLINED),
    acts.CONSULTED: (acts.CONSULTATION_ANSWERED,),
    acts.USE_ASKED: (acts.USE_REPORTED,),
    acts.STATUS_ASKED: (acts.STATUS_REPORTED,),
    acts.CONDITION_ACCEPTED: (acts.CONDITION_WAIVED, acts.ANSWERED),
    acts.POSTPONED: (acts.STATUS_ASKED, acts.ASSESSED),
    acts.ASSESSED: (acts.ASSESSMENT_DISPUTED,),
    acts.ASSESSMENT_DISPUTED: (acts.ASSESSMENT_SETTLED,),
}
"""What is likely to follow what the other side said."""
_DECIDING = (acts.ANSWERED, acts.REFUSED)
_OF_THREADS = {
    acts.CLARIFIED,
    acts.DEFICIENCY_DISPUTED,
    acts.CONDITION_ACCEPTED,
    acts.CONDITION_DECLINED,
    acts.CONDITION_WAIVED,
    acts.CONSULTATION_ANSWERED,
    acts.USE_REPORTED,
    acts.STATUS_REPORTED,
    acts.ASSESSMENT_DISPUTED,
    acts.ASSESSMENT_SETTLED,
}
_ANOTHER = "that-act"
_GROUNDS = ("impossible", "essential-interests", "not-competent", "political-offence")


@dataclass(slots=True)
class Said:
    """One act: whose, how many of the other side's they had received, and how that received it."""

    party: str
    act: Act
    seen: int
    received: dict[str, Any] | None = None
    is_received: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """The parties in the order of the arrangement, and what they said, in the order of saying."""

    parties: tuple[str, ...]
    said: list[Said]

    def entries(self) -> list[Entry]:
        """Return the acts as the product folds them."""
        placed = [
            Placed(
                one.act,
                f"{one.party}/log",
                self.parties.index(one.party),
                1,
                sum(before.party == one.party for before in self.said[:at]),
                {f"{_OTHER[one.party]}/log": one.seen} if one.seen else {},
                0,
            )
            for at, one in enumerate(self.said)
        ]
        return as_entries(in_order(with_depths(placed)))

    def exported(self) -> list[dict[str, Any]]:
        """Return the acts as the oracle reads them."""
        said = [[one for one in self.said if one.party == party] for party in self.parties]
        return [
            {
                "log": f"{one.party}/log",
                "generation": 1,
                "index": index,
                "id": one.act.id,
                "party": one.party,
                "tag": one.act.tag,
                "answers": one.act.answers,
                "codes": {**one.act.codes},
                "items": [*one.act.items],
                "to": [[to.party, to.agency] for to in one.act.to],
                "urgency": one.act.urgency,
                "guideline": one.act.guideline,
                "agency": one.act.speaker.agency,
                "seen": {f"{_OTHER[one.party]}/log": one.seen},
                "received": {_OTHER[one.party]: one.received},
            }
            for own in said
            for index, one in enumerate(own)
        ]


def talk(chance: Random) -> Talk:
    """Return a request of aa to bb, and what might follow."""
    crime = {"crime-type": chance.choice(("fraud", "ransom"))} if chance.random() < 0.5 else {}
    asked = submission(is_oral=chance.random() < 0.3)
    said = [Said("aa", replace(asked, codes={**asked.codes, **crime}), 0)]
    at_ms = NOW_MS - chance.randrange(1, 600) * HOUR_MS
    patience = chance.choice((0.1, 0.2, 0.3, 0.5, 1))
    if chance.random() < 0.9:
        _receive(chance, said, "bb", at_ms)
    for number in range(chance.randrange(20)):
        for party in ("aa", "bb"):
            if chance.random() < patience:
                at_ms += chance.randrange(60 * HOUR_MS)
                _receive(chance, said, party, at_ms)
        _say(chance, said, chance.choice(("aa", "aa", "bb", "bb", "bb")), number)
    for party in ("aa", "bb"):
        if chance.random() < 0.9:
            _receive(chance, said, party, at_ms + chance.randrange(60 * HOUR_MS))
    return Talk(chance.choice((("aa", "bb"), ("bb", "aa"))), said)


def _receive(chance: Random, said: list[Said], party: str, at_ms: int) -> None:
    """Let a party receive what the other has said."""
    for one in said:
        if one.party != party and not one.is_received:
            one.is_received = True
            one.received = _receipt(chance, at_ms) if chance.random() < 0.95 else None


def _say(chance: Random, said: list[Said], party: str, number: int) -> None:
    """Let a party say anything, seldom of what it had not seen."""
    seen = [one for one in said if one.party == party or one.is_received]
    is_blind = chance.random() < 0.05
    if not seen and not is_blind:
        return
    heard = [(one.party, one.act) for one in (said if is_blind else seen)]
    act = next_act(chance, party, _menu(party), heard)
    held = sum(one.party != party for one in seen)
    said.append(Said(party, replace(act, id=f"{number:026}"), held))


def next_act(chance: Random, party: str, menu: list[Act], heard: list[tuple[str, Act]]) -> Act:
    """Return what a party says next, with an id of no meaning: more often than not, a reply.

    Args:
        chance: by which it is chosen.
        party: that speaks.
        menu: what it may say; what is about another act answers `that-act`.
        heard: acts that it may speak of, each with its author.
    """
    waiting = [(by, one) for by, one in heard if by != party and one.tag in _REPLIES]
    is_reply = waiting and chance.random() < 0.4
    by, about = chance.choice(waiting if is_reply else heard)
    offered = menu
    if chance.random() < 0.9:
        fitting = _REPLIES.get(about.tag, ()) if by != party else ()
        likely = [one for one in offered if one.tag in fitting]
        offered = likely or [one for one in offered if one.tag not in _OF_THREADS]
    if party != "aa" and chance.random() < 0.15:
        offered = [one for one in offered if one.tag in _DECIDING and not one.items] or offered
    act = chance.choice(offered)
    answers = _about(about) if act.answers == _ANOTHER else act.answers
    return replace(act, answers=answers, codes=_varied(chance, act))


@cache
def _menu(party: str) -> list[Act]:
    """Return what a party may say to the other."""
    menu = asker_acts(_ANOTHER) if party == "aa" else addressee_acts(_ANOTHER)
    return [one for one in menu if "cc" not in {to.party for to in one.to}]


def _about(heard: Act) -> str:
    """Return what an act after another is about: that, or what that is about."""
    is_of_a_thread = heard.tag in (acts.CONDITION_ACCEPTED, acts.ASSESSMENT_DISPUTED)
    return heard.answers if is_of_a_thread else heard.id


def _varied(chance: Random, act: Act) -> dict[str, str]:
    if act.tag != acts.REFUSED:
        return {**act.codes}
    return {**act.codes, acts.REASON: chance.choice(_GROUNDS)}


def _receipt(chance: Random, at_ms: int) -> dict[str, Any]:
    """Return what is known of when an act was received."""
    high_ms = at_ms + chance.randrange(HOUR_MS) if chance.random() < 0.7 else None
    return {
        "at_ms": at_ms,
        "claimed_ms": at_ms - chance.choice((0, 0, 0, 1_000, 400_000)),
        "low_ms": at_ms - chance.randrange(HOUR_MS) if chance.random() < 0.7 else None,
        "high_ms": high_ms,
        "high_claimed_ms": None if high_ms is None else high_ms - chance.choice((0, HOUR_MS)),
    }
