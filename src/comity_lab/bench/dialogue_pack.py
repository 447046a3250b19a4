"""A pack of the dialogue: its data, and its PDF beside Typst alone on what that is made of.

Floor: lab.
"""

import json
import time
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final, cast

import pylopdf_fonts_zh_cn
import typst

from comity.adapters import print_data, typeset
from comity.domestic.officer import role
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import pack

_PACKS: Final = 3


def packed(node: Node, officer: Officer) -> dict[str, Json]:
    """Measure the data of a pack, and its PDF beside Typst alone on what that is made of.

    The officer reads it as counsel and secretariat: each section.
    """
    officer = replace(officer, roles=(*officer.roles, role.SECRETARIAT, role.COUNSEL))
    found = pack.pack(node, officer)
    data = pack.paper(found)
    made = typeset.letter(data, found.at_ms)
    data_s, ours, bare = list[float](), list[float](), list[float]()
    for _ in range(_PACKS):
        began = time.perf_counter()
        pack.pack(node, officer)
        data_s.append(time.perf_counter() - began)
        began = time.perf_counter()
        typeset.letter(data, found.at_ms)
        ours.append(time.perf_counter() - began)
        bare.append(_typst_s(data, found.at_ms))
    return {
        "pack_s": round(min(data_s), 2),
        "pack_matters": sum(len(one.lines or ()) for one in found.sections),
        "pdf_s": round(min(ours), 2),
        "typst_s": round(min(bare), 2),
        "pdf_ratio": round(min(ours) / min(bare), 2),
        "pdf_kb": len(made) // 1024,
    }


def _typst_s(data: bytes, at_ms: int) -> float:
    """Return what Typst alone takes for the same paper."""
    value, left_out = print_data.shortened(ijson.parse(data))
    shown = {**cast("dict[str, Any]", value), "left_out": left_out}
    folder = resources.files("comity").joinpath("catalogue", "letter")
    files: Any = {
        "main": folder.joinpath("pack.typ").read_bytes(),
        "shown.json": json.dumps(shown, ensure_ascii=False).encode(),
        "data.json": data,
        **{name: folder.joinpath(name).read_bytes() for name in ("common.typ", "words.json")},
    }
    began = time.perf_counter()
    typst.compile(
        files,
        format="pdf",
        font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)],
        ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],
        timestamp=at_ms // 1_000,
    )
    return time.perf_counter() - began
