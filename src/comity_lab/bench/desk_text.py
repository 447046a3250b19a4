"""The figures of `bench desk` as a person reads them.

Floor: lab.
"""

from collections.abc import Iterator, Mapping

from comity.kernel.ijson import Json

_PAGE = ("p50_ms", "p95_ms", "cpu_ms", "kb")
_CROWD = ("p50_ms", "p95_ms", "pages_per_s", "cpu_ms", "count")
_VISIT = ("page_kb", "parts_kb", "kb", "fonts_kb")


def text(value: Mapping[str, Json]) -> str:
    """Return the figures as tables."""
    officers = value["officers"]
    named = {
        f"{officers} at once": value["at_once"],
        f"{officers}, with pauses": value["at_work"],
    }
    ratios = value["ratios"]
    assert isinstance(ratios, dict)
    lines = [
        *_table("one officer", _PAGE, value["pages"]),
        "",
        *_table("many officers", _CROWD, named),
        "",
        *_table("first visit", _VISIT, value["first_visit"]),
        "",
        f"pages a processor second: {value['pages_per_cpu_s']}",
        f"of a bare Django view: {_of(value['floor'], 'pages_per_cpu_s')}",
        "by their limits: " + ", ".join(f"{name} {one}" for name, one in ratios.items()),
        f"{value['requests']} requests, {value['sealed']} of them in the logs",
        f"memory of the node: {value['rss_mb']} MB",
        f"load: {value['load_before']} to {value['load_after']}",
    ]
    return "\n".join(lines)


def _table(title: str, columns: tuple[str, ...], rows: Json) -> Iterator[str]:
    assert isinstance(rows, dict)
    yield f"{title:22} " + " ".join(f"{name:>11}" for name in columns)
    for name, figures in rows.items():
        yield f"{name:22} " + " ".join(f"{_of(figures, one)!s:>11}" for one in columns)


def _of(figures: Json, name: str) -> Json:
    assert isinstance(figures, dict)
    return figures[name]
