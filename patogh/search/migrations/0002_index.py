"""The full-text index of each database, and the state row that says which text rules it was built with."""

from django.db import migrations
from django.utils import timezone

from patogh.kit.persian import KEY_VERSION

SQLITE = [
    """CREATE VIRTUAL TABLE search_index USING fts5(
        words, content='', detail=none, columnsize=0, tokenize="ascii tokenchars ':=+_'"
    )""",
]
POSTGRESQL = [
    "CREATE TABLE search_index (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX search_index_words ON search_index USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 1024)",
]


def build(apps, schema_editor):
    for sql in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(sql)
    apps.get_model("search", "IndexState").objects.create(pk=1, key_version=KEY_VERSION, built_at=timezone.now())


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_index")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(build, drop)]
