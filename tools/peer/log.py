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

    def sign(self, keys: note.Pair, seconds: int) -> str:
        """Its head, signed; the note is durable before it is given back (5.4.4)."""
        signed = note.sign_head(keys, self.head(), seconds)
        before = self.state.get("signed")
        if before and note.read_head(note.split(before)[0]).size > len(self.leaves):
            raise Malformed("a greater head was signed before (5.4.3)")
        self.state["signed"] = signed
        self.save()
        return signed

    @property
    def cosigned(self) -> int:
        """How many of its entries the other side signed for."""
        return int(self.state.get("cosigned", 0))

    def take(self, signed: str, lines: str, check: Callable[[str, note.Head], int]) -> None:
        """A cosignature of the other side on a head that was sent; `check` gives its time."""
        head = note.read_head(note.split(signed)[0])
        seconds = check(lines, head)
        if head.size < self.cosigned or seconds < self.state.get("cosigned_s", 0):
            raise Malformed("the other side cosigned a greater head, or later, before (5.3.5)")
        self.state |= {"cosigned": head.size, "lines": lines, "cosigned_s": seconds}
        self.state["cosigned_note"] = signed
        self.save()


class Mirror(Log):
    """The copy of a log that the other party writes."""

    @property
    def pending(self) -> note.Head:
        """The newest head that was taken."""
        heads = self.state.get("heads", {})
        if not heads:
            return self.head(0)
        return note.read_head(note.split(heads[max(heads, key=int)])[0])

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
            str(head.size): min(number, by.get(str(head.size), number)),
        }
        self.save()

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
        if str(data.end) not in heads or data.end < self.state.get("cosigned", 0):
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
