"""Who may read and who may change what, for every address of the desk: the table of the matrix.

    "request:step": Row("request", post=WORKING, more={"name": "note"}, sent={"text": "So."})

A row says by role for whom an address is.  Where it names something they must besides be one of its
readers (`world.Thing.readers`) to learn that it is there; and who may read, but is not named under
`post`, changes nothing.  A name after `#` tells two rows of one address apart.

Floor: tests.
"""

from collections.abc import Mapping
from typing import Final

from surfaces.web.matrix import of_both, sent
from surfaces.web.matrix.row import (
    ADMITTING,
    AT_DESK,
    AUDITING,
    COUNSEL,
    EVERYBODY,
    JOINT,
    NONE,
    OPEN,
    READING,
    RELEASING,
    RUNNING,
    WATCHING,
    WORKING,
    Row,
)

from comity.domestic.duty import verbs as duty
from comity.domestic.officer import role
from comity.joint.request import verbs as request

NEW: Final = "vellum quartz onion harbour"
PASSWORD: Final = {"password1": NEW, "password2": NEW}
CEREMONY: Final = "a browser makes it with a key; tests/journeys do"
THROTTLED: Final = "what is tried too often changes nothing but a count"
SESSION: Final = "it is about sessions and cookies, which tests/surfaces/web/account try"
PROVIDER: Final = "no provider is configured here; tests/journeys/test_oidc.py has one"
HAVE: Final = ("arrived", "answered", "withdrawn", "own", "unseen")
PARTNER: Final = {"party": "cn"}
"""Whose contact points nobody here holds."""

NO_SOURCE: Final = "there is none of them"
_NO_DEVICE: Final = "nothing rings anybody here"
_NO_EXERCISE: Final = "nobody works in an exercise here"
ANYWHERE: Final = (302, 303, 403, 404, 409, 422)


