"""Noto Sans SC in slices, so that a page in Chinese asks for the few characters it has.

    python -m tools.fonts       writes static/vendor/noto-sans-sc/ and static/chinese.css

For machines that have no Chinese type of their own.  First the characters of the pages that an
officer sees first, so that these ask for one slice and seldom a second; then those that comity
says elsewhere, the most frequent first; then what is left of GB 2312, its first level and its
second; and whatever is rarer comes with the whole font, 8 MB, as its package has it.  A browser
looks through the faces of a family from the last to the first, and goes on where a face lacks the
character.

After new sentences in Chinese nothing must be done: a new character is found in a later slice.
"""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from importlib.resources import files
from itertools import batched
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from comity.boot.rooms import TABLES
from tools.check.steps import ROOT

PACKAGE = "pylopdf-fonts-zh-cn"
WHOLE = "NotoSansSC-Regular.otf"
STATIC = ROOT / "src" / "comity" / "surfaces" / "web" / "static"
FOLDER = STATIC / "vendor" / "noto-sans-sc"
SAID_IN = (".po", ".py", ".yaml", ".typ", ".html")

FIRST = (
    "nav.py", "words.py", "instants.py", "preferences.py",
    "templatetags/desk.py", "templatetags/duty.py",
    "templates/base.html", "templates/_", "templates/account/_", "templates/account/login.html",
    "templates/duty/", "duty/", "templates/request/listing.html", "request/listing",
)  # fmt: skip
"""How the places begin whose sentences stand on the sign-in page, the desk and the list."""
FIRST_WORDS = ("src/comity/joint/request/view.py", "src/comity/adapters/settings.py")
"""Where a request stands and what is next; what the languages are called."""
FIRST_LABELS = ("guideline/dialogue.yaml", "nation/cn.yaml", "nation/us.yaml")
"""Where types of requests and agencies have their names."""

OURS = 320
"""Characters a slice of what comity says: some 45 KB."""
OTHERS = 256

RANGES = (
    (0x2E80, 0x2FDF), (0x3000, 0x303F), (0x3105, 0x312F), (0x31C0, 0x31EF), (0x3200, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x323AF),
)  # fmt: skip
"""What Chinese type is for; the rest stays with the type of the machine."""
PUNCTUATION = (*range(0x3000, 0x3020), *range(0xFF01, 0xFF5F))
FIRST_LEVEL = range(16, 56)
SECOND_LEVEL = range(56, 88)
"""Rows of GB 2312, by pronunciation and by radical."""

LOCAL = (
    "Noto Sans SC", "NotoSansSC-Regular", "Noto Sans CJK SC", "NotoSansCJKsc-Regular",
    "Source Han Sans SC", "PingFang SC", "PingFangSC-Regular", "Microsoft YaHei", "MicrosoftYaHei",
)  # fmt: skip
HEAD = """\
/* Chinese in the type that the machine has; where it has none, Noto Sans SC as this node serves it,
   in slices.  One is asked for only if none of the local ones is there and a page has such a
   character.  Written by `python -m tools.fonts`. */
"""
TAIL = """\
:root { --cm-font: system-ui, "Comity Chinese", "Noto Sans SC", "Noto Sans CJK SC", sans-serif; }
"""


def main() -> None:
    """Write every slice, the style that names them, and their sums."""
    source = Path(str(files("pylopdf_fonts_zh_cn"))) / WHOLE
    there = set(TTFont(source, lazy=True).getBestCmap())
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    faces = [_face(f"fonts/{WHOLE}", "opentype", RANGES)]
    slices = list(_slices(there))
    for place, (points, ranges) in enumerate(slices):
        name = f"{len(slices) - 1 - place:02}.woff2"
        _write(source, points, FOLDER / name)
        faces.append(_face(f"vendor/noto-sans-sc/{name}", "woff2", ranges))
        print(f"{name} {len(points)} characters, {(FOLDER / name).stat().st_size // 1_000} KB")
    (STATIC / "chinese.css").write_text(HEAD + "".join(faces) + TAIL, encoding="utf-8")
    licence = metadata.distribution(PACKAGE).read_text("licenses/LICENSE")
    assert licence is not None
    (FOLDER / "LICENSE").write_text(licence, encoding="utf-8")
    _write_sums()


