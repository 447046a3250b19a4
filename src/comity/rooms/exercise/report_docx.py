"""The after-action report as DOCX: the same headings and words as its PDF, for who edits it.

Floor: rooms.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from comity.kernel import ijson
from comity.node.room.exercises import MARK


def to_docx(data: bytes) -> bytes:
    """Return the document of a report, as `comity.rooms.exercise.report` gives its data."""
    from docx import Document  # noqa: PLC0415 -- where a report is written

    value: Any = ijson.parse(data)
    titles = value["titles"]
    made = Document()
    _frame(made, _both(titles["title"]))
    made.add_heading(_both(titles["title"]), 0)
    overview = value["overview"]
    made.add_heading(_both(titles["overview"]), 1)
    made.add_paragraph(_both(overview["title"]))
    made.add_paragraph(_both(overview["summary"]))
    _table(
        made,
        [
            ("Kind / 类型", _both(overview["kind"])),
            ("Started / 开始", overview["started"]),
            ("Scenario / 情景时间", overview["scenario"]),
            ("Parties / 参加方", ", ".join(overview["parties"])),
            ("SHA-256", value["digest"]),
        ],
    )
    made.add_heading(_both(titles["capabilities"]), 1)
    for one in value["objectives"]:
        _objective(made, one)
    made.add_heading(_both(titles["improvement"]), 1)
    head = ("No. / 序号", "Capability / 能力", "Action / 措施", "Owner / 承办", "Due / 期限")
    rows = [
        (
            str(one["number"]),
            f"{one['capability']} · {_both(one['element'])}",
            _both(one["words"]),
            f"{one['owner']} {one['agency']}",
            one["due"],
        )
        for one in value["actions"]
    ]
    _table(made, [head, *rows])
    made.add_heading(_both(titles["participants"]), 1)
    _table(made, [(f"{one['side']} {one['seat']}", _both(one)) for one in value["participants"]])
    made.add_heading(_both(titles["timeline"]), 1)
    head = ("No. / 序号", "Seat / 席位", "Delivered / 投放", "Taken / 接收", "Answered / 答复")
    lines = [
        (str(one["number"]), one["seat"], one["delivered"], one["taken"], one["answered"])
        for one in value["deliveries"]
    ]
    _table(made, [head, *lines])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _frame(made: Any, title: str) -> None:  # noqa: ANN401 -- a document of python-docx
    """Put the mark on each page, first and last, and a title; the same data give the same bytes."""
    for place in (made.sections[0].header, made.sections[0].footer):
        place.paragraphs[0].text = MARK
    about = made.core_properties
    about.title, about.author = title, "comity"
    about.created = about.modified = datetime(2026, 1, 1, tzinfo=UTC)


def _objective(made: Any, one: dict[str, Any]) -> None:  # noqa: ANN401 -- a document of python-docx
    made.add_heading(f"{_both(one)} ({one['capability']})", 2)
    head = (
        "Task / 任务",
        "Target / 目标",
        "Scenario / 情景",
        "Real / 实际",
        "Measure / 结果",
        "P S M U",
    )
    rows = [
        (
            _both(task["words"]),
            task["target"],
            task["took"],
            task["real"],
            _both(task["verdict"]),
            "; ".join(
                f"{rated['side']} {rated['rating']} ({rated['by']})" for rated in task["ratings"]
            ),
        )
        for task in one["tasks"]
    ]
    _table(made, [head, *rows])
    for question in one["wash"]:
        made.add_paragraph(_both(question), style="List Bullet")
    for task in one["tasks"]:
        for rated in task["ratings"]:
            for text in rated["texts"] if isinstance(rated["texts"], list) else ():
                made.add_paragraph(f"{task['id']}: {text.get('text', '')}", style="List Bullet")


def _both(words: dict[str, str]) -> str:
    return f"{words['en']} / {words['zh']}"


def _table(made: Any, rows: Sequence[Sequence[str]]) -> None:  # noqa: ANN401 -- as above
    if not rows:
        return
    table = made.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
