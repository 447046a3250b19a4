"""The one exception that tells of the world: bytes, disk, peer.

Three kinds of no are never mixed.  `Inadmissible` is a value (a refusal by rule to an
officer, with its rule), `Fault` is an exception, and `assert` is for our own bugs.

Floor: kernel (pure).
"""

from typing import Any, override

OFFENDING_VALUE_CHARS_MAX = 80


class Fault(Exception):  # noqa: N818 -- the word of the field; `FaultError` would say it twice
    """Something outside this program is wrong, and this is what to do about it.

    Attributes:
        code: stable, `floor.noun.problem`; listed in docs/errors.md.
        what: one sentence that names the offending value (see `quoted`).
        fix: one sentence that begins with a verb: the next step.
    """

    def __init__(self, *, code: str, what: str, fix: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.fix = fix

    @override
    def __str__(self) -> str:
        return f"{self.what} {self.fix} [{self.code}]"

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        """Say how it goes from one process to another: as it is, whatever a subclass is given."""
        return _raised_elsewhere, (type(self), self.args, self.__dict__)


def _raised_elsewhere[Kind: Fault](
    kind: type[Kind], args: tuple[Any, ...], values: dict[str, Any]
) -> Kind:
    found = kind.__new__(kind, *args)
    found.__dict__.update(values)
    return found


def path_quoted(path: object) -> str:
    """Return a path in quotes, control characters escaped; whole, as it is known by its end."""
    return repr(str(path))


def quoted(value: object) -> str:
    """Return the value in quotes, cut at 80 characters, control characters escaped.

    Bytes are read as UTF-8.  Never give it a secret.
    """
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    text = value if isinstance(value, str) else repr(value)
    if len(text) > OFFENDING_VALUE_CHARS_MAX:
        text = text[: OFFENDING_VALUE_CHARS_MAX - 1] + "…"
    return repr(text)
