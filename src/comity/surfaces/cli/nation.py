"""`comity nation check|adopt|begin|show`: the profile of this State's agencies and law.

    comity nation check FILE [--home DIR] [--guideline FILE]
    comity nation adopt FILE --home DIR --as OFFICER [--extend-card]
    comity nation begin --home DIR --agency ID=LANG:NAME
    comity nation show --home DIR | show FILE  [--lang zh] [--versions] [--text N]

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.domestic.nation import document
from comity.domestic.nation.model import Nation
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, counted
from comity.node.base import profile as profiles
from comity.node.base import register_records
from comity.node.operate import operator_steps
from comity.node.room import nation_json
from comity.node.room import nation_profile as nations
from comity.rooms.guideline import vocabulary
from comity.surfaces.cli import environment, files, output, own_options, request_text
from comity.surfaces.cli import nation_text as texts
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    HOME,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
    at_least,
)
from comity.surfaces.cli.empty_names import home_folder
from comity.surfaces.cli.files import typed
from comity.surfaces.cli.officer_token import signed_in

_CHECK = """\
Say everything that is wrong in a nation profile, each with its line and path.  With --home,
compare it with the card of that State too; with --guideline, remark on what it leaves open
under that guideline: request types and crimes that no rule routes, points of law that have
nothing to choose from."""
_ADOPT = """\
Put a nation profile in force on this node, as counsel.  Nothing of it crosses.  Earlier
versions stand; what was decided under them stays decided.  The agencies that speak to other
States must be those of the card: with --extend-card the missing ones are put on the next
card, which `comity key rotate` makes."""
_BEGIN = """\
Name the first agencies of a home that `comity init` made without any.  Until then it takes no
officer.  They stand on the next card; later ones are added by a nation profile."""
_SHOW = """\
Print the profile in force, or a file: agencies, which of them deals with what, what the law
asks before something is executed or leaves.  What rests on background knowledge says "to be
verified"."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("nation", help="check, adopt and read the nation profile")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    check = verbs.add_parser("check", help="say what is wrong in one", description=_CHECK)
    check.add_argument("file", type=Path, metavar="FILE", help="the profile, in YAML or JSON")
    check.add_argument(
        "--home", type=home_folder, metavar="DIR", help="compare with the card of a node"
    )
    check.add_argument(
        "--guideline", type=Path, metavar="FILE", help="a guideline to compare it with"
    )
    check.set_defaults(run=run_check)
    adopt = verbs.add_parser("adopt", help="put one in force here", description=_ADOPT)
    adopt.add_argument("file", type=Path, metavar="FILE", help="the profile, in YAML or JSON")
    adopt.add_argument(
        "--extend-card",
        action="store_true",
        help="put agencies that the card lacks on the next card",
    )
    add_home(adopt)
    add_officer(adopt)
    adopt.set_defaults(run=run_adopt)
    begin = verbs.add_parser(
        "begin", help="name the first agencies of a home that has none", description=_BEGIN
    )
    begin.add_argument(
        "--agency",
        action="append",
        default=[],
        required=True,
        metavar="ID=LANG:NAME",
        help="an agency that speaks for the State: 'doj=en:Ministry of Justice'; repeat for more",
    )
    add_home(begin)
    begin.set_defaults(run=run_begin)
    show = verbs.add_parser("show", help="print the one in force", description=_SHOW)
    show.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a file instead")
    show.add_argument(
        "--home",
        type=home_folder,
        metavar="DIR",
        help=f"the folder that `comity init` made; without FILE, else what {HOME} says",
    )
    show.add_argument("--lang", default="en", metavar="LANG", help="one of its languages (en)")
    show.add_argument("--versions", action="store_true", help="who adopted which, and when")
    show.add_argument(
        "--text",
        type=at_least(1),
        metavar="NUMBER",
        help="one version as it was written, byte for byte",
    )
    show.set_defaults(run=run_show)
    for verb in (check, adopt, begin, show):
        add_json(verb)


