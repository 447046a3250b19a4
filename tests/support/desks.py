"""Two States with two officers each, who agree on a text and ask by it, as they type it.

    desks = Desks(tmp_path)
    desks.agree()
    sent = desks.do("us", "request", "send", file, "--to", "cn")     # the second officer approves

Floor: tests.
"""

import json
from pathlib import Path
from typing import Any

import yaml

from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.room import nation_profile, officers
from comity.surfaces.cli import case, clock, contact, draft, duty, guideline, request, review
from support.agreed import at
from support.wing import Wing

EXAMPLES = Path(__file__).parents[2] / "examples"
_FEW = {"directions": ["incoming"], "types": ["status-query"]}
EVENING = "2026-11-24 21:00 +0000"
"""When the examples are sent."""

FIRST = {"us": "ann", "cn": "wei"}
SECOND = {"us": "bob", "cn": "lin"}
AGENCIES = {"us": "doj", "cn": "mps"}


class Desks(Wing):
    """Two States, two officers each; what one writes the other approves."""

    def __init__(self, folder: Path, start: str = EVENING) -> None:
        super().__init__(folder, (case, clock, contact, draft, duty, guideline, request, review))
        for party, agency in AGENCIES.items():
            for name in (FIRST[party], SECOND[party]):
                self.add(party, name, agency, "case-officer", "counsel", "releasing", "secretariat")
        for one in self.states.values():
            one.clock.at_ms = at(start)

    def no(self, party: str, *words: str | Path) -> str:
        """Run a command that is refused; return what was noted."""
        return self.no_as(party, FIRST[party], *words)

    def no_as(self, party: str, name: str, *words: str | Path) -> str:
        """Run a command of some officer that is refused; return what was noted."""
        del self.noted[:]
        assert self.run(party, name, *words) == 1, self.text
        return "\n".join(self.noted) or self.text

    def json(self, party: str, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
        """Run a command as the first officer, whatever it exits with; return what it printed."""
        self.run(party, FIRST[party], *words)
        return json.loads(json.dumps(self._value))

    def json_of(self, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
        """Run a command that asks no node, whatever it exits with; return what it printed."""
        root = self.parser()
        options = root.parse_args([*map(str, words)])
        options.run(self.program("us", ""), options)
        return json.loads(json.dumps(self._value))

    def do(self, party: str, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
        """Run a command as the first officer, approve as the second, let all of it arrive."""
        value = self.value(party, FIRST[party], *words)
        if value.get("draft"):
            second = SECOND[party]
            draft = self.value(party, second, "draft", "show", value["draft"])
            read = ("--content", draft["content_sha256"])
            value = self.value(party, second, "draft", "approve", value["draft"], *read)
        self.deliver()
        return value

    def officer(self, party: str) -> Officer:
        """Return the first officer of a State, signed in."""
        one, name = self.states[party], FIRST[party]
        return officers.authenticate(one.node, name, one.tokens[name])

    def permit(self) -> None:
        """Adopt profiles that ask counsel of few types only: what fails closed may leave."""
        for party in FIRST:
            profile = yaml.safe_load(self.shipped(party).read_text(encoding="utf-8"))
            law = profile["law"]
            law["points"] = [one | {"when": _FEW} for one in law["points"][:1]]
            text = json.dumps(profile, ensure_ascii=False).encode()
            clerk = self.officer(party)
            done = nation_profile.adopt(self.states[party].node, clerk, text, extend=True)
            assert not isinstance(done, Inadmissible), done

    def agree(self, *text: str | Path, name: str = "guideline") -> str:
        """Let a text be proposed and adopted by both; return its hash."""
        self.do(
            "us",
            "guideline",
            "propose",
            *(("--document", *text) if text and text[0] != "--shipped" else ("--shipped",)),
            "--name",
            name,
        )
        for party in ("cn", "us"):
            self.do(party, "guideline", "adopt", "--name", name)
        return str(self.do("us", "guideline", "show", "--name", name)["in_force"])
