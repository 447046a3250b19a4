"""What stands beneath the help of a command with verbs: in which order they are typed.

Floor: surfaces.
"""

import argparse
import re
import textwrap
from collections.abc import Mapping
from typing import Final, override

_TYPED: Final = re.compile(r"^ {2}\S", re.MULTILINE)

STEPS: Final = {
    "pair": """\
one State offers, the other accepts; the three files travel by any way:
  comity pair offer --home DIR --with sy -o offer.txt           # fr; offer.txt goes to sy
  comity pair accept --home DIR offer.txt -o accept.txt         # sy; accept.txt goes back
  comity pair confirm --home DIR accept.txt -o confirm.txt      # fr; confirm.txt goes to sy
  comity pair confirm --home DIR confirm.txt                    # both: a code to read aloud
  comity pair confirm --home DIR confirm.txt --code XXXX-XXXX   # both: the code that was heard
then run `comity serve` on both sides.  Keep the root key that offer and accept write offline.""",
    "request": """\
to ask:
  comity request check FILE --home DIR --as NAME --to PARTY     # what it lacks; nothing leaves
  comity request send FILE --home DIR --as NAME --to PARTY --wait
  comity draft list --home DIR --as OTHER                   # what waits for another officer
  comity draft approve DRAFT --content HASH --home DIR --as OTHER --wait

to answer:
  comity request list --home DIR --as NAME
  comity request show ID --home DIR --as NAME
  comity request acknowledge ID --own-reference TEXT --home DIR --as NAME
  comity request answer ID FILE --home DIR --as NAME
`comity clock why ID` says what is due, by when, and why.""",
    "desk": """\
from arrival to answer:
  comity desk inbox --home DIR --as NAME                        # what nobody has routed
  comity desk route ID --home DIR --as NAME                     # as the rules say
  comity desk assign ID --to OFFICER --home DIR --as NAME
  comity desk take ID --home DIR --as OFFICER
  comity desk finish ID --result TEXT --home DIR --as OFFICER
docs/desk.md tells the rest.""",
    "key": """\
a key is renewed, and the old one ended, with the root key from its offline medium:
  comity key list --home DIR
  comity key rotate --home DIR --root FILE
  comity key revoke NUMBER --home DIR --root FILE               # where the old key was stolen""",
    "carry": """\
while the line is down, with `comity serve` stopped on both sides:
  comity carry export FILE --home DIR                           # FILE goes to the peer
  comity carry import FILE --home DIR                           # there; then back""",
    "recover": """\
an old backup or image was restored here, and each peer can be reached:
  comity recover fetch --home DIR --as NAME

a party is out of reach, and signing waits for it; each of two officers types:
  comity recover excuse ORIGIN PARTY --home DIR --as NAME       # ORIGIN as `comity status` shows it

the own log is lost, stolen, damaged or signed two histories; this ends it for good:
  comity recover begin CHANNEL --reason lost --home DIR --as NAME
and at each peer, once its new name and hash were read over the telephone:
  comity recover accept ORIGIN --entry HASH --home DIR --as NAME""",
    "guideline": """\
it is in force once every party has adopted the same text:
  comity guideline show --shipped                               # the one that comes along
  comity guideline propose --shipped --home DIR --as NAME --wait
  comity guideline adopt --home DIR --as NAME --wait            # each side, the proposer too
  comity guideline list --home DIR --as NAME""",
    "nation": """\
  comity nation check FILE --home DIR                           # what is wrong, by line
  comity nation adopt FILE --home DIR --as COUNSEL
  comity nation show --home DIR
docs/nation.md tells the form.""",
    "evidence": """\
  comity evidence list ID --home DIR --as NAME
  comity evidence custody ID --home DIR --as NAME               # who had each item, and why
  comity evidence export ID -o FOLDER --purpose TEXT --home DIR --as NAME
  comity evidence due --home DIR --as NAME                      # what is to be destroyed
docs/evidence.md tells the rest.""",
    "officer": """\
  comity officer add NAME --agency ID --home DIR                # prints their token, once
  comity officer link NAME --home DIR                           # lets them into the pages
  comity officer end NAME --home DIR                            # they have left""",
    "token": """\
  comity token add --label import --scope read --as NAME --home DIR
  curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:8400/api/v1/whoami
docs/api.md tells what a program can do with it.""",
}
"""By command."""


def shows_typing(paragraph: str) -> bool:
    """Tell a paragraph with lines that begin with two spaces from one of words."""
    return _TYPED.search(paragraph) is not None


class Formatter(argparse.HelpFormatter):
    """Wraps words, and leaves a paragraph that shows what is typed as it is.

    A word is not broken at its hyphens: it may be a code that is copied from here.
    """

    @override
    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)

    @override
    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n\n".join(
            textwrap.indent(part, indent)
            if shows_typing(part)
            else super(Formatter, self)._fill_text(part, width, indent)
            for part in text.split("\n\n")
        )


def add(parsers: Mapping[str, argparse.ArgumentParser]) -> None:
    """Put the steps beneath the help of each command that has some."""
    for name, parser in parsers.items():
        parser.epilog = STEPS.get(name, parser.epilog)
