"""Adds up the scores that were given before results were kept."""

from collections import defaultdict

from django.db import migrations

from landscape.ranking import Vote, result_of


def add_up(apps, schema_editor):
    Score, Result = apps.get_model("landscape", "Score"), apps.get_model("landscape", "AreaResult")
    for round in apps.get_model("landscape", "PriorityRound").objects.all():
        weights = dict(round.criteria.values_list("pk", "weight"))
        votes = defaultdict(list)
        rows = Score.objects.filter(round=round)
        for area, *vote in rows.values_list("area", "user", "organization__code", "criterion", "value"):
            votes[area].append(Vote(*vote))
        results = {area: result_of(found, weights) for area, found in votes.items()}
        Result.objects.bulk_create(
            Result(
                round=round,
                area_id=area,
                value=None if item.value is None else round_to(item.value),
                median=item.median,
                by_criterion={str(key): value for key, value in item.by_criterion.items()},
            )
            for area, item in results.items()
        )


def round_to(value):
    return round(value, 6)


class Migration(migrations.Migration):
    dependencies = [("landscape", "0004_decisions")]

    operations = [migrations.RunPython(add_up, migrations.RunPython.noop)]
