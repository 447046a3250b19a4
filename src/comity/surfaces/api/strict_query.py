"""Whether a call asks for no more than its operation takes, by names that are known.

A filter that is misspelt must not be no filter, and `?hold=true` of a call that sends must not
send: what an operation does not know is refused, for every operation, before anything is done.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, get_origin

from django.http import HttpRequest
from ninja.operation import Operation
from ninja.parser import Parser
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from comity.kernel.fault import quoted
from comity.kernel.problem import Problem, Unfit, pointer_of

_CODE: Final = "surfaces.call.unfit"
_WITH_FIELDS: Final = frozenset({"POST", "DELETE"})
"""Methods whose body, if it is not described, has no fields; a PUT without fields sends bytes."""


def known_alone(operation: Operation, parser: Parser) -> Callable[..., Any]:
    """Return the view of an operation, which refuses what its description does not have.

    Args:
        operation: as it was declared.
        parser: of bodies.
    """
    view = operation.view_func
    names = _names(operation)
    sources = {getattr(model, "__ninja_param_source__", "") for model in operation.models}

    @wraps(view)
    def asked(request: HttpRequest, **values: Any) -> Any:  # noqa: ANN401 -- as the framework gives it
        require_known(request, names)
        if "body" not in sources and request.method in _WITH_FIELDS:
            _require_no_fields(request, parser)
        return view(request, **values)

    return asked


def _names(operation: Operation) -> Mapping[str, FieldInfo]:
    """Return by which names an operation may be asked."""
    found: dict[str, FieldInfo] = {}
    for model in operation.models:
        if getattr(model, "__ninja_param_source__", "") == "query":
            for field in model.model_fields.values():
                shape = field.annotation
                assert isinstance(shape, type)
                assert issubclass(shape, BaseModel)
                found |= shape.model_fields
    return found


def _require_no_fields(request: HttpRequest, parser: Parser) -> None:
    if not request.body and not request.headers.get("Transfer-Encoding"):
        return
    strange = [
        Problem(pointer_of([name]), "", f"{quoted(name)} is not known here.", "Leave it out.")
        for name in parser.parse_body(request)
    ]
    if strange:
        raise Unfit(_CODE, "body", strange)


def require_known(request: HttpRequest, names: Mapping[str, FieldInfo]) -> None:
    """Return if a call asks by these names alone, each of one value given once.

    Of two values the first must not be none.

    Args:
        request: the call.
        names: that it may ask by.

    Raises:
        Unfit: `surfaces.call.unfit`, with each that is not so.
    """
    some = f"Use some of: {', '.join(sorted(names))}." if names else "Leave it out."
    strange = [
        Problem(pointer_of([name]), quoted(values[-1]), f"{quoted(name)} is not known here.", some)
        if name not in names
        else Problem(
            pointer_of([name]),
            quoted(values[-1]),
            f"{quoted(name)} is given {len(values)} times.",
            "Give it once.",
        )
        for name, values in request.GET.lists()
        if name not in names or (len(values) > 1 and get_origin(names[name].annotation) is not list)
    ]
    if strange:
        raise Unfit(_CODE, "query", strange)
