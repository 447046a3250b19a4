from django.db import migrations, models


class Migration(migrations.Migration):
    """A matter's acts that count are found without those that do not."""

    dependencies = [
        ("store", "0012_body_numbers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX IF EXISTS act_by_matter"),
                migrations.RunSQL(
                    "CREATE INDEX IF NOT EXISTS act_of_matter"
                    " ON store_act (matter_id, kind, channel, foreign_why, place)"
                ),
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="act", name="act_by_matter"),
                migrations.AddIndex(
                    model_name="act",
                    index=models.Index(
                        fields=["matter_id", "kind", "channel", "foreign_why", "place"],
                        name="act_of_matter",
                    ),
                ),
            ],
        ),
    ]
