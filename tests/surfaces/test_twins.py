"""What an officer does by command a program does over HTTP, under a name that is known."""

import argparse
from collections.abc import Iterator
from typing import Final

from surfaces.api import shaped

from comity.boot.rooms import TABLES as PRINTED
from comity.joint.case import verbs as case
from comity.joint.request import verbs as request
from comity.joint.review import verbs as review
from comity.joint.text import verbs as texts
from comity.surfaces import cli
from comity.surfaces.cli import main

TABLES: Final = (case.TABLE, request.TABLE, review.TABLE)

OF_REQUEST: Final = ("share", "unshare", "send", "show", "review", "check")
"""Verbs whose twin is named `<verb>_request`."""

TWINS: dict[str, tuple[str, ...]] = {
    **{f"request {verb}": (f"{verb}_request",) for verb in OF_REQUEST},
    "request approve": ("approve_draft",),
    "request count": ("count_requests",),
    "request draft": ("keep_draft",),
    "request drafts": ("list_drafts", "show_draft"),
    "request drop": ("drop_draft",),
    "request edit": ("edit_draft",),
    "request letter": ("print_letter", "show_letter"),
    "request list": ("list_requests",),
    "request readers": ("list_readers",),
    "request release": ("release_draft",),
    "request review-draft": ("show_draft", "comment_draft"),
    "request show-draft": ("show_draft_abroad",),
    "case list": ("list_cases",),
    "case show": ("show_case",),
    "guideline check": ("check_guideline",),
    "guideline diff": ("diff_texts",),
    "guideline list": ("list_texts",),
    "guideline show": ("show_text", "read_text", "fetch_text"),
    **{
        f"{room.noun} {one.name}": (f"{one.name.replace('-', '_')}_{room.noun}",)
        for room in TABLES
        for one in room.typed
    },
    **{f"guideline {one.name}": (f"{one.name}_text",) for one in texts.TABLE.verbs},
    "clock ical": ("fetch_calendar",),
    "clock list": ("list_clocks",),
    "clock why": ("explain_clocks",),
    "desk advice": ("advice_file",),
    "desk advise": ("advise_file",),
    "desk assign": ("assign_file",),
    "desk begin": ("begin_inquiry",),
    "desk decline": ("decline_file",),
    "desk explain": ("explain_route",),
    "desk file": ("show_file",),
    "desk finish": ("finish_file",),
    "desk handover give": ("give_shift",),
    "desk handover show": ("show_shift",),
    "desk handover take": ("take_shift",),
    "desk inbox": ("show_inbox",),
    "desk link": ("link_inquiry",),
    "desk mark": ("mark_inquiry",),
    "desk note": ("note_file",),
    "desk return": ("return_file",),
    "desk route": ("route_file",),
    "desk route-all": ("route_all_files",),
    "desk take": ("take_file",),
    "desk task": ("task_file",),
    "desk task-done": ("task_done_file",),
    "desk term": ("term_file",),
    "desk work": ("show_work",),
    "evidence custody": ("show_custody",),
    "evidence destroy": ("destroy_evidence",),
    "evidence due": ("list_evidence_due",),
    "evidence export": ("export_evidence",),
    "evidence hand-over": ("hand_over_evidence",),
    "evidence list": ("list_evidence", "take_evidence", "read_body"),
    "legal decide": ("decide_law",),
    "legal dry-run": ("dry_run_law",),
    "legal explain": ("explain_law",),
    "log export": ("export_log",),
    "nation adopt": ("adopt_nation",),
    "nation check": ("check_nation",),
    "nation show": ("show_nation", "list_nations", "fetch_nation"),
    "policy": ("list_policies",),
    "outside admit": ("admit_outside",),
    "outside end": ("end_outside",),
    "outside list": ("list_outside",),
    "proof": ("prove_act", "prove_silence", "fetch_conviction"),
    "release review": ("review_release",),
    "release reviews": ("list_reviews",),
    "review annex": ("show_annex",),
    "review behind": ("list_figure_requests",),
    "review concur": ("concur_review", "compare_review"),
    "review export": ("export_figures",),
    "review print": ("print_figures",),
    "review list": ("list_snapshots",),
    "review show": ("show_figures", "fetch_figures"),
    "review since": ("show_since_review",),
    "review snapshot": ("snapshot_review",),
    "status": ("show_status",),
    "channel list": ("list_channels",),
    "room list": ("list_rooms",),
    "webhook add": ("add_webhook",),
    "webhook end": ("end_webhook",),
    "webhook list": ("list_webhooks",),
    "webhook log": ("list_tries",),
    "webhook test": ("test_webhook",),
}
"""The command, and the operations of openapi.json that do the same."""

BEYOND: Final = frozenset(
    {
        "begin_upload",
        "send_range",
        "show_upload",
        "list_uploads",
        "drop_upload",
        "whoami",
        "list_acts",
        "see_request",
    }
)
"""Operations that a command does without: it reads files where they lie, and who types it looks."""

