"""A nation profile is put in force, or waits until an auditor agrees.

Floor: surfaces.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comity.domestic.officer import role
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import account_changes
from comity.node.desk.change_record import Change
from comity.node.room import officers
from comity.node.room.nation_profile import Adopted
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.agency import views
from comity.surfaces.web.release import reauthenticate


def done(request: HttpRequest, form: forms.Form, data: bytes) -> HttpResponse | None:
    """Put a profile in force, or ask for it where an auditor has to agree.

    None where the form says why not.
    """
    node, officer = desks.of(request).node, session.officer_of(request)

    def adopt() -> Adopted | Change | Inadmissible:
        no = None
        if role.COUNSEL in officer.roles and account_changes.needs_second(node):
            no = reauthenticate.lacks(request)
        extend = bool(form.cleaned_data["extend"])
        return no or account_changes.ask_profile(node, officer, data, "profile", extend=extend)

    made = forms.perform(form, adopt)
    if made is None:
        return None
    return forms.after("agency:agencies" if isinstance(made, Adopted) else "agency:change")


def context(node: Node, officer: Officer) -> dict[str, object]:
    """Return whether an officer may, whether an auditor agrees first, and what waits for one."""
    return {
        "no": officers.lacks_role(officer, role.COUNSEL),
        "second": account_changes.needs_second(node),
        "waits": account_changes.asked_profile(node),
    }


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Show the profile that waits for an auditor, as its authors wrote it, byte for byte."""
    found = account_changes.asked_profile(desks.of(request).node)
    if found is None:
        raise Http404
    return views.yaml_file(found[1], "nation-asked")
