"""A node on which somebody of every role works, and something in every state, each with a canary.

    found = made(folder)
    found.objects["request"]      arrived, answered, withdrawn, own, another agency's, unseen

The node is `bb`.  Most officers are of its agency `mps`; `xu` of `cac` has every role that goes
with others, `ming` of `cac` is let in on single matters by name, `lin` is of `moj`.

Floor: tests.
"""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from django.apps import apps
from django.contrib.auth import get_user_model
from node.desk import test_duty
from support import agreed
from surfaces.web import agreed_stage, stage
from surfaces.web.matrix import pairings, passkeys, together
from surfaces.web.matrix.said import EVERYONE, READERS, SEARCHED, allow, canary, let_out, text
from surfaces.web.matrix.stage import LEFT, NAMED, NOBODY, OTHER, PEOPLE, Stage, Thing

from comity.acts.record import Addressee
from comity.adapters import calendars
from comity.domestic.duty.roster import TakenOver
from comity.domestic.officer import role
from comity.domestic.outside.session import Terms
from comity.joint.request import acts
from comity.joint.text import acts as guideline_acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import (
    account_changes,
    change_record,
    outside,
    saved_filters,
    sharing,
    sign_in_links,
    uploads,
    worksheets,
)
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk.duty import intake, papers, routing, shifts
from comity.node.desk.webhooks import registry
from comity.node.desk.worksheets import Begun, Worksheet
from comity.node.exchange import freeze as freezing
from comity.node.room import api_tokens, custody, local_log, request_file
from comity.node.room.act_words import Attachment, Words
from comity.node.room.custody import Why
from comity.node.room.release import send
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.guideline import desk as texts
from comity.rooms.guideline.desk.say import About
from comity.rooms.request import desk, reading
from comity.surfaces.web.account import database
from comity.surfaces.web.desk import KEY, Ports

SECRET: Final = "JBSWY3DPEHPK3PXP"  # noqa: S105 -- of a test
"""Of the app of codes that everybody has."""

EXAMPLES: Final = agreed_stage.EXAMPLES

_EVENING: Final = "2026-11-24 21:00 +0000"


ARRIVING: Final = {
    "arrived": "mps", "answered": "mps", "withdrawn": "mps", "unseen": "mps", "hidden": "moj",
}  # fmt: skip
"""What `aa` asks, and of which agency."""


def made(folder: Path) -> Stage:
    """Return the node with all that is on it."""
    desk = test_duty.made(folder, "sqlite")
    world = desk.world
    agreed.set_clock(world, agreed.at(_EVENING))
    stage_ = Stage(world)
    for name in ("ann", "bob"):
        stage.have_officer(world.node("aa"), name, *role.DEFAULT, role.COUNSEL, role.SECRETARIAT)
    for name, (agency, *roles) in PEOPLE.items():
        if name not in ("wei", "han"):
            officer_rows.add(desk.node, name, agency, roles=roles)
    for make in (
        _requests,
        _together,
        _drafts,
        _worksheets,
        _emergencies,
        _own_things,
        _joint,
        _sign_in,
    ):
        make(stage_)
    _settle(stage_)
    stage_.freeze()
    return stage_


def _settle(stage_: Stage) -> None:
    """Let all be computed that is computed once, and all be seen but what waits to be."""
    local_log.sign_if_due(stage_.node)
    for name, page in {"wei": "/requests/", "shu": "/reviews/"}.items():  # once, not in each cell
        stage_.clients[name].get(page)
    intake.catch_up(stage_.node)
    for one in stage_.objects["request"]:
        if one.state not in ("unseen", "hidden"):
            reading.see(stage_.node, stage_.officer("han"), one.args["matter_id"])
        stage_.put("matter", replace(one, readers=frozenset({"au", "op"}), words=()))
    for kind in ("case", "snapshot", "review", "waiting"):
        for one in stage_.objects[kind]:
            stage_.put("code", replace(one, readers=frozenset({"op"}), words=()))
    stage_.objects["subject"] = [*stage_.objects["request"], *stage_.objects["draft"]]


