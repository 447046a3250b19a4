"""openapi.json says what the interface does: tried with calls made from it, as each role."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.result import Ok
from support import stores
from support.pair import World, make_world
from surfaces.api.stage import ALL, token

from comity.surfaces.api.wsgi import for_node

type AnyCase = Case[Any]

CALLS_EACH = 10
BEYOND = [positive_data_acceptance]
"""A schema cannot say all that makes a request whole: such a call is told what it lacks."""

ROLES: dict[str, tuple[str, ...]] = {"program": ALL, "reader": ("read",), "nobody": ()}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States with a request between them."""
    world = make_world(tmp_path_factory.mktemp("world"))
    world.ask("bb")
    world.pump()
    return world


def each_call(world: World, mode: GenerationMode, do: Callable[[AnyCase], None]) -> int:
    """Do something with calls of every operation; return how many operations there are."""
    stores._configure()
    app = for_node(world.node("aa"), WSGIHandler())
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


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("role", ROLES)
def test_every_call_is_as_described(world: World, role: str, mode: GenerationMode) -> None:
    """No call fails, and every answer has a status and a shape that openapi.json names."""
    name = f"{role}.{mode.value}"
    scopes = ROLES[role]
    given_token = token(world.node("aa"), name, scopes) if scopes else ""
    headers = {"Authorization": f"Bearer {given_token}"} if scopes else {}

    def do(case: AnyCase) -> None:
        answer = case.call_and_validate(headers=headers, excluded_checks=BEYOND)
        assert scopes or answer.status_code == 401, answer.status_code

    assert each_call(world, mode, do) >= 10
