"""`./comity test`: runs every step, prints a table, and fails if anything did."""

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from tools.check.run import Result, Skip, run
from tools.check.steps import ROOT, STEPS, Step

INTERRUPTED = 130  # what a shell reports for a program ended by control-C
NAMES_SHOWN_MAX = 3
SINGLES_AT_ONCE = 2


def main() -> int:
    """Run the check; 0 only if nothing failed."""
    options = _options()
    if not os.environ.get("COMITY_TEST_DATA"):
        print("COMITY_TEST_DATA names no folder of public vectors: tests on them are skipped.")
    results = [*_run(_chosen(options), options)]
    _print_table(results)
    return int(any(result.failed for result in results))


def _run(steps: Sequence[Step], options: argparse.Namespace) -> Iterator[Result]:
    """Run what takes one process two at a time, then the others, each alone on the machine."""

    def outcome(step: Step) -> Result:
        result = run(step, _extra(step, options))
        heading = f"== {step.name}\n" if step.is_single else ""
        print(f"{heading}   {_outcome(result)} in {result.seconds:.1f} s", flush=True)
        return result

    with ThreadPoolExecutor(SINGLES_AT_ONCE) as pool:
        yield from pool.map(outcome, [step for step in steps if step.is_single])
    for step in steps:
        if not step.is_single:
            print(f"== {step.name}", flush=True)
            yield outcome(step)


def _options() -> argparse.Namespace:
    names = [step.name for step in STEPS]
    parser = argparse.ArgumentParser(
        prog="comity test",
        description=f"Runs every check of this repository, cheapest first: {', '.join(names)}.",
    )
    parser.add_argument("--fast", action="store_true", help="only what takes seconds")
    parser.add_argument(
        "--only", action="append", choices=names, metavar="STEP", help="only this step (repeatable)"
    )
    parser.add_argument("-k", dest="expression", help="only tests whose name matches (as pytest)")
    parser.add_argument(
        "--deep",
        action="store_true",
        help="search the laws for much longer (Hypothesis), and run what is long",
    )
    return parser.parse_args()


def _chosen(options: argparse.Namespace) -> list[Step]:
    steps = [step for step in STEPS if step.is_fast or not options.fast]
    if options.only:
        return [step for step in steps if step.name in options.only]
    steps = [step for step in steps if options.deep or not step.is_deep]
    if options.expression:
        steps = [step for step in steps if step.is_pytest]
    return steps


def _extra(step: Step, options: argparse.Namespace) -> list[str]:
    if not step.is_pytest:
        return []
    extra = [f"--hypothesis-profile={'deep' if options.deep else 'ci'}"]
    if options.fast:
        extra += ["-m", "fast"]
    elif options.deep and step.name == "tests":
        extra += ["-m", "not browser"]
    if options.expression:
        extra += ["-k", options.expression]
    return extra


def _outcome(result: Result) -> str:
    if result.failed:
        return "FAILED"
    return "passed" if result.passed or not result.skips else "skipped"


def _print_table(results: Sequence[Result]) -> None:
    print("\nstep       result      time   passed  failed  skipped")
    for result in results:
        counts = f"{result.passed:>7} {result.failed:>7}  {len(result.skips):>7}"
        line = f"{result.name:<10} {_outcome(result):<8} {result.seconds:>5.1f} s  {counts}"
        print(f"{line}  {result.note}".rstrip())
    skips = [skip for result in results for skip in result.skips]
    _print_skips(skips)
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    print("\nEach test counts as one, and each step that is not a run of tests.")
    print(f"{passed} passed, {failed} failed, {len(skips)} skipped", flush=True)


def _print_skips(skips: Sequence[Skip]) -> None:
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for skip in skips:
        by_reason[skip.why].append(skip.name)
    if by_reason:
        print("\nSkipped, and why:")
    for why, names in by_reason.items():
        shown = ", ".join(names[:NAMES_SHOWN_MAX])
        more = f" and {len(names) - NAMES_SHOWN_MAX} more" if len(names) > NAMES_SHOWN_MAX else ""
        print(f"  {why}\n      {shown}{more}")


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
