"""One form for people in danger: disclosure, preservation at each provider, a case of priority.

    threat = parse(value, "threat.json")
    begin(node, officer, threat, ("sy",))          -> Made(requests, case, priority)
    requests(threat, guideline, "sy")              -> what each request file says

Everything is judged by the guideline before anything is said: if one request lacks something,
none is sent, and all that each of them lacks is told at once.  A request that waits for
approvals stands in no log yet, and is added to the case once it was sent.

Source: CETS 224, articles 9 and 10; Budapest Convention, article 29.
Floor: rooms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

import jsonschema_rs

from comity.acts.record import Addressee
from comity.acts.verb import Given
from comity.joint.guideline.findings import Finding
from comity.joint.guideline.model import Guideline
from comity.kernel import fit
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import worksheets
from comity.node.desk.worksheets import Begun, Worksheet
from comity.node.room import request_file, say
from comity.node.room.release import send
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.node.room.request_file import Written
from comity.rooms.request import completeness, desk, draft_check

KIND: Final = "threat"
DISCLOSURE: Final = "emergency-disclosure"
PRESERVATION: Final = "preservation"
CRIME: Final = "terrorist-misuse"
PROVIDERS_MAX: Final = 16
_CASE: Final = "case"
_URGENCY: Final = completeness.EMERGENCY
_OF_PROVIDER: Final = frozenset({"custodian", "data"})
_INSTEAD: Final[Mapping[str, str]] = {
    "facts": "facts-of-emergency",
    "necessity": "facts-of-emergency",
    "relation-to-offence": "relation-to-emergency",
}
"""Where an element is not given, what says the same of an emergency."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who holds data, and which: values of the elements `custodian` and `data`."""

    custodian: Mapping[str, Json]
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Threat:
    """What an officer wrote.

    Attributes:
        own_reference: file number of the case and of each request.
        mark: of all that is said.
        elements: of every request, by id.
        providers: at each, what is to be preserved.
        texts: the disclosure in words.
    """

    own_reference: str
    elements: Mapping[str, Json]
    providers: tuple[Provider, ...]
    mark: str = request_file.MARK_DEFAULT
    texts: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it.

    Attributes:
        requests: the disclosure, then a preservation for each provider.
        case: the case, opened with the requests that were sent; None if it was not reached.
        priority: its proposed priority; None where the case waits for approvals.
    """

    requests: tuple[Result, ...]
    case: Result | None
    priority: Result | None


def parse(value: Json, name: str) -> Threat:
    """Read a threat file that was read strictly.

    Raises:
        Unfit: `node.file.unfit`, with every problem.
    """
    problems = tuple(fit.problems(_validator(), value, {}))
    if problems:
        raise Unfit("node.file.unfit", name, problems)
    fields = cast("dict[str, Any]", value)
    return Threat(
        fields["own_reference"],
        fields["elements"],
        tuple(Provider(one["custodian"], one["data"]) for one in fields["providers"]),
        fields.get("mark", request_file.MARK_DEFAULT),
        tuple(fields.get("texts", ())),
    )


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(request_file.schema(KIND).decode())


def requests(threat: Threat, guideline: Guideline, to: Sequence[str]) -> list[dict[str, Json]]:
    """Return what each request file says: the disclosure, then one preservation a provider.

    Raises:
        Fault: `request.threat.type-missing`.
    """
    every = [_every(threat), *threat.providers]
    types = [DISCLOSURE, *(PRESERVATION for _ in threat.providers)]
    made = []
    for kind, provider in zip(types, every, strict=True):
        made.append(_request(threat, guideline, to, kind, provider))
    made[0]["texts"] = [*threat.texts]
    return made


def _every(threat: Threat) -> Provider:
    """Return what is to be disclosed: what all of them hold."""
    found = [cast("dict[str, Any]", one.data) for one in threat.providers]
    identifiers = [each for one in found for each in one["identifiers"]]
    kinds = [*dict.fromkeys(each for one in found for each in one["kinds"])]
    custodians = [one.custodian for one in threat.providers]
    names = ", ".join(str(one["name"]) for one in custodians)
    custodian = custodians[0] if len(custodians) == 1 else {"name": names}
    return Provider(custodian, {"kinds": kinds, "identifiers": identifiers})


def _request(
    threat: Threat, guideline: Guideline, to: Sequence[str], kind: str, provider: Provider
) -> dict[str, Json]:
    asked = guideline.types.get(kind)
    if asked is None or _URGENCY not in asked.urgencies:
        raise Fault(
            code="request.threat.type-missing",
            what=f"The guideline in force has no request of type {kind} in an emergency.",
            fix="Write the requests that it has, one by one, with `comity request send`.",
        )
    said: dict[str, Json] = {
        "crime-type": CRIME,
        "custodian-state": to[0],
        **threat.elements,
        "custodian": dict(provider.custodian),
        "data": dict(provider.data),
    }
    for name, other in _INSTEAD.items():
        if name not in said and other in said:
            said[name] = said[other]
    elements = {one.element: said[one.element] for one in asked.elements if one.element in said}
    return {
        "type": kind,
        "urgency": _URGENCY,
        "own_reference": threat.own_reference,
        "mark": threat.mark,
        "elements": elements,
        "items": provider.data["kinds"],
    }


def _guideline(node: Node, to: Sequence[str]) -> Guideline | Inadmissible:
    """Return the guideline of an emergency with these parties."""
    asked = Written(request_file.REQUEST, DISCLOSURE, _URGENCY)
    return draft_check.in_force(node, asked, to) or Inadmissible(
        "request.guideline-missing",
        "No guideline is in force with these parties, and what each request needs is in it.",
        "Let every party adopt one with `comity guideline adopt`.",
    )


def lacking(
    node: Node, threat: Threat, to: Sequence[str]
) -> list[tuple[str, Finding]] | Inadmissible:
    """Return what any of the requests lacks by its guideline, once, with its place in the file.

    Raises:
        Unfit: `node.file.unfit`.
        Fault: `request.threat.type-missing`.
    """
    found = _files(node, threat, to)
    return found if isinstance(found, Inadmissible) else found[1]


type _Files = tuple[list[Written], list[tuple[str, Finding]]]


def _files(node: Node, threat: Threat, to: Sequence[str]) -> _Files | Inadmissible:
    guideline = _guideline(node, to)
    if isinstance(guideline, Inadmissible):
        return guideline
    files = [
        request_file.from_json(one, request_file.REQUEST, KIND)
        for one in requests(threat, guideline, to)
    ]
    found: dict[tuple[str, str], Finding] = {}
    for number, one in enumerate(files):
        judged = completeness.judge(guideline, completeness.of_file(one, to), node.clock.now_ms())
        for each in judged.unmended:
            found.setdefault((_place(number, each), each.rule), each)
    return files, [(place, each) for (place, _), each in found.items()]


def _place(number: int, found: Finding) -> str:
    """Return where a finding of a request stands in the threat file, as a JSON pointer."""
    of_provider = f"/providers/{max(0, number - 1)}"
    at = of_provider if found.element in _OF_PROVIDER else "/elements"
    return "/".join(filter(None, (at, found.element, found.at)))


def _problem(place: str, found: Finding) -> Problem:
    return Problem(place, "", found.what.get("en", ""), found.fix.get("en", ""), rule=found.rule)


def begin(
    node: Node,
    officer: Officer,
    threat: Threat,
    to: Sequence[str],
    *,
    alone: str = "",
    key: str = "",
) -> Made | Inadmissible:
    """Send what was written, or let it wait for approvals; open the case and propose priority.

    Args:
        node: ours.
        officer: who signed in.
        threat: what they wrote.
        to: parties that are asked; the data are in the first.
        alone: why the requests cannot wait for approvals, of who may release alone; or "".
        key: given by a client, so that a command that is repeated has one effect; or "".

    Raises:
        Unfit: `node.file.unfit`, `request.threat.incomplete`: nothing was said then.
        Fault: `request.threat.type-missing`; those of `append`.
    """
    found = _files(node, threat, to)
    if isinstance(found, Inadmissible):
        return found
    files, lacks = found
    if lacks:
        raise Unfit("request.threat.incomplete", KIND, [_problem(*one) for one in lacks])
    asked = [Addressee(one) for one in to]
    made: list[Result] = []
    for number, one in enumerate(files):
        result = desk.send(node, officer, one, (), asked, key=f"{key}.{number}" if key else "")
        if isinstance(result, Inadmissible):
            return Made((*made, result), None, None) if made else result
        if alone and isinstance(result, Waiting):
            glass = send.break_glass(node, officer, result.draft_id, alone)
            result = result if isinstance(glass, Inadmissible) else glass
        made.append(result)
    case, priority = _case(node, officer, threat, made, key)
    return Made(tuple(made), case, priority)


def _case(
    node: Node, officer: Officer, threat: Threat, made: Sequence[Result], key: str
) -> tuple[Result, Result | None]:
    """Open a case with the requests that stand in a log, and propose its priority."""
    here = tuple(one.matter_id for one in made if isinstance(one, Sent))
    opened: Given = {
        "own_reference": threat.own_reference,
        "crime_type": str(threat.elements.get("crime-type", CRIME)),
        "requests": here,
    }
    case = _say(node, officer, ("open", ""), opened, key)
    if not isinstance(case, Sent):
        return case, None
    given: Given = {"level": "priority", "reason": "life-or-safety"}
    return case, _say(node, officer, ("propose-priority", case.matter_id), given, key)


def _say(node: Node, officer: Officer, what: tuple[str, str], given: Given, key: str) -> Result:
    verb, matter_id = what
    table = node.rooms[_CASE].table
    assert table is not None
    row = table.row(verb)
    words = say.words(row, officer, {}, key=f"{key}.{verb}" if key else "")
    return say.say(table, node, officer, say.Spoken(row, matter_id, given, words))


def keep(
    node: Node, officer: Officer, threat: Threat, to: Sequence[str]
) -> list[Worksheet] | Inadmissible:
    """Keep what was written as worksheets, as far as it goes: nothing of it need be complete.

    Raises:
        Fault: `request.threat.type-missing`; those of `worksheets.begin`.
    """
    guideline = _guideline(node, to)
    if isinstance(guideline, Inadmissible):
        return guideline
    found = []
    for value in requests(threat, guideline, to):
        made = worksheets.begin(node, officer, Begun(tuple(to), value))
        if isinstance(made, Inadmissible):
            return made
        found.append(made)
    return found
