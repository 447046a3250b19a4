"""`comity age keygen|encrypt|decrypt`: age files without a node, as the `age` program does it.

    comity age keygen -o KEY
    comity age encrypt -r age1pq1… -o SECRET.age FILE
    comity age decrypt -i KEY -o FILE SECRET.age

Keys are post-quantum unless `--x25519` asks for the classical kind.

Source: C2SP age v1.
Floor: surfaces.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from comity.kernel.fault import Fault
from comity.seal import age, armor
from comity.seal.age import Recipient
from comity.seal.hybrid import HybridIdentity
from comity.seal.scrypt import ScryptRecipient
from comity.seal.x25519 import X25519Identity
from comity.surfaces.cli import age_files, age_keys
from comity.surfaces.cli.age_files import MODE_PRIVATE, MODE_PUBLIC
from comity.surfaces.cli.age_keys import Key, Passphrase
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.files import STANDARD

KEY_SECRET_BYTES = 32
_NO_MATCH = "seal.header.no-match"


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its three verbs."""
    parser = subparsers.add_parser(
        "age",
        help="seal and open age files, and make their keys; needs no node",
        description=__doc__.split("\n")[0].partition(": ")[2].capitalize(),
    )
    parser.set_defaults(run=run)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_keygen(verbs)
    _add_encrypt(verbs)
    _add_decrypt(verbs)


def _add_keygen(verbs: Subparsers) -> None:
    keygen = verbs.add_parser(
        "keygen",
        help="make a key, or show the public half of one",
        description="Make a post-quantum key: `comity age keygen -o KEY` writes the private half "
        "and prints the public one, which `comity age encrypt -r` and `comity backup -r` take.",
    )
    keygen.add_argument("--x25519", action="store_true", help="a classical key, which is shorter")
    keygen.add_argument(
        "-y", dest="convert", action="store_true", help="show the recipients of an identity file"
    )
    keygen.add_argument(
        "file", nargs="?", default=STANDARD, metavar="IDENTITY", help="for -y; else standard input"
    )
    _add_out(keygen)


def _add_encrypt(verbs: Subparsers) -> None:
    encrypt = verbs.add_parser(
        "encrypt",
        help="seal a file to recipients or to a passphrase",
        description="Seal a file: `comity age encrypt -r age1pq1… -o SECRET.age FILE`.",
    )
    encrypt.add_argument(
        "-r", dest="recipient", action="append", default=[], metavar="RECIPIENT",
        help="a public key, age1pq1… or age1…; may be repeated",
    )  # fmt: skip
    encrypt.add_argument(
        "-R", dest="recipients_file", action="append", default=[], metavar="FILE",
        help="a file with one public key a line; may be repeated",
    )  # fmt: skip
    encrypt.add_argument(
        "-a", "--armor", action="store_true", help="write text, for lines that carry only text"
    )
    _add_common(encrypt, "seal to the recipients of an identity file; may be repeated")


def _add_decrypt(verbs: Subparsers) -> None:
    decrypt = verbs.add_parser(
        "decrypt",
        help="open a file; armor is recognised",
        description="Open a sealed file: `comity age decrypt -i KEY -o FILE SECRET.age`.",
    )
    _add_common(decrypt, "open with the keys of an identity file; may be repeated")


def _add_common(parser: argparse.ArgumentParser, identity_help: str) -> None:
    parser.add_argument(
        "-i", dest="identity", action="append", default=[], metavar="IDENTITY FILE",
        help=identity_help,
    )  # fmt: skip
    parser.add_argument(
        "-p", "--passphrase", action="store_true", help="use a passphrase, asked on the terminal"
    )
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="whose first line is the passphrase"
    )
    parser.add_argument(
        "file", nargs="?", default=STANDARD, metavar="FILE", help="else, or for -, standard input"
    )
    _add_out(parser)


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o",
        "--out",
        default=STANDARD,
        metavar="OUT",
        help="else, or for -, standard output; a file that is there is written over, as by age, "
        "unless it would hold a new key",
    )


