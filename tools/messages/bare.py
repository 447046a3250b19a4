"""What pages would say in English alone: literal text in templates, and words of forms.

<p>Sign in</p>                            found
<p>{% translate "Sign in" %}</p>          not found
<code>comity officer link</code>          not found: a command is what it is
<abbr lang="en">MLAT</abbr>               not found: it says that it is English
CharField(label="Name")                   found
CharField(label=_("Name"))                not found
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import override

from django.template.base import Lexer, Token, TokenType

NAMES = frozenset(
    {"comity", "UTC", "SHA-256", "TLP", "PAP", "JSON", "PDF", "CSV", "ICS", "YAML", "ZIP"}
    | {"C2SP", "tlog-proof", "BagIt", "WebAuthn", "OpenID", "Connect", "IP", "URL", "ID"}
)
"""Words that are the same in every language."""

SAID_ATTRIBUTES = frozenset({"title", "alt", "placeholder", "aria-label", "aria-description"})
"""Attributes that are read to somebody."""

SAID_ARGUMENTS = frozenset({"label", "help_text", "empty_label", "verbose_name", "message"})
"""Arguments of fields that are read to somebody."""

_ASKED = frozenset(
    {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
    | {"npgettext", "npgettext_lazy"}
)
"""What looks a text up in a catalogue."""

_CODED = frozenset({"Fault", "Inadmissible", "Unfit"})
"""What is told by its code."""

_SENTENCE = re.compile(r"[A-Z][a-z]+,? [a-z\ufffc]")
_SILENT = frozenset({"script", "style", "code", "kbd", "samp", "pre", "svg"})
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HOLE = "\ufffc"
"""Stands where a tag or variable of the template stands."""


def of_template(text: str) -> list[str]:
    """Return every literal text of a template that a reader would see or hear."""
    reader = _Reader()
    reader.feed(_skeleton(text))
    reader.close()
    return [said for said in reader.said if _is_english(said)]


def of_python(text: str) -> list[str]:
    """Return every sentence, and every word of a field, for which no catalogue is asked."""
    found = (said for said in _literals(ast.parse(text)) if not _HAN.search(said))
    return [said for said in dict.fromkeys(found) if _is_english(said)]


def found(web: Path) -> list[str]:
    """Return everything that the templates and modules of a folder say bare, with its file."""
    templates = [
        (path, of_template(path.read_text(encoding="utf-8"))) for path in web.rglob("*.html")
    ]
    modules = [(path, of_python(path.read_text(encoding="utf-8"))) for path in web.rglob("*.py")]
    return [
        f"{path.relative_to(web)}: {said}"
        for path, all_said in templates + modules
        for said in all_said
    ]


def _is_english(text: str) -> bool:
    return any(word not in NAMES for word in _WORD.findall(text))


def _skeleton(text: str) -> str:
    """Return a template with a hole for all that it does not say literally."""
    parts = []
    is_translated = False
    for token in Lexer(text).tokenize():
        is_translated = _is_within_translation(token, is_before=is_translated)
        if token.token_type == TokenType.TEXT and not is_translated:
            parts.append(token.contents)
        elif token.token_type != TokenType.COMMENT:
            parts.append(_HOLE)
    return "".join(parts)


def _is_within_translation(token: Token, *, is_before: bool) -> bool:
    if token.token_type != TokenType.BLOCK:
        return is_before
    name = token.contents.split()[0]
    return {"blocktranslate": True, "endblocktranslate": False}.get(name, is_before)


class _Reader(HTMLParser):
    """Collects what a page says, but for elements that are the same in every language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @property
    def _is_silent(self) -> bool:
        return any(silent for _, silent in self._open)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(attrs)
        if tag not in _VOID:
            names = {name for name, _ in attrs}
            is_foreign = "lang" in names and tag != "html"
            self._open.append((tag, tag in _SILENT or is_foreign))

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(attrs)

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value for name, value in attrs if name in SAID_ATTRIBUTES and value]

    @override
    def handle_endtag(self, tag: str) -> None:
        for at in reversed(range(len(self._open))):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    @override
    def handle_data(self, data: str) -> None:
        if not self._is_silent and data.strip():
            self.said.append(data.strip())


def _literals(node: ast.AST) -> Iterator[str]:
    """Give every sentence, and every word of a field, that is not looked up or told by a code."""
    if isinstance(node, ast.Assert):
        return
    if isinstance(node, ast.Call):
        name = _name(node.func)
        if name in _ASKED | _CODED:
            return
        yield from _of_field(node)
        if name == "ValidationError" and node.args:
            yield from _texts(node.args[0])
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue  # a docstring
        if isinstance(child, ast.Constant | ast.JoinedStr):
            yield from (text for text in _texts(child) if _SENTENCE.match(text))
        else:
            yield from _literals(child)


def _of_field(node: ast.Call) -> Iterator[str]:
    for each in node.keywords:
        if each.arg in SAID_ARGUMENTS:
            yield from _texts(each.value)
        if each.arg == "error_messages" and isinstance(each.value, ast.Dict):
            yield from (text for value in each.value.values for text in _texts(value))
        if each.arg == "choices":
            yield from _labels(each.value)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _texts(value: ast.expr) -> Iterator[str]:
    """Give the literal text of an argument; what is called or named has been looked up."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    if isinstance(value, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else _HOLE for part in value.values
        )


def _labels(value: ast.expr) -> Iterator[str]:
    """Give the second of each literal pair."""
    for pair in getattr(value, "elts", []):
        if isinstance(pair, ast.Tuple) and len(pair.elts) > 1:
            yield from _texts(pair.elts[1])
