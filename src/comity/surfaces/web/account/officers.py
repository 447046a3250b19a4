"""Who works on this node: whoever runs it invites, gives roles, and ends.

It is what `comity officer` does, for an officer with the role `operator`; it shows no content.

Floor: surfaces.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

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
from comity.node.desk import officer_admin as use_cases
from comity.node.desk import sign_in_links, sign_in_methods
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

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if role.OPERATOR not in session.officer_of(request).roles:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


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
    node, by = desks.of(request).node, session.officer_of(request).name
    form = Invitation(request.POST or None)
    agency = form.fields["agency"]
    assert isinstance(agency, fields.ChoiceField)
    agency.choices = _agencies(node)
    if form.is_valid():
        given = form.cleaned_data
        added = forms.perform(
            form,
            lambda: use_cases.add(
                node, given["name"], given["agency"], given["office"], given["roles"], by
            ),
        )
        if added is not None:
            return _show_link(request, given["name"])
    return forms.shown(request, "account/invite.html", form, {})


@require_http_methods(["GET", "HEAD", "POST"])
@_operator
def one(request: HttpRequest, name: str) -> HttpResponse:
    """Show one officer, and give them other roles."""
    node, by = desks.of(request).node, session.officer_of(request).name
    officer = _officer(node, name)
    form = Roles(request.POST or None, initial={"roles": officer.roles})
    if (
        form.is_valid()
        and forms.perform(
            form, lambda: use_cases.give_roles(node, name, form.cleaned_data["roles"], by)
        )
        is not None
    ):
        return forms.after("officer", name)
    context = {"shown": officer, "agencies": names.names(node).agencies}
    return forms.shown(request, "account/officer.html", form, context)


@require_POST
@_operator
def link(request: HttpRequest, name: str) -> HttpResponse:
    """Make a link by which an officer signs in once."""
    officer = _officer(desks.of(request).node, name)
    if officer.ended_ms is not None:
        raise Http404
    return _show_link(request, name)


@require_POST
@_operator
def reset(request: HttpRequest, name: str) -> HttpResponse:
    """Forget how an officer who lost their second factor signs in, and show a link for them."""
    node = desks.of(request).node
    officer = _officer(node, name)
    if officer.ended_ms is not None:
        raise Http404
    sign_in_methods.reset(node, name, session.officer_of(request).name)
    return _show_link(request, name)


@require_POST
@_operator
def end(request: HttpRequest, name: str) -> HttpResponse:
    """Note that an officer has left; their sessions end with their next request."""
    node = desks.of(request).node
    use_cases.end(node, _officer(node, name).name, session.officer_of(request).name)
    return forms.after("officer", name)


def _show_link(request: HttpRequest, name: str) -> HttpResponse:
    """Show a link, once: it stands on this page and nowhere else."""
    token, _until = sign_in_links.add(
        desks.of(request).node, name, session.officer_of(request).name
    )
    origin = settings.COMITY_ORIGIN or request.build_absolute_uri("/")
    context = {"shown": name, "link": texts.address(origin, token), "minutes": texts.MINUTES}
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
