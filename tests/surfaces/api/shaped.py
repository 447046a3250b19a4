"""Whether an answer has the shape that openapi.json tells: no field more, none less, none other.

The interface answers what it computed without looking at it again, which would cost each call
as much as it does: every answer that a test gets is looked at instead.

Floor: tests.
"""

import re
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError, create_model
from support import stores

PREFIX = "/api/v1"


@cache
def described() -> dict[str, Any]:
    """Return openapi.json: it takes a second to make, and tests only read it."""
    stores._configure()
    from comity.boot.rooms import TABLES  # noqa: PLC0415 -- once the framework is configured
    from comity.surfaces.api.app import add_rooms, api  # noqa: PLC0415 -- as above

    add_rooms(TABLES)

    return dict(api.get_openapi_schema())


def flaws(method: str, path: str, status: int, value: object) -> list[str]:
    """Return where an answer has another shape than its operation tells of that status."""
    operation = _operation(method, path.partition("?")[0])
    if operation is None:
        return []
    name = operation.operation_id
    if status not in _statuses(name):
        return [f"{name} never says {status}"]
    model = operation.response_models.get(status, _not_done())
    try:
        if model is not None:
            model.model_validate({"response": value}, strict=True, extra="forbid")
    except ValidationError as error:
        return [
            f"{name} {'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()
        ]
    return []


@cache
def _statuses(operation_id: str) -> frozenset[int]:
    """Return what openapi.json tells that an operation may answer."""
    (found,) = (
        operation["responses"]
        for operations in described()["paths"].values()
        for operation in operations.values()
        if operation["operationId"] == operation_id
    )
    return frozenset(map(int, found))


@cache
def _not_done() -> type[BaseModel]:
    from comity.surfaces.api.problems import Details  # noqa: PLC0415 -- as above

    return create_model("NotDone", response=Details)


def _operation(method: str, path: str) -> Any:  # noqa: ANN401 -- of the framework
    found = [(len(at.groups()), one) for at, one in _matches(method, path)]
    return min(found, key=lambda one: one[0])[1] if found else None


def _matches(method: str, path: str) -> list[tuple[re.Match[str], Any]]:
    tried = ((pattern.fullmatch(path), one) for way, pattern, one in _known() if way == method)
    return [(at, one) for at, one in tried if at]


@cache
def _known() -> list[tuple[str, re.Pattern[str], Any]]:
    stores._configure()
    from comity.boot.rooms import TABLES  # noqa: PLC0415 -- once the framework is configured
    from comity.surfaces.api.app import add_rooms, api  # noqa: PLC0415 -- as above

    add_rooms(TABLES)

    return [
        (method, re.compile(PREFIX + re.sub(r"\\?\{\w+\\?\}", "([^/]+)", re.escape(path))), one)
        for _, router in api._routers
        for path, view in router.path_operations.items()
        for one in view.operations
        for method in one.methods
    ]
