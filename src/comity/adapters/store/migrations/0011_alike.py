import hashlib
from collections import Counter
from typing import Any

from django.db import migrations, models

import comity.adapters.store.fields

# ours: what is filed is counted anew, as in 0006, under a key that fits an index of PostgreSQL.
_ALIKE = "status, urgency, asker, type, holders, parties"
_FILED = f"SELECT id, kind, channel, {_ALIKE}, reader FROM store_filed ORDER BY id, kind, channel"
_ADD = (
    f"INSERT INTO store_tally (reader, alike, kind, channel, {_ALIKE}, under, count)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_PAGE = 500


def count(apps: object, editor: Any) -> None:
    counts: Counter[tuple[str, ...]] = Counter()
    under: dict[tuple[str, ...], tuple[str, ...]] = {}
    with editor.connection.cursor() as cursor:
        matter: tuple[str, ...] = ()
        readers: list[str] = []

        def add() -> None:
            if matter:
                texts = (*matter[1:], "|".join(sorted(readers)))
                counts[texts] += 1
                under[texts] = tuple(readers)

        cursor.execute(_FILED)
        while rows := cursor.fetchmany(_PAGE):
            for *key, reader in rows:
                if tuple(key) != matter:
                    add()
                    matter, readers = tuple(key), []
                readers.append(reader)
        add()
        for texts, many in sorted(counts.items()):
            alike = hashlib.sha256("\n".join(texts).encode()).digest()[:16]
            for reader in under[texts]:
                cursor.execute(_ADD, (reader, alike, *texts, many))


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0010_heard"),
    ]

    operations = [
        migrations.DeleteModel(name="Tally"),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "reader",
                        "kind",
                        "alike",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("alike", models.BinaryField()),
                ("reader", comity.adapters.store.fields.WordField()),
                ("kind", comity.adapters.store.fields.WordField()),
                ("channel", comity.adapters.store.fields.WordField()),
                ("status", comity.adapters.store.fields.WordField()),
                ("urgency", comity.adapters.store.fields.WordField()),
                ("asker", comity.adapters.store.fields.WordField()),
                ("type", comity.adapters.store.fields.WordField()),
                ("holders", comity.adapters.store.fields.WordField()),
                ("parties", comity.adapters.store.fields.WordField()),
                ("under", comity.adapters.store.fields.WordField()),
                ("count", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
