"""What a blob of an act is: the roles that any room uses, before a colon and what tells it apart.

Floor: acts (pure).
"""

from typing import Final

ELEMENTS: Final = "elements"
"""Values by element, as JSON."""
TEXTS: Final = "texts"
"""Words in some languages."""
ATTACHMENT: Final = "attachment"
"""A file: `attachment:1`."""
