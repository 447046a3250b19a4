"""What was not done, as an exception that says why and what to do (RFC 9457).

    Problem           anything that is not done
      Inadmissible    409: a refusal by rule; `rule` names it
      NotAllowed      401, 403: the token, its scope, or the role of its officer
      Unknown         404: there is none, or it is not for this officer
      Unfit           400, 413, 422: what was sent; `problems` has each place
      NotYet          it did not happen in the time that was waited

Floor: client.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, override


class Problem(Exception):  # noqa: N818 -- named as the standard names it
    """Something was not done.

    Attributes:
        status: HTTP status; 0 where the node was not asked.
        code: stable; docs/errors.md of the node explains it.
        what: what is wrong, one sentence.
        fix: the next step.
        problems: each thing that is wrong in what was sent, with its `pointer`.
    """

    def __init__(
        self,
        status: int,
        code: str,
        what: str,
        fix: str,
        problems: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(what)
        self.status = status
        self.code = code
        self.what = what
        self.fix = fix
        self.problems = tuple(problems)

    @property
    def rule(self) -> str:
        """The rule that says no: the same as the code."""
        return self.code

    @override
    def __str__(self) -> str:
        lines = [f"{self.what} {self.fix} [{self.code}]"]
        lines += [f"  {one['pointer'] or '/'}: {one['what']} {one['fix']}" for one in self.problems]
        return "\n".join(lines)


class Inadmissible(Problem):
    """A refusal by rule."""


class NotAllowed(Problem):
    """The token opens nothing, or not this; or its officer may not."""


class Unknown(Problem):
    """There is none that this officer may see."""


class Unfit(Problem):
    """What was sent does not fit; nothing was done."""


class NotYet(Problem):
    """It has not happened in the time that was waited; what was sent stays sent."""


_BY_STATUS: Final[Mapping[int, type[Problem]]] = {
    HTTPStatus.BAD_REQUEST: Unfit,
    HTTPStatus.UNAUTHORIZED: NotAllowed,
    HTTPStatus.FORBIDDEN: NotAllowed,
    HTTPStatus.NOT_FOUND: Unknown,
    HTTPStatus.CONFLICT: Inadmissible,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Unfit,
    HTTPStatus.UNPROCESSABLE_ENTITY: Unfit,
}


def of(status: int, details: Any) -> Problem:  # noqa: ANN401 -- whatever answered, even if it is no node
    """Return the exception for an answer: problem details, or what else came."""
    told = details if isinstance(details, dict) else {}
    kind = _BY_STATUS.get(status, Problem)
    return kind(
        status,
        str(told.get("code", "client.answer.strange")),
        str(told.get("title", f"The answer has the status {status} and says no more.")),
        str(told.get("fix", "Check that a node of comity answers at this address.")),
        [one for one in told.get("problems", []) if isinstance(one, dict)],
    )
