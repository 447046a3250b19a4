"""Key files: encrypted, whole, and opened by the right secret alone."""

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import making_cards as making
import pytest

from comity.adapters import key_names, tlscert, vault
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.suite import RealSuite
from comity.adapters.vault import Vault
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import certificate
from comity.joint.arrangement.card import DAY_MS
from comity.node.base.keymaker import KeyMaker, RootKey
from comity.node.base.ports import Keys, Suite
from comity.seal import age
from comity.seal.age import Entropy
from comity.tlog import note
from comity.tlog.checkpoint import Checkpoint, render_body

KEY = bytes(range(32))
CHANNEL = f"{making.ARRANGEMENT}/live"
ORIGIN = f"aa/{making.ARRANGEMENT}/live/1"
MIRROR = f"aa/{making.ARRANGEMENT}/live/mirror"
entropy = SystemEntropy()


def _vault(passphrase: bytes = b"") -> Vault:
    if passphrase:
        return vault.of_passphrase(passphrase, entropy, work_factor=4)
    return vault.of_key(KEY, entropy)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Yield the folder of keys, and check afterwards that only the owner can read it."""
    path = tmp_path / "keys"
    yield path
    for file in [*path.iterdir()] if path.exists() else []:
        assert file.stat().st_mode & 0o077 == 0, file


def _files(folder: Path, opened: Vault | None = None) -> KeyFiles:
    return KeyFiles(folder, opened or _vault(), entropy)


def test_a_home_offers_both_halves_of_the_seam(folder: Path) -> None:
    """The same object uses keys and makes them."""
    files = _files(folder)
    used: Keys = files
    made: KeyMaker = files
    assert (used, made) == (files, files)
    suite: Suite = RealSuite()
    assert suite.recipient(_card(files).seal) is suite.recipient(_card(files).seal)


def _card(files: KeyFiles, number: int = 1) -> cards.ChannelKeys:
    return files.make_card(making.ARRANGEMENT, number, cards.CARD_CHANNELS)["live"]


@pytest.mark.parametrize("passphrase", [b"", b"correct horse"])
def test_what_is_signed_and_sealed_fits_the_card(folder: Path, passphrase: bytes) -> None:
    """After a restart the same private keys stand behind the public ones of the card."""
    held = _card(_files(folder, _vault(passphrase)))
    files = _files(folder, _vault(passphrase))
    assert _card(files) == held
    suite = RealSuite()
    body = render_body(Checkpoint(ORIGIN, 1, bytes(32)))
    head = note.sign(body, files.log_signers(ORIGIN, CHANNEL, 1), at_s=7)
    note.verify_all(head, suite.log_verifiers(ORIGIN, held.log_ed25519, held.log_mldsa44))
    seen = note.sign(body, files.mirror_signers(MIRROR, CHANNEL, 1), at_s=7)
    note.verify_all(seen, suite.mirror_verifiers(MIRROR, held.mirror_ed25519, held.mirror_mldsa44))
    sealed = age.seal(b"act", [suite.recipient(held.seal)], entropy)
    assert age.unseal(sealed, [files.identity(CHANNEL, 1)]) == b"act"
    assert files.identity(CHANNEL, 1) is files.identity(CHANNEL, 1)
    assert files.log_signers(ORIGIN, CHANNEL, 1) is files.log_signers(ORIGIN, CHANNEL, 1)


def test_every_key_is_another_and_a_card_can_show_them(folder: Path) -> None:
    """Channels, uses and numbers share nothing, so the card is accepted and its successor too."""
    files = _files(folder)
    made = [
        making.card(
            number=number, channels=files.make_card(making.ARRANGEMENT, number, cards.CARD_CHANNELS)
        )
        for number in (1, 2)
    ]
    cards.require_valid(made[0])
    cards.require_successor(made[:1], made[1])


def test_a_root_key_signs_cards_from_a_file_of_its_own(folder: Path, tmp_path: Path) -> None:
    """It lies outside the folder, opens without it, and is never overwritten."""
    path = tmp_path / "offline" / "aa.root"
    root = _files(folder).make_root(path, "aa", making.ARRANGEMENT)
    assert not (folder / "master.age").exists()
    assert path.stat().st_mode & 0o077 == 0
    again = _files(tmp_path / "elsewhere").open_root(path)
    assert again.public == root.public
    text = cards.sign(making.card(), again.signers)
    verifiers = RealSuite().root_verifiers(
        root.signers[0].name, root.public.root_ed25519, root.public.root_mldsa44
    )
    assert cards.verify_card(text, verifiers) == making.card()
    with making.refused("keys.root.exists"):
        _files(folder).make_root(path, "aa", making.ARRANGEMENT)
    with making.refused("keys.file.missing"):
        _files(folder).open_root(tmp_path / "none")


def test_nothing_is_sealed_to_a_passphrase_that_does_not_open_the_home(
    folder: Path, tmp_path: Path
) -> None:
    """Given wrong, it would seal a root key so that nobody opens it again."""
    _files(folder).make_local()
    before = sorted(folder.iterdir())
    wrong = KeyFiles(folder, _vault(b"mistyped"), os.urandom)
    with making.refused("keys.secret.wrong"):
        wrong.make_root(tmp_path / "aa.root", "aa", making.ARRANGEMENT)
    with making.refused("keys.secret.wrong"):
        wrong.make_tls("node.example", "aa", 0, DAY_MS)
    assert not (tmp_path / "aa.root").exists()
    assert sorted(folder.iterdir()) == before


def test_no_file_holds_a_secret_in_plain_text(folder: Path, tmp_path: Path) -> None:
    """Neither seeds nor passwords nor the TLS key stand in a file as they are."""
    drawn: list[bytes] = []

    def drawing(size_bytes: int) -> bytes:
        drawn.append(os.urandom(size_bytes))
        return drawn[-1]

    files = KeyFiles(folder, _vault(b"x"), drawing)
    files.make_local()
    _card(files)
    files.make_tls("node.example", "aa", 0, DAY_MS)
    files.make_root(tmp_path / "keys" / "root", "aa", making.ARRANGEMENT)
    data = b"".join(file.read_bytes() for file in folder.iterdir())
    secrets = [one for one in drawn if len(one) == 32]
    assert len(secrets) > 12
    assert not [one for one in secrets if one in data or one.hex().encode() in data]
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in data
    assert b"BEGIN PRIVATE KEY" not in data


def test_a_wrong_secret_is_told_as_such(folder: Path) -> None:
    """A wrong passphrase, a wrong key and a damaged file are three different things."""
    _files(folder, _vault(b"right")).make_local()
    for wrong in (_vault(b"wrong"), _vault()):
        with making.refused("keys.secret.wrong"):
            _files(folder, wrong).log_signers("aa/local", "local", 0)
    master = folder / "master.age"
    data = bytearray(master.read_bytes())
    data[-1] ^= 1
    master.write_bytes(data)
    with making.refused("keys.file.malformed"):
        _files(folder, _vault(b"right")).log_signers("aa/local", "local", 0)


def test_a_lost_master_key_is_not_replaced_by_a_new_one(folder: Path) -> None:
    """With it gone, the other files say so: a new one would open none of them."""
    _files(folder).make_local()
    (folder / "master.age").unlink()
    with making.refused("keys.file.missing"):
        _card(_files(folder))


def test_files_that_open_and_are_not_ours_are_refused(folder: Path) -> None:
    """A list, no seeds, a short seed, no hex: each is named as a damaged key file."""
    files = _files(folder)
    files.make_local()
    short, wrong = b'{"local":{"log-ed25519":"00"}}', b'{"local":{"log-ed25519":"zz"}}'
    for content in (b"[]", b'{"local":7}', short, wrong):
        (folder / "local.age").write_bytes(files._master.seal(content))
        with making.refused("keys.file.malformed"):
            _files(folder).log_signers("aa/local", "local", 0)
    (folder / "root").write_bytes(_vault().seal(b'{"party":"aa"}'))
    with making.refused("keys.file.malformed"):
        files.open_root(folder / "root")
    (folder / "root").chmod(0o600)
    for file in folder.iterdir():
        file.chmod(0o600)


def test_a_key_that_was_never_made_is_missing(folder: Path) -> None:
    """Neither a card nor a channel that is not there gives a key."""
    files = _files(folder)
    _card(files)
    with making.refused("keys.file.missing"):
        files.identity(CHANNEL, 2)
    with making.refused("keys.file.missing"):
        files.identity(f"{making.ARRANGEMENT}/exercise", 1)
    files.make_card("other", 1, ["live"])
    with making.refused("keys.file.missing"):
        files.identity("other/hotline", 1)


def test_the_files_of_a_home_keep_their_names() -> None:
    """A program of another version finds the keys of this one."""
    live, opened = f"{making.ARRANGEMENT}/live", f"{making.ARRANGEMENT}/drill"
    names = [
        key_names.of_channel(*one) for one in (("local", 1), ("local", 2), (live, 3), (opened, 3))
    ]
    assert names == [
        ("local.age", "local"),
        ("local-000002.age", "local"),
        (f"card-{making.ARRANGEMENT}-000003.age", "live"),
        (f"card-{making.ARRANGEMENT}.drill-000003.age", "drill"),
    ]


def test_that_a_key_is_here_is_told_without_any_secret(folder: Path) -> None:
    """Who says an act asks for it, and seals with public keys alone."""
    _card(_files(folder, _vault(b"right")))
    files = _files(folder, _vault(b"wrong"))
    assert files.has(CHANNEL, 1)
    assert not files.has(CHANNEL, 2)
    assert not files.has(f"{making.ARRANGEMENT}/exercise", 1)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The disk's own words are in the message."""
    (tmp_path / "file").write_bytes(b"")
    with making.refused("keys.disk.failed"):
        _files(tmp_path / "file" / "keys").make_local()