_KEYS: Final = "it needs private keys, which nothing that listens to programs is given"
_MACHINE: Final = "it is about the machine and the home, before or while nothing serves it"
_FILES: Final = "it works on files that lie where the command runs, and asks no node"
_PERSON: Final = "a person decides it on the machine: a token makes no tokens and no officers"
_SHEET: Final = "it reads or writes a list, a plan or a hash in files where the command runs"
_BUNDLE: Final = "it takes a bundle and samples as files; no call takes them yet"
_ROSTER: Final = "it plans duty, which officers do at their desk; no call takes it yet"
_REPAIR: Final = "the operator decides it at a damaged or disputed log, with both sides on the line"

ALONE: Final[dict[str, str]] = {
    "age": _FILES,
    "calendar": _FILES,
    "review verify": _FILES,
    "verify": _FILES,
    "backup": _MACHINE,
    "carry": _MACHINE,
    "completion": _FILES,
    "consumer": _PERSON,
    "doctor": _MACHINE,
    "fsck": _MACHINE,
    "hash": _FILES,
    "init": _MACHINE,
    "nation begin": _MACHINE,
    "rebuild": _MACHINE,
    "restore": _MACHINE,
    "serve": _MACHINE,
    "channel give-up": _REPAIR,
    "channel end": _KEYS,
    "channel open": _KEYS,
    "channel rotate": _KEYS,
    "room adopt": _KEYS,
    "channel take-back": _REPAIR,
    "key": _KEYS,
    "pair": _KEYS,
    "exercise fix-hash": _SHEET,
    "exercise master check": _SHEET,
    "exercise master diff": _SHEET,
    "exercise master export": _SHEET,
    "exercise master import": _SHEET,
    "exercise plan list": _SHEET,
    "exercise plan show": _SHEET,
    "exercise plan take": _SHEET,
    "share add": _BUNDLE,
    "share check": _FILES,
    "share give": _BUNDLE,
    "freeze": _REPAIR,
    "recover": _REPAIR,
    "thaw": _REPAIR,
    "officer": _PERSON,
    "token": _PERSON,
    "duty ical": _FILES,
    "duty import": _ROSTER,
    "duty line": _ROSTER,
    "duty override": _ROSTER,
    "duty swap": _ROSTER,
    "duty take": _ROSTER,
}
"""Commands that no program has over HTTP, with all their verbs, and why."""


TWINS |= {
    "duty now": ("show_duty_now",),
    "duty plan": ("show_duty_plan",),
    "duty ladder": ("show_duty_ladder", "set_duty_ladder"),
    "duty ring": ("list_duty_rings", "answer_duty_ring"),
}
TWINS |= {"match budget": ("show_match_budget",), "roll sort": ("sort_hashes",)}
TWINS |= {
    "contact publish": ("publish_contacts",),
    "contact prove": ("prove_contact",),
    "contact fail": ("fail_contact",),
    "contact withdraw": ("withdraw_contact",),
    "contact list": ("list_contacts",),
    "contact show": ("show_contact",),
    "contact sheet": ("show_code_sheet",),
    "contact vcard": ("fetch_contact_cards",),
}
TWINS |= {
    f"{table.noun} {row.name}": (f"{row.name.replace('-', '_')}_{table.noun}",)
    for table in PRINTED
    for row in table.typed
}
OF_EXERCISE: Final = frozenset({"control", "evaluation", "inject", "play"})
"""Rooms whose verbs `comity exercise` speaks too."""

TWINS |= {
    f"exercise {row.name}": (f"{row.name.replace('-', '_')}_{table.noun}",)
    for table in PRINTED
    if table.noun in OF_EXERCISE
    for row in table.typed
}
for _table in PRINTED:
    TWINS |= {
        f"{_table.noun} list": (f"list_{_table.plural}",),
        f"{_table.noun} show": (f"show_{_table.noun}",),
    }


def commands() -> Iterator[str]:
    """Give each command as it is typed."""
    yield from _leaves(main.parser([cli], tables=lambda: PRINTED), "")


def _leaves(parser: argparse.ArgumentParser, path: str) -> Iterator[str]:
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not below:
        yield path
    for action in below:
        for name, each in action.choices.items():
            yield from _leaves(each, f"{path} {name}".strip())


def operations() -> set[str]:
    """Return the names of everything that a program may call."""
    described = shaped.described()
    return {
        operation["operationId"]
        for path in described["paths"].values()
        for operation in path.values()
    }


def is_alone(command: str) -> bool:
    """Return whether a command, or all of its noun, is the operator's."""
    return command in ALONE or command.partition(" ")[0] in ALONE


def test_each_command_has_a_twin_over_http_or_a_reason_not_to() -> None:
    """A new verb comes with an operation of openapi.json, or says why it has none."""
    missing = [one for one in commands() if one not in TWINS and not is_alone(one)]
    assert not missing, "give them an operation and name it in TWINS, or a reason in ALONE"
    assert not [one for one in TWINS if is_alone(one)]


def test_no_twin_is_named_that_there_is_not() -> None:
    """What the tables name is there, so that they do not outlive it."""
    typed = set(commands())
    nouns = typed | {one.partition(" ")[0] for one in typed}
    assert not TWINS.keys() - typed
    assert not ALONE.keys() - nouns
    named = {twin for twins in TWINS.values() for twin in twins}
    assert not named - operations()
    assert not operations() - named - BEYOND, "name the command that does the same, or BEYOND"
