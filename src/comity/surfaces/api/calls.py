"""What calls have in common: scopes, what they answer, a refusal by rule.

Floor: surfaces.
"""

import hashlib
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Schema
from ninja.params.functions import Header
from pydantic import Field

from comity.domestic.officer import api_token
from comity.kernel import ijson
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command
from comity.surfaces.api.caller import Scoped
from comity.surfaces.api.problems import Refused
from comity.surfaces.api.shapes import Sent

READ: Final = Scoped(api_token.READ)
DRAFT: Final = Scoped(api_token.DRAFT)
RELEASE: Final = Scoped(api_token.RELEASE)
GUIDELINE: Final = Scoped(api_token.GUIDELINE)
LEGAL: Final = Scoped(api_token.LEGAL)
DESK: Final = Scoped(api_token.DESK)
EVIDENCE: Final = Scoped(api_token.EVIDENCE)
AUDIT: Final = Scoped(api_token.AUDIT)
STATUS: Final = Scoped(api_token.STATUS)
WEBHOOK: Final = Scoped(api_token.WEBHOOK)
OUTSIDE: Final = Scoped(api_token.OUTSIDE)
RING: Final = Scoped(api_token.RING)


def showing(shape: type[Schema], *others: type[Schema]) -> dict[int, Any]:
    """Return what is read, with its tag, in a shape that has a name, or one of several."""
    return {200: reduce(or_, others, shape), 304: None}


def doing(shape: type[Schema]) -> dict[int, Any]:
    """Return what was done, in a shape that has a name."""
    return {200: shape}


def making(shape: type[Schema]) -> dict[int, Any]:
    """Return what was made, in a shape that has a name."""
    return {201: shape}


SENT: Final[dict[int, Any]] = {201: Sent, 202: Sent}
"""An act: it stands in the own log, or it lacks approvals."""

BYTES: Final[dict[int, Any]] = {200: bytes}
OCTETS: Final = "application/octet-stream"

KEY: Final[Any] = Header(
    "",
    alias="Idempotency-Key",
    max_length=200,
    pattern=r"^[\x21-\x7e]*$",
    description="a call that is repeated with its key is one call",
)


def once(request: HttpRequest, key: str) -> Command:
    """Return by which key a call is one call, and what it says: its address and its body.

    Raises:
        Fault: `kernel.json.malformed`.
    """
    if not key:
        return AS_OFTEN_AS_SAID
    body = ijson.parse(request.body) if request.body else {}
    said = ijson.render([request.method or "", request.path, body])
    return Command(key, hashlib.sha256(said).hexdigest())


type MatterId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
type MatterName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
"""That of a matter that is called by a name: a joint text."""
type Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]


def or_refuse[T](result: T | Inadmissible) -> T:
    """Return what was done.

    Raises:
        Refused: a refusal by rule.
    """
    if isinstance(result, Inadmissible):
        raise Refused(result)
    return result


def saved(
    answer: HttpResponse | StreamingHttpResponse, name: str
) -> HttpResponse | StreamingHttpResponse:
    """Return bytes as a file to be saved: a browser never shows them as what they say they are."""
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
