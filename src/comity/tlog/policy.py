"""Trust policies: which logs, which witnesses, and how many of them are enough.

    log aa/x2k5…/live/1+c7f1a2b3+AT4u…
    witness bb-ed25519 bb/x2k5…/live+5e1d9a00+BH2k…
    witness bb-ml-dsa-44 bb/x2k5…/live+19c4e7f2+BqPz…
    group bb all bb-ed25519 bb-ml-dsa-44
    quorum bb

A log line names one key: a log that signs with two kinds has two lines.  `verify` is the
generic rule, any key of the log; `verify_kinds` is comity's own, a key of each kind.
Names are opaque octets: they are kept as text with surrogates for what is not UTF-8.

Source: C2SP tlog-policy; protocol rule 8.
Floor: tlog (pure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.tlog import checkpoint, keys, note, spelling
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.keys import KeyVerifier, VKey
from comity.tlog.note import Note

POLICY_BYTES_MAX: Final = 16 << 20
"""Of a file of policies: one of a log of sixteen parties has 32 KiB for each card of each."""

DEFINITIONS_MAX: Final = 2_048
"""Of logs, of witnesses and of groups; C2SP asks for at least 32 of each.  Fifteen mirrors have
thirty witnesses for each card that they ever had."""

NONE: Final = "none"

_LOG_KINDS: Final = frozenset({keys.ED25519_NOTE, keys.ML_DSA_44_COSIGNATURE})
_WITNESS_KINDS: Final = frozenset({keys.ED25519_COSIGNATURE, keys.ML_DSA_44_COSIGNATURE})
_CONTROLS: Final = bytes((*range(0x09), *range(0x0B, 0x20), 0x7F))
_LOG_ITEMS: Final = (2, 3)
_WITNESS_ITEMS: Final = (3, 4)
_GROUP_ITEMS_MIN: Final = 4
_QUORUM_ITEMS: Final = 2


@dataclass(frozen=True, slots=True)
class Log:
    """A key of a log; its name is the origin.

    Attributes:
        vkey: of kind 0x01 or 0x06.
        url: where the log is reached, or nothing.
    """

    vkey: VKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A key of a witness.

    Attributes:
        name: in this policy only.
        vkey: of kind 0x04 or 0x06.
        url: where the witness is reached, or nothing.
    """

    name: str
    vkey: VKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A rule over witnesses and groups that stand before it.

    Attributes:
        name: in this policy only.
        threshold: how many members must have cosigned; 1 to the number of members.
        members: names; no name is a member of two groups.
    """

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses, groups in order of definition, and the name of the quorum or `none`."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def verify(self, head: Note) -> Checkpoint:
        """Return the checkpoint, signed by a known key of its log and cosigned by the quorum.

        Raises:
            Fault: `tlog.policy.unknown-log`, `tlog.policy.no-quorum`, and those of
                `note.verify` and `checkpoint.parse_body`.
        """
        result = checkpoint.parse_body(head.body)
        log_keys = self._log_keys(result.origin)
        note.verify(head, log_keys)
        self._verify_quorum(head)
        return result

    def verify_kinds(self, head: Note) -> Checkpoint:
        """Return the checkpoint, signed by a log key of each kind and cosigned by the quorum.

        For a policy that has the keys of several cards: one line of each kind that the
        policy names for the log is demanded, by whichever of its keys.

        Raises:
            Fault: as `verify`, and `tlog.policy.kind-missing`.
        """
        result = checkpoint.parse_body(head.body)
        log_keys = self._log_keys(result.origin)
        lines = {(line.name, line.key_id) for line in note.verify(head, log_keys)}
        signed = {key.vkey.kind for key in log_keys if (key.name, key.key_id) in lines}
        for kind in sorted({key.vkey.kind for key in log_keys} - signed):
            raise Fault(
                code="tlog.policy.kind-missing",
                what=f"The checkpoint has no signature of kind 0x{kind:02x} by the log "
                f"{quoted(result.origin)}.",
                fix="Ask for the proof again: a head is signed with both kinds of keys.",
            )
        self._verify_quorum(head)
        return result

    def _log_keys(self, origin: str) -> list[KeyVerifier]:
        found = [keys.verifier(log.vkey) for log in self.logs if log.vkey.name == origin]
        if not found:
            raise Fault(
                code="tlog.policy.unknown-log",
                what=f"The policy has no key for the log {quoted(origin)}.",
                fix="Compare the origin with the policy; a new generation needs a new policy.",
            )
        return found

    def _verify_quorum(self, head: Note) -> None:
        signed = _cosigned(head, self.witnesses)
        for group in self.groups:
            if sum(member in signed for member in group.members) >= group.threshold:
                signed.add(group.name)
        if self.quorum != NONE and self.quorum not in signed:
            raise Fault(
                code="tlog.policy.no-quorum",
                what=f"The checkpoint is not cosigned by the quorum {quoted(self.quorum)}, only "
                f"by {quoted(', '.join(sorted(signed)) or 'nobody')}.",
                fix="Wait for the cosignatures that are missing and verify again.",
            )


def parse(data: bytes, begins: int = 1) -> Policy:
    """Read a policy; comments and white space are not kept.

    Args:
        data: the text.
        begins: the number of its first line, where it stands in a file with others.

    Raises:
        Fault: `tlog.policy.malformed`, with the line, and those of `keys.parse`.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise _malformed(0, f"it has {len(data)} bytes, over {POLICY_BYTES_MAX}")
    if not data:
        raise _malformed(0, "it is empty")
    if not data.endswith(b"\n"):
        raise _malformed(data.count(b"\n") + begins, "the last line has no newline")
    reading = _Reading()
    for number, line in enumerate(data.split(b"\n")[:-1], start=begins):
        if line.endswith(b"\r"):
            raise _malformed(number, "it ends with CR LF, as on Windows, and not with LF alone")
        if len(line.translate(None, _CONTROLS)) != len(line):
            raise _malformed(number, "it has a control character other than tab")
        items = line.decode("utf-8", "surrogateescape").replace("\t", " ").split(" ")
        items = [item for item in items if item]
        if items and not items[0].startswith("#"):
            reading.read(number, items)
    return reading.policy()


