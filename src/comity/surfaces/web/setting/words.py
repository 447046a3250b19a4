"""Codes of the settings in the reader's language.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.domestic.officer import api_token
from comity.domestic.webhook import kinds

SCOPES: Final[Mapping[str, Promise]] = {
    api_token.READ: _("read requests, drafts and what they carry"),
    api_token.DRAFT: _("write drafts, and send what needs no other officer"),
    api_token.RELEASE: _("approve and release what another officer drafted"),
    api_token.GUIDELINE: _("propose, adopt and decline joint texts"),
    api_token.LEGAL: _("record decisions that the law asks for"),
    api_token.DESK: _("route, assign and hand over at the duty desk"),
    api_token.EVIDENCE: _("upload, take out, hand over and destroy evidence"),
    api_token.AUDIT: _("export the local log"),
    api_token.WEBHOOK: _("add, test and end webhooks"),
    api_token.STATUS: _("read logs, mirrors and deliveries, and no content"),
    api_token.OUTSIDE: _("admit guests, list their sessions and end them"),
    api_token.RING: _("give the code of a ring back, and nothing else"),
    api_token.FEED: _("see in a calendar program what is due, and when you are on duty"),
}
KINDS: Final[Mapping[str, Promise]] = {
    kinds.ACT: _("an act on a matter, of this State or another"),
    kinds.DRAFT: _("a step of a draft"),
    kinds.DESK: _("a step at the duty desk"),
    kinds.CLOCK: _("a clock that is due soon, overdue or moved"),
    kinds.ALARM: _("an alarm of the node, for officers who run the machine"),
    kinds.RING: _("a ring for you, with a code to give back"),
}
OUTCOMES: Final[Mapping[str, Promise]] = {
    "told": _("told"),
    "again": _("is tried again"),
    "given-up": _("not tried again"),
    "withheld": _("not told: it was not wanted, or may not be known any more"),
}
