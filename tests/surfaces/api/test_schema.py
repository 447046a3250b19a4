"""openapi.json says what the interface does: tried with calls made from it, as each role."""

from collections import Counter
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, note, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import ignored_auth, positive_data_acceptance
from schemathesis.core.result import Ok
from support import stores
from support.deep import many
from support.pair import World, make_world
from surfaces.api import shaped
from surfaces.api.stage import token

from comity.domestic.officer import role
from comity.surfaces.api.wsgi import Ports, for_node

type AnyCase = Case[Any]

CALLS_EACH = 2
"""Of each operation: half of the roles make the first, the others the second.

Of `./comity test --deep` each makes both.
"""

BEYOND = [positive_data_acceptance, ignored_auth]
"""A schema cannot say all that makes a request whole: such a call is told what it lacks."""

NOBODY = "nobody"
"""Whoever has no token."""

OPERATIONS_MIN = 110
DONE_MIN = 100
"""Calls that do something: what finds nothing proves little."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States with a request between them."""
    world = make_world(tmp_path_factory.mktemp("world"))
    world.ask("bb")
    world.ask("aa")
    world.pump()
    return world


def each_call(world: World, mode: GenerationMode, do: Callable[[AnyCase], None]) -> int:
    """Do something with calls of every operation; return how many operations there are."""
    stores._configure()
    ports = Ports(letter=lambda data, _at_ms: data)  # setting one takes half a second
    app = for_node(world.node("aa"), WSGIHandler(), ports)
    found = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = []
    for result in found.get_all_operations():
        assert isinstance(result, Ok), result
        operations.append(result.ok())
    for operation in operations:

        @settings(max_examples=CALLS_EACH, deadline=None, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy(generation_mode=mode))
        def calls(case: AnyCase) -> None:
            do(case)

        calls()
    return len(operations)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_call_is_as_described(world: World, mode: GenerationMode) -> None:
    """No call fails, whoever makes it; each answer has a status and shape of openapi.json."""
    node = world.node("aa")
    tokens = {who: token(node, f"{who}.{mode.value}", roles=(who,)) for who in role.ROLES}
    headers = {who: {"Authorization": f"Bearer {given}"} for who, given in tokens.items()}

    found: Counter[int] = Counter()
    matters = sorted(row.matter.id for row in world.matters("aa"))

    made: Counter[str] = Counter()
    everyone = (*role.ROLES, NOBODY)

    def do(case: AnyCase) -> None:
        made[case.operation.label] += 1
        turn = len(made) + made[case.operation.label]
        if mode is GenerationMode.POSITIVE:
            _aim(case, matters)
        for who in everyone[turn % many(2, deep=1) :: many(2, deep=1)]:
            note(f"as {who}")
            answer = case.call_and_validate(headers=headers.get(who, {}), excluded_checks=BEYOND)
            assert who != NOBODY or answer.status_code == HTTPStatus.UNAUTHORIZED
            found[answer.status_code] += 1
            if "json" in answer.headers.get("content-type", [""])[0]:
                path, status = case.formatted_path, answer.status_code
                assert not shaped.flaws(case.method, path, status, answer.json())
            if mode is GenerationMode.POSITIVE:
                said = answer.content
                assert b"surfaces.call.unfit" not in said or _STRANGE in said, said

    assert each_call(world, mode, do) >= OPERATIONS_MIN
    assert mode is GenerationMode.NEGATIVE or found[HTTPStatus.OK] >= DONE_MIN


_STRANGE = b"is not known here"
"""Of a query that openapi.json does not name and does not forbid either."""


def _aim(case: AnyCase, matters: list[str]) -> None:
    """Let every other call be about a request that there is: what is made up finds none."""
    for name in ("matter", "subject", "file"):
        found = case.path_parameters.get(name)
        if found is not None and len(str(found)) % 2:
            case.path_parameters[name] = matters[len(str(found)) % len(matters)]


def test_each_shape_has_a_name_of_its_own() -> None:
    """openapi.json knows shapes by their names alone: of two, one would stand for both."""
    stores._configure()
    from ninja import Schema  # noqa: PLC0415 -- once the framework is configured

    from comity.surfaces.api import app  # noqa: PLC0415 -- as above

    assert app.api.title
    shapes = {one for one in _below(Schema) if one.__module__.startswith("comity")}
    names = Counter(one.__name__ for one in shapes)
    assert not [name for name, count in names.items() if count > 1]


