"""Who calls: the node that is asked, and the officer whose token was given.

Floor: surfaces.
"""

from dataclasses import dataclass
from typing import Final, override

from django.http import HttpRequest
from ninja.security import HttpBearer

from comity.domestic.officer import api_token
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import sign_in_methods
from comity.node.room import api_tokens, exercises
from comity.node.room.api_tokens import ApiToken
from comity.surfaces.api.wsgi import KEY, PORTS, Ports


@dataclass(frozen=True, slots=True)
class Caller:
    """An officer, as a program in their name.

    Attributes:
        officer: whose token it is.
        token: what is kept of it.
    """

    officer: Officer
    token: ApiToken


class OutOfScope(Exception):  # noqa: N818 -- a no to a caller, not an error of the program
    """The token is good, and does not open this.

    Attributes:
        scope: that it lacks.
    """

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class NotSignedIn(Exception):  # noqa: N818 -- as above
    """There is no token, or one that opens nothing.

    Attributes:
        fault: what was wrong with it.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


class Scoped(HttpBearer):
    """A bearer token with a scope.

    Attributes:
        scope: that the call needs.
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        assert scope in api_token.SCOPES
        self.scope = scope

    @override
    def __call__(self, request: HttpRequest) -> Caller:
        """Return who calls; every other answer is told as a problem."""
        header = request.headers.get("Authorization", "")
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise NotSignedIn(_NO_TOKEN)
        return self.authenticate(request, token.strip())

    @override
    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return whose token this is.

        Raises:
            NotSignedIn: it opens nothing.
            OutOfScope: it does not open this.
        """
        try:
            officer, kept = api_tokens.authenticate(node_of(request), token)
        except Fault as fault:
            if fault.code != "officer.token.wrong":
                raise
            raise NotSignedIn(fault) from fault
        request.META[sign_in_methods.CALLER] = officer.name
        if self.scope not in kept.scopes:
            raise OutOfScope(self.scope)
        exercise = request.headers.get(EXERCISE, "")
        if exercise:
            officer = exercises.enter(node_of(request), officer, exercise)
        return Caller(officer, kept)


EXERCISE: Final = "Comity-Exercise"
"""Names the channel of the exercise in which a call works, and stands on each answer from it."""

_NO_TOKEN: Final = Fault(
    code="officer.token.missing",
    what="This call has no token.",
    fix="Make one with `comity token add` and give it as `Authorization: Bearer TOKEN`.",
)


def node_of(request: HttpRequest) -> Node:
    """Return the node that is asked."""
    node = request.META[KEY]
    assert isinstance(node, Node)
    return node


def ports_of(request: HttpRequest) -> Ports:
    """Return what a call may need of the world beside the node."""
    ports = request.META.get(PORTS)
    return ports if isinstance(ports, Ports) else Ports()


def officer_of(request: HttpRequest) -> Officer:
    """Return the officer in whose name a call that was let in is made."""
    caller = getattr(request, "auth", None)
    assert isinstance(caller, Caller)
    return caller.officer
