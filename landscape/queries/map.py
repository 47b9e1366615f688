"""The landscape as a graph of areas and committees: all of it, or around an area, a committee or an organization."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from landscape.mapping import LEFT, MIDDLE, RIGHT, SHAPES, Node, digest_of, draw
from landscape.models import Area, AreaCommittee
from landscape.queries.areas import areas
from landscape.sheets import SHEET, parts_of
from organizations.models import Committee, Organization

# More than this is no longer readable; then one focuses, and the page says so.
MOST_NODES = 250
MOST_MATCHES = 20
KEEP_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Focus:
    """What the map is drawn around; at most one of the three, none for the whole landscape."""

    area: Area | None = None
    committee: Committee | None = None
    organization: Organization | None = None

    @property
    def subject(self) -> Area | Committee | Organization | None:
        return self.area or self.committee or self.organization


@dataclass(frozen=True)
class Line:
    """One area of the map in words: its committees with their roles, and its mechanisms."""

    area: Area
    committees: list[AreaCommittee]
    mechanisms: list[str]


@dataclass(frozen=True)
class Map:
    """The picture and the same in words; `size` counts what the map has to show, `left_out` what stands one step
    further and has no room. A map that is too large has no lines and no picture."""

    lines: list[Line] = field(default_factory=list)
    committees: int = 0
    size: int = 0
    left_out: int = 0
    picture: SafeString | str = ""

    @property
    def too_large(self) -> bool:
        return self.size > MOST_NODES


Members = QuerySet[AreaCommittee]


def map_of(focus: Focus) -> Map:
    """The map around the focus. Its own nodes always come whole; those one step further come all or, where that
    would be more than MOST_NODES, not at all."""
    rows = AreaCommittee.objects.filter(area__state=Area.State.OPEN)
    near, far = _rings(rows, focus)
    size = _size(near, alone=not focus.subject)
    if size > MOST_NODES:
        return Map(size=size)
    left_out = 0
    if far is not None:
        wider = _size(far)
        near, left_out = (far, 0) if wider <= MOST_NODES else (near, wider - size)
    return _drawn(near, focus, left_out)


def _rings(rows: Members, focus: Focus) -> tuple[Members, Members | None]:
    """The connections of the focus itself, and with those one step further."""
    if focus.area:
        near = rows.filter(area=focus.area)
        return near, rows.filter(committee__in=near.values("committee"))
    if focus.committee:
        near = rows.filter(committee=focus.committee)
        return near, rows.filter(area__in=near.values("area"))
    if focus.organization:
        return rows.filter(committee__organizations=focus.organization), None
    return rows, None


def _size(rows: Members, alone: bool = False) -> int:
    """How many areas and committees; `alone` counts areas without any committee too."""
    places = areas().count() if alone else rows.order_by().values("area").distinct().count()
    return places + rows.order_by().values("committee").distinct().count()


def _drawn(rows: Members, focus: Focus, left_out: int) -> Map:
    rows = rows.select_related("committee").defer("committee__scope")
    members = list(rows.prefetch_related("committee__organizations"))
    wanted = {row.area_id for row in members} | ({focus.area.pk} if focus.area else set())
    shown = areas() if not focus.subject else areas().filter(pk__in=wanted)
    by_area: dict[int, list[AreaCommittee]] = defaultdict(list)
    for row in members:
        by_area[row.area_id].append(row)
    lines = [
        Line(area, by_area[area.pk], [str(item) for item in area.mechanisms.all()])
        for area in shown.prefetch_related("mechanisms__first", "mechanisms__second")
    ]
    committees = {row.committee_id: row.committee for row in members}
    nodes = [*_areas(lines, focus), *_committees(committees.values(), focus)]
    edges = [(f"a{row.area_id}", f"c{row.committee_id}", row.role) for line in lines for row in line.committees]
    return Map(lines, len(committees), len(nodes), left_out, _picture(nodes, edges))


def _areas(lines: Iterable[Line], focus: Focus) -> Iterable[Node]:
    for line in lines:
        kind = "linked" if line.mechanisms else "unlinked"
        url = f"{reverse('landscape:map')}?area={line.area.slug}"
        yield Node(f"a{line.area.pk}", line.area.name, url, MIDDLE, kind, line.area == focus.area)


def _committees(committees: Iterable[Committee], focus: Focus) -> Iterable[Node]:
    for item in sorted(committees, key=lambda committee: (committee.codes, committee.acronym)):
        side = LEFT if "ISO" in item.codes else RIGHT
        url = f"{reverse('landscape:map')}?committee={item.pk}"
        kind = SHAPES.get(tuple(item.codes), "joint")
        yield Node(f"c{item.pk}", item.acronym, url, side, kind, item == focus.committee)


def _picture(nodes: list[Node], edges: list[tuple[str, str, str]]) -> SafeString | str:
    """The drawing, kept until something that it shows changes: then it has another key."""
    if not nodes:
        return ""
    key = f"landscape-map-2-{digest_of(nodes, edges, get_language() or '')}"
    text = cache.get(key)
    if text is None:
        text = str(render_to_string("landscape/_map_pictures.html", _drawings(nodes, edges)))
        cache.set(key, text, KEEP_SECONDS)
    return mark_safe(text)


def _drawings(nodes: list[Node], edges: list[tuple[str, str, str]]) -> dict[str, Any]:
    """The drawing, and for paper its parts, where it is higher than a sheet: one would not be legible."""
    drawing = draw(nodes, edges)
    parts = parts_of(nodes, edges) if drawing.height > SHEET else []
    return {"drawing": drawing, "parts": [draw(part.nodes(nodes), part.edges) for part in parts]}


def matches(words: str) -> tuple[list[Area], list[Committee], int]:
    """Areas and committees of the landscape whose name or acronym holds the words, at most MOST_MATCHES of each, and
    how many there are in all. An acronym or a name that is the words exactly is the only match."""
    words = " ".join(words.replace("\x00", "").split())
    if not words:
        return [], [], 0
    places = areas()
    members = Committee.objects.filter(areas__area__state=Area.State.OPEN).distinct()
    exact = (list(places.filter(name__iexact=words)), list(members.filter(acronym__iexact=words)))
    if any(exact):
        return (*exact, sum(map(len, exact)))
    found: list[Any] = [places.filter(name__icontains=words), members.filter(acronym__icontains=words)]
    total = sum(rows.count() for rows in found)
    return list(found[0][:MOST_MATCHES]), list(found[1][:MOST_MATCHES]), total
