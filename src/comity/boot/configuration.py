"""The configuration of a node: `config.toml` in its home, and COMITY_* which win over it.

    party = "fr"
    port = 8400
    [names]
    en = "France"
    [peer_address]
    sn = "https://192.0.2.7:8443"

Floor: boot.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any, Final

from comity.joint.arrangement.certificate import split_endpoint
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name
from comity.surfaces.cli.context import Settings

_HEAD: Final = """\
# The configuration of a node.  COMITY_PORT, COMITY_PEER_PORT, COMITY_DATABASE and COMITY_S3
# of the environment win over it.  See docs/commands.md.

"""
_FROM_ENVIRONMENT: Final = {
    "COMITY_DATABASE": "database",
    "COMITY_PEER_PORT": "peer_port",
    "COMITY_PORT": "port",
    "COMITY_S3": "s3",
}
_TYPES: Final[dict[str, type]] = {
    field.name: dict if field.default is MISSING and field.name != "party" else type(field.default)
    for field in fields(Settings)
} | {"party": str}
_PORT_MAX: Final = 65_535


def render(settings: Settings) -> str:
    """Return the text of `config.toml`."""
    lines: list[str] = []
    tables: list[str] = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        if _TYPES[field.name] is dict:
            rows = [f"{_text(name)} = {_text(text)}" for name, text in sorted(value.items())]
            tables += ["", f"[{field.name}]", *rows]
        else:
            lines.append(f"{field.name} = {value if isinstance(value, int) else _text(value)}")
    return _HEAD + "\n".join([*lines, *tables]) + "\n"


def parse(text: str, name: str) -> Settings:
    """Read the text of `config.toml`.

    Args:
        text: of the file.
        name: of the file, for the message.

    Raises:
        Fault: `boot.config.malformed`, naming the field and the value.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(name, str(error)) from error
    for key, value in given.items():
        if key not in _TYPES:
            raise _malformed(name, f"there is no setting {quoted(key)}")
        if type(value) is not _TYPES[key]:
            raise _malformed(name, f"{key} cannot be {quoted(value)}")
    if "party" not in given:
        raise _malformed(name, "it does not say which party's node this is")
    return require_valid(Settings(**given), name)


def require_valid(settings: Settings, name: str) -> Settings:
    """Return the settings if each value can be used.

    Raises:
        Fault: `boot.config.malformed`, `kernel.id.malformed`, `arrangement.text.malformed`.
    """
    require_name("party", settings.party)
    for key in ("port", "peer_port"):
        if not 0 <= getattr(settings, key) <= _PORT_MAX:
            raise _malformed(name, f"{key} cannot be {getattr(settings, key)}")
    if settings.approvals < 1 or settings.reserve_bytes < 0:
        raise _malformed(name, "approvals and reserve_bytes are counts")
    for tables in (settings.names, settings.peer_address):
        if any(not isinstance(value, str) for value in tables.values()):
            raise _malformed(name, "names and peer_address map words to words")
    for endpoint in (settings.endpoint, *settings.peer_address.values()):
        if endpoint:
            split_endpoint(endpoint)
    return settings


def with_environment(settings: Settings, environment: Mapping[str, str]) -> Settings:
    """Return the settings with what the environment says instead.

    Raises:
        Fault: `boot.config.malformed`.
    """
    changes: dict[str, Any] = {}
    for variable, key in _FROM_ENVIRONMENT.items():
        text = environment.get(variable, "")
        if not text:
            continue
        if _TYPES[key] is int and not (text.isascii() and text.isdecimal()):
            raise _malformed("the environment", f"{variable} cannot be {quoted(text)}")
        changes[key] = int(text) if _TYPES[key] is int else text
    return require_valid(replace(settings, **changes), "the environment")


def read(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read the configuration of a home.

    Raises:
        Fault: `boot.home.missing`, `boot.config.malformed`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Fault(
            code="boot.home.missing",
            what=f"There is no home at {quoted(str(path.parent))}: it has no {path.name}.",
            fix="Make one with `comity init`, or name another folder after --home.",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _malformed(str(path), str(error)) from error
    return with_environment(parse(text, str(path)), environment)


def _text(value: str) -> str:
    """Return a basic string of TOML 1.0: one of JSON, with DEL escaped too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _malformed(name: str, why: str) -> Fault:
    return Fault(
        code="boot.config.malformed",
        what=f"The configuration in {quoted(name)} cannot be used: {why}.",
        fix="Correct it; docs/commands.md lists every setting.",
    )
