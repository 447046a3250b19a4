"""Roles in the reader's language: what each is called, and what it allows.

Floor: surfaces.
"""

from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from comity.domestic.officer import role

NAMES: Final[dict[str, Promise]] = {
    role.CONTACT_POINT: _("duty officer"),
    role.CASE_OFFICER: _("case officer"),
    role.COUNSEL: _("counsel"),
    role.RELEASING: _("releasing officer"),
    role.ANALYST: _("analyst"),
    role.CONTROLLER: _("controller"),
    role.SECRETARIAT: _("secretariat"),
    role.AUDITOR: _("auditor"),
    role.OPERATOR: _("operator"),
}
ALLOWS: Final[dict[str, Promise]] = {
    role.CONTACT_POINT: _("takes in what arrives, routes and assigns it, hands over the desk"),
    role.CASE_OFFICER: _("works on the matters of the agency, drafts what is said"),
    role.COUNSEL: _("records the decisions that the law asks for"),
    role.RELEASING: _("approves what another officer drafted"),
    role.ANALYST: _("reads the matters of the agency and changes nothing"),
    role.CONTROLLER: _("runs exercises: drafts in their channels and in no other"),
    role.SECRETARIAT: _("proposes, adopts and declines joint texts; reviews responses by figures"),
    role.AUDITOR: _("reads everything and changes nothing"),
    role.OPERATOR: _("runs the machine and reads no content"),
}
assert NAMES.keys() == ALLOWS.keys() == role.ROLES.keys()


def choices() -> list[tuple[str, SafeString]]:
    """Return each role with its name and what it allows, for a form."""
    return [
        (code, format_html("{} – {}", NAMES[code], ALLOWS[code]))  # noqa: RUF001 -- a dash
        for code in role.ROLES
    ]


def named(codes: Iterable[str]) -> list[Promise]:
    """Return the names of roles."""
    return [NAMES[code] for code in codes if code in NAMES]
