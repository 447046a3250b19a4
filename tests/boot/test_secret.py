"""Another passphrase for a home: whatever happens, one of the two opens it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import making_cards as making
import pytest

from comity.adapters import keyfiles, reseal, vault, wake
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.vault import Vault
from comity.boot import backup, doctor, secret
from comity.kernel.fault import Fault
from comity.surfaces.cli.context import NewSecret

OLD, NEW = b"five words drawn by lot", b"five others drawn by lot"
ENTROPY = SystemEntropy()
COST = 4


def vault_of(passphrase: bytes) -> Vault:
    """Return a vault whose passphrase is cheap to try."""
    return vault.of_passphrase(passphrase, ENTROPY, COST)


def opened(home: Path, root: Path, by: Vault) -> tuple[bool, bool]:
    """Return whether a passphrase opens the keys of a home, and its root key."""
    files = KeyFiles(home / "keys", by, ENTROPY)

    def is_open(act: Callable[[], object]) -> bool:
        try:
            act()
        except Fault as fault:
            assert fault.code == "keys.secret.wrong"
            return False
        return True

    return (
        is_open(lambda: files.log_signers("aa/local", "local", 1)),
        is_open(lambda: files.open_root(root)),
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of a home, with a root key beside it."""
    monkeypatch.setattr(vault, "WORK_FACTOR", COST)
    monkeypatch.setattr(vault.of_passphrase, "__defaults__", (COST,))
    folder = tmp_path / "home"
    (folder / "run").mkdir(parents=True)
    (folder / "config.toml").write_text('party = "aa"\n[names]\nen = "A"\n')
    files = KeyFiles(folder / "keys", vault_of(OLD), ENTROPY)
    files.make_local()
    files.make_root(tmp_path / "root", "aa", "x" * 8)
    return folder


def test_killed_at_any_write_one_of_the_two_opens_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The home has one file to replace; a root key has its own, and the same command goes on."""
    root = home.parent / "root"
    real = keyfiles.write_file
    for done, expected in ((0, (False, False)), (1, (False, True)), (2, (True, True))):
        left = done

        def write(path: Path, data: bytes) -> None:
            nonlocal left
            if not left:
                raise KeyboardInterrupt
            left -= 1
            real(path, data)

        monkeypatch.setattr(reseal, "write_file", write)
        try:
            reseal.reseal(home / "keys", [root], vault_of(OLD), vault_of(NEW))
        except KeyboardInterrupt:
            assert opened(home, root, vault_of(OLD))[0]
        assert opened(home, root, vault_of(NEW)) == expected
    assert opened(home, root, vault_of(OLD)) == (False, False)
    monkeypatch.setattr(reseal, "write_file", real)
    assert not reseal.reseal(home / "keys", [root], vault_of(OLD), vault_of(NEW))


def test_it_is_read_from_files_and_variables(home: Path, tmp_path: Path) -> None:
    """A short, missing or wrong one changes nothing; a key may follow a passphrase, and back."""
    file = tmp_path / "new"
    root = tmp_path / "root"
    old = {"COMITY_PASSPHRASE": OLD.decode()}
    nothing = NewSecret(None, None, ())
    for given, code in (
        (old, "boot.secret.missing"),
        ({**old, "COMITY_NEW_PASSPHRASE": "short"}, "keys.secret.too-short"),
        ({"COMITY_PASSPHRASE": "w" * 15, "COMITY_NEW_PASSPHRASE": "n" * 15}, "keys.secret.wrong"),
        ({"COMITY_NEW_PASSPHRASE": "n" * 15}, "keys.secret.missing"),
    ):
        with making.refused(code):
            secret.change(home, nothing, given)
    with wake.hold_lock(home / "run"), making.refused("adapters.home.already-served"):
        secret.change(home, nothing, {**old, "COMITY_NEW_PASSPHRASE": "n" * 15})
    assert opened(home, root, vault_of(OLD)) == (True, True)

    file.write_text("11" * 32)
    assert secret.change(home, NewSecret(None, file, ()), old) == [home / "keys" / "master.age"]
    key = vault.of_key(bytes.fromhex("11" * 32), ENTROPY)
    assert opened(home, root, key) == (True, False)
    # The root key was left to the old one: the same command, with its medium there.
    assert secret.change(home, NewSecret(None, file, (root,)), old) == [root]
    assert opened(home, root, key) == (True, True)
    file.write_bytes(NEW)
    given = {"COMITY_KEY": "11" * 32}
    assert len(secret.change(home, NewSecret(file, None, (root,)), given)) == len("ab")
    assert opened(home, root, vault_of(NEW)) == (True, True)


def test_a_backup_has_the_keys_that_open_as_it_does(home: Path) -> None:
    """Sealed anew while a backup is written, they would open with another passphrase than it."""
    before, after = (KeyFiles(home / "keys", vault_of(one), ENTROPY) for one in (OLD, NEW))
    with making.refused("keys.secret.wrong"):
        backup._keys(home / "keys", after)
    held = backup._keys(home / "keys", before)
    reseal.reseal(home / "keys", [], vault_of(OLD), vault_of(NEW))
    master = next(one for one in held if one.name == "keys/master.age")
    assert vault_of(OLD).unseal(master.open().read(), "copy")


def test_it_is_asked_for_twice_on_a_terminal(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was mistyped changes nothing."""
    typed: list[str] = []
    monkeypatch.setattr(secret, "_asked", lambda _prompt: typed.pop(0))
    typed[:] = [OLD.decode(), "a" * 15, "b" * 15]
    with making.refused("boot.secret.mistyped"):
        secret.change(home, NewSecret(None, None, ()), {})
    typed[:] = [OLD.decode(), "a" * 15, "a" * 15]
    assert secret.change(home, NewSecret(None, None, ()), {})
    assert opened(home, home.parent / "root", vault_of(b"a" * 15)) == (True, False)


def test_doctor_says_what_is_weak(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase that is wrong, short, cheap to try or in a file that all read; a key is none."""

    def found(by: Vault) -> tuple[bool | None, str]:
        paths = SimpleNamespace(home=home, keys=home / "keys")
        kept = KeyFiles(home / "keys", by, ENTROPY)
        one = doctor._secret(SimpleNamespace(paths=paths, keymaker=kept))  # type: ignore[arg-type]  # the rest is not read
        return one.is_good, one.what

    assert found(vault_of(OLD))[0] is True
    assert found(vault_of(NEW)) == (
        False,
        "The passphrase or key does not open 'master.age'. [keys.secret.wrong]",
    )
    short = vault_of(b"short")
    reseal.reseal(home / "keys", [], vault_of(OLD), short)
    assert found(short) == (
        False,
        "It has 5 characters: whoever copies the files tries all such.",
    )
    reseal.reseal(home / "keys", [], short, vault_of(OLD))
    file = home / "passphrase"
    file.write_bytes(OLD)
    file.chmod(0o644)
    home.chmod(0o755)
    given = vault.of_passphrase_file(file, ENTROPY)
    assert found(given)[0] is False
    home.chmod(0o700)
    assert found(given)[0] is True
    monkeypatch.setattr(vault, "WORK_FACTOR", COST + 1)
    assert "costs 2^4 steps" in found(vault_of(OLD))[1]
    key = vault.of_key(bytes(32), ENTROPY)
    reseal.reseal(home / "keys", [], vault_of(OLD), key)
    assert found(key) == (True, "A key opens the private keys, and no passphrase.")
