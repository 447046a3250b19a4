"""A refusal by rule to an officer: the rule, what it means here, and what they can do instead.

It is a value that `decide` returns, not an exception: nothing is broken.  *Refusal* is
the treaty's word for another thing, and is never used for this one.

Floor: kernel (pure).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inadmissible:
    """What may not be said now.

    Attributes:
        rule: stable name of the rule, `request.answered-already`.
        what: one sentence: why it may not be said.
        fix: one sentence that begins with a verb: what may be done instead.
    """

    rule: str
    what: str
    fix: str

    def __post_init__(self) -> None:
        """Assert that an officer is never left without a next step."""
        assert self.rule
        assert self.what
        assert self.fix
