"""A match whose other side is noble, a third implementation of RFC 9497, in another language."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from comity.joint.match import run
from comity.seal import voprf

INTEROP = Path(__file__).resolve().parents[3] / "tools" / "interop"
SEED = bytes(range(32))
INFO = run.key_info("x/live", "iban", "2027-03")
KEY = voprf.KeyPair.derive(SEED, INFO)
NAMES = [f"id-{number}".encode() for number in range(12)]


def noble(**given: object) -> dict[str, Any]:
    """Let noble do its part."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None or not (INTEROP / "node_modules" / "@noble" / "curves").is_dir():
        pytest.skip("noble is not installed: npm ci --prefix tools/interop --ignore-scripts")
    words = [node, str(INTEROP / "voprf.mjs")]
    made = subprocess.run(words, input=json.dumps(given).encode(), capture_output=True, check=True)
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def test_what_noble_evaluates_gives_the_hits() -> None:
    """Its key is ours, and its proof holds for all slots of a run."""
    asked = run.ask(SEED, NAMES)
    made = noble(seed=SEED.hex(), info=INFO.hex(), blinded=[one.hex() for one in asked.blinded])
    assert bytes.fromhex(made["public"]) == KEY.public
    tags, _ = run.table(KEY, NAMES[4:8], SEED)
    elements = tuple(bytes.fromhex(one) for one in made["evaluated"])
    told = run.Evaluated(elements, bytes.fromhex(made["proof"]), tuple(tags))
    found = run.hits(SEED, NAMES, asked.blinded, KEY.public, told)
    assert [one.place for one in found] == [4, 5, 6, 7]


def test_what_noble_asks_is_evaluated() -> None:
    """It takes our proof, and has the outputs that we have."""
    asked = noble(inputs=[one.hex() for one in NAMES])
    blinded = [bytes.fromhex(one) for one in asked["blinded"]]
    voprf.require_elements(blinded)
    elements, proof = voprf.evaluate(KEY, blinded, voprf.scalar(bytes(range(64))))
    evaluated = [one.hex() for one in elements]
    named = {"public": KEY.public.hex(), "proof": proof.hex(), "evaluated": evaluated}
    made = noble(inputs=[one.hex() for one in NAMES], **asked, **named)
    assert made["outputs"] == [voprf.output(KEY, one).hex() for one in NAMES]
