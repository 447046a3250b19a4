"""What is not in order in a report: own, peer or line, and the next step.

    findings(node, report(node)) -> [Finding("mirror of …", is_good=False, side="line", …), …]

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from comity.joint.arrangement import certificate, view
from comity.joint.arrangement.card import DAY_MS, Card
from comity.node.base import register_records, rules_version
from comity.node.base.context import Node
from comity.node.base.finding import LINE, OWN, PEER, Finding
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_OFFERED, LOG_OPEN, Log
from comity.node.base.sentence import Sentence, coded, say
from comity.node.exchange import abandoned_party, convict, lost_channel, missing_entries, revocation
from comity.node.exchange.abandoned_party import GivenUp
from comity.node.exchange.revocation import Crossing
from comity.node.exchange.status import MISSED_MS, LogStatus, alarms
from comity.node.exchange.witness import Standing
from comity.node.operate import (
    alarm_steps,
    calendar_expiry,
    delivery_findings,
    excuse_findings,
    scrub,
    token_expiry,
)


def findings(node: Node, rows: Sequence[LogStatus]) -> list[Finding]:
    """Return what a report and the cards say, good and bad."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        rows = [_without_lacking(tx, row) for row in rows if not _is_lacked(tx, row)]
        convicted = {row.origin for row in rows if convict.is_known(tx, row.origin)}
        found: list[Finding] = []
        for row in rows:
            found += delivery_findings.findings(tx, row, now_ms)
            found += _of_log(row, now_ms, row.origin in convicted)
            found += excuse_findings.findings(node, tx, row)
        found += [_of_missing(log, left) for log, left in missing_entries.found(tx)]
        found += [_of_forgotten(*one) for one in sorted(lost_channel.forgotten(tx).items())]
        found += [
            _of_given_up(one, is_heard=abandoned_party.is_heard(tx, one))
            for one in abandoned_party.all_of(tx)
        ]
        found += rules_version.findings(tx)
        found += _of_cards(tx, node.party, now_ms)
        found += calendar_expiry.findings(node, tx, now_ms)
        found += token_expiry.findings(tx, now_ms)
        found += [_of_crossing(one, node.party) for one in revocation.standing(tx)]
        found += [_of_alarm(code, what) for code, what in alarms(tx)]
    return [*found, *_of_high_water(node)]


def _is_lacked(tx: Tx, row: LogStatus) -> bool:
    """Whether a log is of a party that has its channel no more: an alarm says what to do."""
    return not row.own and lost_channel.lacks(tx, row.channel, row.party)


def _without_lacking(tx: Tx, row: LogStatus) -> LogStatus:
    """Return an own log without the deliveries to parties that have its channel no more."""
    sent = (d for d in row.deliveries if not lost_channel.lacks(tx, row.channel, d.party))
    return replace(row, deliveries=tuple(sent))


def _of_forgotten(path: str, having: Sequence[str]) -> Finding:
    """Say that others have a channel open by keys of this node that are not here."""
    return Finding(
        say("channel {path}", path=path),
        is_good=False,
        side=OWN,
        what=say(
            "{parties} has it open, by keys of this node that are not here: they were lost, or are "
            "in entries that did not come back yet.",
            parties=", ".join(having),
        ),
        fix=say(
            "Let every party be reached. Where it stays so, agree on another name by telephone, "
            "and let each party run `comity channel open` with it."
        ),
    )


def _of_missing(log: Log, left: int) -> Finding:
    """Say what a generation left of the log before it and is not here: readers wait for it."""
    return Finding(
        say("log {origin}", origin=log.origin),
        is_good=False,
        side=OWN if log.own else PEER,
        what=say(
            "It ended, and {left} of its entries count; {held} are here. What was said by who had "
            "read the others waits for them.",
            left=left,
            held=log.size,
        ),
        fix=say(
            "Let every party be reached: who has them gives them. Where nobody has them any more, "
            "run `{command}`.",
            command=f"comity recover begin {log.channel} --reason lost --leave-out-missing",
        )
        if log.own
        else say(
            "Let every party be reached: who has them gives them. Where nobody has them any more, "
            "{party} leaves them out: `comity recover begin` with `--leave-out-missing`.",
            party=log.party,
        ),
    )


def _of_alarm(code: str, what: str) -> Finding:
    step = alarm_steps.STEPS.get(code, "")
    return Finding(say("alarm"), is_good=False, side=OWN, what=coded(code, what), fix=step)


