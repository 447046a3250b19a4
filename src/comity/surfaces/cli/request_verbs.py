"""What may be said about a request by command: every verb, with its options, as data.

    comity request clarify ID FILE             comity request condition ID accept
    comity request status ID                   comity request status ID --stage in-execution

Floor: surfaces.
"""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from comity.acts.verb import Value
from comity.joint.request import acts, codes, reasons
from comity.joint.request.reasons import Reasons
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.rows import Officer
from comity.node.desk import request
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.node.room.request_file import ANSWER, Written, at_ms, from_json
from comity.surfaces.cli.context import Home, Program, Subparsers
from comity.surfaces.cli.request_files import attached, read_written
from comity.surfaces.cli.request_options import MAY, MUST, NO_FILE, Option, add_option, add_words
from comity.surfaces.cli.request_send import add_hold, add_id, add_sending, sent, verb


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as it was typed: who does what to which request, with what words."""

    home: Home
    officer: Officer
    options: argparse.Namespace
    words: Words

    @property
    def who(self) -> tuple[Any, Officer, str]:
        """The node, the officer and the request, as every use case takes them."""
        return self.home.node, self.officer, self.options.id


type Do = Callable[[Spoken], draft_store.Result]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb.

    Attributes:
        name: of the command.
        words: what it does.
        do: the use case.
        options: its own.
        file: `NO_FILE`, `MAY` or `MUST`.
    """

    name: str
    words: str
    do: Do
    options: tuple[Option, ...] = ()
    file: str = NO_FILE


def _code(name: str, words: str, known: Reasons, *, needed: bool = True) -> Option:
    return Option(name, words, "CODE", needed=needed, known=known)


_ITEMS: Final = Option("--item", "this item only", "ITEM", many=True)
_TO: Final = Option("--to", "this party only, of several that are asked", "PARTY", many=True)
_ON: Final = Option(
    "--on", "what is wrong with an element", "ELEMENT=CODE", many=True, known=reasons.DEFICIENCIES
)
_RATE: Final = Option(
    "--rate", "how far a criterion is met", "CRITERION=CODE", many=True, known=codes.RATINGS
)
_ABOUT: Final = Option("--about", "the act that is answered, if not the newest", "ACT")


def _when(name: str, words: str, *, needed: bool = False) -> Option:
    return Option(name, f"{words}, like 2026-11-25T02:10:00Z", "TIME", needed=needed)


def _say(tag: str, **options: str) -> Do:
    """Return what says a verb: `{field: its option}`."""

    def said(s: Spoken) -> draft_store.Result:
        given = {key: _value(key, getattr(s.options, name)) for key, name in options.items()}
        return request.say(*s.who, tag, given, s.words)

    return said


def _value(key: str, given: str | list[str]) -> Value:
    if isinstance(given, list):
        return _pairs(given) if key in ("findings", "ratings") else tuple(given)
    return at_ms(given) if given and key.endswith(("_at", "_by")) else given


def _condition(s: Spoken) -> draft_store.Result:
    is_yes = s.options.decision == "accept"
    tag = acts.CONDITION_ACCEPTED if is_yes else acts.CONDITION_DECLINED
    return request.say(*s.who, tag, {"about": s.options.about}, s.words)


def _consult(s: Spoken) -> draft_store.Result:
    if s.options.position:
        return _say(acts.CONSULTATION_ANSWERED, position="position", about="about")(s)
    _require(s.options, "reason", "answer_by", instead="--position, to answer a consultation")
    return _say(acts.CONSULTED, reason="reason", answer_by="answer_by", items="item")(s)


def _status(s: Spoken) -> draft_store.Result:
    reported = _say(acts.STATUS_REPORTED, stage="stage", expected_at="expected")
    return reported(s) if s.options.stage else _say(acts.STATUS_ASKED)(s)


def _use(s: Spoken) -> draft_store.Result:
    reported = _say(acts.USE_REPORTED, use="report", about="about")
    return reported(s) if s.options.report else _say(acts.USE_ASKED)(s)


def _answer(s: Spoken) -> draft_store.Result:
    if s.words.attachments:  # what is small may use the reserve: its request may be a hotline's
        size_bytes = sum(one.size_bytes for one in s.words.attachments)
        s.home.node.require_room(size_bytes, False)  # noqa: FBT003 -- as the port says
    return request.say(
        *s.who, acts.ANSWERED, {"extent": codes.PARTIAL if s.options.partial else ""}, s.words
    )


