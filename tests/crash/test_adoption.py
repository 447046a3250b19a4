"""A text is adopted, and a node dies at each step of it: in memory, so that each step is played.

Whoever gave the command gives it again, with its key.  At no moment another document is in force
than the one that both settled, and at the end it is adopted once by each.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from support.desks import Desks
from support.states import Made, State, reach
from surfaces.cli.test_dialogue import settled

from comity.joint.text import acts, state, table
from comity.joint.text.state import Proposal
from comity.node.room import joint_texts

NAME = "outcomes.2015-12"
STORY = (("us", "propose"), ("cn", "adopt"), ("us", "adopt"))


class Died(BaseException):
    """The process is gone: nothing catches it."""


@cache
def _settled() -> tuple[Desks, str, str, Made]:
    """Return desks at which a text is settled, its id and hash, and what copies them."""
    folder = Path(tempfile.mkdtemp(prefix="comity-adoption-"))
    desks = Desks(folder)
    text = settled(desks)
    sha256 = str(desks.do("us", "wording", "assemble", text)["sha256"])
    return desks, text, sha256, Made(folder, [*desks.states.values()], "")


@dataclass
class Night:
    """Both desks on the night of an adoption.

    Attributes:
        desks: the desks.
        text: id of the text in the making.
        sha256: of its document.
        passed: every step so far, of both nodes.
        died: how often a node died.
    """

    desks: Desks
    text: str
    sha256: str
    passed: list[str]
    died: int = 0

    def arm(self, dies_at: int = -1) -> None:
        """Count the steps of both nodes; die at one of them."""

        def step(name: str) -> None:
            self.passed.append(name)
            if len(self.passed) - 1 == dies_at:
                raise Died(name)

        self._steps(step)

    def _steps(self, step: Callable[[str], None]) -> None:
        for one in self.desks.states.values():
            one.node = replace(one.node, step=step, session=type(one.node.session)())
        reach([*self.desks.states.values()])

    def play(self) -> None:
        """Propose and adopt; a command whose node died is given once more."""
        for number, (party, verb) in enumerate(STORY):
            for _ in range(2):
                try:
                    self.desks.do(party, "wording", verb, self.text, "--key", f"{verb}{number}")
                    break
                except Died:
                    self.died += 1
                    self._steps(lambda _name: None)  # it is started again
                    self.require_no_other()

    def proposals(self, party: str) -> tuple[Proposal, ...]:
        """Return what a node holds of the joint text."""
        node = self.desks.states[party].node
        with node.store.read() as tx:
            found = [row for row in tx.matters(acts.KIND, "", 100) if row.matter.id == NAME]
            held = [joint_texts.text_state(tx, row.channel, NAME) for row in found]
        return tuple(one for said in held if said is not None for one in said.proposals)

    def require_no_other(self) -> None:
        """Hold both nodes to the one document."""
        for party in self.desks.states:
            assert {one.sha256 for one in self.proposals(party)} <= {self.sha256}

    def require_adopted_once(self) -> None:
        """Hold both nodes to one adoption of each, of the bytes that both settled."""
        self.desks.deliver()
        self.require_no_other()
        digests = set[str]()
        for party, one in self.desks.states.items():
            (proposal,) = self.proposals(party)
            assert (proposal.status, {*proposal.adoptions}) == (table.ADOPTED, {"us", "cn"})
            digests.add(state.digest(_said(one)))
            assert self.desks.do(party, "guideline", "show", "--name", NAME)["in_force"]
        assert len(digests) == 1


def _said(one: State) -> state.State:
    with one.node.store.read() as tx:
        (row,) = [row for row in tx.matters(acts.KIND, "", 100) if row.matter.id == NAME]
        said = joint_texts.text_state(tx, row.channel, NAME)
    assert said is not None
    assert len(said.turns) == len(STORY), "nothing was said twice"
    return said


@contextmanager
def night() -> Iterator[Night]:
    """Give a night of its own."""
    first, text, sha256, made = _settled()
    folder = Path(tempfile.mkdtemp(prefix="comity-night-"))
    desks = Desks.__new__(Desks)
    desks.__dict__.update({**first.__dict__, "noted": []})
    desks.states = {one.node.party: one for one in made.copies(folder)}
    for party, one in desks.states.items():
        one.tokens, one.clock.at_ms = first.states[party].tokens, first.states[party].clock.at_ms
    yield Night(desks, text, sha256, [])
    shutil.rmtree(folder)


def test_an_adoption_is_whole_wherever_a_node_died() -> None:
    """Each step of proposing, adopting and delivering, one after the other."""
    with night() as whole:
        whole.arm()
        whole.play()
        whole.require_adopted_once()
        steps = [*whole.passed]
    assert len({*steps}) > 12
    for at in range(len(steps)):
        with night() as one:
            one.arm(at)
            one.play()
            assert one.died == 1
            one.require_adopted_once()


@pytest.mark.parametrize("late", ["us", "cn"])
def test_a_line_that_is_cut_on_the_last_night_binds_nobody_before_it_is_back(late: str) -> None:
    """Both adopt with no line between them: neither has an adopted text until it has come."""
    with night() as cut:
        desks = cut.desks
        desks.do("us", "wording", "propose", cut.text)
        if late == "us":
            desks.do("cn", "wording", "adopt", cut.text)
        for one in desks.states.values():
            one.peers.nodes = {}
        for party in ("us", "cn") if late == "cn" else ("us",):
            desks.do(party, "wording", "adopt", cut.text)
        for party in desks.states:
            shown = desks.do(party, "guideline", "show", "--name", NAME)
            assert not shown["in_force"], party
        reach([*desks.states.values()])
        cut.require_adopted_once()
        assert desks.do("cn", "guideline", "show", "--name", NAME)["in_force"] == cut.sha256