def _asks(  # noqa: PLR0913 -- who asks whom for what
    found: Stage,
    party: str,
    author: str,
    to: Addressee,
    word: str,
    example: str = "preservation",
    *,
    is_held: bool = False,
) -> Result:
    value: dict[str, Any] = json.loads((EXAMPLES / f"{example}.json").read_text("utf-8"))
    value["texts"] = text(word)
    longest = max((k for k, v in value["elements"].items() if isinstance(v, str)), key=_by(value))
    value["elements"][longest] += f" {SEARCHED} {word}"
    value["own_reference"] = f"REF-{word}"
    written = request_file.from_json(value, request_file.REQUEST, "request.json")
    attached = [
        Attachment(one, (EXAMPLES / one.path).read_bytes() + word.encode())
        for one in written.attachments
    ]
    return desk.send(
        found.world.node(party),
        found.officer(author, party),
        written,
        attached,
        [to],
        channel=f"{found.world.arrangement}/live",
        is_held=is_held,
    )


def _by(value: Mapping[str, Any]) -> Callable[[str], int]:
    return lambda name: len(value["elements"][name])


def _requests(found: Stage) -> None:
    """Let `aa` ask, withdraw and propose a text; let `bb` ask, answer, and write at home."""
    from_aa = {}
    for state, agency in ARRIVING.items():
        asked = _asks(found, "aa", "ann", Addressee("bb", agency), canary(state))
        from_aa[state] = let_out(found, "aa", asked, "bob")
    ann, node = found.officer("ann", "aa"), found.world.node("aa")
    withdrawn = from_aa["withdrawn"].matter_id
    let_out(
        found,
        "aa",
        desk.say(node, ann, withdrawn, acts.WITHDRAWN, {"reason": "sent-in-error"}),
        "bob",
    )
    data = agreed.shipped(agreed.CALENDARS["aa"]).replace(b"version:", b"# again\nversion:", 1)
    proposed = texts.propose(node, ann, About("calendar.aa"), data)
    found.put(
        "proposal",
        Thing("proposed", {"part": let_out(found, "aa", proposed, "bob").act_id}, EVERYONE),
    )
    found.world.pump()
    for state, sent in from_aa.items():
        named = {NAMED} if state == "arrived" else set()
        readers = frozenset({"wei", "lin", "au"}) if state == "hidden" else READERS | named
        _note(found, state, sent.matter_id, readers)
    own = let_out(found, "bb", _asks(found, "bb", "han", Addressee("aa"), canary("own")), "rong")
    _note(found, "own", own.matter_id, READERS)
    _at_home(found)


def _together(found: Stage) -> None:
    """Let both sides name snapshots and open cases, and answer them."""
    found.world.pump()
    begun = together.begin(found)
    found.world.pump()
    together.go_on(found, begun)
    found.world.pump()
    together.end(found, begun)


def _at_home(found: Stage) -> None:
    """Let officers of `bb` answer one request, and write of another what never crosses."""
    arrived = found.find("request", "arrived").args["matter_id"]
    wei = found.officer("wei")
    for done in (
        routing.route(found.node, wei, arrived, routing.ByHand("mps", (), None, "It is ours.")),
        papers.note(found.node, wei, arrived, f"{SEARCHED} {canary('note')}"),
        papers.add_task(found.node, wei, arrived, f"{SEARCHED} {canary('task')}", "han", None),
        sharing.share(found.node, wei, arrived, f"@{NAMED}"),
    ):
        assert not isinstance(done, Inadmissible), done
    allow(found, "bb", arrived, f"{SEARCHED} {canary('legal')}")
    (item,) = custody.items(found.node, reading.show(found.node, wei, arrived))
    why = Why(f"{SEARCHED} {canary('custody')}", "a judge")
    assert isinstance(custody.take(found.node, wei, item, io.BytesIO(), why), str)
    found.put("file", Thing("custody", {}, READERS | {NAMED}, (canary("custody"),)))
    home = frozenset({"wei", "han", "fa", "rong", "au", NAMED})
    found.put("file", Thing("note", {}, home, (canary("note"), canary("task"))))
    found.put("decision", Thing("legal", {}, home | READERS, (canary("legal"),)))
    answered = found.find("request", "answered").args["matter_id"]
    allow(found, "bb", answered)
    said = {"texts": text(canary("answer"))}
    for tag, value in (
        (acts.ACKNOWLEDGED, {"own_reference": "CB-9"}),
        (acts.ACCEPTED, {}),
        (acts.ANSWERED, said),
    ):
        words = Words(request_file.from_json(cast("Any", value), request_file.ANSWER, "answer"))
        kept = desk.say(found.node, found.officer("han"), answered, tag, words=words)
        let_out(found, "bb", kept, "rong")
    found.put("file", Thing("answer", {}, READERS, (canary("answer"),)))


