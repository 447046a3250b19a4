"""Which tags may be said: versions of each room, each a superset of the one before.

A tag that every party has not adopted, in what an act's author had seen, makes the act
foreign: kept, folded to nothing, for ever (protocol rule 13).  Each room has versions of its
own, so that two States adopt one room and not another.  Pairing adopts those that it names;
an act of each party adopts a later one, or another room.

Source: docs/spec/entry.md 6.5, exchange.md 8.5.2.
Floor: acts (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

VERSION_FIRST: Final = 1

REGISTER_ROOMS: Final = ("arrangement", "exchange")
"""What an exchange cannot do without: every pairing adopts them."""


def room_of(tag: str) -> str:
    """Return the room of a tag: what stands before its dot."""
    return tag.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one program knows.

    Attributes:
        added: `{room: {version: the tags that it added}}`.
    """

    added: Mapping[str, Mapping[int, Sequence[str]]]

    @property
    def newest(self) -> Mapping[str, int]:
        """`{room: the greatest version that the program knows}`."""
        return MappingProxyType({room: max(versions) for room, versions in self.added.items()})

    def version_of(self, tag: str) -> int | None:
        """Return the version of its room that added the tag, or None where it is not known."""
        versions = self.added.get(room_of(tag), {})
        return next((version for version, tags in versions.items() if tag in tags), None)

    def tags(self) -> Iterator[str]:
        """Give every tag of every room."""
        return (t for versions in self.added.values() for tags in versions.values() for t in tags)


