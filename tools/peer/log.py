"""One's own log, and the mirror of another's, in one channel (docs/spec/log.md, wire 7.4)."""

from collections.abc import Callable

from tools.peer import body, note, tree
from tools.peer.store import Folder
from tools.peer.text import Malformed, sha256

type Cosigner = Callable[[note.Head, int], tuple[int, str]]


class Refused(Exception):  # noqa: N818 -- the word of the specification
    """A refusal of a request: status, what is wrong, what to do, code (wire 7.6)."""

    def __init__(self, status: int, code: str, what: str, text: str = "") -> None:
        super().__init__(what)
        self.status, self.code, self.what = status, code, what
        self.text = text  # the whole body instead, for a 409 or 202
        self.media = "text/plain"


class Log:
    """The entries of a log, in memory and on disk."""

    def __init__(self, folder: Folder, name: str, origin: str) -> None:
        self.folder, self.name, self.origin = folder, name, origin
        self.entries = folder.entries(name)
        self.leaves = [tree.leaf(one) for one in self.entries]
        self.state = folder.get(f"{name}.json", {})

    def head(self, size: int | None = None) -> note.Head:
        """Its head at a size."""
        count = len(self.leaves) if size is None else size
        return note.Head(self.origin, count, tree.root(self.leaves[:count]))

    def add(self, entries: list[bytes]) -> None:
        """Appends, durably."""
        self.folder.append(self.name, entries)
        self.entries += entries
        self.leaves += [tree.leaf(one) for one in entries]

    def save(self) -> None:
        """Keeps what is known of its heads, durably."""
        self.folder.put(f"{self.name}.json", self.state)


class Own(Log):
    """The log that this party writes."""

    def sign(self, keys: note.Pair, size: int, seconds: int) -> str:
        """A head of it, signed; the note is durable before it is given back (5.4.4)."""
        signed = note.sign_head(keys, self.head(size), seconds)
        before = self.state.get("signed")
        if before and note.read_head(note.split(before)[0]).size > size:
            raise Malformed("a greater head was signed before (5.4.3)")
        self.state["signed"] = signed
        self.state["sizes"] = sorted({*self.state.get("sizes", []), size})
        self.save()
        return signed

    @property
    def sizes(self) -> list[int]:
        """The sizes of its heads that were signed."""
        found: list[int] = self.state.get("sizes", [])
        return found

    @property
    def signed(self) -> int:
        """How many of its entries were signed."""
        return max(self.sizes, default=0)

    def cut(self, size: int) -> None:
        """Takes back entries that no head covers."""
        if size < self.signed:
            raise Malformed("what was signed stays")
        self.entries, self.leaves = self.entries[:size], self.leaves[:size]
        self.folder.put_entries(self.name, self.entries)

    @property
    def by(self) -> dict[int, int]:
        """By which card of the other side how many of its entries were cosigned."""
        return {int(number): size for number, size in self.state.get("by", {}).items()}

    def take(self, signed: str, lines: str, seconds: int, number: int) -> None:
        """A cosignature that was verified, of a head that was sent."""
        head = note.read_head(note.split(signed)[0])
        if seconds < self.state.get("cosigned_s", 0):
            raise Malformed("the other side cosigned later before (5.3.5)")
        size = max(head.size, self.by.get(number, 0))
        self.state["by"] = {**self.state.get("by", {}), str(number): size}
        self.state |= {"cosigned": head.size, "lines": lines, "cosigned_s": seconds}
        self.state["cosigned_note"] = signed
        self.save()


