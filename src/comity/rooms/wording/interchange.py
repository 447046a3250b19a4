"""Files of translators: XLIFF, TMX and TBX, out and in.

    data = write(Sheet("outcomes.2015-12", "en", ("zh",), units), "xliff-2.1")
    sheet, problems = read(data)

A unit is a paragraph: its words in each language, under its name.  A file comes back from a program
that we do not know: it is bounded, has no entities and nothing external; markup inside words, which
no paragraph has, is told and not dropped.

Source: XLIFF 1.2 and 2.1 (OASIS), TMX 1.4b (LISA OSCAR), TBX as ISO 30042:2008.
Floor: rooms.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from comity.kernel.fault import Fault, quoted
from comity.kernel.problem import Problem, pointer_of

FILE_BYTES_MAX: Final = 4 << 20
UNITS_MAX: Final = 2_000
XLIFF_12, XLIFF_21, TMX, TBX = "xliff-1.2", "xliff-2.1", "tmx", "tbx"
ENDS: Final = MappingProxyType({XLIFF_12: "xlf", XLIFF_21: "xlf", TMX: "tmx", TBX: "tbx"})
"""`{format: end of the name of a file}`."""

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NS_12: Final = "urn:oasis:names:tc:xliff:document:1.2"
_NS_20: Final = "urn:oasis:names:tc:xliff:document:2.0"
_SPANS: Final = frozenset({"mrk", "g", "pc", "hi"})
"""Marks around words, which are read as the words alone."""
_PART: Final = "x-part"
_UNTRANSLATED: Final = "needs-translation"
"""State of XLIFF 1.2: the target has the words of the source until somebody translates them."""
_VARIANT: Final = "x-variant"


@dataclass(frozen=True, slots=True)
class Unit:
    """One paragraph.

    Attributes:
        name: of the paragraph, or "" where the file does not say it.
        words: in each language that the file has.
        part: what it is in the text, or "".
        variant: of which it was made, or "".
        is_settled: whether its languages are attested to say the same.
    """

    name: str
    words: Mapping[str, str]
    part: str = ""
    variant: str = ""
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text in a file.

    Attributes:
        name: of the text, or "" where the file does not say it.
        source: the language that is translated.
        targets: the others.
        units: in the order of the text.
    """

    name: str
    source: str
    targets: tuple[str, ...]
    units: Sequence[Unit] = field(default_factory=tuple)