def _note(found: Stage, state: str, matter_id: str, readers: frozenset[str]) -> None:
    shown = reading.show(found.node, found.officer("au"), matter_id)
    (item,) = custody.items(found.node, shown)
    args = {
        "matter_id": matter_id,
        "act_id": shown.state.request_id,
        "sha256": item.body.blob.sha256,
        "party": "aa",
        "subject": matter_id,
        "kind": "request",
    }
    found.put("request", Thing(state, args, readers, (canary(state),)))


def _drafts(found: Stage) -> None:
    """Let officers write: nothing of it has left."""
    for state, author, is_held, readers in (
        ("waiting", "han", False, READERS),
        ("kept", "han", True, READERS),
        ("of another agency", OTHER, False, frozenset({OTHER, NAMED, "au"})),
    ):
        result = _asks(found, "bb", author, Addressee("aa"), canary(state), is_held=is_held)
        assert isinstance(result, Waiting), result
        args = {"draft_id": result.draft_id, "subject": result.draft_id}
        found.put("draft", Thing(state, args, readers, (canary(state),)))
    allow(found, "bb", found.find("draft", "waiting").args["draft_id"])


def _worksheets(found: Stage) -> None:
    """Let officers enter what nobody else sees, and keep templates."""
    value = json.loads((EXAMPLES / "preservation.json").read_text("utf-8"))
    for state, author, name, is_shared, readers in (
        ("being written", "han", "", False, {"han"}),
        ("private template", "han", "private", False, {"han"}),
        ("shared template", "han", "shared", True, READERS),
        ("being written elsewhere", OTHER, "", False, {OTHER}),
    ):
        word = canary(state)
        elements = {**value["elements"], "facts": f"{SEARCHED} {word}"}
        told = {**value, "attachments": [], "elements": elements, "texts": text(word)}
        named = f"{name} {word}" if name else ""
        begun = Begun(("aa",), told, name=named, is_shared=is_shared)
        sheet = worksheets.begin(found.node, found.officer(author), begun)
        assert isinstance(sheet, Worksheet), sheet
        thing = Thing(
            state, {"worksheet_id": sheet.id}, frozenset(readers), (word,), frozenset({author})
        )
        found.put("worksheet", thing)


def _emergencies(found: Stage) -> None:
    """Let an emergency wait, another be let out by one officer alone, and one not arrive yet."""
    for state in ("urgent", "reviewed"):
        result = _asks(found, "bb", "han", Addressee("aa"), canary(state), "emergency")
        assert isinstance(result, Waiting), result
        args = {"draft_id": result.draft_id, "subject": result.draft_id}
        allow(found, "bb", result.draft_id)
        if state == "urgent":
            found.put("draft", Thing(state, args, READERS, (canary(state),)))
            continue
        reason = f"{SEARCHED} {canary('reason')}"
        sent = send.break_glass(found.node, found.officer("rong"), result.draft_id, reason)
        assert isinstance(sent, Sent), sent
        words = (canary("reason"), canary(state))
        found.put("review", Thing("due", {"act_id": sent.act_id}, READERS, words))
    asked = _asks(found, "bb", NAMED, Addressee("aa"), canary("elsewhere"))
    waits = {"matter_id": let_out(found, "bb", asked, OTHER).matter_id}
    others = frozenset({OTHER, NAMED, "au"})
    found.put("waiting", Thing("of another agency", waits, others, (canary("elsewhere"),)))
    assert isinstance(shifts.take_over(found.node, found.officer("wei"), "It begins."), TakenOver)


def _own_things(found: Stage) -> None:
    """Let officers have what is theirs alone."""
    node = found.node
    for owner in ("han", OTHER):
        officer, word = found.officer(owner), canary(f"{owner} own")
        own = frozenset({owner})
        upload = uploads.begin(node, officer, "", 4)
        found.put("upload", Thing(owner, {"upload_id": upload.id, "offset": "0"}, own))
        _, token = api_tokens.add(node, officer, word[:20], ("read",), 3)
        found.put("token", Thing(owner, {"token": token.id}, own))
        _admit(found, owner)
        hook = registry.add(node, officer, f"https://{word}.example/", ["act"])
        found.put("hook", Thing(owner, {"hook": hook.id}, own))
        found.put("named", Thing(owner, {}, own | {"au"}, (word[:20],)))
        for is_shared in (False, True):
            name = canary(f"{owner} filter {is_shared}")
            kept = saved_filters.save(node, officer, name, f"q={SEARCHED}", is_shared=is_shared)
            assert not isinstance(kept, Inadmissible), kept
            agency = found.officer(owner).agency
            readers = {n for n, (a, *_) in PEOPLE.items() if a == agency} if is_shared else {owner}
            found.put(
                "filter",
                Thing(
                    f"{owner} {is_shared}",
                    {"filter": kept.id},
                    frozenset({*readers, "au"}),
                    (name,),
                    own,
                ),
            )
        token_, _ = sign_in_links.add(node, owner)
        found.put("link", Thing(owner, {"token": token_}, EVERYONE | {NOBODY}))