def render(policy: Policy) -> bytes:
    """Return the policy as text: logs, witnesses, groups, quorum."""
    lines = [["log", keys.render(log.vkey), *_url(log.url)] for log in policy.logs]
    lines += [
        ["witness", witness.name, keys.render(witness.vkey), *_url(witness.url)]
        for witness in policy.witnesses
    ]
    lines += [["group", group.name, _threshold(group), *group.members] for group in policy.groups]
    lines.append(["quorum", policy.quorum])
    return "".join(" ".join(line) + "\n" for line in lines).encode("utf-8", "surrogateescape")


class _Reading:
    """What has been read of a policy so far."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: list[Witness] = []
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self.log_keys: set[bytes] = set()
        self.witness_keys: set[bytes] = set()
        self.names: set[str] = set()
        self.members: set[str] = set()

    def policy(self) -> Policy:
        if self.quorum is None:
            raise _malformed(0, "it has no quorum line")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorum)

    def read(self, number: int, items: list[str]) -> None:
        readers = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        reader = readers.get(items[0])
        if reader is None:
            raise _malformed(number, f"{quoted(items[0])} begins no line of a policy")
        reader(number, items)

    def _log(self, number: int, items: list[str]) -> None:
        if len(items) not in _LOG_ITEMS:
            raise _malformed(number, "a log line is: log <vkey> [<url>]")
        log = Log(keys.parse(items[1]), _at(items, 2))
        if log.vkey.kind not in _LOG_KINDS:
            raise _malformed(number, f"a log cannot sign with kind 0x{log.vkey.kind:02x}")
        _require_new_key(number, log.vkey, self.log_keys)
        _require_room(number, self.logs)
        self.logs.append(log)

    def _witness(self, number: int, items: list[str]) -> None:
        if len(items) not in _WITNESS_ITEMS:
            raise _malformed(number, "a witness line is: witness <name> <vkey> [<url>]")
        witness = Witness(items[1], keys.parse(items[2]), _at(items, 3))
        if witness.vkey.kind not in _WITNESS_KINDS:
            raise _malformed(number, f"a witness cannot sign with kind 0x{witness.vkey.kind:02x}")
        _require_new_key(number, witness.vkey, self.witness_keys)
        _require_room(number, self.witnesses)
        self._define(number, witness.name)
        self.witnesses.append(witness)

    def _group(self, number: int, items: list[str]) -> None:
        if len(items) < _GROUP_ITEMS_MIN:
            raise _malformed(number, "a group line is: group <name> <all, any or k> <name>...")
        _, name, rule, *members = items
        for member in members:
            self._require_defined(number, member)
            if member in self.members:
                raise _malformed(number, f"{quoted(member)} is a member twice")
            self.members.add(member)
        _require_room(number, self.groups)
        self._define(number, name)
        self.groups.append(Group(name, _parse_rule(number, rule, len(members)), tuple(members)))

    def _quorum(self, number: int, items: list[str]) -> None:
        if len(items) != _QUORUM_ITEMS:
            raise _malformed(number, "a quorum line is: quorum <name>")
        if self.quorum is not None:
            raise _malformed(number, "it is a second quorum line")
        if items[1] != NONE:
            self._require_defined(number, items[1])
        self.quorum = items[1]

    def _define(self, number: int, name: str) -> None:
        if name == NONE or name in self.names:
            raise _malformed(number, f"the name {quoted(name)} is taken")
        self.names.add(name)

    def _require_defined(self, number: int, name: str) -> None:
        if name not in self.names:
            raise _malformed(number, f"the name {quoted(name)} is not defined before")


def _cosigned(head: Note, witnesses: Sequence[Witness]) -> set[str]:
    """The names of the witnesses that have a valid line; a bad line refuses the note."""
    lines = note.known_lines(head, [keys.verifier(witness.vkey) for witness in witnesses])
    signed = {(line.name, line.key_id) for line in lines}
    return {
        witness.name for witness in witnesses if (witness.vkey.name, witness.vkey.key_id) in signed
    }


def _require_new_key(number: int, vkey: VKey, others: set[bytes]) -> None:
    if vkey.public in others:
        raise _malformed(number, f"the key of {quoted(vkey.name)} stands on a line before")
    others.add(vkey.public)


def _require_room(number: int, defined: Sequence[object]) -> None:
    if len(defined) >= DEFINITIONS_MAX:
        raise _malformed(number, f"it is one more than {DEFINITIONS_MAX} of its sort")


def _parse_rule(number: int, rule: str, count: int) -> int:
    words = {"all": count, "any": 1}
    threshold = words.get(rule) or spelling.parse_decimal(rule.encode("ascii", "replace"))
    if threshold is None or not 1 <= threshold <= count:
        raise _malformed(number, f"{quoted(rule)} is not all, any or a number from 1 to {count}")
    return threshold


def _threshold(group: Group) -> str:
    if group.threshold == len(group.members):
        return "all"
    return "any" if group.threshold == 1 else str(group.threshold)


def _at(items: Sequence[str], place: int) -> str | None:
    return items[place] if len(items) > place else None


def _url(url: str | None) -> tuple[str, ...]:
    return () if url is None else (url,)


def _malformed(number: int, why: str) -> Fault:
    where = f"line {number}: " if number else ""
    return Fault(
        code="tlog.policy.malformed",
        what=f"This policy cannot be read: {where}{why}.",
        fix="Correct the policy file and run the command again.",
    )