def test_what_leaves_the_home_costs_more_to_guess(folder: Path, tmp_path: Path) -> None:
    """A root key on a lost medium may be tried for years; the home's own keys open each day."""
    files = _files(folder, _vault(b"horse"))
    files.make_local()
    files.make_root(tmp_path / "root", "aa", making.ARRANGEMENT)
    factors = [
        age.parse_header(path.read_bytes().partition(b"\n---")[0] + b"\n--- " + b"A" * 43 + b"\n")
        .stanzas[0]
        .args[2]
        for path in (folder / "master.age", tmp_path / "root")
    ]
    assert factors == ["4", "6"]
    assert files.open_root(tmp_path / "root").public.party == "aa"
    assert _vault().for_away() == _vault().recipient


@pytest.mark.parametrize("host", ["node.example", "127.0.0.1", "::1"])
def test_a_certificate_is_for_its_host_and_no_other(host: str) -> None:
    """What is made for a host is accepted on a card for that host."""
    made = tlscert.make(host, making.BEGIN_MS, making.BEGIN_MS + DAY_MS)
    certificate.require_for(made.certificate, host, "aa")
    assert tlscert.load(made.private_der(), made.certificate).certificate == made.certificate
    with making.refused("arrangement.certificate.host"):
        certificate.require_for(made.certificate, "other.example", "aa")


