"""What the peer keeps: plain files in a folder, on stable storage before anything leaves."""

import json
import os
from pathlib import Path

from tools.peer.text import Json


class Folder:
    """The files of one peer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        (path / "bodies").mkdir(mode=0o700, exist_ok=True)

    def write(self, name: str, data: bytes) -> None:
        """Puts a whole file, or leaves the old one."""
        beside = self.path / f"{name}.new"
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self.path / name)
        self._sync(beside.parent)

    def _sync(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def put(self, name: str, value: Json) -> None:
        """Puts a file of JSON."""
        self.write(name, json.dumps(value, ensure_ascii=False, indent=1).encode())

    def get(self, name: str, default: Json = None) -> Json:
        """Its value, or the default where there is none yet."""
        file = self.path / name
        return json.loads(file.read_bytes()) if file.exists() else default

    def entries(self, name: str) -> list[bytes]:
        """The entries of a log, each after its length of two bytes; a torn end is cut off."""
        file = self.path / f"{name}.entries"
        data = file.read_bytes() if file.exists() else b""
        found, at = [], 0
        while at + 2 <= len(data) and at + 2 + int.from_bytes(data[at : at + 2]) <= len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2])
            found.append(data[at + 2 : end])
            at = end
        if at < len(data):
            os.truncate(file, at)
        return found

    def append(self, name: str, entries: list[bytes]) -> None:
        """Adds entries to a log, durably."""
        with (self.path / f"{name}.entries").open("ab") as file:
            file.write(b"".join(len(one).to_bytes(2) + one for one in entries))
            file.flush()
            os.fsync(file.fileno())
        self._sync(self.path)

    def put_entries(self, name: str, entries: list[bytes]) -> None:
        """Puts a whole log anew, or leaves the old one."""
        self.write(f"{name}.entries", b"".join(len(one).to_bytes(2) + one for one in entries))

    def body(self, sha256: str) -> bytes | None:
        """The stored bytes of a body, if they are here."""
        file = self.path / "bodies" / sha256
        return file.read_bytes() if file.exists() else None

    def keep_body(self, sha256: str, stored: bytes) -> None:
        """Keeps a body by its address."""
        if not (self.path / "bodies" / sha256).exists():
            self.write(f"bodies/{sha256}", stored)
