"""Evidence from one node to the other, and from there to court, by the real commands."""

import json
import subprocess
import sys
from pathlib import Path

import bagit
import pytest
import pyzipper

from comity.demo.pair_of_nodes import PairOfNodes

ASKER, PEER = "fr", "sy"
SAMPLE = b"MZ" + bytes(range(256)) * 40
IMAGE = bytes(range(256)) * 1_200


def tool(name: str) -> str:
    """Return a program beside this interpreter."""
    return str(Path(sys.executable).with_name(name))


def ask(nodes: PairOfNodes) -> str:
    """Send a request with an image and a sample; return its id."""
    (nodes.folder / "disk.img").write_bytes(IMAGE)
    (nodes.folder / "invoice.exe").write_bytes(SAMPLE)
    origin = {
        "action": "acquired",
        "time": "2026-11-25T02:10:00+01:00",
        "role": "first responder",
        "tool": "ddrescue 1.28",
        "authority": "order 12/2026",
    }
    image = {"path": "disk.img", "media_type": "application/octet-stream", "mark": "TLP:AMBER"}
    sample = {"path": "invoice.exe", "media_type": "application/x-dosexec", "mark": "TLP:AMBER"}
    value = {
        "type": "preservation",
        "urgency": "routine",
        "own_reference": "CB-7",
        "elements": {"facts": "see http://evil.example/x"},
        "attachments": [
            {**image, "exhibit": "EX-1", "provenance": origin},
            {**sample, "role": "malware-sample", "exhibit": "EX-2"},
        ],
    }
    (nodes.folder / "request.json").write_text(json.dumps(value))
    words = ["request", "send", "request.json", "--as", nodes.sides[ASKER].state.officer]
    return str(nodes.run(ASKER, *words, "--to", PEER, "--wait")["matter"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:'count' is passed as positional:DeprecationWarning")
def test_evidence_is_taken_to_court(nodes: PairOfNodes, tmp_path: Path) -> None:
    """Sent, signed for, exported: the bag, its CASE and its proofs convince the usual tools."""
    for party in nodes.sides:
        nodes.start(party)
    matter = ask(nodes)
    ben = ["--as", nodes.sides[PEER].state.officer]
    for _ in range(100):
        items = nodes.run(PEER, "evidence", "list", matter, *ben)["items"]
        if len(items) == 2 and all(item["state"] == "held" for item in items):
            break
    folder = tmp_path / "bag"
    words = ["export", matter, "-o", str(folder), "--purpose", "trial", *ben]
    nodes.run(PEER, "evidence", *words)

    bag = bagit.Bag(str(folder))
    bag.validate()
    assert len(list((folder / "proofs").iterdir())) >= 1
    (image,) = (folder / "data/evidence").glob("*disk.img")
    assert image.read_bytes() == IMAGE
    (archive,) = (folder / "data/evidence").glob("*.zip")
    with pyzipper.AESZipFile(archive) as opened:
        opened.setpassword(b"infected")
        assert opened.read(opened.namelist()[0]) == SAMPLE
    case = folder / "data/case.jsonld"
    judged = subprocess.run([tool("case_validate"), str(case)], capture_output=True, check=False)
    assert judged.returncode == 0, judged.stdout.decode()
    assert "EX-1" in case.read_text()
    _is_verified(folder)
    chain = nodes.run(PEER, "evidence", "custody", matter, *ben)["items"]
    assert {item["exhibit"]: [step["kind"] for step in item["chain"]] for item in chain} == {
        "EX-1": ["exported"],
        "EX-2": ["exported"],
    }


def _is_verified(folder: Path) -> None:
    """An auditor verifies each proof with the policy beside it, without a node."""
    (policy,) = (folder / "policy").iterdir()
    for proof in (folder / "proofs").iterdir():
        command = [tool("comity"), "verify", str(proof), "--policy", str(policy)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