def test_the_newest_certificate_of_a_host_is_found_again(folder: Path) -> None:
    """A card shows the TLS key that was made last for its endpoint, from a backup too.

    Else the next card could show one again that was replaced since it was stolen.
    """
    files = _files(folder)
    assert files.certificate("node.example") is None
    files.make_tls("node.example", "aa", 0, DAY_MS)
    second = files.make_tls("node.example", "aa", 0, DAY_MS)
    other = files.make_tls("other.example", "aa", 0, DAY_MS)
    assert _files(folder).certificate("node.example") == second
    newest = files.make_tls("node.example", "aa", DAY_MS, 2 * DAY_MS)
    os.utime(folder / f"{files.tls_chain(second).file.stem}.age")  # as a restore writes it last
    assert _files(folder).certificate("node.example") == newest
    assert files.tls_chain(other).file != files.tls_chain(newest).file


def test_two_nodes_speak_over_what_was_made(folder: Path, tmp_path: Path) -> None:
    """Mutual TLS with the strict rules of the standard library, each pinning the other."""
    contexts = []
    now_ms = 1_000 * (1_700_000_000)
    made = []
    for keys in (folder, tmp_path / "other"):
        files = _files(keys)
        der = files.make_tls("127.0.0.1", "aa", now_ms, now_ms + 9_000 * DAY_MS)
        made.append((files.tls_chain(der), ssl.DER_cert_to_PEM_cert(der)))
    for at, purpose in ((0, ssl.Purpose.CLIENT_AUTH), (1, ssl.Purpose.SERVER_AUTH)):
        context = ssl.create_default_context(purpose, cadata=made[1 - at][1])
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.load_cert_chain(made[at][0].file, password=made[at][0].password)
        contexts.append(context)
    server, client = socket.socketpair()
    served: list[bytes | None] = []

    def serve() -> None:
        with contexts[0].wrap_socket(server, server_side=True) as wrapped:
            served.append(wrapped.getpeercert(binary_form=True))
            wrapped.sendall(b"x")

    thread = threading.Thread(target=serve)
    thread.start()
    with contexts[1].wrap_socket(client, server_hostname="127.0.0.1") as wrapped:
        assert wrapped.getpeercert(binary_form=True) == made[0][0].certificate
        assert wrapped.recv(1) == b"x"
    thread.join()
    assert served == [made[1][0].certificate]


def _meanwhile(drawn: int, act: Callable[[], object]) -> Entropy:
    """Chance that lets something happen when so much was drawn."""
    count = iter(range(1 << 20))

    def draw(size_bytes: int) -> bytes:
        if next(count) == drawn:
            act()
        return os.urandom(size_bytes)

    return draw


def test_keys_that_another_process_has_just_made_are_not_written_over(folder: Path) -> None:
    """Two commands make one card at once: both show the keys that are kept, and no others."""
    _card(_files(folder), 1)
    shown: list[cards.ChannelKeys] = []
    seeds = 2 * 5  # of two channels: they are drawn before it is known whether there are any

    def other() -> None:
        shown.append(_card(_files(folder), 2))

    mine = _card(KeyFiles(folder, _vault(), _meanwhile(seeds, other)), 2)
    assert shown == [mine]
    assert _card(_files(folder), 2) == mine


def test_a_root_key_that_another_process_has_just_made_is_not_written_over(
    folder: Path, tmp_path: Path
) -> None:
    """The one that came second is told so; its texts were never signed."""
    path = tmp_path / "root"
    made: list[RootKey] = []

    def other() -> None:
        made.append(_files(folder).make_root(path, "aa", making.ARRANGEMENT))

    sealing = vault.of_key(KEY, _meanwhile(0, other))
    with making.refused("keys.root.exists"):
        KeyFiles(folder, sealing, entropy).make_root(path, "aa", making.ARRANGEMENT)
    assert _files(folder).open_root(path).public == made[0].public
