"""The lines of the list of requests, for its template.

    {% request_rows lines excerpts query.text actions %}      <tr …>…</tr>

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from comity.node.desk.matter_lines import Shown
from comity.rooms.request.excerpt import Excerpt
from comity.surfaces.web.request import listing_rows
from comity.surfaces.web.request.listing_rows import Page

register = template.Library()


@register.simple_tag(takes_context=True)
def request_rows(
    context: Context,
    lines: Sequence[Shown],
    excerpts: Mapping[str, Excerpt],
    sought: str,
    actions: Sequence[object],
) -> SafeString:
    """Return the rows of the list.

    Args:
        context: of the page.
        lines: in order.
        excerpts: `{id of a request: where it says what was searched for}`.
        sought: what was searched for, or "".
        actions: what may be done with chosen lines.
    """
    return listing_rows.rows(Page(context, sought, excerpts, bool(actions)), lines)
