"""Sessions of those who are no officers: admitted, entered, ended.

    record kind            key                      value
    outside-session        <id>                     `Session`
    outside-key            <sha256 of a secret>     {kind, session}; kind `cookie` after a link
    outside-certificate    <sha256 of its DER>      the certificate: DER in base64

Officers of the agency that admitted somebody see their session and end it; whoever runs the node
sees and ends every session, and an auditor sees every one.

Floor: node.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from comity.domestic.officer import role
from comity.domestic.outside import session as sessions
from comity.domestic.outside.session import CERTIFICATE, LINK, Session, Terms
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import local_log
from comity.node.room.officers import lacks_role

RECORD: Final = "outside-session"
KEY: Final = "outside-key"
TRUSTED: Final = "outside-certificate"
COOKIE: Final = "cookie"

ADMITTING: Final = (*role.SPEAKING, role.CONTROLLER, role.SECRETARIAT)
"""Who lets others in: every role that does more than read or run the machine."""

OPEN_MAX: Final = 1_000
CERTIFICATE_BYTES_MAX: Final = 16_384
_ID_BYTES: Final = 6
_DAY_MS: Final = 86_400_000
_FORGOTTEN_MS: Final = 90 * _DAY_MS
"""After its end a session is listed for so long."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who was let in.

    Attributes:
        session: what is kept.
        secret: the address of a link, or a token, shown once; "" for a certificate.
    """

    session: Session
    secret: str


def admit(
    node: Node,
    officer: Officer,
    terms: Terms,
    certificate: bytes = b"",
    also: Callable[[Tx, Session], None] | None = None,
) -> Admitted | Inadmissible:
    """Make a session; its secret is returned here and kept nowhere.

    Args:
        node: ours.
        officer: who admits.
        terms: whom, and to what.
        certificate: of the client, PEM or DER, for that kind alone.
        also: what a room keeps of the session, in the transaction that lets it in.

    Raises:
        Fault: `outside.listener.off`, `outside.terms.unfit`, `outside.scope.unknown`,
            `outside.certificate.unfit`, `outside.session.too-many`.
    """
    if no := lacks_role(officer, *ADMITTING):
        return no
    if not node.outside.origin:
        raise _off()
    require_fit(node, terms)
    der = _client_certificate(terms.kind, certificate)
    secret, key = _secret(node, terms.kind, der)
    now_ms = node.clock.now_ms()
    made = Session(
        id=node.entropy(_ID_BYTES).hex(), kind=terms.kind, name=terms.name.strip(),
        on_behalf=terms.on_behalf.strip(), scopes=tuple(dict.fromkeys(terms.scopes)),
        requests=terms.requests, mebibytes=terms.mebibytes, officer=officer.name,
        agency=officer.agency, since_ms=now_ms, until_ms=now_ms + terms.days * _DAY_MS,
    )  # fmt: skip
    with node.store.write() as tx:
        _forget(tx, now_ms)
        _require_room(tx, now_ms)
        if der:
            _require_free(tx, key, now_ms)
            tx.save_record(TRUSTED, key, base64.b64encode(der).decode("ascii"))
        _save(tx, made)
        tx.save_record(KEY, key, {"kind": terms.kind, "session": made.id})
        facts = {"officer": officer.name, "session": made.id, "label": one_line(made.name)}
        local_log.note(tx, node, "outside.admitted", facts)
        if also is not None:
            also(tx, made)
    return Admitted(
        made, sessions.address(node.outside.origin, secret) if terms.kind == LINK else secret
    )


def listing(node: Node, officer: Officer) -> list[Session]:
    """Return the sessions that an officer may see, ended ones too, the newest first."""
    with node.store.read() as tx:
        every = [_from_json(value) for value in tx.records(RECORD).values()]
    seen = (one for one in every if _sees(officer, one))
    return sorted(seen, key=lambda one: (-one.since_ms, one.id))


def end(node: Node, officer: Officer, session_id: str) -> Session | Inadmissible:
    """End a session: from the next request on it opens nothing.

    Raises:
        Fault: `outside.session.unknown`, also for one that the officer may not see.
    """
    with node.store.write() as tx:
        value = tx.record(RECORD, session_id)
        found = _from_json(value) if value is not None else None
        if found is None or not _sees(officer, found):
            raise Fault(
                code="outside.session.unknown",
                what=f"There is no session {quoted(session_id)}.",
                fix="Run `comity outside list` to see the sessions of your agency.",
            )
        if no := lacks_role(officer, *ADMITTING, role.OPERATOR):
            return no
        return _end(tx, node, found, {"officer": officer.name})


def renew(node: Node, officer: Officer, one: Session, days: int) -> Admitted | Inadmissible:
    """Give a session another token; the one before opens nothing from the next request on."""
    if no := lacks_role(officer, *ADMITTING):
        return no
    secret, key = _secret(node, sessions.TOKEN, b"")
    made = replace(one, until_ms=node.clock.now_ms() + days * _DAY_MS)
    with node.store.write() as tx:
        for old, value in tx.records(KEY).items():
            if cast("dict[str, Json]", value)["session"] == one.id:
                tx.drop_record(KEY, old)
        _save(tx, made)
        tx.save_record(KEY, key, {"kind": sessions.TOKEN, "session": made.id})
        facts = {"officer": officer.name, "session": made.id, "label": one_line(made.name)}
        local_log.note(tx, node, "outside.admitted", facts)
    return Admitted(made, secret)


def leave(node: Node, session: Session) -> None:
    """End a session as its holder asks."""
    with node.store.write() as tx:
        _end(tx, node, session, {})


def require_unused(node: Node, link: str) -> Session:
    """Return the session that a link opens; looking does not use the link.

    Raises:
        Fault: `outside.link.wrong`, `outside.link.used`.
    """
    with node.store.read() as tx:
        return _unused(tx, link, node.clock.now_ms())


def enter(node: Node, link: str) -> tuple[Session, str]:
    """Use a link, once; return the session, and the cookie by which the browser is known.

    Raises:
        Fault: `outside.link.wrong`, `outside.link.used`.
    """
    cookie = sessions.render("", node.entropy(sessions.SECRET_BYTES))
    now_ms = node.clock.now_ms()
    with node.store.write() as tx:
        entered = replace(_unused(tx, link, now_ms), entered_ms=now_ms)
        _save(tx, entered)
        tx.save_record(KEY, sessions.sha256(cookie), {"kind": COOKIE, "session": entered.id})
        local_log.note(tx, node, "outside.entered", {"session": entered.id})
    return entered, cookie


def end_with_its_work(node: Node, tx: Tx, session_id: str) -> None:
    """End a session because what it was for has ended, whoever admitted it."""
    found = session_of(tx, session_id)
    if found is not None:
        _end(tx, node, found, {})


def authenticate(node: Node, kind: str, secret: str) -> Session:
    """Return whose secret this is.

    Args:
        node: ours.
        kind: how it was shown: `COOKIE`, `TOKEN` or `CERTIFICATE`.
        secret: what was shown; of a certificate its SHA-256 in hex.

    Raises:
        Fault: `outside.access.wrong` for one that is unknown, ended or out of date.
    """
    key = secret if kind == CERTIFICATE else sessions.sha256(secret)
    with node.store.read() as tx:
        found = _found(tx, key, kind)
    if found is None or not found.is_open(node.clock.now_ms()):
        raise Fault(
            code="outside.access.wrong",
            what="This session is over, or there is none.",
            fix="Ask the officer who admitted you for a new link, or a new token.",
        )
    return found


def session_of(tx: Tx, session_id: str) -> Session | None:
    """Return a session by its id, ended or not; or None."""
    value = tx.record(RECORD, session_id)
    return None if value is None else _from_json(value)


def certificates(tx: Tx) -> list[bytes]:
    """Return the certificates of clients, DER, that TLS lets in.

    Which of them opens anything is asked with each request.
    """
    return [base64.b64decode(str(one)) for one in tx.records(TRUSTED).values()]


def _sees(officer: Officer, one: Session) -> bool:
    is_over_all = role.OPERATOR in officer.roles or role.AUDITOR in officer.roles
    return is_over_all or officer.agency == one.agency


def _end(tx: Tx, node: Node, found: Session, facts: Mapping[str, str]) -> Session:
    value = tx.record(RECORD, found.id)
    kept = _from_json(value) if value is not None else found
    if kept.ended_ms is not None:
        return kept
    ended = replace(kept, ended_ms=node.clock.now_ms())
    _save(tx, ended)
    local_log.note(tx, node, "outside.ended", {"session": kept.id, **facts})
    return ended


def _found(tx: Tx, key: str, kind: str) -> Session | None:
    row = cast("dict[str, Json] | None", tx.record(KEY, key))
    if row is None or row["kind"] != kind:
        return None
    value = tx.record(RECORD, str(row["session"]))
    return _from_json(value) if value is not None else None


def _unused(tx: Tx, link: str, now_ms: int) -> Session:
    found = _found(tx, sessions.sha256(link), LINK)
    if found is None or not found.is_open(now_ms):
        raise Fault(
            code="outside.link.wrong",
            what="This link opens nothing: it is out of date, was ended, or is not complete.",
            fix="Open the whole address that you were given, or ask for a new link.",
        )
    if found.entered_ms is not None:
        raise Fault(
            code="outside.link.used",
            what="This link was used: each opens one session, in one browser.",
            fix="Go on in the browser in which you opened it, or ask for a new link. "
            "If you did not open it, tell the officer who gave it to you.",
        )
    return found


def _secret(node: Node, kind: str, der: bytes) -> tuple[str, str]:
    """Return the secret of a session, and the key under which it is found."""
    if kind == CERTIFICATE:
        return "", hashlib.sha256(der).hexdigest()
    prefix = sessions.LINK_PREFIX if kind == LINK else sessions.TOKEN_PREFIX
    secret = sessions.render(prefix, node.entropy(sessions.SECRET_BYTES))
    return secret, sessions.sha256(secret)


def require_fit(node: Node, terms: Terms) -> None:
    """Check what an officer says of whom they admit.

    Raises:
        Fault: `outside.terms.unfit`, `outside.scope.unknown`.
    """
    wrong = []
    if terms.kind not in sessions.KINDS:
        wrong.append(f"kind is {quoted(terms.kind)}, not one of {', '.join(sessions.KINDS)}")
    for name, text in (("name", terms.name), ("on behalf of", terms.on_behalf)):
        if not 1 <= len(text.strip()) <= sessions.NAME_CHARS_MAX or one_line(text) != text:
            wrong.append(f"{name} is {quoted(text)}, not one line of 1 to 100 characters")
    for name, number, most in (
        ("days", terms.days, sessions.DAYS_MAX),
        ("requests", terms.requests, sessions.REQUESTS_MAX),
        ("mebibytes", terms.mebibytes, sessions.MEBIBYTES_MAX),
    ):
        if not 1 <= number <= most:
            wrong.append(f"{name} is {number}, not 1 to {most}")
    if wrong:
        raise Fault(
            code="outside.terms.unfit",
            what=f"This session cannot be made: {'; '.join(wrong)}.",
            fix="Correct what is named and try again.",
        )
    strange = [one for one in terms.scopes if one not in node.outside.scopes]
    if strange or not terms.scopes:
        raise Fault(
            code="outside.scope.unknown",
            what=f"There is no scope {quoted(strange[0] if strange else '')}.",
            fix=f"Use one or more of: {', '.join(node.outside.scopes)}.",
        )


def _client_certificate(kind: str, data: bytes) -> bytes:
    """Return the DER of a client's certificate; nothing for another kind of session."""
    if kind != CERTIFICATE and not data:
        return b""
    if kind != CERTIFICATE:
        raise _unfit("it was given for a session of another kind")
    if not 1 <= len(data) <= CERTIFICATE_BYTES_MAX:
        raise _unfit(f"it has {len(data)} bytes, not 1 to {CERTIFICATE_BYTES_MAX}")
    is_pem = data.lstrip().startswith(b"-----BEGIN")
    try:
        read = (x509.load_pem_x509_certificate if is_pem else x509.load_der_x509_certificate)(data)
        uses = [one for one in read.extensions if isinstance(one.value, x509.ExtendedKeyUsage)]
    except (ValueError, TypeError, x509.DuplicateExtension, binascii.Error) as error:
        raise _unfit("it is no X.509 certificate in PEM or DER") from error
    if uses and ExtendedKeyUsageOID.CLIENT_AUTH not in cast("Any", uses[0].value):
        raise _unfit("its extended key usage does not name clientAuth")
    return read.public_bytes(Encoding.DER)


