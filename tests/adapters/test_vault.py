"""What opens the private keys of a home: said by files and variables, and told from damage."""

from pathlib import Path

import making_cards as making
import pytest

from comity.adapters import reseal, vault
from comity.adapters.entropy import SystemEntropy
from comity.adapters.vault import Vault
from comity.kernel.fault import Fault
from comity.seal import age

KEY = bytes(range(32))
entropy = SystemEntropy()


def _vault(passphrase: bytes = b"") -> Vault:
    if passphrase:
        return vault.of_passphrase(passphrase, entropy, work_factor=4)
    return vault.of_key(KEY, entropy)


@pytest.mark.parametrize("way", ["COMITY_PASSPHRASE_FILE", "COMITY_PASSPHRASE"])
def test_a_new_passphrase_is_long_and_an_old_one_opens(tmp_path: Path, way: str) -> None:
    """Characters are counted, not bytes, whatever they are; what is there is never locked out."""
    file = tmp_path / "passphrase"

    def of(passphrase: str, *, is_new: bool) -> Vault:
        file.write_text(f"{passphrase}\n")
        said = {"COMITY_PASSPHRASE": passphrase, "COMITY_PASSPHRASE_FILE": str(file)}
        return vault.of_environment({way: said[way]}, entropy, is_new=is_new)

    for short in ("x", "a" * 14, "密" * 14):
        of(short, is_new=False)
        with making.refused("keys.secret.too-short"):
            of(short, is_new=True)
    for long in ("a" * 15, "密" * 15):
        of(long, is_new=True)
    for is_new in (False, True):
        with making.refused("keys.secret.missing"):
            of("", is_new=is_new)


def test_a_key_has_no_length_to_tell() -> None:
    """Doctor counts the characters of a passphrase, as a person counts them."""
    assert reseal.chars_of(_vault()) is None
    assert reseal.chars_of(_vault("密码".encode())) == 2


def test_the_environment_says_what_opens_a_home(tmp_path: Path) -> None:
    """A key, a key file, a passphrase file or a passphrase, in this order."""
    key_file, passphrase_file = tmp_path / "key", tmp_path / "passphrase"
    key_file.write_text(KEY.hex() + "\n")
    passphrase_file.write_text("secret\nnot read")
    sealed = _vault().seal(b"x")
    for environment in ({"COMITY_KEY": KEY.hex()}, {"COMITY_KEY_FILE": str(key_file)}):
        assert vault.of_environment(environment, entropy).unseal(sealed, "x") == b"x"
    sealed = _vault(b"secret").seal(b"x")
    for environment in (
        {"COMITY_PASSPHRASE_FILE": str(passphrase_file)},
        {"COMITY_PASSPHRASE": "secret"},
    ):
        assert vault.of_environment(environment, entropy).unseal(sealed, "x") == b"x"
    with making.refused("keys.secret.missing"):
        vault.of_environment({}, entropy)
    with making.refused("keys.secret.missing"):
        vault.of_environment({"COMITY_KEY_FILE": str(tmp_path / "none")}, entropy)
    with making.refused("keys.secret.malformed"):
        vault.of_environment({"COMITY_KEY": "short"}, entropy)
    with pytest.raises(Fault, match=passphrase_file.name) as refused:
        vault.of_key_file(passphrase_file, entropy)  # it names the file, whoever gave it
    assert refused.value.code == "keys.secret.malformed"
    with making.refused("keys.secret.missing"):
        vault.of_passphrase(b"", entropy)


def test_an_identity_that_cannot_be_had_says_why() -> None:
    """A missing passphrase is no damage of the file that it would open."""

    class Absent:
        def unwrap(self, stanza: age.Stanza) -> bytes | None:
            del stanza
            raise Fault(code="keys.secret.missing", what="Nothing says it.", fix="Say it.")

    sealed = _vault()
    with making.refused("keys.secret.missing"):
        Vault(sealed.recipient, Absent(), entropy).unseal(sealed.seal(b"x"), "x")
