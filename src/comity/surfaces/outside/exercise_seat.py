"""The door of a seat of an exercise: what was delivered to it, taken and answered; and the stop.

    GET  /seat/                  what was delivered; a look changes nothing
    POST /seat/take/<matter>     I have this
    POST /seat/answer/<matter>   outcome=done&text=…
    POST /seat/stop              STOP, real world

Every answer begins and ends with the mark of an exercise.

Floor: surfaces.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.joint.exercise import acts, inject, play, view
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.node.base.context import Node
from comity.node.room import exercise_mark
from comity.node.room.exercises import MARK
from comity.node.room.release.draft_store import Result, Waiting
from comity.rooms.exercise import seat_play, seat_scope
from comity.rooms.exercise.seat_play import Given, Table
from comity.surfaces.outside import asked, page, reply
from comity.surfaces.outside.app import VISIT, Door
from comity.surfaces.outside.reply import Reply, StartResponse

HEADER: Final = "Comity-Exercise"
BODY_BYTES_MAX: Final = 32_768
TEXT_CHARS_MAX: Final = 4_000

_REFUSED: Final[Mapping[str, Promise]] = {
    "exercise.identifier-real": _(
        "It names what may be somebody's: nothing real enters an exercise. Write it without that."
    ),
    "exercise.not-running": _("The play does not run. Wait for its controllers."),
    "exercise.seat-unreleased": _("This link speaks for no seat any more. Ask for a new one."),
}
_OTHER: Final = _("That was not taken: look at what stands here now, or ask your controller.")
_WAITS: Final = _("It waits for a second controller, who lets it out.")


def door(node: Node) -> Door:
    """Return the door."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        return _marked(_answered(node, environ))(environ, start)

    return Door(seat_scope.SCOPE.name, answered, BODY_BYTES_MAX)


def _marked(found: Reply) -> Reply:
    body = exercise_mark.marked(found.media_type, found.body)
    return Reply(found.status, found.media_type, body, {**found.headers, HEADER: "play"})


def _answered(node: Node, environ: dict[str, Any]) -> Reply:
    verb, _slash, matter_id = (
        str(environ["PATH_INFO"]).removeprefix(seat_scope.ADDRESS).partition("/")
    )
    asked.require_method(environ, frozenset({"POST"} if verb else {"GET", "HEAD"}))
    table = seat_play.of_session(node, environ[VISIT])
    if table is None:
        raise asked.over()
    if not verb:
        return _shown(environ, node, table)
    result = _done(node, environ, table, verb, matter_id)
    if isinstance(result, Inadmissible):
        words = _REFUSED.get(result.rule, _OTHER)
        return _shown(environ, node, table, words, HTTPStatus.CONFLICT)
    if isinstance(result, Waiting):
        return _shown(environ, node, seat_play.of_session(node, environ[VISIT]) or table, _WAITS)
    return Reply(HTTPStatus.SEE_OTHER, reply.HTML, headers={"Location": seat_scope.ADDRESS})


def _done(node: Node, environ: dict[str, Any], table: Table, verb: str, matter_id: str) -> Result:
    if verb == "stop" and not matter_id:
        return seat_play.stop(node, table.seat)
    if all(one.id != matter_id for one in table.given) or verb not in {"take", "answer"}:
        raise asked.unknown(environ)
    if verb == "take":
        return seat_play.take(node, table.seat, matter_id)
    form = _form(environ)
    outcome, text = form.get("outcome", ""), form.get("text", "").strip()
    if outcome not in acts.OUTCOMES or len(text) > TEXT_CHARS_MAX:
        return Inadmissible("exercise.answer-unfit", "This is no answer.", "Choose an outcome.")
    language = "zh" if page.language_of(environ) == page.CHINESE else "en"
    return seat_play.answer(node, table.seat, matter_id, outcome, {language: text} if text else {})


def _form(environ: Mapping[str, Any]) -> dict[str, str]:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    data: bytes = environ["wsgi.input"].read(size)
    try:
        found = parse_qs(data.decode("utf-8"), max_num_fields=8)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def _shown(
    environ: Mapping[str, Any],
    node: Node,
    table: Table,
    notice: Promise | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Reply:
    if asked.is_program(environ):
        return reply.json(_json(table), status)
    language = page.language_of(environ)
    short = "zh" if language == page.CHINESE else "en"
    context = {
        **page.who(node, environ[VISIT], language),
        "mark": MARK,
        "seat": table.seat.seat,
        "status": view.STATUS_WORDS[acts.PLAY][table.status][short],
        "is_stopped": table.status == play.STOPPED,
        "now": _at(table.now_ms),
        "scenario": None if table.scenario_ms is None else _at(table.scenario_ms),
        "given": [_row(one, short) for one in table.given],
        "outcomes": [(code, words[short]) for code, words in acts.OUTCOMES.items()],
        "most": TEXT_CHARS_MAX,
        "notice": notice,
    }
    return page.rendered("seat.html", language, context, status)


def _row(one: Given, short: str) -> dict[str, object]:
    return {
        "id": one.id,
        "status": view.STATUS_WORDS[acts.INJECT][one.status][short],
        "texts": [_spoken(each, short) for each in one.texts],
        "delivered": None if one.delivered_ms is None else _at(one.delivered_ms),
        "outcome": acts.OUTCOMES[one.outcome][short] if one.outcome else "",
        "may_take": one.status == inject.DELIVERED,
        "may_answer": one.status in {inject.DELIVERED, inject.TAKEN},
    }


def _spoken(text: Mapping[str, str], short: str) -> tuple[str, str]:
    """Return a text in the reader's language, or in the one that there is, with its tag."""
    lang = next((one for one in text if one.partition("-")[0] == short), next(iter(text), "en"))
    return lang, text.get(lang, "")


def _json(table: Table) -> Any:  # noqa: ANN401 -- JSON
    return {
        "seat": table.seat.seat,
        "status": table.status,
        "now_ms": table.now_ms,
        "scenario_ms": table.scenario_ms,
        "given": [
            {
                "id": one.id,
                "status": one.status,
                "texts": [dict(each) for each in one.texts],
                "delivered_ms": one.delivered_ms,
                "outcome": one.outcome,
            }
            for one in table.given
        ],
    }


def _at(at_ms: int) -> str:
    return one_line(datetime.fromtimestamp(at_ms // 1_000, UTC).strftime("%Y-%m-%d %H:%M"))
