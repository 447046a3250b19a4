"""The same files with the `age` program: what one seals, the other opens."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from comity.seal import age, armor, symmetric
from comity.seal.header import Identity, Recipient
from comity.seal.hybrid import HybridIdentity
from comity.seal.x25519 import X25519Identity

ANNA = X25519Identity(b"a" * 32)
HYBRID_ANNA = HybridIdentity(b"a" * 32)
LARGE = os.urandom(200_000)


@pytest.fixture(scope="module")
def age_program() -> str:
    """The `age` program of this machine."""
    found = shutil.which("age")
    if found is None:
        pytest.skip("age is not installed: apt-get install age")
    return found


@pytest.fixture(scope="module")
def hybrid_age_program(age_program: str) -> str:
    """An `age` that knows post-quantum keys: 1.3 or later."""
    text = HYBRID_ANNA.recipient.render()
    answer = subprocess.run([age_program, "-r", text], input=b"", capture_output=True, check=False)
    if answer.returncode:
        pytest.skip("this age knows no post-quantum keys: install 1.3 or later")
    return age_program


def _age(program: str, *arguments: str, data: bytes) -> bytes:
    return subprocess.run([program, *arguments], input=data, capture_output=True, check=True).stdout


def _identity_file(folder: Path, text: str) -> str:
    path = folder / "key.txt"
    path.write_text(f"# a key for tests\n{text}\n")
    return str(path)


def _both_ways(
    program: str, folder: Path, texts: tuple[str, str], who: tuple[Identity, Recipient]
) -> None:
    key_file = _identity_file(folder, texts[0])
    ours = age.seal(LARGE, [who[1]], os.urandom)
    assert _age(program, "-d", "-i", key_file, data=ours) == LARGE
    assert _age(program, "-d", "-i", key_file, data=armor.render(ours)) == LARGE
    assert age.unseal(_age(program, "-r", texts[1], data=LARGE), [who[0]]) == LARGE
    armored = _age(program, "-a", "-r", texts[1], data=LARGE)
    assert age.unseal(armor.parse(armored), [who[0]]) == LARGE


def test_x25519_files_pass_both_ways(age_program: str, tmp_path: Path) -> None:
    """A file sealed here opens with `age`, and one sealed with `age` opens here."""
    texts = (ANNA.render(), ANNA.recipient.render())
    _both_ways(age_program, tmp_path, texts, (ANNA, ANNA.recipient))


def test_hybrid_files_pass_both_ways(hybrid_age_program: str, tmp_path: Path) -> None:
    """The same with post-quantum keys."""
    texts = (HYBRID_ANNA.render(), HYBRID_ANNA.recipient.render())
    _both_ways(hybrid_age_program, tmp_path, texts, (HYBRID_ANNA, HYBRID_ANNA.recipient))


def test_an_exported_blob_opens_with_age(age_program: str, tmp_path: Path) -> None:
    """Evidence that leaves the node opens without comity."""
    key = os.urandom(32)
    exported = symmetric.export_header(key, [ANNA.recipient], os.urandom)
    exported += symmetric.seal_blob(LARGE, key, os.urandom)
    key_file = _identity_file(tmp_path, ANNA.render())
    assert _age(age_program, "-d", "-i", key_file, data=exported) == LARGE


def test_age_derives_the_same_recipient(age_program: str, tmp_path: Path) -> None:
    """`age-keygen -y` names the recipient that comity names."""
    key_file = _identity_file(tmp_path, ANNA.render())
    program = str(Path(age_program).with_name("age-keygen"))
    assert _age(program, "-y", key_file, data=b"").decode().strip() == ANNA.recipient.render()
