"""What rings an officer: each device with a test, and the code of it given back.

Floor: surfaces.
"""

from typing import Final, cast

from django import forms as fields
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.kernel.inadmissible import Inadmissible
from comity.node.desk.duty import devices
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session

CODE_CHARS_MAX: Final = 63


class Back(forms.Form):
    """The code of a test."""

    device = fields.ChoiceField(label=_("Device"))
    code = fields.CharField(
        label=_("Code of the test"),
        help_text=_("As the message has it, like AB1D-EFGH."),
        max_length=CODE_CHARS_MAX,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show the devices, or take the code of a test back."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Back(request.POST if request.method == "POST" else None)
    found = devices.listing(node, officer)
    named = cast("fields.ChoiceField", form.fields["device"])
    named.choices = [(one.id, one.to) for one in found]
    if request.method == "POST" and form.is_valid():
        device, code = (str(form.cleaned_data[name]) for name in ("device", "code"))
        done = forms.perform(form, lambda: devices.prove(node, officer, device, code))
        if done is not None:
            return forms.after("duty:devices")
    now_ms = node.clock.now_ms()
    context = {
        "devices": [(one, one.status(now_ms)) for one in found],
        "unproved": devices.unproved(node),
    }
    return forms.shown(request, "duty/devices.html", form, context)


@require_POST
def test(request: HttpRequest, device: str) -> HttpResponse:
    """Send a code to a device."""
    done = devices.test(desks.of(request).node, session.officer_of(request), device)
    if isinstance(done, Inadmissible):
        raise Http404
    return forms.after("duty:devices")
