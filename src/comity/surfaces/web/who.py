"""Who is signed in.

    officer = who.officer_of(request)

Floor: surfaces.
"""

from django.http import HttpRequest

from comity.node.rows import Officer


def officer_of(request: HttpRequest) -> Officer:
    """Return the officer whose session this is; a page that needs none asks `officer_or_none`."""
    officer = officer_or_none(request)
    assert officer is not None, "a page without a session says `login_not_required`"
    return officer


def officer_or_none(request: HttpRequest) -> Officer | None:
    """Return the officer whose session this is, as his row stands now; None for nobody.

    The row is read once for a request, so that a role that was taken or an officer who has
    left counts from the very next one.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    found: Officer = user.officer()
    return found
