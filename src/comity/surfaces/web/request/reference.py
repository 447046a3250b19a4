"""The field of the own file number.

Whoever acknowledges a request needs one (`docs/spec/request.md`), and at night there may be none
yet: the beginning of the request's id is proposed, which both sides can find it by.

Floor: surfaces.
"""

from typing import Final

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from comity.acts.verb import REFERENCE, SHAPES, Field
from comity.joint.request import view
from comity.surfaces.web.request import summary
from comity.surfaces.web.request.parts import Group, Parts
from comity.surfaces.web.templatetags import desk

_REFERENCE: Final = rf"\A(?:{SHAPES[REFERENCE].pattern})\Z"


def put(form: Parts, field: Field) -> None:
    """Make the field: with the number as it is known, or a proposed one where one is needed."""
    now = form.found.shown.state
    track = now.track(form.own)
    before = now.own_reference if track is None else track.own_reference
    hint = _("It is told to %(other)s, to find the request by it.")
    if field.needed and not before:
        before = view.proposed_reference(now, form.own)
        hint = _(
            "It is told to %(other)s, to find the request by it. What stands here is proposed from "
            "the id of the request: send it as it is where there is no file number yet. What you "
            "say later can name another."
        )
    made = django_forms.RegexField(
        _REFERENCE,
        label=desk.said(field.words),
        help_text=summary.to_other(hint, summary.listed(summary.opposite(form.found, form.own))),
        required=field.needed,
        initial=before,
        error_messages={"invalid": _("Use Latin letters, digits, spaces and . _ : / + = @ -")},
    )
    form.put(Group("fields", (field.key,)), {field.key: made})
