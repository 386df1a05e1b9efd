"""Of whom a new rule is being asked right now: what is found out of them is written unless somebody was asked again meanwhile."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("segments", "0002_moved")]

    operations = [
        migrations.AddField(
            model_name="segmentversion",
            name="asking_until",
            field=models.UUIDField(null=True),
        ),
    ]
