"""Times, colours and keys of one's own pages, kept in this browser.

Floor: surfaces.
"""

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from comity.surfaces.web import forms, preferences
from comity.surfaces.web.preferences import Preferences


class View(forms.Form):
    """What a reader chooses."""

    zone = fields.ChoiceField(
        label=_("Times are shown in"),
        help_text=_("Without a choice, in the zone of this State's calendar."),
        required=False,
    )
    scheme = fields.ChoiceField(
        label=_("Colours"),
        widget=fields.RadioSelect,
        choices=(
            ("auto", _("As this machine has them")),
            ("light", _("Light")),
            ("dark", _("Dark")),
        ),
    )
    keys = fields.ChoiceField(
        label=_("Single keys"),
        help_text=_("Switch them off if you speak to the machine, or press them by mistake."),
        widget=fields.RadioSelect(attrs={"id": "keys-choice"}),
        choices=(("on", _("On")), ("off", _("Off"))),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show what a reader chose, or keep what they choose."""
    now = preferences.of(request)
    said = {"zone": now.zone, "scheme": now.scheme, "keys": "on" if now.keys else "off"}
    form = View(request.POST or None, initial=said)
    zone = form.fields["zone"]
    assert isinstance(zone, fields.ChoiceField)
    names = ((name, name.replace("_", " ")) for name in preferences.zone_names())
    zone.choices = [("", _("The zone of this State")), *names]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        answer = forms.after("duty:preferences")
        is_on = given["keys"] == preferences.ON
        preferences.keep(answer, Preferences(given["zone"], given["scheme"], keys=is_on))
        return answer
    return forms.shown(request, "duty/preferences.html", form, {})
