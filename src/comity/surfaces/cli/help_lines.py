"""What each command is for; `python -m tools.check.help_lines` writes it.

Floor: surfaces.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LINES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hotline": "reach a person of another State who may decide, at any hour",
        "share": "share what protects networks: give, take, use, dispute and take back",
        "proposal": "what one side proposes: assessed in a forum, decided by a date, followed up",
        "commitment": "what both sides undertook: who does it, by when, and how it stands",
        "compartment": "compartments: what only named readers see, under terms that both sides signed",  # noqa: E501 -- one line
        "exercise": "practise together on the real workflow, and agree on what follows",
        "control": "plan the exercise together and be ready for it",
        "play": "start, set and stop the time of an exercise",
        "inject": "deliver an item of the master list to a seat",
        "evaluation": "rate a critical task by what the clocks show",
        "dialogue": "sessions of the dialogue: date, agenda, delegations, minutes and what came of them",  # noqa: E501 -- one line
        "wording": "draft a joint text paragraph by paragraph, in every language",
        "age": "seal and open age files, and make their keys; needs no node",
        "backup": "write a sealed copy of a home",
        "calendar": "propose and check calendars of working days; needs no node",
        "carry": "exchange by files when the line is down",
        "case": "group the requests of one investigation, and agree on its status",
        "channel": "list channels, or open one for a purpose",
        "clock": "what is due, by when, and why",
        "completion": "print what completes what is typed in a shell",
        "consumer": "let programs fetch what is shared",
        "contact": "reach the other State by a number that was proved, at any hour",
        "desk": "take in, route, assign and hand over what arrives",
        "evidence": "what requests carry: custody, export, destruction",
        "freeze": "stop signing or mirroring one log",
        "thaw": "let a frozen log go on, or decide on a clock",
        "fsck": "check everything that is stored",
        "guideline": "agree on a guideline; check, compare and read it",
        "hash": "print the hashes of files; nothing is kept and nothing leaves",
        "init": "make the home of a node",
        "key": "list, rotate and revoke keys, and change what opens them",
        "legal": "see what the law asks, and record decisions of counsel",
        "log": "take the local log to an auditor",
        "match": "private match: learn which identifiers both States have, without handing over a list",  # noqa: E501 -- one line
        "nation": "check, adopt and read the nation profile",
        "officer": "add, list and end officers of this node",
        "outside": "admit guests, who are no officers",
        "pair": "become parties of one arrangement",
        "policy": "print the trust policy of each log",
        "proof": "prove offline what was said and stored",
        "rebuild": "compute every matter anew from the logs",
        "recover": "fetch a log from its mirror, or succeed it",
        "release": "review what one officer released alone",
        "request": "ask another State, and answer what it asks",
        "restore": "make a home from a backup",
        "review": "review the timeliness and quality of responses with the other States",
        "roll": "rolls: lists of hashes that one State keeps for others, with editions and votes",
        "room": "list rooms, and adopt one with other States",
        "serve": "run a node",
        "status": "logs, mirrors and what is not delivered",
        "doctor": "check this node, its machine and its peers",
        "token": "let a program work in an officer's name",
        "verify": "verify proofs offline",
        "webhook": "let a program be told what happens",
    }
)
