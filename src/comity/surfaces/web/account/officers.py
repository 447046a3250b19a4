"""Who works on this node: whoever runs it invites, gives roles, and ends.

It is what `comity officer` does, for an officer with the role `operator`; it shows no content.  By
what lets somebody read or release more an auditor stands too: `comity.node.desk.account_changes`.

Floor: surfaces.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, Final

from django import forms as fields
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.domestic.officer import link as texts
from comity.domestic.officer import role
from comity.node.base import profile as profiles
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import account_changes, change_record
from comity.node.desk import officer_admin as use_cases
from comity.node.desk.change_record import Change
from comity.node.operate.overview import names
from comity.node.room import nation_profile as nations
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.account import roles
from comity.surfaces.web.templatetags.duty import plain_name


def _operator[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let nobody in but who runs the node: to others these pages do not exist."""
    return _only(view, role.OPERATOR)


def _overseen[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in who runs the node and who audits it."""
    return _only(view, role.OPERATOR, role.AUDITOR)


def _only[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse], *roles: str
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in who has one of these roles, and lets them change something once it is them for sure.

    A passkey or second factor is shown again before each change.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not set(roles) & set(session.officer_of(request).roles):
            raise Http404
        if request.method == "POST":
            no = session.lacks_factor(request)
            if no is not None:
                context = {"no": no}
                return render(
                    request, "account/no_factor.html", context, status=HTTPStatus.FORBIDDEN
                )
            session.require_recent(request)
        return view(request, *args, **kwargs)

    return guarded


_DAY_MS: Final = 24 * 3_600_000


class Roles(forms.Form):
    """What an officer may do."""

    roles = fields.MultipleChoiceField(
        label=_("Roles"), widget=fields.CheckboxSelectMultiple, choices=roles.choices
    )


class Invitation(Roles):
    """A new officer."""

    name = fields.CharField(
        label=pgettext_lazy("of an officer", "Name"),
        max_length=63,
        help_text=_("Small letters, digits, dots and hyphens: amina.diop. It is never used again."),
    )
    agency = fields.ChoiceField(label=_("Agency"))
    office = fields.CharField(label=_("Office"), max_length=63, required=False)
    field_order = ("name", "agency", "office", "roles")


@require_safe
@_operator
def listing(request: HttpRequest) -> HttpResponse:
    """Show all officers, those who left too."""
    found = use_cases.everyone(desks.of(request).node)
    agencies = names.names(desks.of(request).node).agencies
    context = {"officers": found, "agencies": agencies}
    return render(request, "account/officers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_operator
def invite(request: HttpRequest) -> HttpResponse:
    """Add an officer, and show the link by which they sign in and sets their own password."""
    node, by = desks.of(request).node, session.officer_of(request)
    form = Invitation(request.POST or None)
    agency = form.fields["agency"]
    assert isinstance(agency, fields.ChoiceField)
    agency.choices = _agencies(node)
    if form.is_valid():
        given = form.cleaned_data
        wanted = Change(
            change_record.INVITE,
            given["name"],
            given["agency"],
            given["office"],
            tuple(given["roles"]),
        )
        asked = forms.perform(form, lambda: account_changes.ask(node, by, wanted))
        if asked is not None:
            return _became(request, asked)
    return forms.shown(request, "account/invite.html", form, {})


@require_http_methods(["GET", "HEAD", "POST"])
@_operator
def one(request: HttpRequest, name: str) -> HttpResponse:
    """Show one officer, and give them other roles."""
    node, by = desks.of(request).node, session.officer_of(request)
    officer = _officer(node, name)
    form = Roles(request.POST or None, initial={"roles": officer.roles})
    if form.is_valid():
        wanted = Change(change_record.ROLES, name, roles=tuple(form.cleaned_data["roles"]))
        asked = forms.perform(form, lambda: account_changes.ask(node, by, wanted))
        if asked is not None:
            return _became(request, asked)
    context = {"shown": officer, "agencies": names.names(node).agencies}
    return forms.shown(request, "account/officer.html", form, context)


@require_POST
@_operator
def link(request: HttpRequest, name: str) -> HttpResponse:
    """Make a link by which an officer signs in once."""
    return _asked(request, Change(change_record.LINK, name))


@require_POST
@_operator
def reset(request: HttpRequest, name: str) -> HttpResponse:
    """Forget how an officer who lost their second factor signs in, and show a link for them."""
    return _asked(request, Change(change_record.RESET, name))


@require_POST
@_operator
def end(request: HttpRequest, name: str) -> HttpResponse:
    """Note that an officer has left; their sessions end with their next request."""
    node = desks.of(request).node
    use_cases.end(node, _officer(node, name).name, session.officer_of(request).name)
    return forms.after("officer", name)


@require_safe
@_overseen
def changes(request: HttpRequest) -> HttpResponse:
    """Show the changes of accounts that wait for a second person, or to be made."""
    node, officer = desks.of(request).node, session.officer_of(request)
    count, last_ms = account_changes.alone(node)
    context = {
        "changes": account_changes.listing(node),
        "agencies": names.names(node).agencies,
        "is_auditor": role.AUDITOR in officer.roles,
        "alone": count,
        "alone_ms": last_ms,
        "days": change_record.TERM_MS // _DAY_MS,
    }
    return render(request, "account/changes.html", context)


@require_POST
@_overseen
def change(request: HttpRequest, change_id: str, do: str) -> HttpResponse:
    """Agree to a change, decline it, or make it once it was agreed to."""
    node, officer = desks.of(request).node, session.officer_of(request)
    steps = (
        {"make": account_changes.make}
        if role.OPERATOR in officer.roles
        else {
            "agree": account_changes.agree,
            "decline": account_changes.decline,
        }
    )
    if do not in steps:
        raise Http404
    done = steps[do](node, officer, change_id)
    return _became(request, done) if do == "make" else forms.after("account-changes")


def _asked(request: HttpRequest, wanted: Change) -> HttpResponse:
    node = desks.of(request).node
    if _officer(node, wanted.officer).ended_ms is not None:
        raise Http404
    return _became(request, account_changes.ask(node, session.officer_of(request), wanted))


def _became(request: HttpRequest, change: Change) -> HttpResponse:
    """Show what comes next: the link of a change that was made, or where one waits."""
    if change.id and not change.agreed_by:
        return forms.after("account-changes")
    if not change.link:
        return forms.after("officer", change.officer)
    origin = settings.COMITY_ORIGIN or request.build_absolute_uri("/")
    context = {
        "shown": change.officer,
        "link": texts.address(origin, change.link),
        "minutes": texts.MINUTES,
    }
    return render(request, "account/invited.html", context)


def _officer(node: Node, name: str) -> Officer:
    with node.store.read() as tx:
        found = tx.officer(name)
    if found is None:
        raise Http404
    return found


def _agencies(node: Node) -> list[tuple[str, str]]:
    """Return the agencies of this State, by id, with their names."""
    with node.store.read() as tx:
        own = profiles.load(tx).agencies
        nation = nations.in_force(tx)
    labels = {one.id: one.names for one in own}
    if nation is not None:
        labels |= {one.id: one.label for one in nation.agencies.values() if one.id not in labels}
    return [(each, plain_name(names) or each) for each, names in labels.items()]
