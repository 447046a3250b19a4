from typing import Any

from django.db import migrations, models

import comity.adapters.store.fields

# ours: each body gets a number, in the order in which they are kept, and goes by it.
_NUMBER_HELD = """INSERT INTO store_body (number, sha256, content)
    SELECT row_number() OVER (), sha256, content FROM store_unnumbered"""
_NUMBER_NAMED = """INSERT INTO store_body (number, sha256)
    SELECT (SELECT COALESCE(MAX(number), 0) FROM store_body) + row_number() OVER (), sha256
    FROM (SELECT DISTINCT sha256 FROM store_namedbody) AS named
    WHERE NOT EXISTS (SELECT 1 FROM store_body AS body WHERE body.sha256 = named.sha256)"""
_NAME = """UPDATE store_namedbody
    SET body = (SELECT number FROM store_body WHERE store_body.sha256 = store_namedbody.sha256)"""


def number(apps: object, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        for statement in (_NUMBER_HELD, _NUMBER_NAMED, _NAME):
            cursor.execute(statement)
        if editor.connection.vendor == "sqlite":  # what is copied may be destroyed one day
            cursor.execute("PRAGMA secure_delete = ON")


def secure_as_ever(apps: object, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        with editor.connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = FAST")


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0011_alike"),
    ]

    operations = [
        migrations.RenameModel(old_name="Body", new_name="Unnumbered"),
        migrations.CreateModel(
            name="Body",
            fields=[
                (
                    "number",
                    comity.adapters.store.fields.PlaceField(primary_key=True, serialize=False),
                ),
                ("sha256", models.BinaryField(unique=True)),
                ("content", models.BinaryField(null=True)),
            ],
        ),
        migrations.RemoveIndex(model_name="namedbody", name="named_by_body"),
        migrations.AddField(
            model_name="namedbody",
            name="body",
            field=comity.adapters.store.fields.PlaceField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(number),
        migrations.DeleteModel(name="Unnumbered"),
        migrations.RunPython(secure_as_ever),
        migrations.AddIndex(
            model_name="namedbody",
            index=models.Index(fields=["body"], name="named_by_body"),
        ),
    ]
