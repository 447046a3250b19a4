import comity.adapters.store.fields
from collections import Counter
from typing import Any

from django.db import migrations, models

# ours: what is filed already is counted.  Neither database groups texts in one way, so it is done
# here, matter by matter.
_FILED = "SELECT id, kind, channel, status, reader FROM store_filed ORDER BY id, kind, channel"
_ADD = (
    "INSERT INTO store_tally (reader, kind, channel, status, under, count)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)


def count(apps: object, editor: Any) -> None:
    counts: Counter[tuple[tuple[str, str, str], tuple[str, ...]]] = Counter()
    matter: tuple[str, str, str, str] | None = None
    readers: list[str] = []
    with editor.connection.cursor() as cursor:
        cursor.execute(_FILED)
        for *key, reader in [*cursor.fetchall(), (None, None, None, None, "")]:
            if tuple(key) != matter:
                if matter is not None and matter[0] is not None:
                    counts[matter[1:], tuple(sorted(readers))] += 1
                matter, readers = tuple(key), []
            readers.append(reader)
        for ((kind, channel, status), under), many in sorted(counts.items()):
            for reader in under:
                cursor.execute(_ADD, (reader, kind, channel, status, "|".join(under), many))


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0003_readers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "reader",
                        "kind",
                        "channel",
                        "status",
                        "under",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reader", comity.adapters.store.fields.WordField()),
                ("kind", comity.adapters.store.fields.WordField()),
                ("channel", comity.adapters.store.fields.WordField()),
                ("status", comity.adapters.store.fields.WordField()),
                ("under", comity.adapters.store.fields.WordField()),
                ("count", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