ROWS: Final[Mapping[str, Row]] = {
    "first": Row(without=(302,)),
    "duty:desk": Row(without=(302,)),
    "duty:events": Row(get=EVERYBODY),
    "duty:stream": Row(get=EVERYBODY, status=(404,)),
    "duty:preferences": Row(
        get=EVERYBODY, post=EVERYBODY, sent={"scheme": "dark", "keys": "on"}, why="it is a cookie"
    ),
    "duty:shift": Row(get=EVERYBODY, post=AT_DESK, sent={"to": "han", "note": "All is quiet."}),
    "duty:rings": Row(get=EVERYBODY),
    "duty:ladder": Row(get=EVERYBODY, post=AT_DESK, sent={"rungs": "officer:han:5"}),
    "duty:devices": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        sent={"device": "none", "code": "AB1D-EFGH"},
        why=_NO_DEVICE,
    ),
    "duty:test-device": Row(get=NONE, post=EVERYBODY, more={"device": "none"}, why=_NO_DEVICE),
    "duty:plan": Row(get=EVERYBODY),
    "duty:change": Row(
        get=EVERYBODY,
        post=AT_DESK,
        more={"name": "set"},
        sent={
            "line": "night",
            "officers": "han",
            "hand_overs": "08:00",
            "zone": "Asia/Shanghai",
            "first": "2026-11-02",
            "days": "all",
        },
    ),
    "duty:take": Row(
        get=NONE,
        post=WORKING,
        sent={"why": "Nobody is there."},
        only=("han", "fa", "rong", "xu", "ming"),
    ),
    "request:listing": Row(without=(302,)),
    "request:listing-export": Row(
        get=NONE,
        post=WORKING | {role.AUDITOR},
        more={"kind": "csv"},
        sent={"query": ""},
        without=(403,),
    ),
    "request:filters": Row(
        get=NONE, post=WORKING | {role.AUDITOR}, sent={"name": "mine", "query": "q=x"}
    ),
    "request:drop-filter": Row(
        "filter",
        get=NONE,
        post=WORKING,
        sent=sent.args("filter"),
        without=(422,),
        does=("han False", "han True", "xu False", "xu True"),
    ),
    "request:bulk": Row(
        get=NONE, post=WORKING, sent=sent.lines, only=("wei", "han", "fa", "rong"), without=ANYWHERE
    ),
    "request:bulk-done": Row(get=EVERYBODY, more={"key": "0" * 32}),
    "request:waiting": Row("draft"),
    "request:one": Row("request"),
    "request-lane:first": Row(without=(302,)),
    "request-lane:one": Row(more={"name": "fraud"}, without=(302,)),
    "request-lane:recall": Row(
        post=WORKING, sent={"to": "bb"}, why="a message of a bank comes with it", without=(302,)
    ),
    "request-lane:resolution": Row("request", get=READING),
    "request-lane:threat": Row(
        post=WORKING,
        sent={"to": "bb"},
        why="what is in danger is written with it",
        without=(302,),
    ),
    "request-lane:threat-sent": Row(get=EVERYBODY),
    "request:time-line": Row("request"),
    "request:clocks": Row("request"),
    "request:home": Row("request"),
    "request:act": Row("request"),
    "request:say": Row(
        "request",
        more={"name": "acknowledge"},
        states=("arrived", "unseen", "hidden", "withdrawn"),
    ),
    **of_both.said_of(
        "request:say",
        request.TABLE,
        Row("request", get=NONE, post=WORKING, few=True, why=of_both.IN_THEIR_PLACE),
        {
            "acknowledge": {
                **of_both.OFTEN,
                "sent": {"own_reference": "CB-1"},
                "does": ("arrived", "unseen", "hidden"),
                "states": ("arrived", "unseen", "hidden", "withdrawn"),
            },
            "withdraw": {
                **of_both.OFTEN,
                "get": READING,
                "sent": {"reason": "sent-in-error"},
                "does": ("own",),
                "states": ("own",),
            },
        },
        "name",
    ),
    "request:step": Row("request", more={"name": "note"}),
    **of_both.said_of(
        "request:step",
        duty.TABLE,
        Row("request", get=NONE, post=WORKING, few=True, why="tests/node/desk takes each step"),
        {
            "note": {**of_both.OFTEN, "sent": {"text": "So."}, "does": HAVE},
            "route": {
                **of_both.OFTEN,
                "get": READING,
                "post": AT_DESK,
                "sent": {"to": "cac", "why": "Theirs."},
                "does": ("answered",),
                "states": ("answered", "hidden"),
            },
        },
        "name",
    ),
    "request:step#share": Row(
        "request",
        post=WORKING,
        more={"name": "share"},
        sent={"to": "cac"},
        does=("answered",),
        states=("answered", "hidden"),
    ),
    "request:continue": Row(
        "request",
        get=NONE,
        post=WORKING,
        more={"way": "extend"},
        does=(),
        why="nothing lapses in this world; see tests/surfaces/web/request/test_lapsing.py",
    ),
    "request:evidence": Row("request"),
    "request:destroy": Row(
        "request", post=WORKING, sent=sent.destroyed, does=("arrived", "answered")
    ),
    "request:export": Row("request", post=WORKING, sent=sent.WHY, does=HAVE),
    "request:take": Row("request", post=WORKING, sent=sent.WHY, does=HAVE),
    "request:hand-over": Row(
        "request", post=WORKING, sent={**sent.WHY, "to": "a laboratory"}, does=("arrived",)
    ),
    "request:papers": Row("request"),
    "request:print": Row("request"),
    "request:silence": Row("request", status=(200, 404, 409, 503)),
    "request:non-receipt": Row("request", status=(200, 404, 409, 503)),
    "request:file-pdf": Row("request"),
    "request:letter": Row("request"),
    "request:proof": Row(
        "request", post=WORKING, sent={"disclose": "on"}, does=("arrived", "answered")
    ),
    "draft:list": Row(get=EVERYBODY),
    "draft:new": Row(
        get=EVERYBODY, post=WORKING, sent={"to": "aa", "type": "preservation", "urgency": "urgent"}
    ),
    "draft:templates": Row(get=EVERYBODY),
    "draft:change": Row("draft", get=NONE, post=WORKING, does=("waiting", "kept")),
    "draft:drop-draft": Row("draft", post=WORKING, does=("waiting", "kept"), status=(200, 409)),
    "draft:one": Row(
        "worksheet",
        own=True,
        post=WORKING,
        sent={"saves": "1", "on": "facts", "e:facts": "x", "do": "save"},
        does=("being written", "private template"),
        status=(200, 303),
    ),
    "draft:check": Row(
        "worksheet",
        own=True,
        get=NONE,
        post=WORKING,
        sent={"saves": "1", "on": "facts", "e:facts": "x"},
        does=("being written", "private template"),
    ),
    "draft:preview": Row(
        "worksheet",
        own=True,
        post=WORKING,
        sent={"saves": "1", "do": "keep"},
        does=("being written",),
        status=(200, 303),
    ),
    "draft:keep-template": Row(
        "worksheet", post=WORKING, sent={"name": "Kept"}, does=("being written", "shared template")
    ),
    "draft:use": Row(
        "worksheet", get=NONE, post=WORKING, does=("private template", "shared template")
    ),
    "draft:drop": Row(
        "worksheet", own=True, post=WORKING, does=("being written",), status=(200, 409)
    ),
    "release:index": Row(get=EVERYBODY),
    "release:law": Row(
        "subject",
        post=COUNSEL,
        sent=sent.decision,
        does=("arrived", "unseen", "own", "waiting", "kept"),
    ),
    "release:dry-run": Row(get=EVERYBODY, post=EVERYBODY, sent=sent.profile, why="it is a trial"),
    "release:review": Row(
        "review", post=COUNSEL, sent={"verdict": "justified", "note": "It was."}, does=("due",)
    ),
    "release:one": Row(
        "draft",
        post=RELEASING,
        sent=sent.read("approve"),
        does=("waiting",),
        states=("waiting", "of another agency"),
    ),
    "release:one#comment": Row(
        "draft", post=WORKING, sent=sent.read("comment"), does=("waiting", "kept")
    ),
    "release:one#return": Row(
        "draft", post=RELEASING, sent=sent.read("return"), does=("waiting",), states=("waiting",)
    ),
    "release:alone": Row("draft", post=RELEASING, sent=sent.read("alone"), does=("urgent",)),
    "account": Row(get=EVERYBODY),
    "account_login": Row(
        get=OPEN,
        post=OPEN,
        sent={"login": "han", "password": "none"},
        why=THROTTLED,
        status=(200, 302),
    ),
    "account_logout": Row(get=NONE, post=OPEN, why=SESSION),
    "link": Row("link", get=OPEN, post=OPEN, does=("han", "xu")),
    "account_inactive": Row(get=OPEN),
    "account_reauthenticate": Row(
        get=EVERYBODY, post=EVERYBODY, sent={"password": "x"}, why=THROTTLED, status=(200, 302)
    ),
    "mfa_reauthenticate": Row(
        get=EVERYBODY, post=EVERYBODY, sent={"code": "000000"}, why=THROTTLED
    ),
    "mfa_reauthenticate_webauthn": Row(
        get=EVERYBODY, post=EVERYBODY, why=CEREMONY, status=(200, 302)
    ),
    "account_change_password": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        sent={"oldpassword": "x", **PASSWORD},
        why="it leads to `set`",
        status=(302,),
    ),
    "account_set_password": Row(get=EVERYBODY, post=EVERYBODY, sent=PASSWORD),
    "mfa_index": Row(get=EVERYBODY, status=(302,)),
    "mfa_authenticate": Row(
        get=OPEN, post=OPEN, sent={"code": "000000"}, why=SESSION, status=(302,)
    ),
    "mfa_activate_totp": Row(
        get=EVERYBODY,
        post=EVERYBODY,
        sent={"code": "000000"},
        why="everybody has one",
        status=(302,),
    ),
    "mfa_deactivate_totp": Row(get=EVERYBODY, post=EVERYBODY),
    "mfa_view_recovery_codes": Row(get=EVERYBODY, status=(404,)),
    "mfa_generate_recovery_codes": Row(get=EVERYBODY, post=EVERYBODY),
    "mfa_list_webauthn": Row(get=EVERYBODY, status=(302,)),
    "mfa_add_webauthn": Row(get=EVERYBODY, post=EVERYBODY, why=CEREMONY),
    "mfa_login_webauthn": Row(get=OPEN, post=OPEN, why=CEREMONY, status=(302, 429)),
    "mfa_remove_webauthn": Row("passkey", get=EVERYBODY, post=EVERYBODY, does=("han", "xu")),
    "mfa_edit_webauthn": Row(
        "passkey", get=EVERYBODY, post=EVERYBODY, sent={"name": "mine"}, does=("han", "xu")
    ),
    "session": Row(get=OPEN),
    "sessions-end": Row(get=NONE, post=EVERYBODY, why=SESSION),
    "session-end": Row("session", get=NONE, post=EVERYBODY, why=SESSION),
    "socialaccount_connections": Row(get=EVERYBODY, status=(302,)),
    "disconnect": Row(get=NONE, post=EVERYBODY, sent={"account": "1"}, why=PROVIDER),
    "socialaccount_login_cancelled": Row(get=OPEN),
    "socialaccount_login_error": Row(get=OPEN, status=(401,)),
    "socialaccount_signup": Row(get=OPEN, post=OPEN, why="officers are invited", status=(302,)),
    "openid_connect_login": Row(
        get=OPEN, post=OPEN, more={"provider_id": "none"}, why=PROVIDER, status=(404,)
    ),
    "openid_connect_callback": Row(
        get=OPEN, post=OPEN, more={"provider_id": "none"}, why=PROVIDER, status=(404,)
    ),
    "officers": Row(get=RUNNING),
    "invite": Row(
        get=RUNNING, post=RUNNING, sent={"name": "neu", "agency": "mps", "roles": "analyst"}
    ),
    "officer": Row(
        "officer", get=RUNNING, post=RUNNING, sent={"roles": "analyst"}, does=("in office",)
    ),
    "officer-link": Row("officer", get=NONE, post=RUNNING, does=("in office",)),
    "officer-reset": Row("officer", get=NONE, post=RUNNING, does=("in office",)),
    "account-changes": Row(get=WATCHING),
    "account-change": Row(
        "account-change", get=NONE, post=RUNNING, more={"do": "make"}, does=("agreed",)
    ),
    "account-change#agree": Row(
        "account-change", get=NONE, post=AUDITING, more={"do": "agree"}, does=("asked",)
    ),
    "account-change#decline": Row(
        "account-change", get=NONE, post=AUDITING, more={"do": "decline"}, does=("asked", "agreed")
    ),
    "officer-end": Row("officer", get=NONE, post=RUNNING, does=("in office",)),
    "upload:begin": Row(get=NONE, post=WORKING, sent={"size_bytes": "4"}, without=(403,)),
    "upload:one": Row(
        "upload", get=WORKING, post=WORKING, by="delete", without=(403, 404), does=("han", "xu")
    ),
    "upload:told": Row(
        "upload",
        get=NONE,
        post=WORKING,
        sent={"sha256": "0" * 64},
        without=(403, 404),
        does=("han", "xu"),
    ),
    "upload:add": Row(
        "upload", get=NONE, post=WORKING, by="put", without=(403, 404), does=("han", "xu")
    ),
    "alive": Row(get=OPEN),
    "ready": Row(get=OPEN, status=(503,)),
    "language": Row(
        get=OPEN, post=OPEN, sent={"language": "en"}, why="it is a cookie", status=(302,)
    ),
    "contact:listing": Row(get=EVERYBODY),
    "contact:one": Row(get=EVERYBODY, more=PARTNER, status=(404,)),
    "contact:cards": Row(get=EVERYBODY, more=PARTNER, status=(404,)),
    "contact:sheet": Row(get=EVERYBODY, more=PARTNER, status=(404,)),
    "contact:publish": Row(
        get=EVERYBODY, post=WORKING, sent={"yaml": "x"}, why="it is no document"
    ),
    "contact:say": Row(
        get=EVERYBODY, more=PARTNER | {"verb": "fail"}, status=(404,), why="nothing is published"
    ),
    "threat:give": Row(get=EVERYBODY, post=WORKING, sent={"text": "x"}, why="it is no threat"),
    "threat:add": Row(get=EVERYBODY, more={"share": "abcdefgh"}, status=(404,)),
    "threat:figures": Row(get=READING, without=(403,)),
    "threat:pack": Row(get=READING, without=(403,)),
    "threat:sources": Row(
        get=EVERYBODY,
        post=JOINT,
        sent={"name": "Feed", "kind": "file", "url": "https://one.example/"},
    ),
    "threat:pull": Row(get=NONE, post=JOINT, more={"source": "0" * 12}, why=NO_SOURCE),
    "threat:end-source": Row(get=NONE, post=JOINT, more={"source": "0" * 12}, why=NO_SOURCE),
    "threat:consumers": Row(
        get=EVERYBODY,
        post=ADMITTING,
        sent={
            "name": "Wall",
            "on_behalf": "Bank",
            "reach": "client",
            "power": "act",
            "days": "3",
        },
    ),
    "threat:networks": Row(get=NONE, post=ADMITTING, more={"consumer": "0" * 12}, why=NO_SOURCE),
    "threat:link": Row(get=NONE, post=ADMITTING, more={"consumer": "0" * 12}, why=NO_SOURCE),
    "threat:renew": Row(get=NONE, post=ADMITTING, more={"consumer": "0" * 12}, why=NO_SOURCE),
    "threat:confirm": Row(get=NONE, post=ADMITTING, more={"consumer": "0" * 12}, why=NO_SOURCE),
    "threat:end-consumer": Row(
        get=NONE, post=ADMITTING, more={"consumer": "0" * 12}, why=NO_SOURCE
    ),
    "participant:listing": Row(
        get=EVERYBODY,
        post=ADMITTING,
        sent={
            "sort": "bank",
            "on_behalf": "Bank",
            "name": "Desk",
            "call_back": "+1 555 0100",
            "by": "link",
        },
    ),
    "participant:tasks": Row(get=EVERYBODY),
    "participant:ask": Row("request", get=READING),
    "participant:say": Row(get=NONE, post=EVERYBODY, more={"task": "0" * 12}, why=NO_SOURCE),
    "participant:end": Row(get=NONE, post=ADMITTING, more={"participant": "0" * 12}, why=NO_SOURCE),
    "entrance:entrances": Row(get=EVERYBODY),
    "entrance:enter": Row(
        get=NONE, post=EVERYBODY, sent={"channel": "none"}, why="there is no exercise to enter"
    ),
    "entrance:console": Row(get=EVERYBODY, status=(404,)),
    "entrance:evaluation": Row(get=EVERYBODY, status=(404,)),
    "entrance:rate": Row(get=NONE, post=EVERYBODY, why=_NO_EXERCISE),
    "entrance:report": Row(get=EVERYBODY, more={"form": "pdf"}, status=(404,)),
    "entrance:deliver": Row(get=NONE, post=EVERYBODY, sent={"number": "1"}, why=_NO_EXERCISE),
    "entrance:hold": Row(get=NONE, post=EVERYBODY, sent={"number": "1"}, why=_NO_EXERCISE),
    "entrance:seats": Row(get=EVERYBODY, status=(404,)),
    "entrance:release-seat": Row(
        get=NONE, post=EVERYBODY, more={"seat": "0" * 12}, why=_NO_EXERCISE
    ),
    "entrance:end-seat": Row(get=NONE, post=EVERYBODY, more={"seat": "0" * 12}, why=_NO_EXERCISE),
    "entrance:stop": Row(get=NONE, post=EVERYBODY, why=_NO_EXERCISE),
    "entrance:stopped": Row(get=EVERYBODY),
    "entrance:leave": Row(get=NONE, post=EVERYBODY, why="it is of the session", status=(302,)),
    "static": Row(get=OPEN, more={"asked": "desk.css"}),
    **of_both.ROWS,
    "locallog:steps": Row(get=EVERYBODY),
    "locallog:export": Row(get=EVERYBODY, post=frozenset({role.AUDITOR}), sent={"facts": "all"}),
    "locallog:policy": Row(get=EVERYBODY),
    "locallog:step": Row("step", get=EVERYBODY),
    "outside:sessions": Row(
        get=EVERYBODY,
        post=ADMITTING,
        sent={
            "kind": "token",
            "name": "Desk",
            "on_behalf": "Bank",
            "scopes": "presence",
            "days": "3",
            "requests": "60",
            "mebibytes": "8",
        },
    ),
    "outside:end": Row("guest", get=NONE, post=ADMITTING | RUNNING, does=("han", "xu")),
    "api-calls": Row(get=EVERYBODY),
    "setting:settings": Row(get=EVERYBODY),
    "setting:tokens": Row(
        get=EVERYBODY, post=EVERYBODY, sent={"label": "neu", "scopes": "read", "days": "3"}
    ),
    "setting:end-token": Row("token", get=NONE, post=EVERYBODY, does=("han", "xu")),
    "setting:webhooks": Row(
        get=EVERYBODY, post=EVERYBODY, sent={"url": "https://one.example/", "kinds": "act"}
    ),
    "setting:webhook": Row("hook", get=EVERYBODY),
    "setting:test-webhook": Row("hook", get=NONE, post=EVERYBODY, does=("han", "xu")),
    "setting:end-webhook": Row("hook", get=NONE, post=EVERYBODY, does=("han", "xu")),
    "setting:mail": Row(
        get=EVERYBODY, post=EVERYBODY, sent={"address": "a@one.example", "language": "en"}
    ),
    "health:overview": Row(get=WATCHING),
    "health:doctor": Row(get=WATCHING),
    "health:matters": Row(get=WATCHING),
    "health:matter": Row("matter", get=WATCHING),
    "health:seen": Row("matter", get=NONE, post=RUNNING, does=("unseen",)),
    "health:log": Row("partner", get=WATCHING),
}
"""One row or more for each address; `test_matrix.py` fails for an address without, and for a row
without an address."""