def write(sheet: Sheet, form: str) -> bytes:
    """Return a text as a file.

    Args:
        sheet: the text; XLIFF has its first target alone.
        form: a key of `ENDS`.
    """
    made = _WRITERS[form](sheet)
    indent(made)
    data: bytes = tostring(made, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _xliff_12(sheet: Sheet) -> Element:
    made = Element("xliff", {"version": "1.2", "xmlns": _NS_12})
    target = sheet.targets[0]
    file = SubElement(
        made,
        "file",
        {
            "original": sheet.name,
            "datatype": "plaintext",
            "source-language": sheet.source,
            "target-language": target,
        },
    )
    body = SubElement(file, "body")
    for one in sheet.units:
        approved = "yes" if one.is_settled else "no"
        unit = SubElement(
            body, "trans-unit", {"id": one.name, "approved": approved, "restype": f"x-{one.part}"}
        )
        _said(unit, "source", sheet.source, one)
        if one.words[target] or not one.words[sheet.source]:
            state = "final" if one.is_settled else "needs-review-translation"
            _said(unit, "target", target, one).set("state", state)
        else:  # OmegaT offers nothing to translate where a target is empty
            named = {_LANG: target, "state": _UNTRANSLATED}
            SubElement(unit, "target", named).text = one.words[sheet.source]
        SubElement(unit, "note", {"from": _VARIANT}).text = one.variant
    return made


def _xliff_21(sheet: Sheet) -> Element:
    target = sheet.targets[0]
    made = Element(
        "xliff",
        {"version": "2.1", "xmlns": _NS_20, "srcLang": sheet.source, "trgLang": target},
    )
    file = SubElement(made, "file", {"id": "text", "original": sheet.name})
    for one in sheet.units:
        unit = SubElement(file, "unit", {"id": one.name, "type": f"comity:{one.part}"})
        notes = SubElement(unit, "notes")
        SubElement(notes, "note", {"category": _VARIANT}).text = one.variant
        state = "final" if one.is_settled else "translated"
        segment = SubElement(unit, "segment", {"state": state})
        SubElement(segment, "source").text = one.words[sheet.source]
        SubElement(segment, "target").text = one.words[target]
    return made


def _tmx(sheet: Sheet) -> Element:
    made = Element("tmx", {"version": "1.4"})
    head = SubElement(
        made,
        "header",
        {
            "creationtool": "comity",
            "creationtoolversion": version("comity"),
            "segtype": "paragraph",
            "o-tmf": "comity-text",
            "adminlang": "en",
            "srclang": sheet.source,
            "datatype": "plaintext",
        },
    )
    SubElement(head, "prop", {"type": "x-text"}).text = sheet.name
    body = SubElement(made, "body")
    for one in sheet.units:
        unit = SubElement(body, "tu", {"tuid": one.name})
        SubElement(unit, "prop", {"type": _PART}).text = one.part
        SubElement(unit, "prop", {"type": _VARIANT}).text = one.variant
        for language in (sheet.source, *sheet.targets):
            told = SubElement(unit, "tuv", {_LANG: language})
            SubElement(told, "seg").text = one.words[language]
    return made


def _tbx(sheet: Sheet) -> Element:
    made = Element("martif", {"type": "TBX", _LANG: sheet.source})
    head = SubElement(SubElement(made, "martifHeader"), "fileDesc")
    SubElement(SubElement(head, "titleStmt"), "title").text = sheet.name
    SubElement(SubElement(head, "sourceDesc"), "p").text = "comity"
    body = SubElement(SubElement(made, "text"), "body")
    for one in sheet.units:
        entry = SubElement(body, "termEntry", {"id": one.name})
        SubElement(entry, "note").text = one.variant
        for language in (sheet.source, *sheet.targets):
            told = SubElement(SubElement(entry, "langSet", {_LANG: language}), "tig")
            SubElement(told, "term").text = one.words[language]
    return made


def _said(unit: Element, tag: str, language: str, one: Unit) -> Element:
    made = SubElement(unit, tag, {_LANG: language})
    made.text = one.words[language]
    return made


_WRITERS: Final[Mapping[str, Callable[[Sheet], Element]]] = MappingProxyType(
    {XLIFF_12: _xliff_12, XLIFF_21: _xliff_21, TMX: _tmx, TBX: _tbx}
)


def read(data: bytes) -> tuple[Sheet, list[Problem]]:
    """Return the text in a file, and what of it cannot be read.

    Raises:
        Fault: `wording.file.unreadable`.
    """
    if len(data) > FILE_BYTES_MAX:
        raise _unreadable(f"it has more than {FILE_BYTES_MAX >> 20} MiB")
    try:
        root: Element = fromstring(data)
    except DefusedXmlException as error:
        raise _unreadable("it has entities or external parts") from error
    except (ParseError, ValueError, LookupError) as error:
        raise _unreadable("it is no XML") from error
    for one in root.iter():
        one.tag = _local(str(one.tag))
    reader = _READERS.get((root.tag, root.get("version", "")[:1] if root.tag == "xliff" else ""))
    if reader is None:
        raise _unreadable(f"it begins with {quoted(root.tag[:80])}")
    sheet = reader(root)
    if len(sheet.units) > UNITS_MAX:
        raise _unreadable(f"it has more than {UNITS_MAX} paragraphs")
    if not sheet.source:
        raise _unreadable("it does not say from which language it is translated")
    return sheet, [*_marked(root)]


def _read_xliff_12(root: Element) -> Sheet:
    files = root.findall("file")
    first = files[0] if files else Element("file")
    source, target = (_tag(first.get(f"{one}-language", "")) for one in ("source", "target"))
    units = (
        Unit(
            one.get("id", ""),
            _words([(source, one.find("source")), (target, _translated(one))]),
            one.get("restype", "").removeprefix("x-"),
            _noted(one.findall("note"), "from"),
        )
        for file in files
        for one in file.iter("trans-unit")
    )
    return Sheet(first.get("original", ""), source, (target,), tuple(units))


def _translated(unit: Element) -> Element | None:
    """Return the target of a unit, without words where it still has those of the source."""
    source, target = unit.find("source"), unit.find("target")
    if source is None or target is None or target.get("state") != _UNTRANSLATED:
        return target
    return Element("target") if [*source.itertext()] == [*target.itertext()] else target


def _read_xliff_20(root: Element) -> Sheet:
    source, target = _tag(root.get("srcLang", "")), _tag(root.get("trgLang", ""))
    file = root.find("file")
    units = (
        Unit(
            one.get("id", ""),
            _words(
                (language, said)
                for language, tag in ((source, "source"), (target, "target"))
                for said in one.iter(tag)
            ),
            one.get("type", "").removeprefix("comity:"),
            _noted(one.iter("note"), "category"),
        )
        for one in root.iter("unit")
    )
    return Sheet("" if file is None else file.get("original", ""), source, (target,), tuple(units))


def _read_tmx(root: Element) -> Sheet:
    head = root.find("header")
    named = {} if head is None else _props(head)
    units = [
        Unit(
            one.get("tuid", ""),
            _words((_tag(_lang(tuv)), tuv.find("seg")) for tuv in one.findall("tuv")),
            _props(one).get(_PART, ""),
            _props(one).get(_VARIANT, ""),
        )
        for one in root.iter("tu")
    ]
    source = _tag("" if head is None else head.get("srclang", ""))
    return Sheet(named.get("x-text", ""), source, _others(units, source), tuple(units))


def _read_tbx(root: Element) -> Sheet:
    source = _tag(_lang(root))
    units = [
        Unit(
            one.get("id", ""),
            _words((_tag(_lang(told)), next(told.iter("term"), None)) for told in one),
            variant=one.findtext("note", ""),
        )
        for one in root.iter("termEntry")
    ]
    title = root.findtext("martifHeader/fileDesc/titleStmt/title", "")
    return Sheet(title, source, _others(units, source), tuple(units))


_READERS: Final[Mapping[tuple[str, str], Callable[[Element], Sheet]]] = MappingProxyType(
    {
        ("xliff", "1"): _read_xliff_12,
        ("xliff", "2"): _read_xliff_20,
        ("tmx", ""): _read_tmx,
        ("martif", ""): _read_tbx,
    }
)


def _words(told: Iterable[tuple[str, Element | None]]) -> dict[str, str]:
    """Return the words by language; segments of one language are joined."""
    found: dict[str, str] = {}
    for language, one in told:
        if language and one is not None:
            found[language] = found.get(language, "") + "".join(one.itertext())
    return found


def _marked(root: Element) -> Iterator[Problem]:
    """Give a problem for each element inside words that is more than a mark around them."""
    for parent in root.iter():
        if parent.tag not in {"source", "target", "seg", "term"}:
            continue
        inside = {str(one.tag) for one in parent.iter()} - {parent.tag} - _SPANS
        for tag in sorted(inside):
            said = "".join(parent.itertext())[:80]
            what = f"Words have markup in them, {quoted(tag)}, which a paragraph has not."
            fix = "Take the markup out of the words."
            yield Problem(pointer_of((parent.tag,)), said, what, fix, rule="wording.file.markup")


def _noted(notes: Iterable[Element], attribute: str) -> str:
    found = (one.text for one in notes if one.get(attribute) == _VARIANT)
    return next(found, "") or ""


def _props(parent: Element) -> dict[str, str]:
    return {one.get("type", ""): one.text or "" for one in parent.findall("prop")}


def _others(units: Iterable[Unit], source: str) -> tuple[str, ...]:
    return tuple(sorted({name for one in units for name in one.words} - {source}))


def _lang(one: Element) -> str:
    return str(one.get(_LANG) or one.get("lang") or "")


def _tag(language: str) -> str:
    """Return a language without its region: programs make `en-US` of `en`."""
    return language.partition("-")[0].partition("_")[0].lower()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _unreadable(why: str) -> Fault:
    return Fault(
        code="wording.file.unreadable",
        what=f"The file is no XLIFF 1.2 or 2, TMX or TBX: {why}.",
        fix="Give a file that `comity wording export` made, as a translator's program saved it.",
    )
