"""The private keys of a home, each set in a file of its own, never in plain text.

    keys/master.age                        32 bytes, sealed to the passphrase or key
    keys/local.age                         the domestic log; its next ones: local-000002.age
    keys/card-<arrangement>-<number>.age   seeds by channel and use
    keys/tls-<16 hex digits>.age           password of the file beside it
    keys/tls-<16 hex digits>.pem           encrypted private key and certificate

All but the first are sealed to the master key, so that a passphrase is stretched once a
process and changed in one file.  The root key of an arrangement lies elsewhere, in a file
sealed to the passphrase or key itself.  Nothing is ever deleted: entries stay sealed to old
keys for as long as they are kept.  ML-DSA-44, Ed25519 and seal keys are 32-byte seeds.

Source: protocol rules 2, 5 and 8.
Floor: adapters.
"""

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.adapters import key_names, tlscert
from comity.adapters.durable_file import write_atomically, write_new
from comity.adapters.vault import Vault, of_key
from comity.joint.arrangement.arrangement import PartyRoot
from comity.joint.arrangement.card import ChannelKeys
from comity.joint.arrangement.signed import root_name
from comity.kernel import ijson
from comity.kernel.fault import Fault, path_quoted, quoted
from comity.node.base.keymaker import RootKey
from comity.node.base.rows import LOCAL_CHANNEL
from comity.seal.age import Entropy, Identity
from comity.seal.hybrid import HybridIdentity
from comity.tlog import keys
from comity.tlog.keys import KeySigner
from comity.tlog.note import Signer

LOG_ED25519: Final = "log-ed25519"
LOG_MLDSA44: Final = "log-mldsa44"
MIRROR_ED25519: Final = "mirror-ed25519"
MIRROR_MLDSA44: Final = "mirror-mldsa44"
SEAL: Final = "seal"
_USES: Final = (LOG_ED25519, LOG_MLDSA44, MIRROR_ED25519, MIRROR_MLDSA44, SEAL)
_ROOT_USES: Final = ("root-ed25519", "root-mldsa44")
MASTER: Final = "master.age"

type Seeds = Mapping[str, Mapping[str, str]]
"""`{channel: {use: 64 hex digits}}`."""


@dataclass(frozen=True, slots=True)
class TlsChain:
    """What a TLS library loads.

    Attributes:
        file: PEM of encrypted private key and certificate.
        password: opens the private key; a secret.
        certificate: DER.
    """

    file: Path
    password: bytes
    certificate: bytes


