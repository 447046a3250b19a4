"""A kind of text that people write in YAML: read, and compared with all that its kind asks.

    KIND = Kind("guideline.document.unfit", SCHEMA, references.problems)
    KIND.read(data, "guideline.yaml")     its fields, or Unfit with every problem, by line

Floor: kernel (pure).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import cast

import jsonschema_rs

from comity.kernel import fit, ijson, plain_yaml
from comity.kernel.ijson import Json
from comity.kernel.legal_text import Fields
from comity.kernel.problem import LARGE, Problem, Unfit, listed


@dataclass(frozen=True)
class Kind:
    """One kind of text.

    Attributes:
        code: of the fault of one that does not fit.
        schema: published, JSON Schema 2020-12.
        beyond: gives what the schema cannot say of a text that fits it.
        fixes: what to do, by keyword of the schema, where this kind knows better.
    """

    code: str
    schema: Json
    beyond: Callable[[Fields], Iterable[Problem]]
    fixes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(ijson.render(self.schema).decode())

    def problems(self, data: bytes) -> tuple[Problem, ...]:
        """Return what is wrong with a text that is YAML, by line, as `listed` gives it.

        Raises:
            Fault: `kernel.yaml.malformed`.
        """
        return self._problems(plain_yaml.parse(data))

    def read(self, data: bytes, name: str) -> Fields:
        """Return the fields of a text.

        Args:
            data: plain YAML, as its authors wrote it.
            name: of the file, for what is said about it.

        Raises:
            Fault: `kernel.yaml.malformed`.
            Unfit: under the code of the kind, with every problem and its line.
        """
        marked = plain_yaml.parse(data)
        found = self._problems(marked)
        if found:
            raise Unfit(self.code, name, found)
        return cast("Fields", marked.value)

    def _problems(self, marked: plain_yaml.Marked) -> tuple[Problem, ...]:
        found = list(fit.problems(self._validator, marked.value, self.fixes))
        found = found or list(self.beyond(cast("Fields", marked.value)))
        by_line = sorted(map(marked.placed, found), key=lambda one: (one.rule == LARGE, one.line))
        return listed(by_line)
