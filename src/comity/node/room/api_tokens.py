"""Tokens of programs that work in an officer's name: made, listed, ended.

    record kind   key                        value
    api-token     <sha256 of the token>      officer, label, scopes, since, until, ended

Nothing of a token but its hash is kept, and the list shows the first digits of that.

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, cast

from comity.domestic.officer import api_token
from comity.domestic.officer import token as tokens
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import local_log

RECORD: Final = "api-token"
DAYS_DEFAULT: Final = 90
DAYS_MAX: Final = 366
SOON_DAYS: Final = 14
"""Before its end, so that there is time to give its program another; and after it."""

_DAY_MS: Final = 86_400_000
_SHOWN_CHARS: Final = 12


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is kept of a token.

    Attributes:
        id: first hex digits of its hash, by which a person names it.
        officer: in whose name it works.
        label: what it is for, a name.
        scopes: what it opens.
        since_ms: when it was made.
        until_ms: when it ends by itself.
        ended_ms: when it was ended, or None.
    """

    id: str
    officer: str
    label: str
    scopes: tuple[str, ...]
    since_ms: int
    until_ms: int
    ended_ms: int | None = None

    @property
    def until_day(self) -> str:
        """The day, in UTC, on which it ends by itself."""
        return datetime.fromtimestamp(self.until_ms // 1_000, UTC).date().isoformat()

    def is_open(self, now_ms: int) -> bool:
        """Whether it opens anything, as long as its officer is in office."""
        return self.ended_ms is None and now_ms < self.until_ms


def add(
    node: Node, officer: Officer, label: str, scopes: Sequence[str], days: int = DAYS_DEFAULT
) -> tuple[str, ApiToken]:
    """Make a token of an officer; return it, shown once, and what is kept of it.

    Raises:
        Fault: `kernel.id.malformed`, `officer.scope.unknown`, `officer.token.days`.
    """
    require_name("label", label)
    strange = [scope for scope in scopes if scope not in api_token.SCOPES]
    if strange or not scopes:
        raise Fault(
            code="officer.scope.unknown",
            what=f"{quoted(strange[0] if strange else '')} is no scope of a token.",
            fix=f"Use some of: {', '.join(api_token.SCOPES)}.",
        )
    if not 1 <= days <= DAYS_MAX:
        raise Fault(
            code="officer.token.days",
            what=f"A token cannot be good for {days} days.",
            fix=f"Give a number of days from 1 to {DAYS_MAX}.",
        )
    token = api_token.render(node.entropy(tokens.TOKEN_BYTES))
    key = tokens.sha256(token).hex()
    now_ms = node.clock.now_ms()
    kept = ApiToken(
        key[:_SHOWN_CHARS],
        officer.name,
        label,
        tuple(dict.fromkeys(scopes)),
        now_ms,
        now_ms + days * _DAY_MS,
    )
    with node.store.write() as tx:
        tx.save_record(RECORD, key, _to_json(kept))
        local_log.note(tx, node, "officer.token-added", {"officer": officer.name, "label": label})
    return token, kept


def listing(node: Node) -> list[ApiToken]:
    """Return every token, ended ones too, by officer and label."""
    with node.store.read() as tx:
        found = [_from_json(value) for value in tx.records(RECORD).values()]
    return sorted(found, key=lambda one: (one.officer, one.label, one.since_ms))


def end(node: Node, token_id: str) -> ApiToken:
    """End a token: it opens nothing any more.

    Raises:
        Fault: `officer.token.unknown`.
    """
    with node.store.write() as tx:
        found = {
            key: _from_json(value)
            for key, value in tx.records(RECORD).items()
            if key.startswith(token_id) and len(token_id) >= _SHOWN_CHARS
        }
        if not found:
            raise Fault(
                code="officer.token.unknown",
                what=f"There is no token {quoted(token_id)}.",
                fix="Run `comity token list` to see them.",
            )
        return _end(tx, node, *next(iter(found.items())))


def end_all(tx: Tx, node: Node, officer: str) -> None:
    """End every token of an officer, in a transaction that writes."""
    for key, value in tx.records(RECORD).items():
        kept = _from_json(value)
        if kept.officer == officer:
            _end(tx, node, key, kept)


def _end(tx: Tx, node: Node, key: str, kept: ApiToken) -> ApiToken:
    if kept.ended_ms is not None:
        return kept
    ended = replace(kept, ended_ms=node.clock.now_ms())
    tx.save_record(RECORD, key, _to_json(ended))
    facts = {"officer": kept.officer, "label": kept.label}
    local_log.note(tx, node, "officer.token-ended", facts)
    return ended


def end_own(node: Node, officer: Officer, token_id: str) -> ApiToken:
    """End a token of an officer's own; another's is not there for them.

    Raises:
        Fault: `officer.token.unknown`.
    """
    own = [one.id for one in listing(node) if one.officer == officer.name]
    return end(node, token_id if token_id in own else "")


def authenticate(node: Node, token: str) -> tuple[Officer, ApiToken]:
    """Return whose token this is, and what is kept of it.

    A token of 256 random bits is found by its hash: nothing is learnt from how long it takes.

    Raises:
        Fault: `officer.token.wrong` for one that is unknown, ended or out of date, and for
            one of an officer who has ended.
    """
    with node.store.read() as tx:
        value = tx.record(RECORD, tokens.sha256(token).hex())
        kept = _from_json(value) if value is not None else None
        officer = _officer(tx, kept, node.clock.now_ms())
    if kept is None or officer is None:
        raise Fault(
            code="officer.token.wrong",
            what="This token opens nothing: it is unknown, was ended, or is out of date.",
            fix="Make another with `comity token add`, and give it as `Authorization: Bearer`.",
        )
    return officer, kept


def ending(tx: Tx, now_ms: int) -> list[ApiToken]:
    """Return the tokens that end by themselves soon, or did lately, by officer and label.

    One that has another of its officer and label after it was made anew, and is left out.
    """
    every = [_from_json(value) for value in tx.records(RECORD).values()]
    newest: dict[tuple[str, str], ApiToken] = {}
    for one in every:
        key = (one.officer, one.label)
        if one.ended_ms is None and (key not in newest or newest[key].until_ms < one.until_ms):
            newest[key] = one
    return [
        newest[key]
        for key in sorted(newest)
        if abs(newest[key].until_ms - now_ms) < SOON_DAYS * _DAY_MS and _in_office(tx, key[0])
    ]


def _in_office(tx: Tx, name: str) -> Officer | None:
    officer = tx.officer(name)
    return officer if officer is not None and officer.ended_ms is None else None


def _officer(tx: Tx, kept: ApiToken | None, now_ms: int) -> Officer | None:
    return _in_office(tx, kept.officer) if kept is not None and kept.is_open(now_ms) else None


def _to_json(kept: ApiToken) -> Json:
    return {**asdict(kept), "scopes": [*kept.scopes]}


def _from_json(value: Json) -> ApiToken:
    fields = cast("dict[str, Any]", value)
    return ApiToken(**{**fields, "scopes": tuple(fields["scopes"])})
