"""A program that shares no code with comity computes the same figures of any rows."""

import json
from pathlib import Path
from random import Random

import pytest
from support.observed import NOW_MS, START_MS, YEAR_MS, observations

from comity.figures import rows
from comity.figures.figures import Period, digest, figures
from comity.kernel import ijson
from tools.verify import figures as oracle

_VECTORS = ("figures", "difference")
PERIOD = Period(START_MS + YEAR_MS // 2, NOW_MS)


@pytest.mark.parametrize("share", range(4))
def test_every_figure_of_a_thousand_row_sets_is_that_of_the_oracle(share: int) -> None:
    """From no rows to a dozen, of two parties or three, with and without a period before."""
    for seed in range(share * 250, share * 250 + 250):
        chance = Random(seed)  # noqa: S311 -- a test that can be run again
        parties = ("cn", "us") if seed % 3 else ("cn", "us", "fr")
        some = observations(chance, chance.choice((0, 1, 2, 3, 5, 12)), parties)
        before = PERIOD.preceding() if seed % 4 else None
        found = figures(some, PERIOD, NOW_MS, before, {"cn/log": seed})
        assert oracle.figures(json.loads(ijson.render(rows.render(some))), found) == found, seed


def test_the_vectors_are_what_the_oracle_finds() -> None:
    """What another implementation is given to compare with was found twice."""
    vectors = Path(__file__).parents[2] / "vectors" / "review"
    one, other = (json.loads((vectors / f"{name}.json").read_bytes()) for name in _VECTORS)
    found = oracle.figures(one["rows"], one["want"])
    assert found == one["want"]
    assert oracle.digest(found) == one["digest"]
    cut = next(basis["other"] for basis in other["want"]["basis"] if basis["name"] == "cut")
    assert (
        oracle.digest(oracle.figures(other["other_rows"], {**found, "cut": cut})) == other["digest"]
    )


def test_the_program_compares_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints the digest that the node names, and a figure that is told otherwise."""
    some = observations(Random(7), 60)  # noqa: S311 -- likewise
    found = figures(some, PERIOD, NOW_MS, PERIOD.preceding())
    told = json.loads(ijson.render(found))
    files = [tmp_path / "rows.json", tmp_path / "figures.json"]
    files[0].write_bytes(ijson.render(rows.render(some)))
    files[1].write_bytes(ijson.render(told))
    assert oracle.main([str(one) for one in files]) == 0
    assert digest(found) in capsys.readouterr().out
    told["cells"]["all/timeliness/respond/begun"]["value"] += 1
    files[1].write_bytes(ijson.render(told))
    assert oracle.main([str(one) for one in files]) == 1
    assert "all/timeliness/respond/begun" in capsys.readouterr().out
    assert oracle.main([]) == 2