def run(program: Program, options: argparse.Namespace) -> int:
    """Make a key, seal a file or open one.

    Raises:
        Fault: `surfaces.age.*`, `surfaces.file.*`, `seal.*`.
    """
    match options.verb:
        case "keygen" if options.convert:
            _show_recipients(program, options)
        case "keygen":
            _keygen(program, options)
        case "encrypt":
            _encrypt(program, options)
        case _:
            _decrypt(program, options)
    return EXIT_OK


def _keygen(program: Program, options: argparse.Namespace) -> None:
    secret = program.random(KEY_SECRET_BYTES)
    key: Key = X25519Identity(secret) if options.x25519 else HybridIdentity(secret)
    created = datetime.fromtimestamp(program.now_ms() // 1000, tz=UTC)
    text = age_keys.render_key(key, created.strftime("%Y-%m-%dT%H:%M:%SZ"))
    with age_files.writing(
        options.out, mode=MODE_PRIVATE, random=program.random, is_new=True
    ) as target:
        target.write(text)
    program.note(f"Public key: {key.recipient.render()}")


def _show_recipients(program: Program, options: argparse.Namespace) -> None:
    keys = age_keys.keys(options.file, age_files.read_keys, Passphrase(None).ask)
    with age_files.writing(options.out, mode=MODE_PUBLIC, random=program.random) as target:
        for key in keys:
            target.write(f"{key.recipient.render()}\n".encode())


def _encrypt(program: Program, options: argparse.Namespace) -> None:
    _require_apart([options.file, *options.recipients_file, *options.identity], options.out)
    if not options.armor:
        age_files.require_no_terminal(options.out)
    recipients = _recipients(options)
    with (
        age_files.reading(options.file) as source,
        age_files.writing(options.out, mode=MODE_PUBLIC, random=program.random) as target,
    ):
        if not options.armor:
            age.seal_stream(source, target, recipients, program.random)
            return
        armored = armor.ArmorTarget(target)
        age.seal_stream(source, armored, recipients, program.random)
        armored.close()


def _recipients(options: argparse.Namespace) -> list[Recipient]:
    passphrase = Passphrase(options.passphrase_file)
    found = [age_keys.recipient(text) for text in options.recipient]
    for name in options.recipients_file:
        found += age_keys.recipients(name, age_files.read_keys)
    for name in options.identity:
        keys = age_keys.keys(name, age_files.read_keys, passphrase.ask)
        found += [key.recipient for key in keys]
    if options.passphrase or (options.passphrase_file and not options.identity):
        found.append(ScryptRecipient(passphrase.choose()))
    if not found:
        raise Fault(
            code="surfaces.age.recipient",
            what="The file would be sealed to nobody.",
            fix="Name a recipient with -r, -R or -i, or use -p for a passphrase.",
        )
    return found


def _decrypt(program: Program, options: argparse.Namespace) -> None:
    _require_apart([options.file, *options.identity], options.out)
    passphrase = Passphrase(options.passphrase_file)
    identities = age_keys.identities(options.identity, age_files.read_keys, passphrase)
    with age_files.reading(options.file) as source:
        # The header of a binary file begins with "a", armor with dashes or white space.
        is_armored = source.peek() in (b"-", b" ", b"\t", b"\r", b"\n")
        opened = armor.ArmorSource(source) if is_armored else source
        with age_files.writing(options.out, mode=MODE_PRIVATE, random=program.random) as target:
            try:
                age.unseal_stream(opened, target, identities)
            except Fault as fault:
                if fault.code != _NO_MATCH or options.identity:
                    raise
                raise Fault(
                    code=_NO_MATCH,
                    what="No identity was given, and the file is not sealed to a passphrase.",
                    fix="Name the file of your identity with -i.",
                ) from fault


def _require_apart(names: list[str], name_out: str) -> None:
    for name in names:
        age_files.require_other(name, name_out)
    if names.count(STANDARD) > 1:
        raise Fault(
            code="surfaces.age.stdin",
            what="Standard input cannot be both a file and the keys to it.",
            fix="Name a file for one of them.",
        )