def test_every_answer_has_a_shape_with_a_name() -> None:
    """What a client is generated from: no answer is anything at all."""
    paths: dict[str, Any] = shaped.described()["paths"]
    unnamed = [
        operation["operationId"]
        for operations in paths.values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if str(status).startswith("2")
        for content in answer["content"].values()
        if not _is_named(content["schema"])
    ]
    assert unnamed == []


def _is_named(schema: dict[str, Any]) -> bool:
    if "anyOf" in schema:
        return all("$ref" in one for one in schema["anyOf"])
    return "$ref" in schema or schema.get("format") == "binary"


FREE: dict[str, str] = {
    "RecalledRequest.request": "a request file, as far as it is known",
    "EvidenceItem.exhibit": "as the author of an act tells it",
    "EvidenceItem.role": "the same",
    "EvidenceItem.provenance": "the same",
    "EvidenceItem.sha256": "the same",
    "LetterFile.size": "the same",
    "LetterValue.value": "what an author wrote of an item",
    "LetterElement.value": "what an author wrote of an element",
    "TextChange.before": "any part of a joint text",
    "TextChange.after": "the same",
    "FigureSet.use": "counts and times of a room beside, by names of its own",
    "Turn.values": "a body of an act",
    "Turn.texts": "the same",
    "Disowned.values": "the same",
    "Disowned.texts": "the same",
    "DraftLine.values": "the same",
    "DraftLine.texts": "the same",
    "CaseReport.texts": "the same",
    "CaseTurn.texts": "the same",
    "CustodyChain.exhibit": "as the author of an act tells it",
    "CustodyChain.role": "the same",
    "CustodyChain.provenance": "the same",
    "CustodyChain.sha256": "the same",
    "FigureSet.contradicted": "docs/spec/review.md: each kind has its own fields",
    "FigureDifference.basis": "values of which each name has its own kind",
    "FigureDifference.cells": "cells of both sides with the acts that explain them",
    "ReviewSince.basis": "values of which each name has its own kind",
    "ReviewSince.cells": "cells then and now with the requests that make them",
    "Edit.file": "request.schema.json or answer.schema.json",
    "SendRequest.request": "request.schema.json",
    "SendThreat.threat": "threat.schema.json",
    "CheckRequest.request": "as of SendRequest",
    "CheckGuideline.request": "as of SendRequest",
    "MatterShown.state": "as the specification of its room shows it",
    "CheckShare.bundle": "a bundle of STIX 2.1",
    "GivenShare.bundle": "the same",
    "AddedShare.bundle": "the same",
    "PackMatter.facts": "what its room shows of a matter in a pack",
    "MatterTurn.texts": "what the other side wrote, which may hold anything",
}
"""Fields that may be anything, and why."""


def test_a_field_that_may_be_anything_is_named() -> None:
    """A field without a kind is a decision, not something that was left out."""
    shapes: dict[str, Any] = shaped.described()["components"]["schemas"]
    free = {
        f"{name}.{field}"
        for name, shape in shapes.items()
        for field, value in shape.get("properties", {}).items()
        if _is_free(value) and field != "answer"
    }
    assert free == {*FREE}


def _is_free(schema: dict[str, Any]) -> bool:
    """Whether a schema takes anything, itself or what is within."""
    parts = [*schema.get("anyOf", ()), schema.get("items"), schema.get("additionalProperties")]
    if any(part is True or (isinstance(part, dict) and _is_free(part)) for part in parts):
        return True
    return not {"type", "anyOf", "$ref", "const", "enum", "allOf"} & schema.keys()


def test_no_object_has_a_default() -> None:
    """Generators of clients refuse one, and with it every call that takes such a shape."""
    shapes: dict[str, Any] = shaped.described()["components"]["schemas"]
    found = [
        f"{name}.{field}"
        for name, shape in shapes.items()
        for field, value in shape.get("properties", {}).items()
        if isinstance(value.get("default"), dict)
    ]
    assert found == []


def _below(shape: type) -> Iterator[type]:
    below: list[type] = shape.__subclasses__()
    for one in below:
        yield one
        yield from _below(one)
