from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0006_groups"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="matter", name="matter_by_kind"),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("status", "closed")),
                fields=["kind", "id", "channel"],
                name="matter_closed",
            ),
        ),
    ]
