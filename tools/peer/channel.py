"""One channel: the own logs and the mirrors of the other party's, by generation (fault 9.4)."""

from tools.peer import note
from tools.peer.log import Mirror, Own
from tools.peer.place import AHEAD_MAX
from tools.peer.store import Folder
from tools.peer.text import Malformed

HEARD_MIN = 16


class Channel:
    """The logs of two parties in one channel; the last of each goes on, those before have ended."""

    def __init__(
        self, folder: Folder, arrangement: str, parties: tuple[str, str], name: str
    ) -> None:
        self.folder, self.arrangement, self.name = folder, arrangement, name
        self.party, self.other = parties
        self.cosigns_as = f"{self.party}/{arrangement}/{name}/mirror"
        self.state = folder.get(f"{name}.json", {"own": [1], "accepted": {"1": ""}})
        self.offered: list[str] = []
        self.shown: note.Head | None = None
        self.own_logs = [self._own(one) for one in self.state["own"]]
        self.mirrors = [self._mirror(int(one)) for one in self.state["accepted"]]

    @property
    def own(self) -> Own:
        """The own log that goes on."""
        return self.own_logs[-1]

    @property
    def mirror(self) -> Mirror:
        """The other party's log that goes on."""
        return self.mirrors[-1]

    def logs(self) -> list[Own | Mirror]:
        """Every one."""
        return [*self.own_logs, *self.mirrors]

    def _origin(self, party: str, generation: int) -> str:
        return f"{party}/{self.arrangement}/{self.name}/{generation}"

    def _own(self, generation: int) -> Own:
        origin = self._origin(self.party, generation)
        return Own(self.folder, f"{self.name}.own.{generation}", origin)

    def _mirror(self, generation: int) -> Mirror:
        origin = self._origin(self.other, generation)
        heard = self.state["accepted"][str(generation)]
        return Mirror(self.folder, f"{self.name}.mirror.{generation}", origin, heard)

    def offer(self, origin: str) -> None:
        """Notes a later generation that is not accepted, for who runs the peer (9.4.3)."""
        if origin in self._later() and origin not in self.offered:
            self.offered.append(origin)

    def _later(self) -> dict[str, int]:
        """The generations of the other party's log that may come next (9.4.3)."""
        last = max(int(one) for one in self.state["accepted"])
        later = range(last + 1, last + 1 + AHEAD_MAX)
        return {self._origin(self.other, one): one for one in later}

    def begin(self) -> None:
        """Begins the next own log, which is empty yet."""
        self.state["own"].append(self.state["own"][-1] + 1)
        self.own_logs.append(self._own(self.state["own"][-1]))
        self.folder.put(f"{self.name}.json", self.state)

    def accept(self, origin: str, heard: str) -> None:
        """Accepts a later generation whose entry 0 has this hash (9.4.4)."""
        names = self._later()
        if origin not in names or len(heard) < HEARD_MIN:
            raise Malformed("no later generation of this log, or too few digits (9.4.3, 9.4.4)")
        self.state["accepted"][str(names[origin])] = heard
        self.mirrors.append(self._mirror(names[origin]))
        self.offered = [one for one in self.offered if one != origin]
        self.folder.put(f"{self.name}.json", self.state)
