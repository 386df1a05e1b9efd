"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    """Wait for its owner."""

    dependencies = [("ideas", "0005_review")]
    operations = []  # noqa: RUF012