VERBS: Final = (
    Verb(
        "comment",
        "comment on a draft that was shown",
        _say(acts.COMMENTED, findings="on"),
        (_ON,),
    ),
    Verb(
        "confirm",
        "confirm in writing what was asked orally",
        _say(acts.CONFIRMED),
        file=MUST,
    ),
    Verb(
        "acknowledge",
        "register it under a reference of your own (part of its id will do), even if deficient",
        _say(acts.ACKNOWLEDGED),
    ),
    Verb(
        "deficient",
        "say what is missing or wrong, element by element",
        _say(acts.FOUND_DEFICIENT, findings="on", reason="reason"),
        (_ON, _code("--reason", "of the whole", reasons.DEFICIENCIES, needed=False)),
    ),
    Verb(
        "dispute",
        "dispute that it is deficient",
        _say(acts.DEFICIENCY_DISPUTED, reason="reason", about="about"),
        (_code("--reason", "why", reasons.DISPUTES), _ABOUT),
    ),
    Verb(
        "clarify",
        "supply what was missing or wrong",
        _say(acts.CLARIFIED, about="about"),
        (_ABOUT,),
        file=MAY,
    ),
    Verb(
        "reroute",
        "hand it to the agency that is competent, and tell the State that asked",
        _say(acts.REROUTED, agency="agency", reason="reason"),
        (
            Option("--agency", "that deals with it now", "AGENCY", needed=True),
            _code("--reason", "why", codes.REROUTINGS),
        ),
    ),
    Verb(
        "accept",
        "accept it, wholly or item by item, with conditions or without",
        _say(acts.ACCEPTED, conditions="condition", items="item"),
        (
            Option(
                "--condition", "before it is answered", "CODE", many=True, known=codes.CONDITIONS
            ),
            _ITEMS,
        ),
    ),
    Verb(
        "condition",
        "accept or decline the conditions on which it was accepted",
        _condition,
        (Option("decision", "what you decide", choices=("accept", "decline")), _ABOUT),
    ),
    Verb(
        "waive",
        "consent that conditions of yours no longer bind the party that asked",
        _say(acts.CONDITION_WAIVED, conditions="condition", about="about"),
        (
            Option(
                "--condition",
                "that no longer binds",
                "CODE",
                needed=True,
                many=True,
                known=codes.CONDITIONS,
            ),
            _ABOUT,
        ),
    ),
    Verb(
        "status",
        "ask how far it is; with --stage, say how far it is",
        _status,
        (
            _code("--stage", "how far it is", codes.STAGES, needed=False),
            _when("--expected", "when more is expected"),
        ),
    ),
    Verb(
        "answer",
        "answer it, wholly or item by item",
        _answer,
        (Option("--partial", "more is to come for the same items"),),
        file=MUST,
    ),
    Verb(
        "postpone",
        "postpone it until a date of review",
        _say(acts.POSTPONED, reason="reason", review_at="review"),
        (
            _code("--reason", "why", reasons.POSTPONEMENTS),
            _when("--review", "when it is reviewed", needed=True),
        ),
    ),
    Verb("resume", "take it up again", _say(acts.RESUMED)),
    Verb(
        "consult",
        "consult before refusing; with --position, answer a consultation",
        _consult,
        (
            _code("--reason", "the ground", reasons.REFUSALS, needed=False),
            _when("--answer-by", "until when an answer is waited for"),
            _ITEMS,
            _code("--position", "how you answer", codes.POSITIONS, needed=False),
            _ABOUT,
        ),
    ),
    Verb(
        "refuse",
        "refuse it, wholly or item by item, on a ground",
        _say(acts.REFUSED, reason="reason", items="item"),
        (_code("--reason", "the ground", reasons.REFUSALS), _ITEMS),
    ),
    Verb(
        "withdraw",
        "take back what is still open, or a draft",
        _say(acts.WITHDRAWN, reason="reason"),
        (_code("--reason", "why", reasons.WITHDRAWALS),),
    ),
    Verb(
        "supersede",
        "take it back because another request stands in its place",
        _say(acts.SUPERSEDED, by="by", error="error"),
        (
            Option("--by", "the other request", "ID", needed=True),
            _code("--error", "what was wrong", codes.ERRORS),
        ),
    ),
    Verb(
        "close",
        "say that nothing more is expected",
        _say(acts.CLOSED, reason="reason", to="to"),
        (_code("--reason", "why", codes.CLOSINGS), _TO),
    ),
    Verb(
        "reopen",
        "ask again for what was answered or refused",
        _say(acts.REOPENED, reason="reason", items="item", to="to"),
        (_code("--reason", "why", codes.REOPENINGS), _ITEMS, _TO),
    ),
    Verb(
        "correct",
        "name an error in an act of your own, and give what is right",
        _say(acts.CORRECTED, about="act", error="error"),
        (Option("act", "the act that is wrong", "ACT"), _code("--error", "what", codes.ERRORS)),
        file=MAY,
    ),
    Verb(
        "open",
        "say that you have opened an act of another State, if the guideline agrees to that",
        _say(acts.OPENED, about="act"),
        (Option("act", "the act that was opened", "ACT"),),
    ),
    Verb(
        "use",
        "ask for an account of the use of what was given; with --report, give it",
        _use,
        (_code("--report", "how it was used", codes.USES, needed=False), _ABOUT),
    ),
    Verb(
        "destroy",
        "attest that blobs were destroyed",
        _say(acts.DESTROYED, reason="reason", blobs="blob"),
        (
            Option("--blob", "its SHA-256, as `show --json` prints it", "HASH", many=True),
            _code("--reason", "why", codes.DESTRUCTIONS),
        ),
    ),
    Verb(
        "assess",
        "assess what another State said, by the criteria of the guideline",
        _say(acts.ASSESSED, ratings="rate", about="about", items="item"),
        (_RATE, _ABOUT, _ITEMS),
    ),
    Verb(
        "dispute-assessment",
        "dispute an assessment of another State",
        _say(acts.ASSESSMENT_DISPUTED, reason="reason", about="about"),
        (_code("--reason", "why", codes.ASSESSMENT_DISPUTES), _ABOUT),
    ),
    Verb(
        "settle-assessment",
        "say what comes of an assessment of yours that was disputed",
        _say(acts.ASSESSMENT_SETTLED, outcome="outcome", ratings="rate", about="about"),
        (_code("--outcome", "what comes of it", codes.OUTCOMES), _RATE, _ABOUT),
    ),
)


