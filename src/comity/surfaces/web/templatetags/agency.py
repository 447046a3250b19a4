"""What the pages of agencies may say beyond the others.

Floor: surfaces.
"""

from django import template

from comity.domestic.nation.model import Within
from comity.surfaces.web import words as shared
from comity.surfaces.web.agency import sentences, words

register = template.Library()


@register.filter
def within_text(given: Within) -> str:
    """Return how soon."""
    return sentences.within(given)


@register.filter
def field_text(name: str) -> str:
    """Return which field of a request does not fit."""
    return str(words.FIELDS.get(name, name))


@register.filter
def role_name(code: str) -> str:
    """Return what a role is called."""
    return shared.word("role", code)
