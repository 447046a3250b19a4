"""Steps and facts of the local log in the reader's language.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.domestic.locallog.export import KEY_FACTS

STEPS: Final[Mapping[str, Promise]] = {
    "officer.added": _("an officer was added"),
    "officer.ended": _("an officer was ended"),
    "officer.roles-changed": _("the roles of an officer were changed"),
    "officer.token-added": _("a token for a program was made"),
    "officer.token-ended": _("a token for a program was ended"),
    "officer.token-renewed": _("an officer was given a new token; the one before opens nothing"),
    "officer.link-added": _("a link to sign in was made"),
    "officer.link-used": _("a link to sign in was used"),
    "officer.signed-in": _("an officer signed in"),
    "officer.sign-in-failed": _("somebody tried to sign in, and was not who they said"),
    "officer.access-changed": _("how an officer signs in was changed"),
    "officer.access-reset": _("how an officer signs in was reset: they lost their second factor"),
    "release.drafted": _("a draft was written"),
    "release.edited": _("a draft was changed"),
    "release.commented": _("a draft was commented on"),
    "release.approved": _("a draft was approved"),
    "release.glass-broken": _("an officer released alone, in an emergency"),
    "release.reviewed": _("a release by one officer alone was reviewed"),
    "release.released": _("an act was released"),
    "release.returned": _("a draft was sent back"),
    "release.dropped": _("a draft was dropped"),
    "release.appended": _("an act was entered in the log"),
    "log.disclosed": _("facts of the local log were disclosed"),
    "log.keys-made": _("new keys sign the local log from here on"),
    "log.keys-revoked": _("older keys of the local log were revoked"),
    "log.frozen": _("a log was frozen"),
    "log.thawed": _("a log was thawed"),
    "log.ended": _("an own log was ended for good"),
    "log.begun": _("a new generation of an own log was begun"),
    "log.accepted": _("a new generation of a peer's log was accepted"),
    "log.keys-given": _("keys of entries were given to a party that lost those of a card"),
    "log.keys-taken": _("keys of entries were taken that another party gave"),
    "channel.opened": _("the keys of this State for a channel were shown"),
    "room.adopted": _("a room was adopted with other States"),
    "channel.ended": _("a channel was ended"),
    "channel.keys-shown": _("new keys of this State for a channel were shown"),
    "party.paired": _("an arrangement was paired"),
    "party.excused": _("a party out of reach was excused"),
    "party.clock-decided": _("signing goes on although a party's clock is far off"),
    "party.given-up": _("a party was given up"),
    "party.taken-back": _("a party was taken back"),
    "card.made": _("a card of this State was made"),
    "card.entered": _("a card of this State was entered in a log that lacked it"),
    "card.revoked": _("the keys of an old card were revoked"),
    "card.revocation-entered": _("a revocation was entered in a log that lacked it"),
    "home.restored": _("the home was made from a backup; what follows is since then"),
    "matter.opened": _("a matter was opened"),
    "matter.shared": _("a matter was shared at home"),
    "matter.unshared": _("the sharing of a matter was ended"),
    "legal.decided": _("a legal question was decided"),
    "nation.approvals-set": _("the number of approvals was set"),
    "nation.review-hours-set": _("the hours for a review were set"),
    "nation.agencies-named": _("the first agencies of this State were named"),
    "nation.profile-adopted": _("a nation profile was put in force"),
    "custody.sealed": _("evidence was sealed"),
    "custody.read": _("evidence was read"),
    "custody.copied": _("evidence was copied"),
    "custody.exported": _("evidence was exported"),
    "custody.handed-over": _("evidence was handed over"),
    "custody.destroyed": _("evidence was destroyed"),
    "clock.warned": _("a clock gave warning"),
    "clock.moved": _("a clock was moved by a calendar"),
    "duty.begun": _("an inquiry was begun"),
    "duty.marked": _("an inquiry was marked"),
    "duty.linked": _("an inquiry was linked to a request"),
    "duty.routed": _("a file was routed"),
    "duty.declined": _("a file was declined by an agency"),
    "duty.term-set": _("a domestic term was set"),
    "duty.assigned": _("a file was assigned"),
    "duty.accepted": _("a file was taken"),
    "duty.returned": _("a file was returned"),
    "duty.finished": _("a part was finished"),
    "duty.noted": _("a note was written"),
    "duty.task-added": _("a task was added"),
    "duty.task-done": _("a task was done"),
    "duty.advice-asked": _("advice was asked for"),
    "duty.advice-given": _("advice was given"),
    "duty.handed-over": _("a desk was handed over"),
    "duty.taken-over": _("a desk was taken over"),
    "duty.plan-changed": _("the plan of duty was changed"),
    "ring.rung": _("an officer was rung"),
    "ring.answered": _("a ring was answered"),
    "ring.ended": _("a ring ended"),
    "ring.ladder-set": _("the ladder of rings was set"),
    "device.tested": _("a device was tested"),
    "device.proved": _("the code of a device came back"),
    "desk.filter-shared": _("a saved filter was shared"),
    "desk.filter-dropped": _("a saved filter was dropped"),
    "desk.list-taken-out": _("a list was taken out"),
    "webhook.added": _("a webhook was added"),
    "webhook.ended": _("a webhook was ended"),
    "mail.asked": _("notices by mail were asked for"),
    "mail.ended": _("notices by mail were ended"),
    "records.changed": _("records of this State were changed"),
    "log.facts-lost": _("what steps before a restore were about was lost"),
    "outside.admitted": _("a guest from outside was admitted"),
    "outside.entered": _("a guest from outside opened their link"),
    "outside.ended": _("a session from outside was ended"),
}
FACTS: Final[Mapping[str, Promise]] = {
    "officer": _("officer"),
    "operator": _("by whoever runs the node"),
    "matter": _("matter"),
    "act": _("act"),
    "agency": _("agency"),
    "arrangement": _("arrangement"),
    "channel": _("channel"),
    "entry": _("entry"),
    "hash": _("hash of the first two entries"),
    "reason": _("reason"),
    "log": _("log"),
    "label": _("label"),
    "count": _("count"),
    "hours": _("hours"),
    "version": _("version"),
    "number": _("number"),
    "roles": _("roles"),
    "to": _("addressed to"),
    "url": _("address"),
    "decision": _("decision"),
    "subject": _("subject"),
    "content": _("hash of the content"),
    "clock": _("clock"),
    "status": _("status"),
    "party": _("party"),
    "period": _("period"),
    "place": _("where it stood"),
    "address": _("address"),
    "backup": _("SHA-256 of the backup"),
    "made": _("backed up"),
    "by": pgettext_lazy("a fact", "by"),
    "blob": _("hash of the file"),
    "calendars": _("calendars"),
    "facts": _("facts"),
    "filter": _("filter"),
    "from": _("from"),
    "kind": _("kind"),
    "ed25519": _("Ed25519 key"),
    "ml-dsa-44": _("ML-DSA-44 key"),
    "size": _("size"),
    "name": _("name"),
    "note": _("note"),
    "session": _("session"),
    "profile": _("hash of the profile"),
    "purpose": _("purpose"),
    "query": _("filtered by"),
    "step": _("step"),
    "text": _("text"),
    "track": _("party"),
    "verdict": _("verdict"),
    "webhook": _("webhook"),
    "what": _("what"),
}
VALUES: Final[Mapping[str, Mapping[str, Promise]]] = {
    "by": {
        "link": _("a link"),
        "password": _("a password"),
        "recovery_codes": _("a recovery code"),
        "socialaccount": _("the sign-in of the State"),
        "totp": _("an app of codes"),
        "webauthn": _("a passkey"),
    },
    "verdict": {"justified": _("justified"), "not-justified": _("not justified")},
}
"""Codes among the values of facts; any other value is told as it was entered."""
GROUPS: Final[Mapping[str, Promise]] = {
    "officer": _("Officers and accounts"),
    "release": _("Drafts and releases"),
    "matter": _("Matters"),
    "legal": _("Legal decisions"),
    "nation": _("Settings of the State"),
    "custody": _("Evidence"),
    "clock": _("Clocks"),
    "duty": _("Duty desk"),
    "desk": _("Lists and filters"),
    "log": _("Logs"),
    "channel": _("Channels"),
    "party": _("Parties"),
    "card": _("Cards"),
    "home": _("Home"),
    "webhook": _("Webhooks"),
    "mail": _("Mail"),
}


def step(code: str) -> str:
    """Return what a step means; an unknown one as it is."""
    return str(STEPS.get(code, code))


def value(name: str, entered: str) -> str:
    """Return a value in words: each of its codes, where the fact is of codes; of a key its id."""
    if name in KEY_FACTS:
        return entered.rpartition("+")[0] or entered
    known = VALUES.get(name)
    if known is None:
        return entered
    return gettext(", ").join(str(known.get(code, code)) for code in entered.split())


def fact(name: str) -> str:
    """Return what a fact is called."""
    return str(FACTS.get(name, name))