class Mirror(Log):
    """The copy of a log that the other party writes; of a later generation with its hash heard."""

    def __init__(self, folder: Folder, name: str, origin: str, heard: str = "") -> None:
        super().__init__(folder, name, origin)
        self.heard = heard

    @property
    def cosigned(self) -> int:
        """How many of its entries this side signed for."""
        return int(self.state.get("cosigned", 0))

    @property
    def newest_note(self) -> str:
        """The newest head that was taken, as it came; empty before the first."""
        heads: dict[str, str] = self.state.get("heads", {})
        return heads[max(heads, key=int)] if heads else ""

    @property
    def pending(self) -> note.Head:
        """The newest head that was taken."""
        newest = self.newest_note
        return note.read_head(note.split(newest)[0]) if newest else self.head(0)

    def grow(self, growth: body.Growth, check: Callable[[str], tuple[note.Head, int]]) -> None:
        """Takes a new head (7.4.3, 7.4.4); `check` verifies it, and says by which card."""
        try:
            head, number = check(growth.note)
        except Malformed as problem:
            raise Refused(403, "exchange.head.bad-signature", str(problem)) from problem
        known = self.pending
        held = self.head(head.size).root if head.size <= len(self.leaves) else head.root
        if held != head.root or (head.size == known.size and head.root != known.root):
            raise Refused(422, "exchange.log.forked", "This head contradicts one taken before.")
        if growth.old > head.size:
            raise Refused(400, "exchange.head.old-size", "The old size is over the head's.")
        if growth.old != known.size:
            refused = Refused(409, "exchange.head.conflict", "another size", f"{known.size}\n")
            refused.media = "text/x.tlog.size"
            raise refused
        try:
            self._consistent(growth, known, head)
        except Malformed as problem:
            raise Refused(422, "exchange.head.inconsistent", str(problem)) from problem
        self.state["heads"] = {**self.state.get("heads", {}), str(head.size): growth.note}
        by = self.state.get("signed_by", {})
        self.state["signed_by"] = {
            **by,
            str(head.size): sorted({*by.get(str(head.size), []), number}),
        }
        self.save()

    @property
    def signed_by(self) -> dict[int, list[int]]:
        """Of each size the cards that signed a head of it."""
        return {int(size): numbers for size, numbers in self.state.get("signed_by", {}).items()}

    def _consistent(self, growth: body.Growth, known: note.Head, head: note.Head) -> None:
        if growth.old == 0:
            if growth.proof or (head.size == 0 and head.root != tree.root([])):
                raise Malformed("from nothing there is nothing to prove")
            return
        tree.check((0, growth.old, head.size), known.root, growth.proof, head.root)

    def upload(self, data: body.Upload, cosign: Cosigner) -> str:
        """Takes entries up to a head, and gives the cosignature once all are here (7.4.6-11)."""
        heads = self.state.get("heads", {})
        if not heads:
            raise Refused(422, "exchange.entries.no-head", "Send a head first.")
        if str(data.end) not in heads or data.end < self.cosigned:
            raise self._conflict(409, self.pending.size)
        if data.start > len(self.entries):
            raise self._conflict(409, self.pending.size)
        signed = heads[str(data.end)]
        head = note.read_head(note.split(signed)[0])
        if self._packages(data, head) and len(self.entries) < data.end:
            raise self._conflict(202, data.end)
        if len(self.entries) < data.end:
            raise Refused(400, "exchange.entries.none", "No whole package came.")
        return self._cosigned(signed, head, cosign)

    def _conflict(self, status: int, end: int) -> Refused:
        refused = Refused(
            status, "exchange.entries.conflict", "go on there", f"{end}\n{len(self.entries)}\n\n"
        )
        refused.media = "text/x.tlog.mirror-info"
        return refused

    def _packages(self, data: body.Upload, head: note.Head) -> bool:
        """Proves and keeps each package; whether one came."""
        some = False
        try:
            for start, entries, proof in body.packages(data):
                first = start // body.WIDTH * body.WIDTH
                leaves = self.leaves[first:start] + [tree.leaf(one) for one in entries]
                claim = (first, start + len(entries), head.size)
                try:
                    tree.check(claim, tree.root(leaves), proof, head.root)
                except Malformed as problem:
                    code = "exchange.entries.unproven"
                    raise Refused(422, code, str(problem)) from problem
                held = len(self.entries)
                if start == 0 and not tree.root(leaves[:2]).hex().startswith(self.heard):
                    code = "exchange.generation.another"
                    raise Refused(422, code, "Not the hash that was heard (9.4.5).")
                if start + len(entries) > held:
                    self.add(entries[held - start :])
                some = True
        except body.CutShort:
            if not some:
                raise Refused(400, "tlog.wire.package", "The first package is cut.") from None
        return some

    def _cosigned(self, signed: str, head: note.Head, cosign: Cosigner) -> str:
        """The same stored lines for the same bytes, else new ones (5.3.4, 5.3.5)."""
        digest = sha256(signed.encode()).hex()
        if self.state.get("cosigned_sha256") == digest:
            return str(self.state["lines"])
        if self.head(head.size).root != head.root:
            raise Refused(422, "exchange.log.forked", "The entries do not give this root.")
        seconds, lines = cosign(head, int(self.state.get("cosigned_s", 0)))
        self.state |= {"cosigned": head.size, "cosigned_s": seconds, "lines": lines}
        self.state["cosigned_sha256"] = digest
        self.state["cosigned_note"] = signed
        heads = self.state["heads"]
        self.state["heads"] = {size: one for size, one in heads.items() if int(size) >= head.size}
        self.save()
        return lines
