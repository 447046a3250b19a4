"""What the matrix sends: good enough that whoever may change something by it does.

Floor: tests.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from support import agreed
from surfaces.web.matrix.stage import Stage, Thing

from comity.node.desk import draft_view, legal

type Sent = Callable[[Stage, Thing], Mapping[str, Any]]

WHY: Final = {"purpose": "trial", "authority": "a judge"}


def read(do: str) -> Sent:
    """Return what approves a draft as it stands, or says something of it."""

    def sent(stage: Stage, thing: Thing) -> Mapping[str, Any]:
        found = draft_view.find(stage.node, stage.officer("au"), thing.args["draft_id"])
        content = found.draft.content_sha256
        return {"do": do, "content": content, "reason": "It burns.", "text": "Name the port."}

    return sent


def profile(_stage: Stage, _thing: Thing) -> Mapping[str, Any]:
    """Return the profile in force with a change."""
    text = agreed.shipped("nation/cn.yaml").replace(b"\nid: cn\n", b"\nid: bb\n").decode()
    return {"yaml": text + "\n# changed\n", "text": text, "do": "adopt", "extend": "on"}


def calendar(_stage: Stage, _thing: Thing) -> Mapping[str, Any]:
    """Return the calendar of this State with a change."""
    text = agreed.shipped(agreed.CALENDARS["bb"]).decode() + "\n# again\n"
    return {"source": "typed", "yaml": text, "do": "propose"}


def lines(stage: Stage, _thing: Thing) -> Mapping[str, Any]:
    """Return that every request is given to one officer."""
    found = [one.args["matter_id"] for one in stage.objects["request"]]
    return {"action": "assign", "to": "han", "sure": "1", "line": found}


def decision(stage: Stage, thing: Thing) -> Mapping[str, Any]:
    """Return a decision that stops, on the first question of a request or draft."""
    asked = legal.explain(stage.node, stage.officer("au"), thing.args["subject"]).lines
    question = asked[0].row.question.id if asked else "none"
    return {"question": question, "verdict": "stops", "note": "It does not."}


def args(*names: str) -> Sent:
    """Return what names the thing, under these names."""
    return lambda _stage, thing: {name: thing.args[name] for name in names}


def destroyed(_stage: Stage, thing: Thing) -> Mapping[str, Any]:
    """Return that an attachment is destroyed."""
    return {"items": thing.args["sha256"], "reason": "asked-to", **WHY}


def requests(state: str) -> Sent:
    """Return that a request is meant."""
    return lambda stage, _thing: {"requests": stage.find("request", state).args["matter_id"]}


def accepted(_stage: Stage, thing: Thing) -> Mapping[str, Any]:
    """Return the file of who accepted our offer."""
    return {"accepts": SimpleUploadedFile("accept.txt", thing.args["accept"].encode())}


def confirmed(_stage: Stage, thing: Thing) -> Mapping[str, Any]:
    """Return the confirmation of who offered, and the code that was heard."""
    return {"text": thing.args["confirm"], "code": thing.args["code"]}
