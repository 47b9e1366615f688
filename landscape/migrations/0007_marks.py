"""Keeps with each result the members' own marks and the means of the organizations, also of the scores so far."""

from collections import defaultdict

from django.conf import settings
from django.db import migrations, models

from landscape.ranking import Vote, result_of


def add_up(apps, schema_editor):
    Score, Result = apps.get_model("landscape", "Score"), apps.get_model("landscape", "AreaResult")
    for round in apps.get_model("landscape", "PriorityRound").objects.all():
        weights = dict(round.criteria.values_list("pk", "weight"))
        votes = defaultdict(list)
        rows = Score.objects.filter(round=round)
        for area, *vote in rows.values_list("area", "user", "organization__code", "criterion", "value"):
            votes[area].append(Vote(*vote))
        for row in Result.objects.filter(round=round):
            found = result_of(votes[row.area_id], weights)
            row.by_organization = dict(found.by_organization)
            row.marks = [[mark.user, mark.organization, mark.value] for mark in found.marks]
            row.save(update_fields=["by_organization", "marks"])


class Migration(migrations.Migration):
    dependencies = [("landscape", "0006_about"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("arearesult", "by_organization", models.JSONField(default=dict)),
        migrations.AddField("arearesult", "marks", models.JSONField(default=list)),
        migrations.AddIndex("score", models.Index(fields=["round", "user", "area"], name="score_by_member")),
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
