"""The Django app of the store.

Floor: adapters.
"""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables and accounts of a node."""

    name = "comity.adapters.store"
    label = "store"
    verbose_name = "comity"
