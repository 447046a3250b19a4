from django.db import migrations

OF_REVIEW = "kind = 'review' AND reader = '*'"


class Migration(migrations.Migration):
    """Snapshots of a review are for who reviews, not for everybody."""

    dependencies = [
        ("store", "0007_closed"),
    ]

    operations = [
        migrations.RunSQL(f"UPDATE store_filed SET reader = '*review' WHERE {OF_REVIEW}", ""),
        migrations.RunSQL(
            "UPDATE store_tally SET under = REPLACE(under, '*', '*review') WHERE kind = 'review'",
            "",
        ),
        migrations.RunSQL(f"UPDATE store_tally SET reader = '*review' WHERE {OF_REVIEW}", ""),
        migrations.RunSQL(
            "UPDATE store_about SET agency = '*review' WHERE matter_kind = 'review'", ""
        ),
    ]
