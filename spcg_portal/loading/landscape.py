"""The landscape of the demonstration: the areas, an earlier round with what was decided after it, the open round,
comments and a suggested edit that waits."""

from __future__ import annotations

from typing import Any

from core.dates import today
from landscape.models import Area, PriorityRound
from landscape.passages import Passage, find, passage_at, plain_text
from landscape.queries import newest_revision
from landscape.services.baselines import take_baseline
from landscape.services.comments import comment_on_area
from landscape.services.decisions import record_decision
from landscape.services.loading import load_areas
from landscape.services.rounds import close_round, open_round, score_area
from landscape.services.suggestions import suggest_edit
from spcg_portal.loading.source import LANDSCAPE, account, ago, in_days, secretary


def load_landscape(source: dict[str, Any]) -> None:
    """The areas describe what is publicly known today, so they are dated today and not in 2020."""
    load_areas(LANDSCAPE, secretary("ISO"), ago(-30))
    load_round(source["earlier_round"])
    load_decisions(source["decisions"])
    load_baseline(source["baseline"])
    load_remarks(source["remarks"])
    load_suggestions(source["suggestions"])
    load_round(source["round"])


def load_round(row: dict[str, Any]) -> None:
    by = secretary("IEC")
    opened = open_round(
        by,
        title=row["title"].format(year=today().year),
        closes_on=in_days(row["closes_in"]),
        criteria=row.get("criteria"),
        illustrative=True,
        at=ago(row["in"]),
    )
    for name, scores in row["scores"].items():
        _score(opened, Area.objects.get(name=name), scores, row)
    if row["closes_in"] < 0:
        close_round(opened, by, at=ago(row["closes_in"]))


def _score(opened: PriorityRound, area: Area, scores: dict[str, list[int]], row: dict[str, Any]) -> None:
    criteria = list(opened.criteria.order_by("position"))
    for who, values in scores.items():
        answers = {item.pk: value for item, value in zip(criteria, values, strict=True)}
        said = row.get("reasons", {}).get(area.name, {}).get(who, "")
        score_area(opened, area, account(who), answers, said, at=ago(row["scored_in"]))


def load_decisions(rows: dict[str, Any]) -> None:
    for name, row in rows.items():
        values = {"answer": row["answer"], "reason": row["reason"], "illustrative": True, "at": ago(row["in"])}
        record_decision(Area.objects.get(name=name), secretary("ISO"), **values)


def load_baseline(row: dict[str, Any]) -> None:
    take_baseline(secretary("ITU-T"), name=row["name"], illustrative=True, at=ago(row["in"]))


def load_remarks(rows: dict[str, Any]) -> None:
    for name, remarks in rows.items():
        area = Area.objects.get(name=name)
        plain = plain_text(area.text)
        for row in remarks:
            passage = passage_at(plain, *find(Passage(row["passage"]), plain)) if "passage" in row else None
            values = {"passage": passage, "illustrative": True, "at": ago(row["in"])}
            comment_on_area(area, account(row["by"]), row["text"], **values)


def load_suggestions(rows: dict[str, Any]) -> None:
    for name, row in rows.items():
        area = Area.objects.get(name=name)
        text = area.text.replace(row["instead_of"], row["words"])
        values = {"reason": row["reason"], "illustrative": True, "at": ago(row["in"])}
        suggest_edit(area, account(row["by"]), newest_revision(area), text, **values)