def _slices(there: set[int]) -> Iterator[tuple[list[int], Sequence[tuple[int, int]]]]:
    """Give characters and the ranges they stand for, in the order of the style."""
    first = sorted(there & first_seen())
    ours = [one for one in said() if one in there and one not in first]
    left = there - {*first, *ours}
    for rows in (SECOND_LEVEL, FIRST_LEVEL):
        for group in batched(sorted(left & set(level(rows))), OTHERS):
            yield list(group), [(group[0], group[-1])]
    for group in reversed([*batched(ours, OURS)]):
        yield sorted(group), [*_runs(sorted(group))]
    yield first, [*_runs(first)]


def first_seen() -> set[int]:
    """Return the code points of what stands on the first pages, whatever requests there are."""
    texts = [
        block.partition("msgstr")[2]
        for path in sorted((ROOT / "src").rglob("*.po"))
        for block in path.read_text(encoding="utf-8").split("\n\n")
        if any(place.startswith(FIRST) for place in _places(block))
    ]
    texts += [(ROOT / path).read_text(encoding="utf-8") for path in FIRST_WORDS]
    texts += [table.plural_words["zh"] for table in TABLES]  # each has an entry in the head
    for path in FIRST_LABELS:
        text = (ROOT / "src" / "comity" / "catalogue" / path).read_text(encoding="utf-8")
        texts += re.findall(r'^    label: \{.*zh: "([^"]*)"', text, re.MULTILINE)
    points = {ord(one) for text in texts for one in text}
    return {one for one in points if is_ours(one)}


def _places(block: str) -> list[str]:
    """Return where a sentence of a catalogue stands."""
    return " ".join(re.findall("^#: (.*)$", block, re.MULTILINE)).split()


def is_ours(point: int) -> bool:
    """Return whether Chinese type is for a code point."""
    return any(low <= point <= high for low, high in RANGES)


def said() -> list[int]:
    """Return the code points that comity itself says, the most frequent first."""
    count = Counter[int]()
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in SAID_IN:
            count.update(ord(one) for one in path.read_text(encoding="utf-8"))
    count.update(PUNCTUATION)
    found = (one for one, _ in sorted(count.items(), key=lambda item: (-item[1], item[0])))
    return [one for one in found if is_ours(one)]


def level(rows: Iterable[int]) -> Iterator[int]:
    """Give the code points of rows of GB 2312."""
    for row in rows:
        for cell in range(1, 95):
            try:
                yield ord(bytes([0xA0 + row, 0xA0 + cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue  # the table has empty cells


def _runs(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    low = high = -2
    for point in points:
        if point != high + 1:
            if low >= 0:
                yield low, high
            low = point
        high = point
    yield low, high


def _write(source: Path, points: Iterable[int], target: Path) -> None:
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.desubroutinize = True
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]  # nothing is set from top to bottom
    font = subset.load_font(source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    subset.save_font(font, target, options)


def _face(path: str, form: str, ranges: Sequence[tuple[int, int]]) -> str:
    local = ", ".join(f'local("{name}")' for name in LOCAL)
    spans = ", ".join(
        f"U+{low:X}" if low == high else f"U+{low:X}-{high:X}" for low, high in ranges
    )
    return (
        '@font-face {\n  font-family: "Comity Chinese";\n'
        f'  src: {local}, url("{path}") format("{form}");\n'
        f"  font-display: swap;\n  unicode-range: {spans};\n}}\n"
    )


def _write_sums() -> None:
    vendor = FOLDER.parent
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(vendor)}\n"
        for path in sorted(vendor.glob("*/*"))
    ]
    (vendor / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    main()