OURS: Final = Vocabulary(
    MappingProxyType(
        {
            "arrangement": {
                1: (
                    "arrangement.card-entered/1",
                    "arrangement.revocation-entered/1",
                    "arrangement.version-adopted/1",
                    "arrangement.channel-opened/2",
                    "arrangement.channel-keys-entered/1",
                    "arrangement.channel-ended/1",
                ),
            },
            "exchange": {
                1: (
                    "exchange.generation-begun/1",
                    "exchange.generation-accepted/1",
                ),
            },
            "request": {
                1: (
                    "request.draft-shown/1",
                    "request.commented/1",
                    "request.submitted/1",
                    "request.confirmed/1",
                    "request.acknowledged/1",
                    "request.found-deficient/1",
                    "request.deficiency-disputed/1",
                    "request.clarified/1",
                    "request.rerouted/1",
                    "request.accepted/1",
                    "request.condition-accepted/1",
                    "request.condition-declined/1",
                    "request.condition-waived/1",
                    "request.status-asked/1",
                    "request.status-reported/1",
                    "request.answered/1",
                    "request.postponed/1",
                    "request.resumed/1",
                    "request.consulted/1",
                    "request.consultation-answered/1",
                    "request.refused/1",
                    "request.withdrawn/1",
                    "request.superseded/1",
                    "request.closed/1",
                    "request.reopened/1",
                    "request.corrected/1",
                    "request.opened/1",
                    "request.use-asked/1",
                    "request.use-reported/1",
                    "request.destroyed/1",
                ),
                2: (
                    "request.assessed/1",
                    "request.assessment-disputed/1",
                    "request.assessment-settled/1",
                ),
                3: ("request.step-told/1",),
            },
            "guideline": {
                1: (
                    "guideline.proposed/1",
                    "guideline.adopted/1",
                    "guideline.declined/1",
                    "guideline.withdrawn/1",
                ),
            },
            "review": {
                1: (
                    "review.snapshot/1",
                    "review.concurred/1",
                    "review.differed/1",
                    "review.commented/1",
                    "review.withdrawn/1",
                ),
            },
            "case": {
                1: (
                    "case.opened/1",
                    "case.grouped/1",
                    "case.ungrouped/1",
                    "case.referenced/1",
                    "case.priority-proposed/1",
                    "case.priority-agreed/1",
                    "case.priority-declined/1",
                    "case.reported/1",
                    "case.report-agreed/1",
                    "case.report-disputed/1",
                    "case.closed/1",
                    "case.reopened/1",
                ),
                2: ("case.linked/1", "case.link-disputed/1"),
            },
            "contact": {
                1: (
                    "contact.published/1",
                    "contact.proved/1",
                    "contact.failed/1",
                    "contact.withdrawn/1",
                ),
            },
            "hotline": {
                1: (
                    "hotline.drill-planned/1",
                    "hotline.drill-joined/1",
                    "hotline.drill-begun/1",
                    "hotline.called/1",
                    "hotline.picked-up/1",
                    "hotline.taken/1",
                    "hotline.raised/1",
                    "hotline.said/1",
                    "hotline.read-back/1",
                    "hotline.confirmed/1",
                    "hotline.corrected/1",
                    "hotline.carried/1",
                    "hotline.carried-confirmed/1",
                    "hotline.carried-disputed/1",
                    "hotline.summed-up/1",
                    "hotline.agreed/1",
                    "hotline.disputed/1",
                    "hotline.called-off/1",
                    "hotline.closed/1",
                ),
            },
            "share": {
                1: (
                    "share.given/1",
                    "share.declared-none/1",
                    "share.added/1",
                    "share.marked/1",
                    "share.retracted/1",
                    "share.taken/1",
                    "share.disputed/1",
                    "share.upheld/1",
                    "share.sample-asked/1",
                    "share.used/1",
                    "share.stopped/1",
                    "share.destroyed/1",
                ),
            },
            "commitment": {
                1: ("commitment.made/1", "commitment.stated/1", "commitment.left/1"),
            },
            "dialogue": {
                1: (
                    "dialogue.convened/1",
                    "dialogue.stated/1",
                    "dialogue.left/1",
                    "dialogue.postponed/1",
                    "dialogue.delegated/1",
                    "dialogue.opened/1",
                    "dialogue.closed/1",
                    "dialogue.minuted/1",
                    "dialogue.minutes-agreed/1",
                    "dialogue.minutes-disputed/1",
                ),
            },
            "wording": {
                1: (
                    "wording.opened/1",
                    "wording.tabled/1",
                    "wording.accepted/1",
                    "wording.reserved/1",
                    "wording.attested/1",
                    "wording.closed/1",
                ),
            },
            "proposal": {
                1: (
                    "proposal.put/1",
                    "proposal.assessed/1",
                    "proposal.stated/1",
                    "proposal.left/1",
                ),
            },
            "match": {
                1: (
                    "match.asked/1",
                    "match.evaluated/1",
                    "match.rejected/1",
                    "match.opened/1",
                    "match.pursued/1",
                    "match.backed/1",
                    "match.judged/1",
                    "match.declined/1",
                    "match.withdrawn/1",
                    "match.closed/1",
                ),
            },
            "roll": {
                1: (
                    "roll.opened/1",
                    "roll.edition/1",
                    "roll.loaded/1",
                    "roll.differed/1",
                    "roll.voted/1",
                    "roll.vote-answered/1",
                    "roll.paused/1",
                    "roll.resumed/1",
                    "roll.closed/1",
                ),
            },
            "compartment": {
                1: (
                    "compartment.proposed/1",
                    "compartment.amended/1",
                    "compartment.signed/1",
                    "compartment.declined/1",
                    "compartment.joined/1",
                    "compartment.committed/1",
                    "compartment.reader-named/1",
                    "compartment.reader-objected/1",
                    "compartment.reader-ended/1",
                    "compartment.account/1",
                    "compartment.challenged/1",
                    "compartment.breach-told/1",
                    "compartment.closed/1",
                ),
            },
            "exercise": {
                1: (
                    "exercise.proposed/1",
                    "exercise.agreed/1",
                    "exercise.declined/1",
                    "exercise.rescheduled/1",
                    "exercise.cancelled/1",
                    "exercise.reported/1",
                    "exercise.report-agreed/1",
                    "exercise.report-disputed/1",
                ),
            },
            "control": {
                1: (
                    "control.opened/1",
                    "control.met/1",
                    "control.text-proposed/1",
                    "control.text-adopted/1",
                    "control.text-declined/1",
                    "control.fixed/1",
                    "control.disclosed/1",
                    "control.ready/1",
                    "control.skipped/1",
                    "control.moved/1",
                    "control.noted/1",
                ),
            },
            "play": {
                1: (
                    "play.opened/1",
                    "play.start-proposed/1",
                    "play.pause-proposed/1",
                    "play.resume-proposed/1",
                    "play.rate-proposed/1",
                    "play.jump-proposed/1",
                    "play.end-proposed/1",
                    "play.set-agreed/1",
                    "play.set-declined/1",
                    "play.stopped/1",
                ),
            },
            "inject": {
                1: (
                    "inject.delivered/1",
                    "inject.corrected/1",
                    "inject.withdrawn/1",
                    "inject.taken/1",
                    "inject.answered/1",
                ),
            },
            "evaluation": {
                1: (
                    "evaluation.rated/1",
                    "evaluation.concurred/1",
                    "evaluation.differed/1",
                ),
            },
        }
    )
)
"""What this program knows."""
