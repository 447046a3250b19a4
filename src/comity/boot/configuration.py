"""The configuration of a node: `config.toml` in its home, and COMITY_* which win over it.

    party = "fr"
    port = 8400
    [names]
    en = "France"
    [peer_address]
    sn = "https://192.0.2.7:8443"
    [[witness]]
    name = "auditor"
    url = "https://witness.example/"
    vkeys = ["auditor.example+2f…+BA…"]
    logs = ["local", "live"]

Floor: boot.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from comity.adapters import smtp_hooks
from comity.adapters.smtp_hooks import Relay
from comity.domestic.webhook import letter
from comity.joint.arrangement.certificate import split_endpoint
from comity.kernel.digits import whole
from comity.kernel.fault import Fault, path_quoted, quoted
from comity.kernel.ids import require_name
from comity.node.base.rows import Provider, Witness
from comity.surfaces.cli.context import Settings
from comity.tlog import keys

_HEAD: Final = """\
# The configuration of a node.  COMITY_PORT, COMITY_PEER_PORT, COMITY_OUTSIDE_PORT,
# COMITY_METRICS_PORT, COMITY_DATABASE and COMITY_S3 of the environment win over it.  See
# docs/configuration.md.

"""
_FROM_ENVIRONMENT: Final = {
    "COMITY_DATABASE": "database",
    "COMITY_OUTSIDE_PORT": "outside_port",
    "COMITY_METRICS_PORT": "metrics_port",
    "COMITY_PEER_PORT": "peer_port",
    "COMITY_PORT": "port",
    "COMITY_S3": "s3",
}
_TYPES: Final[dict[str, type]] = {
    field.name: dict if field.default is MISSING and field.name != "party" else type(field.default)
    for field in fields(Settings)
} | {"party": str, "witness": list, "oidc": list}
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_POSTGRESQL: Final = ("postgresql://", "postgres://")
_S3: Final = re.compile(r"s3://[^/\s]+")
_S3_SECONDS_MAX: Final = 3_600
_HOMES_SHOWN: Final = 5
_PORT_MAX: Final = 65_535
_PAGE_PROCESSES_MAX: Final = 64
_LANGUAGES: Final = ("en", "zh-Hans")
_WITNESS: Final[dict[str, type]] = {
    "name": str,
    "url": str,
    "vkeys": list,
    "logs": list,
    "ca_file": str,
}
_WITNESS_OPTIONAL: Final = frozenset({"ca_file"})
_MAIL: Final = frozenset({"host", "port", "sender", "address", "security", "user", "password_file"})
_COSIGN: Final = frozenset({keys.ED25519_COSIGNATURE, keys.ML_DSA_44_COSIGNATURE})


def render(settings: Settings) -> str:
    """Return the text of `config.toml`."""
    lines: list[str] = []
    tables: list[str] = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        if _TYPES[field.name] is dict:
            rows = [f"{_text(name)} = {_text(text)}" for name, text in sorted(value.items())]
            tables += ["", f"[{field.name}]", *rows]
        elif _TYPES[field.name] is list:
            tables += [line for one in value for line in _table(field.name, one)]
        else:
            plain = str(value).lower() if isinstance(value, int) else _text(value)
            lines.append(f"{field.name} = {plain}")
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
    witnesses = tuple(_witness(value, name) for value in given.pop("witness", []))
    providers = tuple(_provider(value, name) for value in given.pop("oidc", []))
    return require_valid(Settings(**given, witness=witnesses, oidc=providers), name)


def _witness(value: Any, name: str) -> Witness:  # noqa: ANN401 -- whatever TOML holds
    rows = value if isinstance(value, dict) else {}
    wrong = [key for key in rows if key not in _WITNESS or type(rows[key]) is not _WITNESS[key]]
    missing = _WITNESS.keys() - rows.keys() - _WITNESS_OPTIONAL
    if wrong or missing:
        raise _malformed(name, f"[[witness]] is wrong in {', '.join(sorted({*wrong, *missing}))}")
    vkeys = tuple(keys.parse(str(text)) for text in rows["vkeys"])
    logs = tuple(require_name("channel", str(one)) for one in rows["logs"])
    one = Witness(rows["name"], vkeys, rows["url"], logs, rows.get("ca_file", ""))
    require_name("witness", one.name)
    if not vkeys or any(vkey.kind not in _COSIGN for vkey in vkeys):
        raise _malformed(name, f"the witness {one.name} needs vkeys of kind 0x04 or 0x06")
    if not one.url.startswith(("https://", "http://")):
        raise _malformed(name, f"the witness {one.name} has the url {quoted(one.url)}")
    return one


def _provider(value: Any, name: str) -> Provider:  # noqa: ANN401 -- as above
    rows = value if isinstance(value, dict) else {}
    known = {field.name: field.default for field in fields(Provider)}
    wrong = [key for key in rows if key not in known or not isinstance(rows[key], str)]
    missing = [key for key, unset in known.items() if unset is MISSING and key not in rows]
    if wrong or missing:
        raise _malformed(name, f"[[oidc]] is wrong in {', '.join(sorted({*wrong, *missing}))}")
    one = Provider(**rows)
    require_name("provider", one.id)
    if not one.issuer.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise _malformed(name, f"the provider {one.id} has the issuer {quoted(one.issuer)}")
    return one


def _table(key: str, one: Any) -> list[str]:  # noqa: ANN401 -- a row of either kind
    if isinstance(one, Witness):
        return _witness_lines(one)
    return [
        "",
        f"[[{key}]]",
        *(f"{each.name} = {_text(getattr(one, each.name))}" for each in fields(one)),
    ]


def _witness_lines(one: Witness) -> list[str]:
    lines = ["", "[[witness]]", f"name = {_text(one.name)}", f"url = {_text(one.url)}"]
    lines += [f"vkeys = [{', '.join(_text(keys.render(vkey)) for vkey in one.vkeys)}]"]
    lines += [f"logs = [{', '.join(map(_text, one.logs))}]", f"ca_file = {_text(one.ca_file)}"]
    return lines


def require_valid(settings: Settings, name: str) -> Settings:
    """Return the settings if each value can be used.

    Raises:
        Fault: `boot.config.malformed`, `kernel.id.malformed`.
    """
    require_name("party", settings.party)
    _require_values(settings, name)
    return settings


def _require_values(settings: Settings, name: str) -> None:
    wrong = [
        f"{key} cannot be {getattr(settings, key)}"
        for key in ("port", "peer_port", "outside_port", "metrics_port")
        if not 0 <= getattr(settings, key) <= _PORT_MAX
    ]
    if settings.approvals < 1 or min(settings.reserve_bytes, settings.review_hours) < 0:
        wrong.append("approvals, review_hours and reserve_bytes are counts")
    if not 0 <= settings.page_processes <= _PAGE_PROCESSES_MAX:
        wrong.append(f"page_processes cannot be {settings.page_processes}")
    wrong += [*_wrong_places(settings), *_wrong_networks(settings)]
    if settings.language not in _LANGUAGES:
        wrong.append(f"language cannot be {quoted(settings.language)}")
    if len({one.name for one in settings.witness}) != len(settings.witness):
        wrong.append("two witnesses have one name")
    words = [*settings.names.values(), *settings.peer_address.values(), *settings.mail.values()]
    if any(not isinstance(value, str) for value in words):
        wrong.append("names, peer_address and mail map words to words")
    else:
        wrong += [*_mail_problems(settings.mail), *_wrong_addresses(settings)]
    wrong += [*_wrong_desk(settings), *_wrong_outside(settings)]
    if wrong:
        raise _malformed(name, "; ".join(wrong))


def _wrong_addresses(settings: Settings) -> Iterator[str]:
    """Give what cannot be used of where nodes are reached."""
    given = {f"peer_address of {party}": one for party, one in settings.peer_address.items()}
    for name, address in {"endpoint": settings.endpoint, **given}.items():
        try:
            split_endpoint(address or "https://none.example")
        except Fault:
            yield f"{name} cannot be {quoted(address)}: it is like https://node.example:8443"


def networks(settings: Settings) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks that webhooks may be called in, beside the public ones."""
    return tuple(ip_network(one) for one in settings.webhook_networks.split())


