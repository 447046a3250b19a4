from django.db import migrations

import comity.adapters.store.fields


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="roles",
            field=comity.adapters.store.fields.WordField(default="case-officer releasing"),
        ),
    ]
