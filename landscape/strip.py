"""The strip of scores as shapes: one mark per member at its exact place, stacked where marks would cover each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from landscape.ranking import Mark, Result, figure

MARGIN = 10
STEP = 8.6
NEAR = 7.6
LEVELS = 3
CLASSES = {"ISO": "iso", "IEC": "iec", "ITU-T": "itu"}


@dataclass(frozen=True)
class Shape:
    """A circle, square or diamond; the numbers are text, so that no language turns a point into a comma."""

    css: str
    x: str
    y: str
    left: str
    top: str


@dataclass(frozen=True)
class Strip:
    """Everything that the drawing needs; `label` says the same in words."""

    width: int
    height: int
    base: str
    foot: str
    end: int
    ticks: tuple[str, ...]
    shapes: tuple[Shape, ...]
    band: tuple[str, str]
    pointer: str
    label: str

    @property
    def drawing(self) -> str:
        """The picture itself; the same strip is drawn once in a process, for a list shows fifty at a time."""
        return _drawn(self)


@lru_cache(maxsize=4096)
def _drawn(strip: Strip) -> str:
    return render_to_string("landscape/_strip.html", {"strip": strip})


def strip_of(result: Result | None, width: int = 136) -> Strip | None:
    """The drawing of a result, or None when nobody has scored."""
    if result is None or not result.marks:
        return None
    placed = _stack(result.marks, width)
    highest = max((level for _mark, level in placed), default=0)
    base = 30 + STEP * max(0, highest - LEVELS + 1)
    return Strip(
        width=width,
        height=round(base + 12),
        base=_number(base),
        foot=_number(base + 3),
        end=width - 4,
        ticks=tuple(_number(_place(value, width)) for value in range(1, 6)),
        shapes=tuple(_shape(mark, level, width, base) for mark, level in placed),
        band=(_number(_place(result.lowest, width)), _number(_place(result.highest, width))),
        pointer=f"M{_number(_place(result.median, width))} {_number(base + 3)}l4.5 7h-9z",
        label=label_of(result),
    )


def _number(value: float) -> str:
    return f"{value:.1f}"


def _place(value: float, width: int) -> float:
    return MARGIN + (value - 1) * (width - 2 * MARGIN) / 4


def _stack(marks: tuple[Mark, ...], width: int) -> list[tuple[Mark, int]]:
    """Each mark on the lowest level on which it covers no other."""
    placed: list[tuple[Mark, int]] = []
    order = {code: position for position, code in enumerate(CLASSES)}
    for mark in sorted(marks, key=lambda item: (item.value, order.get(item.organization, 9), item.user)):
        near = {level for other, level in placed if abs(_place(other.value, width) - _place(mark.value, width)) < NEAR}
        placed.append((mark, next(level for level in range(len(placed) + 1) if level not in near)))
    return placed


def _shape(mark: Mark, level: int, width: int, base: float) -> Shape:
    x, y = _place(mark.value, width), base - 6 - STEP * level
    css = CLASSES.get(mark.organization, "")
    left, top = (x, y - 4.1) if css == "itu" else (x - 3.1, y - 3.1)
    return Shape(css, _number(x), _number(y), _number(left), _number(top))


def label_of(result: Result) -> str:
    """Scores from 1 to 5. ISO 5.0, 4.0; IEC 4.5; ITU-T 3.0. Median 4.3."""
    values = {
        code: [figure(mark.value) for mark in reversed(result.marks) if mark.organization == code] for code in CLASSES
    }
    told = "; ".join(f"{code} {', '.join(numbers)}" for code, numbers in values.items() if numbers)
    return _("Scores from 1 to 5. %(told)s. Median %(median)s.") % {"told": told, "median": figure(result.median)}