def _wrong_networks(settings: Settings) -> Iterator[str]:
    try:
        networks(settings)
    except ValueError as error:
        yield f"webhook_networks cannot be {quoted(settings.webhook_networks)}: {error}"


def _wrong_places(settings: Settings) -> list[str]:
    """Return what cannot be used of where things are kept."""
    wrong = []
    if settings.database and not settings.database.startswith(_POSTGRESQL):
        wrong.append("database is no postgresql:// URL")  # which may hold a password
    if settings.s3 and not _S3.match(settings.s3):
        wrong.append(f"s3 cannot be {quoted(settings.s3)}: it is an s3://bucket/prefix URL")
    if not 0 < settings.s3_seconds <= _S3_SECONDS_MAX:
        wrong.append(f"s3_seconds cannot be {settings.s3_seconds}")
    if settings.high_water and not Path(settings.high_water).is_absolute():
        wrong.append(
            f"high_water cannot be {quoted(settings.high_water)}: another file would be meant in "
            "each folder where a command starts, so it is a path from /"
        )
    return wrong


def _wrong_desk(settings: Settings) -> list[str]:
    """Return what cannot be used of how officers reach the pages: elsewhere only behind TLS."""
    wrong = []
    origin = urlsplit(settings.officers_origin)
    is_origin = origin.scheme == "https" and origin.netloc and not origin.path.strip("/")
    if settings.officers_origin and (not is_origin or origin.query or origin.username):
        wrong.append(f"officers_origin cannot be {quoted(settings.officers_origin)}")
    if settings.officers_host not in _LOOPBACK and not settings.officers_origin:
        wrong.append(
            "officers_host is elsewhere than this machine, and officers_origin says no TLS"
        )
    if settings.officers_proxies < 0:
        wrong.append("officers_proxies is a count")
    if len({one.id for one in settings.oidc}) != len(settings.oidc):
        wrong.append("two providers have one id")
    return wrong