def _of_log(row: LogStatus, now_ms: int, is_convicted: bool) -> list[Finding]:  # noqa: FBT001 -- the last of three
    about = f"log {row.origin}"
    if row.state not in {LOG_OPEN, LOG_ENDED}:
        return [_state_finding(row, about, is_convicted=is_convicted)]
    found = [_witness_finding(row, one) for one in row.witnesses]
    if not row.own and row.state == LOG_OPEN and row.given_up_at_ms is None:
        is_fresh = row.head_at_ms is not None and now_ms - row.head_at_ms <= MISSED_MS
        found.append(
            Finding(
                say("mirror of {origin}", origin=row.origin),
                is_good=is_fresh,
                side="" if is_fresh else LINE,
                what=say(
                    "{entries} entries are mirrored and cosigned; the log signs every minute.",
                    entries=row.signed,
                )
                if is_fresh
                else say(
                    "{entries} entries are mirrored and cosigned; its heads have ceased to come.",
                    entries=row.signed,
                ),
                fix="" if is_fresh else say("Look at the deliveries to that party, then ask it."),
            )
        )
    return found


def _state_finding(row: LogStatus, about: str, *, is_convicted: bool) -> Finding:
    """Say why a log stands still, and which command lets it go on."""
    if row.state == LOG_OFFERED:
        what = say("It is a new generation that is not accepted here: nothing of it is mirrored.")
        fix = say(
            "Call {party}, let it read the hash of its first two entries, and run `{command}`.",
            party=row.party,
            command=f"comity recover accept {row.origin} --entry HASH",
        )
    elif not is_convicted and not row.own:
        what = say(
            "An officer froze it: nothing of it is mirrored or signed for. What other parties say "
            "after they have read more of it is not read here either, until it is thawed."
        )
        fix = say(
            "When the reason is gone, let an officer run `{command}`.",
            command=f"comity thaw {row.origin}",
        )
    elif not is_convicted:
        what = say("An officer froze it: nothing is signed for it.")
        fix = say(
            "When the reason is gone, let an officer run `{command}`.",
            command=f"comity thaw {row.origin}",
        )
    elif row.own:
        what = say("It signed two histories: nothing is signed for it.")
        fix = say(
            "Find out who else signs with its keys. Then end it, and begin the next one: "
            "`{command}`.",
            command=f"comity recover begin {row.channel} --reason forked",
        )
    else:
        what = say("It signed two histories: nothing is signed for it.")
        fix = say(
            "Call {party}: it begins a new generation, which is accepted here by "
            "`comity recover accept`.",
            party=row.party,
        )
    side = OWN if row.own or row.state == LOG_OFFERED else PEER
    return Finding(about, is_good=False, side=side, what=what, fix=fix)


def _of_given_up(one: GivenUp, *, is_heard: bool) -> Finding:
    """That nothing waits for a party is no fault; that it signs again should be looked at."""
    return Finding(
        say("{party} in {arrangement}", party=one.party, arrangement=one.arrangement),
        is_good=None,
        side="",
        what=say(
            "{officer} gave it up on {day}: it is not called, and nothing waits for it.",
            officer=one.officer,
            day=datetime.fromtimestamp(one.at_ms / 1_000, UTC).date().isoformat(),
        ),
        fix=say("Its logs were signed since: if it is there again, run `comity channel take-back`.")
        if is_heard
        else "",
    )


def _witness_finding(row: LogStatus, one: Standing) -> Finding:
    """What does not hold anything up is not bad: a witness that fails is unknown to be there."""
    about = say("{origin} and the witness {name}", origin=row.origin, name=one.name)
    if one.ahead and not one.is_excused:
        return _ahead_finding(row, one, about)
    if not one.failures:
        what = say("{entries} entries are cosigned.", entries=one.cosigned)
        return Finding(about, is_good=True, side="", what=what)
    return Finding(
        about,
        is_good=None,
        side="",
        what=say(
            "{failures} tries failed; nothing waits for it. {error}",
            failures=one.failures,
            error=coded(one.last_error_code, one.last_error),
        ),
    )


def _ahead_finding(row: LogStatus, one: Standing, about: Sentence) -> Finding:
    """What holds up a log: it counts as one that a backup brought."""
    missing = say(
        "It says that it cosigned {entries} entries, and {held} are signed here: this home seems "
        "to be older than what it signed, and nothing is signed until that is here again.",
        entries=one.ahead,
        held=row.signed,
    )
    excuse = f"comity recover excuse {row.origin} witness:{one.name}"
    if row.channel == LOCAL_CHANNEL:
        fix = say(
            "Put a newer backup back. Where there is none, or where the witness is wrong, let two "
            "officers run `{command}`.",
            command=excuse,
        )
    else:
        fix = say(
            "Let every party be reached: what is missing comes back from them. Where none has it, "
            "run `comity recover begin`; where the witness is wrong, let two officers run "
            "`{command}`.",
            command=excuse,
        )
    return Finding(about, is_good=False, side=OWN, what=missing, fix=fix)


