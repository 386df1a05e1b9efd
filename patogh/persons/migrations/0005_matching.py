from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("persons", "0004_page")]

    operations = [
        migrations.AddIndex(
            model_name="trait",
            index=models.Index(fields=["recorded_at", "id"], name="trait_by_recorded"),
        ),
    ]