def _wrong_outside(settings: Settings) -> Iterator[str]:
    """Give what cannot be used of the listener for those who are no officers."""
    origin = urlsplit(settings.outside_origin)
    if settings.outside_origin and (
        settings.outside_origin != f"https://{origin.netloc}"
        or not origin.hostname
        or "@" in origin.netloc
    ):
        yield (
            f"outside_origin cannot be {quoted(settings.outside_origin)}: it is like "
            "https://guests.example or https://guests.example:8500"
        )
    files = ("outside_certificate", "outside_key")
    for key in files:
        value = getattr(settings, key)
        if value and not Path(value).is_absolute():
            yield f"{key} cannot be {quoted(value)}: it is a path from /"
    missing = [key for key in ("outside_origin", *files) if not getattr(settings, key)]
    if settings.outside_port and missing:
        yield f"outside_port is set, and {', '.join(missing)} is missing"
    shared = {settings.officers_origin, settings.endpoint} - {""}
    if settings.outside_origin in shared:
        yield "outside_origin is the address of another listener of this node"


def _mail_problems(mail: Mapping[str, str]) -> list[str]:
    """Return what is wrong in [mail]; an empty one sends nothing."""
    if not mail:
        return []
    wrong = [f"mail has no setting {quoted(name)}" for name in sorted(mail.keys() - _MAIL)]
    wrong += [f"mail needs {name}" for name in ("host", "sender", "address") if not mail.get(name)]
    port = mail.get("port", "587")
    if not whole(port, _PORT_MAX):
        wrong.append(f"mail.port cannot be {quoted(port)}")
    security = mail.get("security", smtp_hooks.STARTTLS)
    if security not in smtp_hooks.SECURITIES:
        wrong.append(f"mail.security cannot be {quoted(security)}")
    if security == smtp_hooks.PLAIN and mail.get("host") not in _LOOPBACK:
        wrong.append("mail.security is none for a server on this machine alone")
    if not letter.is_address(mail.get("sender", "")):
        wrong.append(f"mail.sender cannot be {quoted(mail.get('sender', ''))}")
    if not mail.get("address", "").startswith(("https://", "http://")):
        wrong.append(f"mail.address cannot be {quoted(mail.get('address', ''))}")
    return wrong


def relay(settings: Settings) -> Relay:
    """Return by which server notices leave, of valid settings."""
    mail = {name: value for name, value in settings.mail.items() if name != "port"}
    return Relay(**mail, port=int(settings.mail.get("port", "587")))


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
        Fault: `boot.home.missing`, `boot.home.unusable`, `boot.config.malformed`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_home(path) from error
    except PermissionError as error:
        raise Fault(
            code="boot.home.unusable",
            what=f"The home {path_quoted(path.parent)} is closed to this user: {error.strerror}.",
            fix="Run the command as the user whose home it is, who serves it; `ls -ld` shows them.",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _malformed(str(path), str(error)) from error
    return with_environment(parse(text, str(path)), environment)


def _no_home(path: Path) -> Fault:
    """Say what is there instead of a home: a file of one, or a folder with some in it."""
    folder = path.parent
    what, fix = f"it has no {path.name}", "Make one with `comity init`, or name another folder"
    within = sorted(found.parent.name for found in folder.glob(f"*/{path.name}"))
    if folder.is_file():
        what, fix = "it is a file", "Name the folder in which it lies"
    elif within:
        fix = f"Name one of the homes in it ({', '.join(within[:_HOMES_SHOWN])})"
    return Fault(
        code="boot.home.missing",
        what=f"There is no home at {path_quoted(folder)}: {what}.",
        fix=f"{fix} after --home.",
    )


def with_places(text: str, name: str, settings: Settings) -> str:
    """Return the text of a `config.toml` that says where these settings keep things.

    What else stands in it, comments too, stays as it was written.

    Raises:
        Fault: `boot.config.malformed`.
    """
    table = re.search(r"(?m)^[ \t]*\[", text)
    head, tables = (text[: table.start()], text[table.start() :]) if table else (text, "")
    before = parse(text, name)
    for key in ("database", "s3"):
        value = getattr(settings, key)
        if getattr(before, key) != value:
            rest = re.sub(rf"(?m)^[ \t]*{key}[ \t]*=.*\n?", "", head)
            head = f"{key} = {_text(value)}\n{rest}"
    parse(head + tables, name)
    return head + tables


def _text(value: str) -> str:
    """Return a basic string of TOML 1.0: one of JSON, with DEL escaped too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _malformed(name: str, why: str) -> Fault:
    return Fault(
        code="boot.config.malformed",
        what=f"The configuration in {quoted(name)} cannot be used: {why}.",
        fix="Correct it; docs/configuration.md lists every setting.",
    )
