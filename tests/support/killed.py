"""A story in which one of two nodes is killed once, wherever the test says.

Floor: tests.
"""

from collections.abc import Callable
from dataclasses import dataclass

from support.crashing import Died, Pair, begin, round_of


@dataclass
class Killed:
    """A pair whose one node is killed once in a story; whoever gave a command gives it again.

    Attributes:
        pair: the nodes.
        victim: the one.
        killed: whether it was, in this story.
    """

    pair: Pair
    victim: str
    killed: bool = False

    def start(self, crash_at: str) -> None:
        """Begin a story in which the victim is killed at a point."""
        self.killed = False
        self.pair.stop(self.victim)
        self.pair.start(self.victim, crash_at)
        try:
            self.pair[self.victim].run(begin)
        except Died:
            self.again()

    def do[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Let the victim do a step; once more if it was killed meanwhile."""
        try:
            return self.pair[self.victim].run(function, *arguments)
        except Died:
            self.again()
        return self.pair[self.victim].run(function, *arguments)

    def deliver(self) -> None:
        """Let both send what they have; the victim comes up again if it was killed."""
        for _ in range(2):
            for party in self.pair.databases:
                try:
                    self.pair[party].run(round_of)
                except Died:
                    self.again()
        if not self.pair.is_up(self.victim):
            self.again()  # killed while it answered

    def again(self) -> None:
        """Start the victim after its death, and let both deliver."""
        assert not self.killed, "killed twice"
        self.killed = True
        self.pair.stop(self.victim)
        self.require_held()
        self.pair.start(self.victim)
        self.pair[self.victim].run(begin)
        self.pair.rounds()
        self.require_held()

    def require_held(self) -> None:
        """Hold the nodes to what is true at every moment; a story says what that is."""
