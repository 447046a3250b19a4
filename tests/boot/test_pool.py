"""Ranges are checked in processes of their own, as in this one."""

import os
from pathlib import Path

import pytest

from comity.boot import home as homes
from comity.boot import pool
from comity.joint.arrangement.card import Agency
from comity.node.base import profile
from comity.node.base.profile import Profile
from comity.node.operate.fsck import entries, run
from comity.node.room import local_log
from comity.surfaces.cli.context import Settings

ENTRIES = entries.RANGE * pool.WORTH_A_PROCESS


def test_two_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts and problems are the same, whoever checks."""
    monkeypatch.setenv("COMITY_KEY", "ab" * 32)
    folder = tmp_path / "home"
    with homes.create(folder, Settings("aa", {"en": "AA"}), None, os.environ) as home:
        node = home.node
        profile.found(node, home.keymaker, Profile({"en": "AA"}, (Agency("police", {"en": "P"}),)))
        for start in range(0, ENTRIES, 256):
            with node.store.write() as tx:
                for number in range(start, start + 256):
                    local_log.note(tx, node, "matter.opened", {"officer": "ann", "n": str(number)})
        with node.store.write() as tx:
            tx.save_record(local_log.RECORD_KIND, f"aa/local#{700:012d}", {"n": "another"})
        alone = run.check(node)
        with pool.fan(folder, home, 2) as fan:
            together = run.check(node, fan)
    assert alone == together
    assert together.counts["opened"] == ENTRIES
    assert [problem.code for problem in together.problems] == ["node.fsck.local"]
