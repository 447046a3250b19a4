from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0008_review"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="matter", name="matter_closed"),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("status__in", ("closed", "withdrawn"))),
                fields=["kind", "id", "channel"],
                name="matter_over",
            ),
        ),
    ]
