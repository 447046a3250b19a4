"""The duty desk through the real program: roles, profile, routing, work, shift; and kill -9."""

import json
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from support.typed import copies

from comity.demo.commands import Typed, program

CATALOGUE = Path(__file__).parents[2] / "src" / "comity" / "catalogue"


class House:
    """One State's home and its officers."""

    def __init__(self, folder: Path, typed: Typed) -> None:
        self.typed = typed
        self.home = folder / "home"
        self.tokens: dict[str, str] = {}
        self.key = secrets.token_hex(32)
        agencies = ("doj=en:Department of Justice", "dhs=en:Department of Homeland Security")
        words = [word for one in agencies for word in ("--agency", one)]
        self.run("", "init", str(self.home), "--party", "us", "--name", "en=United States", *words)

    def add(self, name: str, agency: str, *roles: str) -> None:
        """Add an officer."""
        words = [word for one in roles for word in ("--role", one)]
        added = self.run("", "officer", "add", name, "--agency", agency, *words, *self.at)
        self.tokens[name] = added["token"]

    @property
    def at(self) -> tuple[str, str]:
        """The option that names the home."""
        return "--home", str(self.home)

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a command as an officer, in a process that may be killed."""
        return subprocess.Popen(
            [program(), *words, "--json"],
            env=self._environment(name),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, name: str, *words: str, code: int = 0) -> Any:  # noqa: ANN401 -- JSON
        """Run a command as an officer; return what it printed."""
        done = self.typed([*words, "--json"], self._environment(name), self.home.parent)
        assert done.code == code, done
        return json.loads(done.out)

    def desk(self, name: str, *words: str, code: int = 0) -> Any:  # noqa: ANN401 -- as above
        """Run a command of the desk."""
        return self.run(name, "desk", *words, *self.at, "--as", name, code=code)

    def _environment(self, name: str) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("COMITY_")}
        token = self.tokens.get(name, "")
        return {**inherited, "COMITY_KEY": self.key, "COMITY_TOKEN": token}


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A home with counsel, a contact point and officers of two agencies, and its profile."""
    made = House(tmp_path, copies())
    made.add("ada", "doj", "counsel")
    made.add("wei", "doj", "contact-point")
    made.add("han", "dhs", "case-officer")
    profile = str(CATALOGUE / "nation" / "us.yaml")
    made.run("ada", "nation", "adopt", profile, *made.at, "--as", "ada")
    return made


def test_an_inquiry_goes_from_the_contact_point_to_another_agency(house: House) -> None:
    """Begun, explained, routed by rule, assigned, taken, advised on, handed over."""
    begun = house.desk(
        "wei", "begin", "A server abroad", "--with", "cn", "--type", "infrastructure"
    )
    inquiry = begun["id"]
    (line,) = house.desk("wei", "inbox", "--cross-border")["inbox"]
    assert (line["id"], line["parties"]) == (inquiry, ["cn"])
    assert house.desk("wei", "explain", inquiry)["rule"] == "infrastructure"
    routed = house.desk("wei", "route", inquiry)
    assert [one["agency"] for one in routed["parts"]] == ["dhs", "doj"]
    house.desk("han", "assign", inquiry, "--to", "han")
    house.desk("han", "take", inquiry)
    house.desk("han", "advise", inquiry, "--of", "doj", "--question", "May we take it down?")
    refused = house.desk("wei", "handover", "give", "ada", "--note", "x", code=1)
    assert refused["error"]["code"] == "duty.shift.nobodys"
    house.desk("wei", "handover", "take", "--why", "First shift.")
    given = house.desk("wei", "handover", "give", "ada", "--note", "The server is watched.")
    assert {one["kind"] for one in given["open"]} == {"part", "advice"}
    assert house.desk("ada", "handover", "take")["turn"] == "taken-over"
    house.run("", "officer", "role", "han", "--role", "operator", *house.at)
    assert house.desk("han", "note", inquiry, "--text", "x", code=1)["error"]["code"] == (
        "officer.role.lacking"
    )


def test_a_kill_leaves_whole_steps_or_none(house: House) -> None:
    """After each kill -9 the file is read, its steps have no gap, and the next one is taken."""
    inquiry = house.desk("wei", "begin", "A lost phone")["id"]
    for pause_s in (0.3, 0.5, 0.8):
        process = house.start(
            "wei", "desk", "note", inquiry, "--text", "So.", *house.at, "--as", "wei"
        )
        time.sleep(pause_s)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        before = house.desk("wei", "file", inquiry)["steps"]
        assert [one["step"] for one in before] == ["begun", *["noted"] * (len(before) - 1)]
        after = house.desk("wei", "note", inquiry, "--text", "Again.")
        assert after["steps"] == len(before) + 1
    (line,) = house.desk("wei", "inbox")["inbox"]
    assert line["id"] == inquiry
