"""Who lets something out shows again that it is them.

Floor: surfaces.
"""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest

from comity.kernel.inadmissible import Inadmissible
from comity.node.room import second_factor
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.forms import Form


def lacks(request: HttpRequest) -> Inadmissible | None:
    """Return the no to an officer without a second factor, or with one that is too new.

    None if they just showed one that is not.

    Raises:
        NotRecent: they did not; the gate leads them to a page that asks, and back.
    """
    no = session.lacks_factor(request)
    if no is not None:
        return no
    session.require_recent(request)
    return second_factor.too_new(desks.of(request).node, session.officer_of(request))


def performed(form: Form, act: Callable[[], Result]) -> Sent | Waiting | None:
    """Let something out, or say on the form why not; see `forms.perform`."""
    return cast("Sent | Waiting | None", forms.perform(form, act))
