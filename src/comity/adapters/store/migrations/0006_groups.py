import json
from collections import Counter
from typing import Any

from django.db import migrations, models

import comity.adapters.store.fields

# ours: what is filed already says whom it concerns, and is counted by all that lists filter by.
_ALIKE = "status, urgency, asker, type, holders, parties"
_STATES = "SELECT id, channel, asker, state FROM store_matter WHERE kind = 'request'"
_NAME = "UPDATE store_filed SET parties = %s WHERE id = %s AND kind = 'request' AND channel = %s"
_FILED = f"SELECT id, kind, channel, {_ALIKE}, reader FROM store_filed ORDER BY id, kind, channel"
_ADD = (
    f"INSERT INTO store_tally (reader, kind, channel, {_ALIKE}, under, count)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_PAGE = 500


def name_parties(apps: object, editor: Any) -> None:
    with editor.connection.cursor() as cursor, editor.connection.cursor() as writing:
        cursor.execute(_STATES)
        while rows := cursor.fetchmany(_PAGE):
            for matter_id, channel, asker, state in rows:
                tracks = json.loads(bytes(state)).get("tracks", [])
                names = dict.fromkeys((asker, *(one["party"] for one in tracks)))
                writing.execute(_NAME, (f" {' '.join(names)} ", matter_id, channel))


def count(apps: object, editor: Any) -> None:
    counts: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    matter: tuple[str, ...] = ()
    readers: list[str] = []
    with editor.connection.cursor() as cursor:
        cursor.execute(_FILED)
        for *key, reader in [*cursor.fetchall(), ("", "")]:
            if tuple(key) != matter:
                if matter:
                    counts[matter[1:], tuple(sorted(readers))] += 1
                matter, readers = tuple(key), []
            readers.append(reader)
        for (alike, under), many in sorted(counts.items()):
            for reader in under:
                cursor.execute(_ADD, (reader, *alike, "|".join(under), many))


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0005_cached"),
    ]

    operations = [
        migrations.AddField(
            model_name="filed",
            name="parties",
            field=comity.adapters.store.fields.WordField(default="  "),
            preserve_default=False,
        ),
        migrations.RunPython(name_parties, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="filed", name="filed_in_order"),
        migrations.AddIndex(
            model_name="filed",
            index=models.Index(
                fields=[
                    "reader",
                    "kind",
                    "rank",
                    "late",
                    "id",
                    "channel",
                    "status",
                    "urgency",
                    "asker",
                    "type",
                    "holders",
                    "parties",
                ],
                name="filed_in_order",
            ),
        ),
        migrations.DeleteModel(name="Tally"),
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
                        "urgency",
                        "asker",
                        "type",
                        "holders",
                        "parties",
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
