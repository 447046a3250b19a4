"""What either side may say of quality now: assess, dispute an assessment, settle what is disputed.

    assess(now, by, {"usable": "partly"})            the newest response, or the request
    dispute_assessment(now, by, "done")              the newest one of the other side
    settle_assessment(now, by, "changed", {"usable": "met"})

The asker assesses what answers it, an addressee what was asked; see `decide`.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping

from comity.acts.record import Act
from comity.joint.request import acts, state, targets
from comity.joint.request.acts import Parts
from comity.joint.request.decide import By, say
from comity.joint.request.state import State, Thread
from comity.kernel.inadmissible import Inadmissible


def assess(
    now: State,
    by: By,
    ratings: Mapping[str, str],
    about_act: str = "",
    items: tuple[str, ...] = (),
) -> Act | Inadmissible:
    """Return the act that assesses what the other side said.

    Args:
        now: state as it is.
        by: who assesses.
        ratings: `{criterion of the guideline: a code of `codes.RATINGS`}`.
        about_act: what is assessed; the newest that may be if "".
        items: that it is about; none: all.
    """
    about = about_act or next(assessable(now, by.party), "")
    return say(now, by, acts.ASSESSED, Parts(_rated(ratings), items), about)


def dispute_assessment(now: State, by: By, reason: str, about_act: str = "") -> Act | Inadmissible:
    """Return the act that disputes an assessment; the newest one that stands if none is named."""
    about = about_act or next(disputable(now, by.party), "")
    return say(now, by, acts.ASSESSMENT_DISPUTED, Parts({acts.REASON: reason}), about)


def settle_assessment(
    now: State,
    by: By,
    outcome: str,
    ratings: Mapping[str, str] | None = None,
    about_act: str = "",
) -> Act | Inadmissible:
    """Return the act by which its author says what comes of an assessment that was disputed.

    Args:
        now: state as it is.
        by: who had assessed.
        outcome: a code of `codes.OUTCOMES`.
        ratings: anew, where it is changed.
        about_act: the assessment; the newest disputed one of its own if "".
    """
    own = (*disputed(now, by.party), *_ids(now, by.party, state.MADE, is_own=True))
    about = about_act or next(iter(own), "")
    parts = Parts({acts.OUTCOME: outcome, **_rated(ratings or {})})
    return say(now, by, acts.ASSESSMENT_SETTLED, parts, about)


def assessable(now: State, party: str) -> Iterator[str]:
    """Give the acts that a party may assess, the newest first."""
    by_asker = party == now.asker
    tags = targets.ASSESSED_BY_ASKER if by_asker else targets.ASSESSED_BY_ADDRESSEE
    for turn in reversed(now.turns):
        if turn.takes_effect and turn.tag in tags and (turn.party == now.asker) != by_asker:
            yield turn.act_id


def assessments(now: State) -> Iterator[tuple[str, Thread]]:
    """Give each assessment with its author, the newest first."""
    found = [one for track in now.tracks for one in track.threads if one.kind == state.ASSESSMENT]
    for one in sorted(found, key=lambda thread: -thread.at):
        yield now.turns[one.at].party, one


def disputable(now: State, party: str) -> Iterator[str]:
    """Give the assessments that a party may dispute."""
    return _ids(now, party, state.MADE, is_own=False)


def disputed(now: State, party: str) -> Iterator[str]:
    """Give the assessments of a party's own that are disputed."""
    return _ids(now, party, state.DISPUTED, is_own=True)


def _ids(now: State, party: str, status: str, *, is_own: bool) -> Iterator[str]:
    for author, one in assessments(now):
        if one.status == status and (author == party) == is_own:
            yield one.id


def _rated(ratings: Mapping[str, str]) -> dict[str, str]:
    return {f"{acts.QUALITY}{criterion}": code for criterion, code in ratings.items()}
