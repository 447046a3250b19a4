"""The heads in a publication, opened by Go's own library of signed notes."""

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.desks import Desks
from surfaces.cli.test_dialogue import published

from comity.rooms.wording import publish

TOOLS = Path(__file__).parents[3] / "tools" / "interop"


def built(folder: Path) -> Path:
    """Return a program of Go's `sumdb/note`, of the copy within Go itself: nothing is fetched."""
    root = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True)
    vendored = Path(root.stdout.strip(), "src/cmd/vendor/golang.org/x/mod/sumdb/note/note.go")
    (folder / "note").mkdir(parents=True)
    shutil.copy(vendored, folder / "note")
    shutil.copy(TOOLS / "note.go", folder / "main.go")
    (folder / "go.mod").write_text("module check\n\ngo 1.24\n")
    settings = {
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "GOCACHE": os.environ.get("GOCACHE", str(folder / "cache")),
    }
    settings["GOFLAGS"] = "-mod=mod"
    subprocess.run(
        ["go", "build", "-o", "opens", "."], cwd=folder, env={**os.environ, **settings}, check=True
    )
    return folder / "opens"


def is_ed25519(key: str) -> bool:
    """Return whether a verifier key is of the one kind that Go knows."""
    return base64.b64decode(key.split("+", 2)[2])[0] == 1


@pytest.mark.long
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_go_opens_the_heads_of_a_publication(tmp_path: Path) -> None:
    """By the Ed25519 key of each log; with one byte of the head changed by none."""
    inside = publish.unpacked(published(Desks(tmp_path), tmp_path).read_bytes())
    program = built(tmp_path / "go")
    keys = {
        words[1]
        for words in map(str.split, inside["policy.txt"].decode().splitlines())
        if words[:1] == ["log"]
    }
    for party in ("us", "cn"):
        head = inside[f"{party}.tlog-proof"].partition(b"\n\n")[2]
        origin = head.partition(b"\n")[0].decode()
        (key,) = (one for one in keys if one.startswith(f"{origin}+") and is_ed25519(one))
        done = subprocess.run([program, key], input=head, capture_output=True, check=True)
        assert done.stdout.decode().splitlines()[-1] == f"signed by {origin}"
        changed = head.replace(b"\n", b"\n1", 1)
        assert subprocess.run([program, key], input=changed, check=False).returncode == 1