def _unfit(why: str) -> Fault:
    return Fault(
        code="outside.certificate.unfit",
        what=f"The certificate of the client cannot be used: {why}.",
        fix="Give the client's own certificate in PEM, without its private key.",
    )


def _require_free(tx: Tx, key: str, now_ms: int) -> None:
    """Check that no open session has this certificate; one that is over gives it up."""
    found = _found(tx, key, CERTIFICATE)
    if found is not None and found.is_open(now_ms):
        raise _unfit(f"the open session {found.id} has it")


def _require_room(tx: Tx, now_ms: int) -> None:
    count = sum(_from_json(value).is_open(now_ms) for value in tx.records(RECORD).values())
    if count >= OPEN_MAX:
        raise Fault(
            code="outside.session.too-many",
            what=f"{count} sessions are open, and a node has room for {OPEN_MAX}.",
            fix="End those that are not needed: `comity outside list`, `comity outside end`.",
        )


def _forget(tx: Tx, now_ms: int) -> None:
    """Drop sessions that were over long ago, and what opened them."""
    over = {
        key
        for key, value in tx.records(RECORD).items()
        if min((one := _from_json(value)).ended_ms or one.until_ms, one.until_ms)
        < now_ms - _FORGOTTEN_MS
    }
    if not over:
        return
    for key, value in tx.records(KEY).items():
        if cast("dict[str, Json]", value)["session"] in over:
            tx.drop_record(KEY, key)
            tx.drop_record(TRUSTED, key)
    for key in over:
        tx.drop_record(RECORD, key)


def _off() -> Fault:
    return Fault(
        code="outside.listener.off",
        what="This node serves nobody from outside: outside_origin is not set.",
        fix="Have the operator set outside_port and what belongs to it: docs/configuration.md.",
    )


def _save(tx: Tx, one: Session) -> None:
    tx.save_record(RECORD, one.id, {**asdict(one), "scopes": [*one.scopes]})


def _from_json(value: Json) -> Session:
    fields = cast("dict[str, Any]", value)
    return Session(**{**fields, "scopes": tuple(fields["scopes"])})