def run_check(program: Program, options: argparse.Namespace) -> int:
    """Say what is wrong in a profile."""
    with files.reading(options.file, limits.WRITTEN_BYTES_MAX) as data:
        problems = nations.problems(program.rooms(), data)
    if options.home is not None:
        with program.open_home(options.home) as home, home.node.store.read() as tx:
            problems = nations.problems(home.node.rooms, data, profiles.load(tx), home.node.party)
    if problems:
        lines = [f"{options.file}: {counted(problems)}", *(f"  {one}" for one in problems)]
        value: Json = {"fit": False, "problems": [output.problem(one) for one in problems]}
        program.show(value, "\n".join(lines))
        return EXIT_REFUSED
    nation = document.parse(data, str(options.file))
    remarks = _remarks(nation, options.guideline)
    value = {
        "fit": True,
        "problems": [],
        "remarks": [output.problem(one) for one in remarks],
        "sha256": nation.sha256,
        "id": nation.id,
        "version": nation.version,
    }
    words = [f"{options.file}: nothing is wrong", texts.summary(nation)]
    words += [f"  remark: {one.what} {one.fix}" for one in remarks]
    program.show(value, "\n".join(words))
    return EXIT_OK


def _remarks(nation: Nation, path: Path | None) -> list[Problem]:
    if path is None:
        return []
    with files.reading(path, limits.WRITTEN_BYTES_MAX) as data:
        return vocabulary.remarks(nation, data, str(path))


def run_adopt(program: Program, options: argparse.Namespace) -> int:
    """Put a profile in force."""
    with (
        files.reading(options.file, limits.WRITTEN_BYTES_MAX) as data,
        program.open_home(options.home) as home,
    ):
        officer = signed_in(program, home, options)
        result = nations.adopt(
            home.node, officer, data, str(options.file), extend=options.extend_card
        )
    if isinstance(result, Inadmissible):
        value = request_text.no_json(result)
        program.show(value, f"{result.what}\n{result.fix}\n[{result.rule}]")
        return EXIT_REFUSED
    words = f"Version {result.number} is in force, adopted by {result.by}."
    program.show(nation_json.adopted_json(result), f"{words}\n{texts.summary(result.nation)}")
    return EXIT_OK


def run_begin(program: Program, options: argparse.Namespace) -> int:
    """Name the first agencies."""
    agencies, wrong = own_options.agencies(options.agency)
    own_options.require_none(wrong)
    with program.open_home(options.home) as home:
        operator_steps.begin_agencies(home.node, agencies)
        with home.node.store.read() as tx:
            has_card = bool(register_records.arrangements(tx))
    told: list[Json] = [one.id for one in agencies]
    lines = [
        f"Next: comity officer add --home {typed(options.home)} NAME --agency {agencies[0].id}"
    ]
    if has_card:
        lines.insert(0, "Partners learn of it from the next card: comity key rotate --root FILE.")
    program.show({"agencies": told}, "\n".join(lines))
    return EXIT_OK


def run_show(program: Program, options: argparse.Namespace) -> int:
    """Print the profile in force, a version, or a file."""
    if options.file is not None:
        with files.reading(options.file, limits.WRITTEN_BYTES_MAX) as data:
            read = document.parse(data, str(options.file))
        return _show(program, read, options.lang)
    folder = options.home or environment.of(options).home
    if folder is None:
        raise Fault(
            code="surfaces.nation.nothing-named",
            what="Neither a home nor a file was named.",
            fix=f"Give --home DIR for the profile in force there, set {HOME}, or give a FILE.",
        )
    with program.open_home(folder) as home, home.node.store.read() as tx:
        if options.versions:
            every = nations.versions(tx)
            value: Json = {"versions": [nation_json.adopted_json(one) for one in every]}
            program.show(value, texts.versions(every))
            return EXIT_OK
        if options.text is not None:
            kept = nations.text(tx, options.text)
            if kept is None:
                raise Fault(
                    code="surfaces.nation.no-version",
                    what=f"There is no version {options.text} of the nation profile.",
                    fix="See with --versions which there are.",
                )
            program.show({"text": kept.decode()}, kept.decode())
            return EXIT_OK
        nation = nations.in_force(tx)
    if nation is None:
        raise Fault(
            code="nation.profile.missing",
            what="No nation profile is in force on this node.",
            fix="Adopt one with `comity nation adopt`; examples ship in comity/catalogue/nation.",
        )
    return _show(program, nation, options.lang)


def _show(program: Program, nation: Nation, asked: str) -> int:
    short = asked.partition("-")[0]
    found = [one for one in nation.languages if one.partition("-")[0] == short]
    language = found[0] if found else nation.languages[0]
    program.show(nation_json.nation_json(nation), texts.nation_text(nation, language))
    return EXIT_OK
