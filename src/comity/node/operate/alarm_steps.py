"""What to do about an alarm that comes from no fault: the next step, by its code.

An alarm whose code docs/errors.md explains is told there what to do; these are told here.

Floor: node.
"""

from collections.abc import Mapping
from typing import Final

from comity.node.base.sentence import Sentence, say

STEPS: Final[Mapping[str, Sentence]] = {
    "officer.refusals.many": say(
        "Ask the officer, or whoever runs the program of that token, what they tried: the journal "
        "has each refusal as `officer.refused`. End the token, or the account, if nobody knows."
    ),
    "officer.sign-ins.failing": say(
        "See from where: the steps `officer.sign-in-failed` of the local log, and the log of the "
        "machine in front of the desk. Shut that address out there. Officers get in by a passkey, "
        "or from a browser in which they signed in before."
    ),
    "duty.handover-waiting": say(
        "Call the officer to whom the desk was handed: they take it with one click on their desk."
    ),
    "duty.term-overdue": say(
        "Whoever has the part finishes it; or an officer at the contact point sets another term."
    ),
    "duty.gap": say(
        "See where with `comity duty plan`, then let somebody stand in: `comity duty override`."
    ),
    "duty.device-unproved": say(
        "See who with `comity duty plan`. They send a test to a device of theirs with "
        "`comity duty device`, and give its code back: that proves the device."
    ),
    "duty.ringing": say(
        "Pick it up: every page has the call on top. Nobody else is woken once it is picked up."
    ),
    "hotline.drill-due": say(
        "An officer at the contact point begins it, on its page or with"
        " `comity hotline drill begin`: how late they are is measured."
    ),
    "duty.unrouted": say(
        "An officer at the contact point routes it, on its page or with `comity desk route`;"
        " `comity desk inbox` lists what waits. Where nobody has that role, give it to an officer:"
        " `comity officer role`."
    ),
    "evidence.due": say(
        "An officer who may read the request destroys them, on its page of evidence or with"
        " `comity evidence destroy`;"
        " `comity evidence due` lists them."
    ),
    "exchange.card.alike": say(
        "Call that State on a number that you know, and tell officers: lists and forms show States"
        " by the names on their cards. Where it calls itself so to be taken for another, freeze its"
        " logs: `comity freeze`."
    ),
    "exchange.channel.left-out": say(
        "That party lost its machine, and the keys of this channel with it. Agree on another name"
        " by telephone, and let each party run `comity channel open` with it."
    ),
    "exchange.entry.keys-lost": say(
        "Bring the key file back, from a backup made since `comity key rotate`. Where it is gone"
        " for good: `comity key rotate --lost` with the root key, then let a partner run"
        " `comity recover give-keys`, and take its file with `comity recover take-keys`."
    ),
    "exchange.recover.signed-elsewhere": say(
        "Look at what came back: whoever wrote it says so. Where no image of this machine was put"
        " back, make new keys, `comity key rotate --new-tls` with the root key, end the old ones,"
        " `comity key revoke`, call every partner, and end the log: `comity recover begin`, with"
        " `--reason stolen`."
    ),
    "node.clock.due-soon": say("Whoever has the request answers it, or says when they will."),
    "node.clock.overdue": say(
        "Whoever has the request answers it now, or says why it takes longer."
    ),
    "node.scrub.damaged": say(
        "Run `comity fsck`: it names all that is damaged, and what to do. Large files that a"
        " partner holds are fetched again by themselves."
    ),
    "node.scrub.keys-missing": say(
        "Bring that file back into the folder of keys, from a backup made since, and start the node"
        " again. Where it is gone for good: `comity key rotate --lost` with the root key."
    ),
    "node.scrub.marks-behind": say(
        "Look who changed the file or put another in its place. What is signed here is marked"
        " again."
    ),
    "release.glass-broken": say(
        "A releasing officer who did not let it out themselves reviews it, under Release."
    ),
    "release.review-overdue": say(
        "A releasing officer who did not let it out themselves reviews it now, under Release."
    ),
    "webhook.given-up": say(
        "Repair what the address leads to; `comity webhook log` says what it answered."
    ),
}
