"""Options by which a node says what it is: a wrong one is told by its name and its shape.

    --party fr --name en=France --agency doj='en:Ministry of Justice' --endpoint https://host:8443

Floor: surfaces.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from comity.joint.arrangement import certificate, fields
from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name

type Wrong = tuple[str, str]
"""An option and its value."""

_SHAPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "--party": "--party with lower-case letters, digits, dots and hyphens, like 'fr'",
        "--with": "--with like 'fr', each other party once",
        "--name": "--name LANG=NAME, each language once, like 'en=France'",
        "--agency": "--agency ID=LANG:NAME, like 'doj=en:Ministry of Justice'",
        "--endpoint": "--endpoint https://HOST:PORT, like 'https://node.example:8443'",
    }
)


def names(given: Sequence[str]) -> tuple[dict[str, str], list[Wrong]]:
    """Return what `--name` says, and which of them say nothing."""
    found: dict[str, str] = {}
    wrong: list[Wrong] = []
    for one in given:
        language, equals, name = one.partition("=")
        if not equals or language in found or not _holds(fields.require_names, {language: name}):
            wrong.append(("--name", one))
        else:
            found[language] = name
    return found, wrong


def agencies(given: Sequence[str]) -> tuple[tuple[Agency, ...], list[Wrong]]:
    """Return what `--agency` says, and which of them say nothing."""
    found: dict[str, dict[str, str]] = {}
    wrong: list[Wrong] = []
    for one in given:
        agency, equals, rest = one.partition("=")
        language, colon, name = rest.partition(":")
        is_name = equals and colon and _holds(fields.require_names, {language: name})
        if not is_name or not _is_name(agency) or language in found.get(agency, {}):
            wrong.append(("--agency", one))
        else:
            found.setdefault(agency, {})[language] = name
    return tuple(Agency(agency, said) for agency, said in found.items()), wrong


def party(option: str, given: Iterable[str], taken: Iterable[str] = ()) -> list[Wrong]:
    """Return which of these name no party, or one that was named before."""
    seen, wrong = [*taken], []
    for one in given:
        if not _is_name(one) or one in seen:
            wrong.append((option, one))
        seen.append(one)
    return wrong


def endpoint(given: str | None) -> list[Wrong]:
    """Return the endpoint if it is none; not to give one is no mistake."""
    is_good = not given or _holds(certificate.split_endpoint, given)
    return [] if is_good else [("--endpoint", given or "")]


def require_none(wrong: Sequence[Wrong]) -> None:
    """Return if nothing is wrong; else tell all of it.

    Raises:
        Fault: `surfaces.option.malformed`.
    """
    if wrong:
        shapes = dict.fromkeys(_SHAPES[option] for option, _ in wrong)
        raise Fault(
            code="surfaces.option.malformed",
            what=f"{', '.join(f'{option} cannot be {quoted(one)}' for option, one in wrong)}.",
            fix=f"Write {', '.join(shapes)}.",
        )


def _is_name(text: str) -> bool:
    return _holds(lambda value: require_name("party", value), text)


def _holds[T](require: Callable[[T], object], value: T) -> bool:
    try:
        require(value)
    except Fault:
        return False
    return True
