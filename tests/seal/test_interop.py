"""The same files with programs of others: what one seals, the other opens.

The `age` program of Debian 13 knows X25519; post-quantum keys are tried with typage, by age's
author, which shares no code with comity (`npm ci --prefix tools/interop`).
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.seal import age, armor, symmetric
from comity.seal.header import Identity, Recipient
from comity.seal.hybrid import HybridIdentity
from comity.seal.x25519 import X25519Identity

ROOT = Path(__file__).resolve().parents[2]
TYPAGE = ROOT / "tools" / "interop" / "typage.mjs"
ANNA = X25519Identity(b"a" * 32)
HYBRID_ANNA = HybridIdentity(b"a" * 32)
HYBRID_BORIS = HybridIdentity(b"b" * 32)
LARGE = os.urandom(200_000)


@pytest.fixture(scope="module")
def age_program() -> str:
    """The `age` program of this machine."""
    found = shutil.which("age")
    if found is None:
        pytest.skip("age is not installed: apt-get install age")
    return found


@pytest.fixture(scope="module")
def typage() -> Callable[[str, str, bytes], bytes]:
    """The program typage: a verb, a key and its input give its output."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None or not (TYPAGE.parent / "node_modules" / "age-encryption").is_dir():
        pytest.skip("typage is not installed: npm ci --prefix tools/interop --ignore-scripts")

    def run(verb: str, key: str, data: bytes) -> bytes:
        words = [node, str(TYPAGE), verb, key]
        return subprocess.run(words, input=data, capture_output=True, check=True).stdout

    return run


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


def test_hybrid_files_pass_both_ways(typage: Callable[[str, str, bytes], bytes]) -> None:
    """The same with post-quantum keys and typage; both name the same recipient."""
    secret, recipient = HYBRID_ANNA.render(), HYBRID_ANNA.recipient.render()
    assert typage("recipient", secret, b"").decode() == recipient
    assert typage("decrypt", secret, age.seal(LARGE, [HYBRID_ANNA.recipient], os.urandom)) == LARGE
    assert age.unseal(typage("encrypt", recipient, LARGE), [HYBRID_ANNA]) == LARGE


def test_a_file_for_two_parties_opens_for_each(typage: Callable[[str, str, bytes], bytes]) -> None:
    """What an entry is, a file with a post-quantum stanza for each party, any age tool opens."""
    who = (HYBRID_ANNA, HYBRID_BORIS)
    sealed = age.seal(b"an entry", [each.recipient for each in who], os.urandom)
    assert {typage("decrypt", each.render(), sealed) for each in who} == {b"an entry"}


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
