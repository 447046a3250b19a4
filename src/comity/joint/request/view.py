# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Questions that a screen asks of a request: words, whose turn it is, the time line.

    status(state)            where it stands: a status of the table, or what it waits for
    holders(state)           who holds the ball, always, until it is closed or withdrawn
    turns_to(state, party)   what a party may or should do next, with the clock that runs

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.request import acts, codes, table
from comity.joint.request.state import (
    ACCEPTANCE,
    ASSESSMENT,
    COMMENT,
    CONSULTATION,
    DECIDED_ITEMS,
    DEFICIENCY,
    DISPUTED,
    POSTPONEMENT,
    STATUS,
    USE,
    State,
    Track,
)
from comity.joint.request.turn import Turn

DEFICIENT: Final = "deficient"
CONDITIONAL: Final = "conditional"
CONSULTING: Final = "consulting"
POSTPONED: Final = "postponed"

STATUSES: Final = (*table.STATUSES, DEFICIENT, CONDITIONAL, CONSULTING, POSTPONED)
"""Those of the table, and what an open request may wait for beside its status."""

_WAITS: Final = (
    (DEFICIENCY, DEFICIENT),
    (ACCEPTANCE, CONDITIONAL),
    (CONSULTATION, CONSULTING),
    (POSTPONEMENT, POSTPONED),
)
"""(thread that is pending, what it makes of an open status), the most pressing first."""

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        table.NONE: {"en": "no request", "zh": "无请求"},
        table.DRAFT: {"en": "draft for comment", "zh": "征求意见稿"},
        table.SUBMITTED: {"en": "submitted", "zh": "已提交"},
        DEFICIENT: {"en": "deficient, to be clarified", "zh": "有缺陷，待补正"},
        table.ACKNOWLEDGED: {"en": "acknowledged", "zh": "已受理"},
        CONDITIONAL: {"en": "accepted on conditions", "zh": "附条件接受"},
        table.ACCEPTED: {"en": "accepted", "zh": "已接受"},
        CONSULTING: {"en": "consultation before refusal", "zh": "拒绝前磋商"},
        POSTPONED: {"en": "postponed", "zh": "已推迟"},
        table.PARTLY: {"en": "answered or refused in part", "zh": "部分已答复或拒绝"},
        table.REOPENED: {"en": "reopened", "zh": "已重新办理"},
        table.ANSWERED: {"en": "answered", "zh": "已答复"},
        table.REFUSED: {"en": "refused", "zh": "已拒绝"},
        table.WITHDRAWN: {"en": "withdrawn", "zh": "已撤回"},
        table.CLOSED: {"en": "closed", "zh": "已结束"},
    }
)