def add(verbs: Subparsers) -> None:
    """Add every verb."""
    for one in VERBS:
        parser = verb(verbs, one.name, one.words, _running(one))
        add_id(parser)
        for option in one.options:
            add_option(parser, option)
        add_words(parser, one.file)
        add_hold(parser)
        add_sending(parser)


def _running(one: Verb) -> Callable[[Program, argparse.Namespace], int]:
    def run(program: Program, options: argparse.Namespace) -> int:
        written = _read(options) if getattr(options, "file", None) else None

        def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
            if written is None:
                return one.do(Spoken(home, officer, options, _typed(officer, options)))
            with attached(options, written) as attachments:
                words = Words(written, attachments, options.key, options.hold)
                return one.do(Spoken(home, officer, options, words))

        return sent(program, options, do)

    return run


def _read(options: argparse.Namespace) -> Written:
    return read_written(options.file, ANSWER)


def _typed(officer: Officer, options: argparse.Namespace) -> Words:
    by = officer.office or officer.agency
    text: Json = {"lang": options.lang, "text": options.text, "by": by, "original": True}
    value: dict[str, Json] = {"texts": [text]} if options.text else {}
    if options.own_reference:
        value["own_reference"] = options.own_reference
    typed = {"--text": options.text, "--own-reference": options.own_reference}
    name = " ".join(option for option, given in typed.items() if given)
    return Words(from_json(value, ANSWER, name or "--text"), (), options.key, options.hold)


def _pairs(given: Iterable[str]) -> dict[str, str]:
    found = {}
    for text in given:
        name, _, code = text.partition("=")
        found[name] = code
    return found


def _require(options: argparse.Namespace, *names: str, instead: str) -> None:
    missing = [name for name in names if not getattr(options, name)]
    if missing:
        option = f"--{missing[0].replace('_', '-')}"
        raise Fault(
            code="surfaces.option.missing",
            what=f"The option {quoted(option)} is missing.",
            fix=f"Give it, or {instead}.",
        )
