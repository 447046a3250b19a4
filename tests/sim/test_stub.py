"""The stub suite is for the simulation alone, and as long as the real one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import comity
from comity.kernel.fault import Fault
from comity.tlog import note
from comity_lab.sim.suite import RealAlgorithms, SeededKeys, StubAlgorithms

SOURCE = Path(comity.__path__[0])
ORIGIN = "fr/aaaaaaaaaaaaaaaaaaaaaaaaaa/live/1"
CHANNEL = "aaaaaaaaaaaaaaaaaaaaaaaaaa/live"
BODY = f"{ORIGIN}\n1\n{'A' * 43}=\n".encode()


def _imports(path: Path) -> Iterator[str]:
    for found in ast.walk(ast.parse(path.read_text())):
        if isinstance(found, ast.Import):
            yield from (name.name for name in found.names)
        elif isinstance(found, ast.ImportFrom):
            yield from (f"{found.module}.{name.name}" for name in found.names)


def test_nothing_but_the_simulation_imports_the_simulation() -> None:
    """No adapter, no surface and no start of a real node can name the stub."""
    elsewhere = [*SOURCE.rglob("*.py")]
    assert elsewhere
    for path in elsewhere:
        assert not [name for name in _imports(path) if name.startswith("comity_lab.sim")], path


def test_payloads_are_as_long_as_the_real_ones() -> None:
    """So that a store, a note and a budget cannot tell the difference."""
    lengths = []
    for algorithms in (StubAlgorithms(), RealAlgorithms()):
        keys = SeededKeys("fr", bytes(32), algorithms)
        signers = keys.log_signers(ORIGIN, CHANNEL, 1)
        mirrors = keys.mirror_signers("fr/m", CHANNEL, 1)
        signed = note.sign(BODY, (*signers, *mirrors), at_s=7)
        public = keys.make_card("aaaaaaaaaaaaaaaaaaaaaaaaaa", 1, ["live"])["live"]
        stanza = algorithms.suite.recipient(public.seal).wrap(bytes(16), lambda n: b"\7" * n)
        assert keys.identity(CHANNEL, 1).unwrap(stanza) == bytes(16)
        lengths.append(
            (
                [len(line.payload) for line in signed.signatures],
                len(public.log_mldsa44),
                len(public.seal),
                len(stanza.args[1]),
                len(stanza.body),
            )
        )
    assert lengths[0] == lengths[1]


def test_a_stub_signature_fits_one_text() -> None:
    """Another text, another key or another time does not verify."""
    keys = SeededKeys("fr", bytes(32), StubAlgorithms())
    public = keys.make_card("aaaaaaaaaaaaaaaaaaaaaaaaaa", 1, ["live"])["live"]
    verifiers = keys.algorithms.suite.log_verifiers(ORIGIN, public.log_ed25519, public.log_mldsa44)
    signed = note.sign(BODY, keys.log_signers(ORIGIN, CHANNEL, 1), at_s=7)
    assert len(note.verify_all(signed, verifiers)) == 2
    other = note.Note(BODY.replace(b"\n1\n", b"\n2\n"), signed.signatures)
    try:
        note.verify_all(other, verifiers)
    except Fault as fault:
        assert fault.code == "tlog.note.bad-signature"
    else:
        raise AssertionError("a stub signature fits two texts")