def _of_cards(tx: Tx, own_party: str, now_ms: int) -> list[Finding]:
    found: list[Finding] = []
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            held = register_records.cards(tx, arrangement.id, party)
            if not held:
                continue
            newest = held[max(held)]
            days = (newest.not_after_ms - now_ms) // DAY_MS
            is_good = view.expiry_warning(newest, now_ms) is None
            if not is_good and abandoned_party.of(tx, arrangement.id, party) is not None:
                continue
            side = OWN if party == own_party else PEER
            if not certificate.names_party(newest.tls, party):
                found.append(_of_unnamed(newest, party, is_own=party == own_party))
            found.append(
                Finding(
                    say("card {number} of {party}", number=newest.number, party=party),
                    is_good=is_good,
                    side="" if is_good else side,
                    what=say("Its keys are good for {days} days.", days=days)
                    if newest.not_after_ms > now_ms
                    else say(
                        "It expired {days} days ago: peers believe its keys no more.",
                        days=(now_ms - newest.not_after_ms) // DAY_MS,
                    ),
                    fix="" if is_good else _card_fix(newest, side, now_ms),
                )
            )
    return found


def _card_fix(card: Card, side: str, now_ms: int) -> Sentence:
    """Return the next step for a card that expires or has: then no listener believes its owner."""
    facts = {"arrangement": card.arrangement, "party": card.party}
    if side == PEER:
        return say(
            "Ask the operator of {party} for the next one, `comity key rotate`; once this one has "
            "expired it comes as a file, by `comity carry export`.",
            **facts,
        )
    if now_ms < card.not_after_ms:
        return say(
            "Make the next one with the root key of {arrangement}: `comity key rotate --root "
            "FILE`. Partners get it by themselves while this one holds.",
            **facts,
        )
    return say(
        "Make the next one with the root key of {arrangement}: `comity key rotate --root FILE`. "
        "Partners do not believe this node until they have it as a file: `comity carry export` "
        "here, and `comity carry import` there.",
        **facts,
    )


def _of_unnamed(card: Card, party: str, *, is_own: bool) -> Finding:
    """Say that a certificate was made before certificates named their party."""
    return Finding(
        say("TLS certificate of card {number} of {party}", number=card.number, party=party),
        is_good=False if is_own else None,
        side=OWN if is_own else PEER,
        what=say(
            "It names no party, as older versions made it: another State can put it on a card of "
            "its own and take this one's place on the wire."
        ),
        fix=say(
            "Make the next card: `comity key rotate --root FILE` makes a certificate that does."
        )
        if is_own
        else say("Ask {party} to run `comity key rotate`, which makes one that does.", party=party),
    )


def _of_crossing(one: Crossing, own_party: str) -> Finding:
    return Finding(
        say("revocation of card {number} of {party}", number=one.card, party=one.party),
        is_good=False,
        side=OWN if one.party == own_party else PEER,
        what=one.words(),
        fix=say(
            "Ask its officers by telephone which of these entries are theirs; if not all are, "
            "begin a new generation: `comity recover begin`."
        ),
    )


def _of_high_water(node: Node) -> list[Finding]:
    about = say("high-water file")
    if not node.highwater.is_intact():
        return [
            Finding(
                about,
                is_good=False,
                side=OWN,
                what=say(
                    "It was not there or not whole: what was ever signed is known by peers alone."
                ),
                fix=say(
                    "Let every peer be reached, or let two officers run `comity recover excuse`."
                ),
            )
        ]
    marks = node.highwater.marks()
    with node.store.read() as tx:  # after the marks: the node that serves goes on signing
        logs = tx.logs()
    held = [log for log in logs if log.state != LOG_ENDED]  # of one that ended less is left
    behind = [log.origin for log in held if log.signed < marks.get(log.origin, (0, b""))[0]]
    if behind:
        return [
            Finding(
                about,
                is_good=False,
                side=OWN,
                what=say(
                    "It remembers more of {origins} than this home holds.",
                    origins=", ".join(behind),
                ),
                fix=say("Run `comity recover fetch`: an old backup was restored here."),
            )
        ]
    short = scrub.marks_behind(node)
    if short:
        return [scrub.of_short(about, short)]
    full = node.highwater.full()
    if full:
        return [
            Finding(
                about,
                is_good=False,
                side=PEER,
                what=say(
                    "It keeps what was signed, but texts of {origins} are not kept beside it any "
                    "more: a partner has not signed for many.",
                    origins=", ".join(full),
                ),
                fix=say(
                    "Let the partner be reached, or give it up: `comity channel give-up`. Until "
                    "then make backups often: only they have those texts if this machine is lost."
                ),
            )
        ]
    what = say("It is whole and agrees with the home.")
    return [Finding(about, is_good=True, side="", what=what)]