TAG_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        acts.DRAFT_SHOWN: {"en": "showed a draft", "zh": "出示征求意见稿"},
        acts.COMMENTED: {"en": "commented", "zh": "提出意见"},
        acts.SUBMITTED: {"en": "asked", "zh": "提出请求"},
        acts.CONFIRMED: {"en": "confirmed in writing", "zh": "书面确认"},
        acts.ACKNOWLEDGED: {"en": "acknowledged", "zh": "受理"},
        acts.FOUND_DEFICIENT: {"en": "found it deficient", "zh": "认定有缺陷"},
        acts.DEFICIENCY_DISPUTED: {"en": "disputed the deficiency", "zh": "对缺陷认定提出异议"},
        acts.CLARIFIED: {"en": "clarified", "zh": "补正"},
        acts.REROUTED: {"en": "handed it to another agency", "zh": "转交其他机构"},
        acts.ACCEPTED: {"en": "accepted", "zh": "接受"},
        acts.CONDITION_ACCEPTED: {"en": "accepted the conditions", "zh": "接受条件"},
        acts.CONDITION_DECLINED: {"en": "declined the conditions", "zh": "不接受条件"},
        acts.CONDITION_WAIVED: {"en": "waived conditions", "zh": "解除条件"},
        acts.STATUS_ASKED: {"en": "asked after the status", "zh": "询问进展"},
        acts.STATUS_REPORTED: {"en": "reported the status", "zh": "通报进展"},
        acts.ANSWERED: {"en": "answered", "zh": "答复"},
        acts.POSTPONED: {"en": "postponed", "zh": "推迟"},
        acts.RESUMED: {"en": "resumed", "zh": "恢复办理"},
        acts.CONSULTED: {"en": "consulted before refusing", "zh": "拒绝前磋商"},
        acts.CONSULTATION_ANSWERED: {"en": "answered the consultation", "zh": "答复磋商"},
        acts.REFUSED: {"en": "refused", "zh": "拒绝"},
        acts.WITHDRAWN: {"en": "withdrew", "zh": "撤回"},
        acts.SUPERSEDED: {"en": "put another request in its place", "zh": "以另一请求取代"},
        acts.CLOSED: {"en": "closed", "zh": "结束"},
        acts.REOPENED: {"en": "reopened", "zh": "重新办理"},
        acts.CORRECTED: {"en": "corrected an act of its own", "zh": "更正"},
        acts.OPENED: {"en": "opened", "zh": "已打开"},
        acts.USE_ASKED: {"en": "asked for an account of use", "zh": "要求说明使用情况"},
        acts.USE_REPORTED: {"en": "accounted for the use", "zh": "说明使用情况"},
        acts.DESTROYED: {"en": "attested a destruction", "zh": "证明已销毁"},
        acts.ASSESSED: {"en": "assessed the quality", "zh": "评价质量"},
        acts.ASSESSMENT_DISPUTED: {"en": "disputed the assessment", "zh": "对评价提出异议"},
        acts.ASSESSMENT_SETTLED: {
            "en": "said what comes of its assessment",
            "zh": "就有异议的评价作出说明",
        },
        acts.STEP_TOLD: {"en": "told how far a measure is", "zh": "通报措施进展"},
    }
)

NEXT_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "comment": {"en": "Comment on the draft.", "zh": "请对征求意见稿提出意见。"},
        "submit": {
            "en": "Make the request, show another draft, or withdraw it.",
            "zh": "请正式提出请求、另行出示草稿，或撤回。",
        },
        "acknowledge": {
            "en": "Acknowledge it, then answer or refuse it.",
            "zh": "请先受理，再答复或拒绝。",
        },
        "answer": {
            "en": "Answer it, or refuse it with a ground.",
            "zh": "请答复，或说明理由拒绝。",
        },
        "report-status": {"en": "Report the status, or answer it.", "zh": "请通报进展或答复。"},
        "review": {
            "en": "Review the postponement by its date, and take it up again.",
            "zh": "请按期复核推迟事由并恢复办理。",
        },
        "other-conditions": {
            "en": "Accept it on other conditions or none, or refuse it.",
            "zh": "请以其他条件或无条件接受，或予以拒绝。",
        },
        "clarify": {
            "en": "Clarify what was found deficient, or dispute it.",
            "zh": "请补正缺陷，或提出异议。",
        },
        "decide-condition": {
            "en": "Accept or decline the conditions.",
            "zh": "请决定是否接受条件。",
        },
        "answer-consultation": {"en": "Answer the consultation.", "zh": "请答复磋商。"},
        "report-use": {"en": "Account for the use of what was given.", "zh": "请说明使用情况。"},
        "settle-assessment": {
            "en": "Say what comes of your assessment, which is disputed.",
            "zh": "贵方的评价有异议，请予以说明。",
        },
        "confirm": {"en": "Confirm the oral request in writing.", "zh": "请书面确认口头请求。"},
        "close": {
            "en": "Read the answer, then close the request or reopen it.",
            "zh": "请阅读答复，然后结束或重新办理请求。",
        },
        "extend": {
            "en": "Ask for its extension, or for the data, before it lapses.",
            "zh": "请在期满前请求延长，或就数据提出请求。",
        },
        "wait": {
            "en": "Waiting for the State that was asked; it can be withdrawn.",
            "zh": "等待被请求方答复，或撤回请求。",
        },
        "wait-for-asker": {
            "en": "Waiting for the State that asked.",
            "zh": "等待请求方。",
        },
        "nothing": {"en": "Nothing is open.", "zh": "无待办事项。"},
    }
)


