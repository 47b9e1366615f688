from django.db import migrations, models

from core.search.engine import SearchIndex
from core.search.words import all_tokens, normalise


def fill(apps, schema_editor):
    """What is there is found at once; `manage.py rebuild_search` adds the kinds that were not indexed before."""
    rows = apps.get_model("core", "SearchText").objects.order_by("pk")
    for row in rows.iterator(chunk_size=200):
        tokens = all_tokens(row.kind, row.audience, row.title, f"{row.text} {row.words}")
        words = f"\n{normalise(row.title)}\n{normalise(row.text)}"
        rows.filter(pk=row.pk).update(tokens=tokens, words=words)


class Migration(migrations.Migration):
    dependencies = [("core", "0006_time_zone")]

    operations = [
        migrations.AddField(
            model_name="searchtext",
            name="tokens",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="searchtext",
            name="audience",
            field=models.CharField(
                choices=[
                    ("shared", "everybody who signs in"),
                    ("secretaries", "secretaries and the administrator"),
                    ("administrator", "the administrator"),
                ],
                default="shared",
                max_length=13,
            ),
        ),
        migrations.CreateModel(
            name="SearchSpelling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("remainder", models.CharField(max_length=7)),
                ("word", models.CharField(max_length=40)),
            ],
            options={"indexes": [models.Index(fields=["remainder", "word"], name="search_spelling")]},
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        SearchIndex(),
    ]
