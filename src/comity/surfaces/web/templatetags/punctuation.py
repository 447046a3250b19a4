"""What stands between words: Chinese has marks of its own, and no gap behind them.

    {{ name }}{% colon %}{{ role }}       Li Wei: approver
    {% tight %} … {% endtight %}          … without the newlines of the template

Floor: surfaces.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, override

from django import template
from django.template import Context, Node
from django.template.base import NodeList, Parser, TextNode, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

register = template.Library()

_INDENTATION: Final = re.compile(r"\n\s*")


@register.simple_tag
def colon() -> str:
    """Return what stands between a word and what it is about: Chinese has its own."""
    return gettext(": ")


@register.simple_tag
def comma() -> str:
    """Return what stands between things that are enumerated."""
    return gettext(", ")


@register.simple_tag
def clause() -> str:
    """Return what stands before a further clause: in Chinese no comma of an enumeration."""
    return pgettext("before a clause", ", ")


@register.simple_block_tag
def bracketed(content: str) -> SafeString:
    """Return what stands in brackets behind a word: Chinese has its own, also about Latin text."""
    return format_html(gettext(" (%(inner)s)").replace("%(inner)s", "{}"), content)


class _Tight(Node):
    """What `tight` has around it."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    @override
    def render(self, context: Context) -> SafeString:
        return self.nodelist.render(context)


@register.tag
def tight(parser: Parser, _token: Token) -> _Tight:
    """Leave out each newline of the template, and the indentation behind it, up to `endtight`.

    So what must touch (an enumeration, a full stop behind a link) is written over several lines.
    What values hold is left as it is; a gap that is to be seen stands inside a line.
    """
    nodes = parser.parse(("endtight",))
    parser.delete_first_token()
    for text in _texts(nodes):
        text.s = _INDENTATION.sub("", text.s)
    return _Tight(nodes)


def _texts(nodes: Iterable[Node]) -> Iterator[TextNode]:
    """Give every text of the template; a tag with content of its own names no list of nodes."""
    for node in nodes:
        if isinstance(node, TextNode):
            yield node
        for name in {*node.child_nodelists, "nodelist"}:
            yield from _texts(getattr(node, name, ()))


@register.simple_tag
def semicolon() -> str:
    """Return what stands between longer things that are enumerated."""
    return gettext("; ")


@register.simple_tag
def full_stop() -> str:
    """Return what ends a sentence before the next one."""
    return gettext(". ")


@register.simple_tag
def gap() -> str:
    """Return what stands between two sentences, or behind a colon: nothing in Chinese.

    Its marks are as wide as a letter and hold the gap already (GB/T 15834).
    """
    return "" if (get_language() or "").startswith("zh") else " "


@register.filter
def enumerated(names: Iterable[str]) -> str:
    """Return names beside each other, to stand inside a sentence."""
    return gettext(", ").join(names)


@register.filter
def without_stop(label: str) -> str:
    """Return a label that is a sentence as one that something follows."""
    return str(label).rstrip(".。")
