"""How a step becomes an act: its words sealed, its release recorded, itself admitted by the rules.

    said = speaker.speak(course, step, at_ms)  -> Spoken(act, bodies, release), or why not

Two officers release what the guideline wants two for, one what it leaves to one; who they are
stays in the release record of their own node, as it does for every act.

Floor: lab.
"""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from comity.acts.record import KEY_BYTES, NEEDED, Act, Blob, Office
from comity.domestic.release import content, fold, record
from comity.joint.request import acts
from comity.joint.request.acts import Saying
from comity.joint.request.decide import By
from comity.joint.request.rules import Rules
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.ports import Entropy
from comity.node.room import act_words
from comity.node.room.act_blobs import Plain
from comity.node.room.act_words import Attachment, Words
from comity.node.room.request_file import AttachmentLine, Written
from comity.seal import symmetric
from comity_lab.years import phrases
from comity_lab.years.course import Course
from comity_lab.years.plan import Step
from comity_lab.years.values import HOUR_MS

MARK: Final = "TLP:AMBER"

_BY_ONE: Final = frozenset({acts.ACKNOWLEDGED, acts.OPENED, acts.STATUS_REPORTED})
"""What one officer releases, as the guideline that ships says."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks for a State.

    Attributes:
        party: its id.
        agency: id of the agency.
        name: of the agency, in English.
        language: in which it writes, `en` or `zh-Hans`.
        zone: of its wall, `UTC+08:00`.
        officers: who writes, and who approves.
        register: before its file numbers.
    """

    party: str
    agency: str
    name: str
    language: str
    zone: str
    officers: tuple[str, str]
    register: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """An act as it leaves.

    Attributes:
        act: with its blobs and the hash of its release.
        bodies: `{sha256: stored bytes}`.
        release: what its own node keeps of its release.
    """

    act: Act
    bodies: Mapping[str, bytes]
    release: Json


@dataclass(slots=True)
class Speaker:
    """Makes the acts of all requests.

    Attributes:
        voices: by party.
        rules: of the guideline in force.
        chance: of ids and of when officers approve.
        entropy: of keys and salts.
    """

    voices: Mapping[str, Voice]
    rules: Rules
    chance: random.Random
    entropy: Entropy
    _numbers: dict[str, int] = field(default_factory=dict)

    def new_id(self) -> str:
        """Return the id of an act."""
        return random_id(self.chance.randbytes(RANDOM_ID_BYTES))

    def new_reference(self, party: str, year: int) -> str:
        """Return the next file number of a State in a year."""
        key = f"{self.voices[party].register}-{year}"
        self._numbers[key] = self._numbers.get(key, 1000) + 1
        return f"{key}/{self._numbers[key]}"

    def speak(
        self, course: Course, step: Step, reference: str, at_ms: int
    ) -> Spoken | Inadmissible:
        """Return the act of a step, or why it may not be said.

        Args:
            course: of the request, with its state.
            step: what is said.
            reference: file number of the speaker, or "".
            at_ms: when.
        """
        voice = self.voices[step.party]
        office = Office(voice.agency)
        by = By(Saying(self.new_id(), office, reference), step.party, self.rules)
        act = step.say(course.state, by)
        if isinstance(act, Inadmissible):
            return act
        said = _words(course, step, act.tag, voice)
        hashed = [(_sha256(one.data), one.size_bytes) for one in said.attachments]
        plain = [*act_words.bodies(said, hashed), *act_words.attached(said)]
        sealed = [self._sealed(one) for one in plain]
        act = replace(act, blobs=tuple(blob for blob, _ in sealed))
        bound = content.sha256(act, [one.bound(_sha256(one.data)) for one in plain])
        since_ms = course.at_ms if course.state.turns else 0
        release, salt = self._released(voice, act.tag, bound, (since_ms, at_ms))
        return Spoken(
            replace(act, release=record.salted_sha256(release, salt)),
            {blob.sha256: stored for blob, stored in sealed},
            {"salt": salt.hex(), "record": release.decode()},
        )

    def _sealed(self, plain: Plain) -> tuple[Blob, bytes]:
        assert isinstance(plain.data, bytes)
        key = self.entropy(KEY_BYTES)
        stored = symmetric.seal_blob(plain.data, key, self.entropy)
        sha256 = hashlib.sha256(stored).hexdigest()
        blob = Blob(sha256, key, len(stored), plain.media_type, plain.role, NEEDED, plain.mark)
        return blob, stored

    def _released(
        self, voice: Voice, tag: str, bound: str, span: tuple[int, int]
    ) -> tuple[bytes, bytes]:
        """Return the record of a release, and its salt; it was written after what it answers."""
        first, second = voice.officers
        since_ms, at_ms = span
        wrote_ms = max(since_ms, at_ms - self.chance.randrange(HOUR_MS // 30, HOUR_MS))
        is_alone = tag in _BY_ONE
        approvals = ((first, wrote_ms),) if is_alone else ((first, wrote_ms), (second, at_ms))
        state = fold.State(
            status=fold.RELEASED,
            author=first,
            written_ms=wrote_ms,
            content_sha256=bound,
            approvals=approvals,
            released_by=first if is_alone else second,
            at_ms=at_ms,
        )
        return record.render(state), self.entropy(record.SALT_BYTES)


def _words(course: Course, step: Step, tag: str, voice: Voice) -> Words:
    """Return what is said beside the codes."""
    plan = course.plan
    if step.is_first:
        missing = {*course.lacks}
        values = {name: one for name, one in course.elements.items() if name not in missing}
        items: Json = [{"id": one, "what": phrases.ITEMS[one]} for one in course.items]
        texts = phrases.asking(plan.type, voice.name, voice.language)
        written = Written("request", mark=MARK, elements=values, items=items, texts=texts)
        return Words(written)
    values = {name: course.elements[name] for name in step.elements}
    given: Json = {one: {"given": True, "note": phrases.GIVEN} for one in step.items} or None
    texts = phrases.saying(tag, voice.name, voice.language)
    files = (_file(step.items),) if step.is_filed else ()
    written = Written("answer", mark=MARK, elements=values, items=given, texts=texts)
    return Words(written, files)


def _file(items: tuple[str, ...]) -> Attachment:
    """Return a small file, as a provider gives one."""
    lines = ["item,from,to,value", *(f"{one},,,see the statement" for one in items)]
    line = AttachmentLine(
        "records.csv",
        "text/csv",
        MARK,
        "data",
        provenance=MappingProxyType({"action": "extracted"}),
    )
    return Attachment(line, "\n".join(lines).encode())


def _sha256(data: object) -> str:
    assert isinstance(data, bytes)
    return hashlib.sha256(data).hexdigest()
