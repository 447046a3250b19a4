"""`comity verify`: proofs and evidence, offline, with no home.

Floor: surfaces.
"""

import argparse
import io
import itertools
from pathlib import Path

from comity.domestic.locallog import export
from comity.joint.exchange import evidence, nonanswer, nonreceipt
from comity.joint.exchange.proof import verify_proof
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.rooms import answers
from comity.surfaces.cli import files, progress, verify_text
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Program, Subparsers, add_json
from comity.tlog import checkpoint, keys, note
from comity.tlog import policy as policies
from comity.tlog.policy import Policy
from comity.tlog.proof import PROOF_BYTES_MAX

_DESCRIPTION = """\
Verify proofs that `comity proof` wrote, offline: each signature, the path to the signed head,
and where it is disclosed that the act is what the entry says.  The policy says whose keys are
trusted (`comity policy`); several policies may stand in one file one after another, parted by
their quorum lines.  Evidence against a log that signed two histories is verified as well, and so
are proofs that a request was not answered, and that an act was stored and not received.
Exits 0 only if every file holds."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("verify", help="verify proofs offline", description=_DESCRIPTION)
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE.tlog-proof", help="one or more"
    )
    parser.add_argument(
        "--policy", type=Path, required=True, metavar="FILE", help="whose keys are trusted"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Verify each file; say of each whether it holds."""
    trusted = policies_in(options.policy)
    told: list[Json] = []
    texts: list[str] = []
    failed = 0
    with progress.bar("Verifying", len(options.files), quiet=options.json) as advance:
        for file in options.files:
            row, text = _judged(program, file, trusted)
            told.append(row)
            texts.append(text)
            failed += not row["holds"]
            advance(1)
    if len(told) > 1:
        texts.append(f"{len(told) - failed} of {len(told)} files hold.")
    program.show({"holds": not failed, "files": told}, "\n".join(texts))
    return EXIT_REFUSED if failed else EXIT_OK


def policies_in(path: Path) -> list[Policy]:
    """Return the policies of a file.

    Raises:
        Fault: those of `files.read` and `read_policies`.
    """
    data = files.read(path, policies.POLICY_BYTES_MAX)
    with files.said_of(path):
        return read_policies(data)


def read_policies(data: bytes) -> list[Policy]:
    """Read one policy, or several that stand one after another, each to its quorum line.

    Raises:
        Fault: `tlog.policy.malformed` with the line in the file, those of `keys.parse`.
    """
    texts: list[list[bytes]] = [[]]
    is_begun = False
    for line in io.BytesIO(data):
        texts[-1].append(line)
        words = line.lstrip(b" \t").split()[:1]
        is_begun = is_begun or bool(words and not words[0].startswith(b"#"))
        if words == [b"quorum"]:
            texts.append([])
            is_begun = False
    if not is_begun and len(texts) > 1:  # comments after the last one
        rest = texts.pop()
        texts[-1] += rest
    found: list[Policy] = []
    begins = 1
    for lines in texts:
        found.append(policies.parse(b"".join(lines), begins))
        begins += len(lines)
    return found


def _judged(program: Program, file: Path, trusted: list[Policy]) -> tuple[dict[str, Json], str]:
    try:
        if files.begins_with(file, export.BEGINNING):
            return _judged_log(file, trusted)
        data = files.read(file, PROOF_BYTES_MAX)
        if data.startswith(nonanswer.BEGINS):
            policy = policy_for(trusted, nonanswer.origin_of(data))
            silence = nonanswer.verify(data, policy, answers(program.rooms()))
            return (
                verify_text.silence_json(str(file), silence),
                verify_text.silence_text(str(file), silence),
            )
        if data.startswith(nonreceipt.BEGINS):
            stored = nonreceipt.verify(data, lambda origin: policy_for(trusted, origin))
            return (
                verify_text.unreceived_json(str(file), stored),
                verify_text.unreceived_text(str(file), stored),
            )
        if data.startswith(b"{"):
            with files.naming(str(file), data):
                origin = _convicted(data, trusted)
            row: dict[str, Json] = {
                "file": str(file),
                "holds": True,
                "of": "conviction",
                "log": origin,
            }
            return row, verify_text.conviction_text(str(file), origin)
        verdict = verify_proof(data, _policy_of(data, trusted))
    except Fault as fault:
        row = {"file": str(file), "holds": False, "code": fault.code, "what": fault.what}
        row["fix"] = fault.fix
        return row, verify_text.failure_text(str(file), fault)
    return (
        verify_text.verdict_json(str(file), verdict),
        verify_text.verdict_text(str(file), verdict),
    )


def _judged_log(file: Path, trusted: list[Policy]) -> tuple[dict[str, Json], str]:
    told: list[export.Verdict] = []
    disclosed: list[Json] = []
    with file.open("rb") as source:
        lines = iter(lambda: source.readline(export.LINE_BYTES_MAX + 1), b"")
        first = next(lines)
        policy = _policy_of_log(first, trusted)
        for one in export.read(itertools.chain([first], lines), policy, told):
            if one.facts:
                facts: dict[str, Json] = {"index": one.index, "step": one.step.code, **one.facts}
                disclosed.append(facts)
    (verdict,) = told
    return (
        verify_text.log_json(str(file), verdict, disclosed),
        verify_text.log_text(str(file), verdict, disclosed),
    )


def _policy_of_log(first: bytes, trusted: list[Policy]) -> Policy:
    """The policy that names the log of an export, or the first, which then refuses it."""
    value = ijson.parse(first)
    origin = str(value.get("log", "")) if isinstance(value, dict) else ""
    return policy_for(trusted, origin)


def _policy_of(data: bytes, trusted: list[Policy]) -> Policy:
    """The policy that names the log of a proof, or the first, which then refuses it."""
    if len(trusted) == 1:
        return trusted[0]
    head = data.partition(b"\n\n")[2]
    return policy_for(trusted, checkpoint.parse_body(note.parse(head).body).origin)


def policy_for(trusted: list[Policy], origin: str) -> Policy:
    """Return the first policy with a key of a log, or the first of all, which then refuses it."""
    return next((one for one in trusted if _keys_of(one, origin)), trusted[0])


def _keys_of(policy: Policy, origin: str) -> list[keys.VKey]:
    return [log.vkey for log in policy.logs if log.vkey.name == origin]


def _convicted(data: bytes, trusted: list[Policy]) -> str:
    found = evidence.from_json(ijson.parse_canonical(data.removesuffix(b"\n")))
    origin = checkpoint.parse_body(note.parse(found.smaller).body).origin
    vkeys = [vkey for policy in trusted for vkey in _keys_of(policy, origin)]
    kinds = sorted({vkey.kind for vkey in vkeys})
    by_kind = [[keys.verifier(v) for v in dict.fromkeys(vkeys) if v.kind == kind] for kind in kinds]
    candidates = list(itertools.product(*by_kind)) if by_kind else []
    return evidence.verify_evidence(found, candidates)