class KeyFiles:
    """`Keys` and `KeyMaker` over a folder.  Files are opened when first needed, and kept."""

    def __init__(self, folder: Path, vault: Vault, entropy: Entropy) -> None:
        self._folder = folder
        self._vault = vault
        self._entropy = entropy
        self._turn = threading.RLock()
        self._signers: dict[tuple[str, str, int, str], tuple[Signer, ...]] = {}
        self._identities: dict[tuple[str, int], HybridIdentity] = {}

    def log_signers(self, origin: str, channel: str, number: int) -> tuple[Signer, ...]:
        """Return the Ed25519 and the ML-DSA-44 signer of a log's heads, named by its origin.

        Args:
            origin: the log.
            channel: `<arrangement>/<name>`, or `local`.
            number: of the card, or of the keys of `local`.

        Raises:
            Fault: `keys.file.missing`, `keys.secret.wrong`, `keys.file.malformed`.
        """
        uses = ((LOG_ED25519, keys.ED25519_NOTE), (LOG_MLDSA44, keys.ML_DSA_44_COSIGNATURE))
        return self._signers_of(origin, channel, number, uses)

    def mirror_signers(self, name: str, channel: str, number: int) -> tuple[Signer, ...]:
        """Return the 0x04 and 0x06 signer of cosignatures, named by the mirror.

        Raises:
            Fault: as `log_signers`.
        """
        uses = (
            (MIRROR_ED25519, keys.ED25519_COSIGNATURE),
            (MIRROR_MLDSA44, keys.ML_DSA_44_COSIGNATURE),
        )
        return self._signers_of(name, channel, number, uses)

    def identity(self, channel: str, number: int) -> Identity:
        """Return the identity that opens what was sealed to that card.

        Raises:
            Fault: as `log_signers`.
        """
        with self._turn:
            found = self._identities.get((channel, number))
            if found is None:
                found = HybridIdentity(self._seeds(channel, number)[SEAL])
                self._identities[channel, number] = found
            return found

    def has(self, channel: str, number: int) -> bool:
        """Return whether the file with the keys of a card is here.

        It is not opened: who says an act needs no secret of this home, and no key that is sound.
        """
        file, _name = key_names.of_channel(channel, number)
        return (self._folder / file).exists()

    def make_local(self, number: int = 1) -> None:
        """Make some keys of the local log, if those of that number are not there.

        Raises:
            Fault: `keys.secret.wrong`, `keys.disk.failed`.
        """
        self._make(
            key_names.local(number), {LOCAL_CHANNEL: self._fresh((LOG_ED25519, LOG_MLDSA44))}
        )

    def make_card(
        self, arrangement: str, number: int, channels: Sequence[str]
    ) -> Mapping[str, ChannelKeys]:
        """Return the public keys of a card, by channel; they are made if there are none yet.

        Raises:
            Fault: `keys.secret.wrong`, `keys.file.malformed`, `keys.disk.failed`.
        """
        file = key_names.card(arrangement, number)
        self._make(file, {channel: self._fresh(_USES) for channel in channels})
        held = self._load(file)
        return {channel: _public_keys(held[channel]) for channel in channels}

    def make_tls(self, host: str, party: str, not_before_ms: int, not_after_ms: int) -> bytes:
        """Make a TLS key; return its self-signed certificate for that host and party, DER.

        Raises:
            Fault: `keys.secret.wrong`, `keys.disk.failed`.
        """
        self.require_open()
        made = tlscert.make(host, not_before_ms, not_after_ms, party)
        name = key_names.tls(made.certificate)
        password = self._entropy(keys.SEED_BYTES).hex()
        # The key comes last: a certificate without one is never named by `certificate`.
        secret = {"certificate": made.certificate.hex(), "host": host, "password": password}
        self._write(f"{name}.pem", made.chain_pem(password.encode()))
        self._write(f"{name}.age", self._master.seal(ijson.render(dict(secret))))
        return made.certificate

    def certificate(self, host: str) -> bytes | None:
        """Return the newest certificate for that host, DER, or None.

        Raises:
            Fault: `keys.secret.wrong`, `keys.file.malformed`.
        """
        found = [(file, self._object(file.name)) for file in self._folder.glob("tls-*.age")]
        made = [
            # Its own date before the file's: a restore writes all of them in any order.
            (tlscert.made_at(der), file.stat().st_mtime_ns, der)
            for file, secret in found
            if secret.get("host") == host
            for der in [bytes.fromhex(str(secret["certificate"]))]
        ]
        return max(made)[-1] if made else None

    def tls_chain(self, certificate: bytes) -> TlsChain:
        """Return the private key of a certificate that was made here.

        Raises:
            Fault: `keys.file.missing`, `keys.secret.wrong`, `keys.file.malformed`.
        """
        name = key_names.tls(certificate)
        secret = self._object(f"{name}.age")
        password = str(secret["password"]).encode()
        return TlsChain(self._folder / f"{name}.pem", password, certificate)

    def make_root(self, file: Path, party: str, arrangement: str) -> RootKey:
        """Make a root key in a new file, sealed to the passphrase or key of this home.

        Raises:
            Fault: `keys.root.exists`, `keys.secret.wrong`, `keys.disk.failed`.
        """
        if file.exists():
            raise _root_exists(file)
        self.require_open()
        secret: dict[str, ijson.Json] = {
            "arrangement": arrangement,
            "party": party,
            **self._fresh(_ROOT_USES),
        }
        if not _write(file, self._vault.seal_away(ijson.render(secret)), write_new):
            raise _root_exists(file)
        return self.open_root(file)

    def open_root(self, file: Path) -> RootKey:
        """Open the root key in a file.

        Raises:
            Fault: `keys.file.missing`, `keys.secret.wrong`, `keys.file.malformed`.
        """
        secret = _parse(self._vault.unseal(read_file(file), str(file)), str(file))
        try:
            party, arrangement = str(secret["party"]), str(secret["arrangement"])
            ed25519, mldsa44 = (bytes.fromhex(str(secret[use])) for use in _ROOT_USES)
        except (KeyError, ValueError) as error:
            raise _malformed(str(file)) from error
        name = root_name(party, arrangement)
        signers = (
            keys.signer(name, keys.ED25519_NOTE, ed25519),
            keys.signer(name, keys.ML_DSA_44_NOTE, mldsa44),
        )
        public = PartyRoot(party, signers[0].vkey.public, signers[1].vkey.public)
        return RootKey(arrangement, public, signers)

    @property
    def vault(self) -> Vault:
        """What opens the master key."""
        return self._vault

    def require_open(self) -> None:
        """Return if the vault opens this home: nothing is sealed to a passphrase given wrong.

        Raises:
            Fault: `keys.secret.wrong`, `keys.secret.missing`, `keys.file.*`.
        """
        if (self._folder / MASTER).exists():
            _ = self._master

    @functools.cached_property
    def _master(self) -> Vault:
        """The vault of the master key, which is made when it is first needed."""
        path = self._folder / MASTER
        if not path.exists():
            if any(self._folder.glob("*.age")):
                raise _missing(path)
            self._write_new(path.name, self._vault.seal(self._entropy(keys.SEED_BYTES)))
        return of_key(self._vault.unseal(read_file(path), path.name), self._entropy)

    def _signers_of(
        self, name: str, channel: str, number: int, uses: Sequence[tuple[str, int]]
    ) -> tuple[Signer, ...]:
        with self._turn:
            key = (name, channel, number, uses[0][0])
            found = self._signers.get(key)
            if found is None:
                seeds = self._seeds(channel, number)
                found = tuple(_signer(name, kind, seeds, use) for use, kind in uses)
                self._signers[key] = found
            return found

    def _seeds(self, channel: str, number: int) -> dict[str, bytes]:
        file, name = key_names.of_channel(channel, number)
        held = self._load(file)
        if name not in held:
            raise _missing(self._folder / file)
        return held[name]

    def _load(self, file: str) -> dict[str, dict[str, bytes]]:
        try:
            return {
                channel: {use: _seed(seed) for use, seed in _uses(seeds).items()}
                for channel, seeds in self._object(file).items()
            }
        except ValueError as error:
            raise _malformed(file) from error

    def _make(self, file: str, seeds: Seeds) -> None:
        """Write seeds where there are none; what another process wrote meanwhile stays."""
        with self._turn:
            if not (self._folder / file).exists():
                value: ijson.Json = {channel: dict(held) for channel, held in seeds.items()}
                self._write_new(file, self._master.seal(ijson.render(value)))

    def _object(self, file: str) -> dict[str, ijson.Json]:
        with self._turn:
            return _parse(self._master.unseal(read_file(self._folder / file), file), file)

    def _fresh(self, uses: Sequence[str]) -> dict[str, str]:
        return {use: self._entropy(keys.SEED_BYTES).hex() for use in uses}

    def _write(self, file: str, data: bytes) -> None:
        write_file(self._folder / file, data)

    def _write_new(self, file: str, data: bytes) -> None:
        _write(self._folder / file, data, write_new)


