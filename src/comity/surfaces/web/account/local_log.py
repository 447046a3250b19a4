"""What happens to an account is a step of the local log.

Floor: surfaces.
"""

from collections.abc import Mapping

from django.db import router, transaction
from django.http import HttpRequest

from comity.node.desk import sign_in_methods
from comity.surfaces.web import desk as desks


def note(request: HttpRequest, step: str, facts: Mapping[str, str]) -> None:
    """Note a step once Django's own transaction, if it is in one, has ended.

    The node writes on a line of its own, which would wait for that transaction for ever.
    """
    node = desks.of(request).node
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- models, once they are loaded

    alias = router.db_for_write(get_user_model())
    transaction.on_commit(lambda: sign_in_methods.note(node, step, facts), using=alias)
