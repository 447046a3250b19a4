"""A form that is put together from groups of fields.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms as django_forms
from django.forms import BoundField
from django.http import QueryDict

from comity.acts.verb import Verb
from comity.joint.request.possible_verbs import Possible
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import forms
from comity.surfaces.web.request.leaves import Leaf

ON = "on-"
VALUE = "value-"
EXTENT = "extent-"
ELEMENT = "element-"
RATE = "rate-"
"""Before the id of an element, item or criterion, in the name of a field."""


def leaf_name(element: str, leaf: Leaf) -> str:
    """Return what the field of a leaf of an element's value is called."""
    return f"{ELEMENT}{element}:{leaf.name}"


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together.

    Attributes:
        kind: `fields`, `findings`, `element`, `texts`; the template has a layout for each.
        legend: what stands above them, or "".
        hint: a sentence, or "".
        names: of the fields.
        is_open: False for what is shown when it is asked for.
    """

    kind: str
    names: tuple[str, ...]
    legend: str = ""
    hint: str = ""
    is_open: bool = True


class Parts(forms.Form):
    """A form that is put together.

    Attributes:
        found: the request.
        verb: its row.
        possible: what is possible of it.
        own: id of this State.
        about: the act that is meant, where the verb may be about several.
        groups: of fields, in order.
        elements: `{element: the leaves of its value}`.
    """

    def __init__(
        self,
        found: Dossier,
        verb: Verb,
        one: Possible,
        own: str,
        data: QueryDict | None = None,
        about: str = "",
    ) -> None:
        """Make the fields.

        Args:
            found: the request.
            verb: its row.
            one: what is possible of it.
            own: id of this State.
            data: what came back, or None.
            about: the act that is meant, where the verb may be about several.
        """
        super().__init__(data)
        self.about = about
        self.found, self.verb, self.possible, self.own = found, verb, one, own
        self.groups: list[Group] = []
        self.elements: dict[str, list[Leaf]] = {}

        self.fill()

    def fill(self) -> None:
        """Make the fields."""

    def put(self, group: Group, made: Mapping[str, django_forms.Field]) -> None:
        """Take up a group with its fields."""
        self.fields.update(made)
        if group.names:
            self.groups.append(group)

    def shown(self) -> Iterator[tuple[Group, list[BoundField]]]:
        """Give each group with its fields."""
        for group in self.groups:
            yield group, [self[name] for name in group.names]
