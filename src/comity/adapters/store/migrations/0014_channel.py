"""Each look at a channel costs what that channel has, however many there are.

Floor: adapters.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The logs of a channel are found without those of others."""

    dependencies = [
        ("store", "0013_many"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE INDEX IF NOT EXISTS log_of_channel ON store_log (channel)"
                ),
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="log",
                    index=models.Index(fields=["channel"], name="log_of_channel"),
                ),
            ],
        ),
    ]
