"""Filters that are kept by name.

Floor: surfaces.
"""

from http import HTTPStatus

from django import forms as fields
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from comity.node.desk import saved_filters
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.request import listing_query


class Keep(forms.Form):
    """How a filter is called, and who reads it."""

    name = fields.CharField(label=_("Name of the filter"), max_length=saved_filters.NAME_CHARS_MAX)
    shared = fields.BooleanField(label=_("My agency may use it too"), required=False)
    query = fields.CharField(
        max_length=saved_filters.QUERY_CHARS_MAX, required=False, widget=fields.HiddenInput
    )


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep a filter, and go back to the list that it makes."""
    here, officer = desks.of(request), session.officer_of(request)
    form = Keep(request.POST)
    query = listing_query.of_text(
        request.POST.get("query", "")[: saved_filters.QUERY_CHARS_MAX]
    ).render()
    if form.is_valid():
        said = form.cleaned_data
        done = forms.perform(
            form,
            lambda: saved_filters.save(
                here.node, officer, said["name"], query, is_shared=said["shared"], key=form.key
            ),
        )
        if done is not None:
            return _list(query)
    return forms.shown(request, "request/filter.html", form, {"query": query})


@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Forget a filter."""
    here, officer = desks.of(request), session.officer_of(request)
    form = forms.Form(request.POST)
    query = listing_query.of_text(
        request.POST.get("query", "")[: saved_filters.QUERY_CHARS_MAX]
    ).render()
    if form.is_valid():
        wanted = request.POST.get("filter", "")[: saved_filters.NAME_CHARS_MAX]
        done = forms.perform(form, lambda: saved_filters.drop(here.node, officer, wanted))
        if done is not None:
            return _list(query)
    return forms.shown(request, "request/filter.html", form, {"query": query, "is_drop": True})


def _list(query: str) -> HttpResponse:
    address = reverse("request:listing") + (f"?{query}" if query else "")
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