@dataclass(frozen=True, slots=True)
class Next:
    """What a party does next on one track.

    Attributes:
        track: addressee whose track it is.
        party: who does it.
        action: a key of `NEXT_WORDS`.
        until_ms: date that an act names for it, or None.
        about: id of the act that asks for it, or "".
    """

    track: str
    party: str
    action: str
    until_ms: int | None = None
    about: str = ""


def track_status(track: Track) -> str:
    """Return where one track stands: a value of `STATUSES`."""
    if track.status in table.OPEN:
        for kind, word in _WAITS:
            if track.waiting(kind):
                return word
    return track.status


def status(state: State) -> str:
    """Return where the request as a whole stands: a value of `STATUSES`.

    With several addressees: open while one of them is, and as far as the furthest.
    """
    found = {track.status for track in state.tracks}
    if not found:
        return table.NONE
    if len(found) == 1:
        words = {track_status(track) for track in state.tracks}
        return words.pop() if len(words) == 1 else found.pop()
    if found & table.OPEN:
        decided = found - {table.SUBMITTED, table.ACKNOWLEDGED, table.ACCEPTED}
        early = table.ACCEPTED if table.ACCEPTED in found else table.ACKNOWLEDGED
        return table.PARTLY if decided else early
    order = (table.ANSWERED, table.REFUSED, table.CLOSED)
    return next((one for one in order if one in found), table.WITHDRAWN)


def own_status(state: State, party: str) -> str:
    """Return where it stands for a party: an addressee's own track, the whole for any other."""
    track = state.track(party)
    return status(state) if track is None else track_status(track)


def apart(state: State, party: str) -> tuple[tuple[str, str], ...]:
    """Return `(addressee, status)` of each track, where one word for all does not say it.

    That is for whoever is no addressee, as the asker: some have answered and others have not.
    """
    found = tuple((track.party, track_status(track)) for track in state.tracks)
    is_one = len({status for _, status in found}) < 2 or state.track(party) is not None  # noqa: PLR2004 -- the same of all
    return () if is_one else found


def nexts(state: State) -> tuple[Next, ...]:
    """Return what is next, and whose it is: of every track that is not over, at least one."""
    return tuple(one for track in state.tracks for one in _nexts(state, track))


def holders(state: State) -> tuple[str, ...]:
    """Return the parties that hold the ball: addressees as they were asked, then the asker."""
    found = {one.party for one in nexts(state)}
    return tuple(p for p in (*(t.party for t in state.tracks), state.asker) if p in found)


def holder(state: State) -> str:
    """Return the first party that holds the ball, or ""."""
    return next(iter(holders(state)), "")


def next_action(state: State, party: str) -> str:
    """Return what `party` does next: a key of `NEXT_WORDS`."""
    found = nexts(state)
    own = next((one.action for one in found if one.party == party), "")
    if own or not found:
        return own or "nothing"
    if party == state.asker:
        return "wait"
    is_asked = any(one.track == party for one in found)
    return "wait-for-asker" if is_asked else "nothing"


def open_items(state: State, party: str) -> tuple[str, ...]:
    """Return the items that an addressee has neither answered nor refused."""
    track = state.track(party)
    return track.open_items() if track else ()


def undecided(state: State) -> frozenset[str]:
    """Return the items that an open track has not decided, by any addressee."""
    return frozenset(
        item
        for track in state.tracks
        if track.status in table.OPEN
        for item, outcome in track.items.items()
        if outcome not in DECIDED_ITEMS
    )


def references(state: State) -> tuple[str, ...]:
    """Return what a request is found by: file numbers of every side, old ones too, and its id."""
    own = [turn.own_reference for turn in state.turns if turn.takes_effect]
    ids = (state.matter_id, state.draft_id, state.request_id)
    return tuple(dict.fromkeys(one for one in (*own, *ids) if one))


