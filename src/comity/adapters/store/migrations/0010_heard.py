import comity.adapters.store.fields
import hashlib
import json
from typing import Any

from django.db import migrations, models

# ours: what was understood before stands first, log by log, in the order of its log.
_PAGE = 4_096
_ACTS = (
    "SELECT place, channel, kind, matter_id, act_id, party, act FROM store_act"
    " WHERE foreign_why = '' AND place > %s ORDER BY place LIMIT %s"
)
_ADD = (
    "INSERT INTO store_heard (number, what, place, channel, kind, matter_id, act_id, party, tag,"
    " reader, under, chain) VALUES (%s, 'act', %s, %s, %s, %s, %s, %s, %s, '', '', %s)"
)
_REACHED = (
    "INSERT INTO store_reached (id, kind, channel, reader)"
    " SELECT id, kind, channel, reader FROM store_filed"
)


def number(apps: object, editor: Any) -> None:
    last, count, chain = 0, 0, bytes(16)
    with editor.connection.cursor() as cursor:
        cursor.execute(_REACHED)
        while True:
            cursor.execute(_ACTS, (last, _PAGE))
            found = cursor.fetchall()
            if not found:
                return
            rows = []
            for place, channel, kind, matter, act_id, party, act in found:
                count += 1
                said = json.dumps([place, channel, kind, matter, act_id]).encode()
                chain = hashlib.sha256(chain + said).digest()[:16]
                tag = json.loads(bytes(act))["tag"]
                rows.append((count, place, channel, kind, matter, act_id, party, tag, chain))
            cursor.executemany(_ADD, rows)
            last = found[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0009_over"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reached",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "id",
                        "kind",
                        "channel",
                        "reader",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("id", comity.adapters.store.fields.WordField()),
                ("kind", comity.adapters.store.fields.WordField()),
                ("channel", comity.adapters.store.fields.WordField()),
                ("reader", comity.adapters.store.fields.WordField()),
            ],
        ),
        migrations.CreateModel(
            name="Heard",
            fields=[
                (
                    "number",
                    comity.adapters.store.fields.PlaceField(primary_key=True, serialize=False),
                ),
                ("what", comity.adapters.store.fields.WordField()),
                ("place", comity.adapters.store.fields.PlaceField()),
                ("channel", comity.adapters.store.fields.WordField()),
                ("kind", comity.adapters.store.fields.WordField()),
                ("matter_id", comity.adapters.store.fields.WordField()),
                ("act_id", comity.adapters.store.fields.WordField()),
                ("party", comity.adapters.store.fields.WordField()),
                ("tag", comity.adapters.store.fields.WordField()),
                ("reader", comity.adapters.store.fields.WordField()),
                ("under", comity.adapters.store.fields.WordField()),
                ("chain", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["place", "number"], name="heard_by_place")],
            },
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
    ]