def _admit(found: Stage, owner: str) -> None:
    """Let an officer admit a guest: their agency sees the session, and who watches over all."""
    officer, word = found.officer(owner), canary(f"{owner} guest")
    made = outside.admit(found.node, officer, Terms("token", word, f"bank {word}", ("presence",)))
    assert isinstance(made, outside.Admitted), made
    readers = {name for name, (agency, *_) in PEOPLE.items() if agency == officer.agency}
    args = {"session": made.session.id}
    found.put("guest", Thing(owner, args, frozenset({*readers, "au", "op"}), (word,)))


def _joint(found: Stage) -> None:
    """Name what everybody may read: joint texts, the partner, officers; and the local log."""
    sha256 = hashlib.sha256(agreed.shipped(agreed.MAIN)).hexdigest()
    args = {
        "arrangement": found.world.arrangement,
        "party": "aa",
        "origin": found.world.origin("aa"),
    }
    text = {**args, "name": guideline_acts.MAIN, "part": sha256, "kind": "preservation"}
    found.put("text", Thing("in force", text, EVERYONE))
    found.put("calendar", Thing("in force", {**args, "name": "calendar.bb"}, EVERYONE))
    proposal = found.objects["proposal"].pop()
    named = {**args, "name": "calendar.aa", **proposal.args}
    found.put("proposal", replace(proposal, args=named))
    found.put("partner", Thing("paired", args, EVERYONE))
    hotline = found.world.origin("aa", "hotline")
    freezing.freeze(found.node, hotline, "op")
    found.put("partner", Thing("frozen", {**args, "origin": hotline}, EVERYONE))
    found.put("nation", Thing("in force", {"number": "1"}, EVERYONE))
    found.put("officer", Thing("in office", {"name": "han"}, EVERYONE))
    found.put("officer", Thing("who left", {"name": LEFT}, EVERYONE))
    for state, what in (("asked", change_record.LINK), ("agreed", change_record.RESET)):
        change = account_changes.ask(
            found.node, found.officer("op"), change_record.Change(what, "wei")
        )
        if state == "agreed":
            account_changes.agree(found.node, found.officer("au"), change.id)
        watching = frozenset({"op", "au"})
        found.put("account-change", Thing(state, {"change_id": change.id}, watching))
    pairings.begin(found)
    found.put("step", Thing("the first", {"index": "0"}, frozenset({"au"})))


def _sign_in(found: Stage) -> None:
    """Give everybody a browser, with a second factor that was shown just now."""
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 -- needs settings

    node = found.node
    found.clients[NOBODY] = stage.client(node, officer=None)
    sessions = apps.get_model("usersessions", "UserSession")
    for name in PEOPLE:
        client = found.clients[name] = stage.client(node, officer=None)
        assert client.post(f"/account/link/{sign_in_links.add(node, name)[0]}").status_code == 302
        given = cast("dict[str, Any]", client.defaults)
        desk = given[KEY]
        given[KEY] = replace(
            desk,
            propose_calendar=lambda country, years, office, zone: calendars.propose(
                country, years, office=office, zone=zone
            ),
            ports=Ports(typeset=lambda data, _at_ms: data),
        )
        with database.of(desk.database):
            user = get_user_model().objects.get_by_natural_key(name)
            TOTP.activate(user, SECRET)
            agreed_stage.show(client, node, user.pk)
            if name in ("han", OTHER):
                kept = sessions.objects.filter(user_id=user.pk).get()
                args = {"number": str(kept.pk)}
                found.put("session", Thing(name, args, frozenset({name})))
                word = canary(f"{name} passkey")
                key = {"pk": str(passkeys.add(user, word))}
                found.put("passkey", Thing(name, key, frozenset({name}), (word,)))
    officer_rows.end(node, LEFT)