def numbers(state: State) -> tuple[str, ...]:
    """Return the file numbers of a request, the asker's first."""
    found = (turn.own_reference for turn in state.turns if turn.takes_effect)
    return tuple(dict.fromkeys(one for one in (state.own_reference, *found) if one))


def proposed_reference(state: State, party: str) -> str:
    """Return a file number for who has none yet: as long as what pages call a request by."""
    return f"{party.upper()}-{state.matter_id[:_PROPOSED_CHARS]}"


_PROPOSED_CHARS: Final = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the two-lane time line.

    Attributes:
        lane: `left` for the party that asked, `right` for every other.
        turn: what was said.
        words: what it did, in each language.
    """

    lane: str
    turn: Turn
    words: Mapping[str, str]


def timeline(state: State) -> list[Row]:
    """Return the turns in the order of the matter, each in its lane."""
    return [
        Row(
            lane="left" if turn.party == state.asker else "right",
            turn=turn,
            words=TAG_WORDS.get(turn.tag, {"en": turn.tag, "zh": turn.tag}),
        )
        for turn in state.turns
    ]


def _nexts(state: State, track: Track) -> list[Next]:
    found = [_asks(track, USE, state.asker, "report-use")]
    if track.status == table.DRAFT:
        found.append(_of_draft(state, track))
    elif track.status in table.OPEN:
        found += _of_open(state, track)
    elif track.status in table.DECIDED:
        found.append(Next(track.party, state.asker, "close"))
    if state.form == codes.ORAL and track.status not in {table.DRAFT, table.WITHDRAWN}:
        found.append(_next(track, state.asker, "confirm"))
    found += [
        Next(track.party, state.turns[one.at].party, "settle-assessment", about=one.id)
        for one in track.threads
        if one.kind == ASSESSMENT and one.status == DISPUTED
    ]
    return [one for one in found if one is not None]


def _of_draft(state: State, track: Track) -> Next:
    said = [thread.at for thread in track.threads if thread.kind == COMMENT]
    assert state.draft_at is not None
    if max(said, default=-1) > state.draft_at:
        return Next(track.party, state.asker, "submit")
    return _next(track, track.party, "comment")


def _of_open(state: State, track: Track) -> list[Next | None]:
    """Return what is next on an open track: the asker is waited for, or the addressee."""
    waiting = [
        _asks(track, DEFICIENCY, state.asker, "clarify"),
        _asks(track, ACCEPTANCE, state.asker, "decide-condition"),
        _asks(track, CONSULTATION, state.asker, "answer-consultation"),
    ]
    reported = _asks(track, STATUS, track.party, "report-status")
    if track.status == table.SUBMITTED and waiting[0] is not None:
        return [_next(track, track.party, "acknowledge"), *waiting]
    if any(waiting) and not _is_left(track):
        return [*waiting, reported]
    return [*waiting, reported or _of_addressee(track)]


_ASKED: Final = (DEFICIENCY, ACCEPTANCE, CONSULTATION)
"""Kinds in which the asker is waited for."""


def _is_left(track: Track) -> bool:
    """Return whether an open item is in none of what the asker is waited for."""
    asked = [one for kind in _ASKED for one in track.waiting(kind)]
    return any(not any(one.covers(item) for one in asked) for item in track.open_items())


def _of_addressee(track: Track) -> Next:
    if track.status == table.SUBMITTED:
        return _next(track, track.party, "acknowledge")
    postponed = _asks(track, POSTPONEMENT, track.party, "review")
    if postponed is not None:
        return postponed
    is_declined = any(
        held is not None and held.codes and held.status == "declined"
        for held in (track.acceptance(item) for item in track.open_items())
    )
    return _next(track, track.party, "other-conditions" if is_declined else "answer")


def _asks(track: Track, kind: str, party: str, action: str) -> Next | None:
    """Return what the newest thread of a kind that waits asks for, or None."""
    found = track.waiting(kind)
    if not found:
        return None
    return Next(track.party, party, action, found[-1].until_ms, found[-1].id)


def _next(track: Track, party: str, action: str) -> Next:
    return Next(track.party, party, action)
