"""What a test may ask for: public vectors, PostgreSQL, a browser; else it is skipped by name."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from support import chromium, drawn_store, postgres

FAST_FOLDERS = {
    "shape", "kernel", "seal", "tlog", "acts", "clocks", "joint", "domestic",
}  # fmt: skip

settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=5000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")


def pytest_configure() -> None:
    """Draw the same in the check whatever else is loaded, so that a test alone repeats a failure.

    Hypothesis draws a number or a word of our source now and then, of the modules that are loaded
    at that moment; `--hypothesis-profile=deep` does.
    """
    drawn_store.draw()
    if settings.get_current_profile_name() == "ci":
        providers._get_local_constants = lambda: providers._local_constants


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as fast what tests a pure floor or the shape of the source; begin with what is slow.

    A minute that begins last is a minute in which the other workers have nothing to do.
    """
    tests = Path(__file__).parent
    for item in items:
        inside = item.path.is_relative_to(tests) and item.path.relative_to(tests).parts[0]
        if inside in FAST_FOLDERS and not item.get_closest_marker("slow"):
            item.add_marker("fast")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Leave what is loaded out of collecting garbage, a million objects that stay; collect less.

    A twentieth of the processor time of a run went into looking for cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Leave no language behind, which stays with its thread until the next page, and no figures."""
    if translation := sys.modules.get("django.utils.translation.trans_real"):
        translation.deactivate()
    if take := sys.modules.get("comity.node.review.take"):
        take.forget()  # States that are copied have the same channels in every test


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of public vectors that COMITY_TEST_DATA names."""
    folder = os.environ.get("COMITY_TEST_DATA", "")
    if not folder:
        pytest.skip("COMITY_TEST_DATA names no folder of public vectors")
    return Path(folder)


@pytest.fixture(scope="session")
def postgres_dsn(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, testrun_uid: str
) -> Iterator[str]:
    """`postgresql://…` of an empty database of this worker, in a cluster of this run."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql-17")
    shared = tmp_path_factory.getbasetemp().parent if worker_id != "master" else None
    with postgres.database(testrun_uid, worker_id, shared) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """How pytest-playwright's `page` and `browser` start the system's Chromium."""
    program = chromium.program()
    if program is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": list(chromium.ARGUMENTS),
    }