def _signer(name: str, kind: int, seeds: Mapping[str, bytes], use: str) -> KeySigner:
    return keys.signer(name, kind, seeds[use])


def _public_keys(seeds: Mapping[str, bytes]) -> ChannelKeys:
    """Return the public halves; the name of a key does not change them."""
    return ChannelKeys(
        log_ed25519=_signer("log", keys.ED25519_NOTE, seeds, LOG_ED25519).vkey.public,
        log_mldsa44=_signer("log", keys.ML_DSA_44_COSIGNATURE, seeds, LOG_MLDSA44).vkey.public,
        mirror_ed25519=_signer("m", keys.ED25519_COSIGNATURE, seeds, MIRROR_ED25519).vkey.public,
        mirror_mldsa44=_signer("m", keys.ML_DSA_44_COSIGNATURE, seeds, MIRROR_MLDSA44).vkey.public,
        seal=HybridIdentity(seeds[SEAL]).recipient.raw,
    )


def _uses(value: ijson.Json) -> dict[str, ijson.Json]:
    if not isinstance(value, dict):
        raise ValueError(type(value))  # noqa: TRY004 -- of a value, as that of a seed
    return value


def _seed(value: ijson.Json) -> bytes:
    seed = bytes.fromhex(str(value))
    if len(seed) != keys.SEED_BYTES:
        raise ValueError(len(seed))
    return seed


def _parse(data: bytes, name: str) -> dict[str, ijson.Json]:
    value = ijson.parse(data)
    if not isinstance(value, dict):
        raise _malformed(name)
    return value


def read_file(path: Path) -> bytes:
    """Return the bytes of a key file.

    Raises:
        Fault: `keys.file.missing`.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        raise Fault(
            code="keys.file.missing",
            what=f"The key file {path_quoted(path)} cannot be read: {error.strerror}.",
            fix="Give it to the user that serves the home: see `ls -l`, and `chown` it.",
        ) from error


def write_file(path: Path, data: bytes) -> None:
    """Put a key file in place of another, whole.

    Raises:
        Fault: `keys.disk.failed`.
    """
    _write(path, data, write_atomically)


def _write[T](path: Path, data: bytes, write: Callable[[Path, bytes], T]) -> T:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return write(path, data)
    except OSError as error:
        raise Fault(
            code="keys.disk.failed",
            what=f"The key file {path_quoted(path)} cannot be written: {error.strerror}.",
            fix="Repair the disk or its permissions; no key was lost.",
        ) from error


def _root_exists(path: Path) -> Fault:
    return Fault(
        code="keys.root.exists",
        what=f"The file {path_quoted(path)} is there already.",
        fix="Name another one after --root; a root key is never overwritten.",
    )


def _missing(path: Path) -> Fault:
    return Fault(
        code="keys.file.missing",
        what=f"The key file {path_quoted(path)} is not there.",
        fix="Bring its medium, or restore it from a backup; it cannot be made again.",
    )


def _malformed(name: str) -> Fault:
    return Fault(
        code="keys.file.malformed",
        what=f"The key file {quoted(name)} opens, and is not what this program writes.",
        fix="Restore it from a backup, and use the program of at least its version.",
    )
