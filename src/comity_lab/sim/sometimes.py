"""Rare states by name: a run that reaches too few of them has proved little.

Floor: lab.
"""

from typing import Final

from comity.joint.compartment import acts as compartment_acts
from comity.joint.contact import acts as contact_acts
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exercise import acts as exercise_acts
from comity.joint.hotline import acts as hotline_acts
from comity.joint.match import acts as match_acts
from comity.joint.roll import acts as roll_acts
from comity_lab.sim import speech

REGISTERED: Final = frozenset(
    {
        exchange_acts.CARD_ENTERED,
        exchange_acts.REVOCATION_ENTERED,
        exchange_acts.CHANNEL_OPENED,
        exchange_acts.GENERATION_BEGUN,
        exchange_acts.GENERATION_ACCEPTED,
    }
)
"""What nodes say of channels; these worlds adopt every room when they are paired."""

BY_PROOF: Final = frozenset(
    tag
    for kind in (
        *(hotline_acts.KIND, contact_acts.KIND, match_acts.KIND, roll_acts.KIND),
        compartment_acts.KIND,
    )
    for tag in speech.FORMS[kind]
) | {exercise_acts.DISCLOSED, exercise_acts.READY}
"""Said too, and not asked for: some are admitted with the secret that an earlier one commits to."""

SAID: Final = {tag: f"said.{tag}" for tag in sorted((speech.TAGS | REGISTERED) - BY_PROOF)}
"""That a tag was said, by tag."""

STATES: Final = frozenset(
    {
        "act.held-back",
        "act.refused-lawfully",
        "act.resealed-after-recovery",
        "act.sent-twice-one-effect",
        "act.unknown-tag-foreign",
        "acts.crossed",
        "answer.with-delivery",
        "batch.over-a-hundred",
        "body.destroyed",
        "body.fetched",
        "body.large-arrived",
        "body.missing-in-receipt",
        "body.receipt-shortened",
        "card.entered-while-offline",
        "card.revoked",
        "card.rotated",
        "card.rotated-on-both-sides",
        "channel.ended",
        "channel.keys-replaced",
        "channel.opened",
        "clock.jumped",
        "clock.signing-stopped",
        "cosignature.after-clocks-ahead",
        "cosignature.asked-twice",
        "crash.fsync",
        "crash.kill",
        "crash.power",
        "crash.receiver-kill",
        "crash.receiver-power",
        "crash.receiver-torn",
        "crash.torn",
        "crash.while-starting",
        "disk.damaged",
        "disk.full",
        "disk.full-and-free-again",
        "draft.waits-for-approval",
        "entry.unread-kept",
        "excuse.not-of-this-loss",
        "excuse.signed",
        "fsync.failed-and-lost",
        "fsync.failed-and-written",
        "generation.accepted",
        "generation.left-out-what-was-read",
        "head.moved-while-signed",
        "highwater.brought-back-entries",
        "highwater.failed",
        "highwater.lost",
        "hotline.before-live",
        "hotline.in-time",
        "late.delivered",
        "late.delivered-to-restored",
        "late.refused",
        "line.asymmetric",
        "line.cut-both-ways",
        "line.garbled",
        "line.repeated",
        "line.reply-lost",
        "log.frozen-mirror",
        "log.frozen-own",
        "meanwhile.act-during-signing",
        "meanwhile.delivery-during-round",
        "meanwhile.round-during-round",
        "offline.a-month",
        "outbox.over-a-package",
        "party.given-up",
        "peer.ahead",
        "recover.cut-unsigned",
        "recover.entered",
        "recover.from-mirror",
        "recover.peer-offline",
        "restore.all",
        "restore.by-command",
        "restore.database",
        "restore.machine",
        "restore.standby",
        "ring.ended",
        "ring.rung",
        "settled.three-parties",
        "tile.full",
        "witness.alone-knew",
        "witness.excused-liar",
        "witness.guarded-an-image",
        "witness.held-an-image",
        "witness.silent-at-start",
        *SAID.values(),
    }
)

TOLD: Final = frozenset({*SAID.values(), "channel.ended", "channel.keys-replaced"})
"""Of these, those that a run tells where it did not reach them, and does not fail for: how often
they are drawn has not been measured over a whole run."""
