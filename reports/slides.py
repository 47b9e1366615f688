"""The overview as a slide set (PowerPoint): real titles, lists, tables and shapes, nothing that is only a picture."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from core.dates import format_date
from documents.publishing.formats import Rendered
from documents.publishing.values import one_line
from reports.overview import CODES, Overview

GROUP = "IEC SMB / ISO TMB / ITU-T TSAG Standardization Programme Coordination Group"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
WIDTH, HEIGHT, EDGE = Inches(13.333), Inches(7.5), Inches(0.75)
INNER = WIDTH - 2 * EDGE
TOP = Inches(0.5)
INK, QUIET = RGBColor(0x1A, 0x1A, 0x1A), RGBColor(0x55, 0x55, 0x55)
# The bodies in their colour and form, always with the name.
COLOURS = {"ISO": RGBColor(0xA3, 0x4A, 0x00), "IEC": RGBColor(0x1F, 0x4F, 0xA3), "ITU-T": RGBColor(0x00, 0x78, 0x6C)}
FORMS = {"ISO": MSO_SHAPE.OVAL, "IEC": MSO_SHAPE.RECTANGLE, "ITU-T": MSO_SHAPE.DIAMOND}
_TITLE_ONLY, MOST_SHAPES = 5, 6


def render_slides(told: Overview) -> Rendered:
    """The overview as a PPTX file of eight slides."""
    deck = _Deck(told)
    deck.everything()
    stream = BytesIO()
    deck.file.save(stream)
    return Rendered(stream.getvalue(), CONTENT_TYPE, "pptx")


class _Deck:
    def __init__(self, told: Overview) -> None:
        self.told, self.file = told, Presentation()
        self.file.slide_width, self.file.slide_height = WIDTH, HEIGHT
        properties = self.file.core_properties
        properties.title, properties.author, properties.language = _("Overview of SPCG"), "SPCG", "en"

    def everything(self) -> None:
        self._cover()
        self._list(_("Purpose"), _purpose())
        self._organization()
        self._process()
        self._figures()
        self._landscape()
        self._list(_("Achievements"), self.told.achievements or [_("Nothing is on record yet.")])
        self._contacts()

    # Slides ----------------------------------------------------------------------------------

    def _cover(self) -> None:
        slide = self._slide(_("Overview of SPCG"), size=44, top=Inches(2.3))
        self._text(slide, [GROUP], EDGE, Inches(3.5), INNER, size=22)
        self._text(slide, [_("As recorded on %(day)s") % {"day": format_date(self.told.day)}], EDGE, Inches(4.5), INNER)
        for place, code in enumerate(CODES):
            bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, EDGE + place * Inches(0.5), Inches(1), *_size(0.28, 1.1))
            self._paint(bar, COLOURS[code])

    def _list(self, title: str, lines: list[str]) -> None:
        slide = self._slide(title)
        self._text(slide, lines, EDGE, Inches(1.7), INNER, size=_fitting(lines), bullets=True)

    def _organization(self) -> None:
        slide = self._slide(_("Organization"))
        width = (INNER - Inches(0.6)) // 3
        for place, (code, board, name) in enumerate(self.told.boards):
            left = EDGE + place * (width + Inches(0.3))
            self._box(slide, [board, name], left, Inches(1.8), width, Inches(1.7), COLOURS.get(code, QUIET))
        lines = [
            _("Members are named by each board; one secretary per organization; an administrator."),
            _("Recommendations need the approval of all three organizations, at one exact revision."),
            _("One report of progress, word for word the same, goes to the three boards."),
        ]
        self._text(slide, lines, EDGE, Inches(4), INNER, size=20, bullets=True)

    def _process(self) -> None:
        slide = self._slide(_("How a proposal goes"))
        steps = [
            (_("Log"), _("One organization receives a proposal.")),
            (_("Circulate"), _("The members of all three see it, with a day to reply by.")),
            (_("Answer"), _("Committees declare their interest; members comment.")),
            (_("Recommend"), _("Three approvals, or the comments are shared.")),
            (_("Decide"), _("The board of the proposal decides; the outcome is recorded.")),
        ]
        width = INNER // len(steps)
        for place, (verb, words) in enumerate(steps):
            left = EDGE + place * width
            self._box(slide, [verb], left, Inches(2.2), width, Inches(1.1), INK, MSO_SHAPE.PENTAGON)
            self._text(slide, [words], left, Inches(3.5), width - Inches(0.2), size=18)

    def _figures(self) -> None:
        slide = self._slide(_("Current figures"))
        for place, (number, words) in enumerate(self.told.figures):
            top = Inches(1.7) + place * Inches(0.95)
            self._text(slide, [number], EDGE, top, Inches(1.6), size=40, bold=True)
            self._text(slide, [words], EDGE + Inches(1.7), top + Inches(0.16), INNER - Inches(1.7), size=22)

    def _landscape(self) -> None:
        picture = self.told.picture
        slide = self._slide(_("The landscape of coordination"))
        if not picture.rows:
            self._text(slide, [_("No area is on record yet.")], EDGE, Inches(1.7), INNER, size=22)
            return
        table = slide.shapes.add_table(len(picture.rows) + 1, 4, EDGE, Inches(1.5), INNER, Inches(0.36)).table
        widths = (INNER - 3 * Inches(2.3), *[Inches(2.3)] * 3)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Emu(width)
        self._row(table, 0, [_("Area"), *CODES], bold=True)
        for number, (name, counts) in enumerate(picture.rows, start=1):
            self._row(table, number, [name, *(str(count) if count else "–" for count in counts)])
        self._dots(slide, picture.rows)
        words = _("Committees at work in each area. %(shown)d of %(total)d areas.")
        words %= {"shown": len(picture.rows), "total": picture.total}
        self._text(slide, [words], EDGE, Inches(6.55), INNER, size=14, colour=QUIET)

    def _dots(self, slide: Any, rows: list[tuple[str, tuple[int, ...]]]) -> None:
        """Beside each number as many signs of the organization, up to six."""
        size = Inches(0.15)
        for line, (_name, counts) in enumerate(rows, start=1):
            for place, code in enumerate(CODES):
                left = EDGE + INNER - (3 - place) * Inches(2.3) + Inches(0.55)
                for dot in range(min(counts[place], MOST_SHAPES)):
                    top = Inches(1.5) + line * Inches(0.36) + Inches(0.11)
                    self._paint(
                        slide.shapes.add_shape(FORMS[code], left + dot * Inches(0.25), top, size, size), COLOURS[code]
                    )

    def _contacts(self) -> None:
        slide = self._slide(_("Contacts"))
        lines = [f"{who}: {address}" if address else who for who, address in self.told.contacts]
        self._text(slide, lines, EDGE, Inches(1.7), INNER, size=24)
        self._text(slide, [self.told.following], EDGE, Inches(4.6), INNER, size=22)

    # Parts -----------------------------------------------------------------------------------

    def _slide(self, title: str, *, size: int = 34, top: Any = TOP) -> Any:
        slide = self.file.slides.add_slide(self.file.slide_layouts[_TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = EDGE, top, INNER, Inches(0.9)
        self._fill(shape.text_frame, [title], size, bold=True)
        notes = [_("SPCG, %(day)s") % {"day": format_date(self.told.day)}]
        if self.told.has_samples:
            notes.append(_("contains illustrative records"))
        self._text(slide, ["; ".join(notes)], EDGE, Inches(6.95), INNER, size=12, colour=QUIET)
        return slide

    def _text(self, slide: Any, lines: list[str], left: Any, top: Any, width: Any, **style: Any) -> None:
        frame = slide.shapes.add_textbox(left, top, width, Inches(0.4)).text_frame
        self._fill(frame, lines, style.pop("size", 18), **style)

    def _box(self, slide: Any, lines: list[str], *place: Any) -> None:
        left, top, width, height, colour, *form = place
        shape = slide.shapes.add_shape(form[0] if form else MSO_SHAPE.RECTANGLE, left, top, width, height)
        self._paint(shape, colour)
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = Inches(0.05)
        self._fill(frame, lines, 15, colour=RGBColor(0xFF, 0xFF, 0xFF), bold=True, align=PP_ALIGN.CENTER)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE

    def _fill(self, frame: Any, lines: list[str], size: int, **style: Any) -> None:
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = one_line(line)
            run.font.size, run.font.bold = Pt(size), style.get("bold", False)
            run.font.color.rgb = style.get("colour", INK)
            if style.get("bullets"):
                _bullet(paragraph, size)
            paragraph.space_after = Pt(size // 2)
            paragraph.alignment = style.get("align", PP_ALIGN.LEFT)

    def _row(self, table: Any, number: int, cells: list[str], *, bold: bool = False) -> None:
        table.rows[number].height = Inches(0.36)
        for place, words in enumerate(cells):
            cell = table.cell(number, place)
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            self._fill(cell.text_frame, [words], 13, bold=bold)
            cell.text_frame.paragraphs[0].space_after = Pt(0)
            cell.fill.background()

    def _paint(self, shape: Any, colour: RGBColor) -> None:
        """A shape in one colour; the signs repeat what a number says, so screen readers pass them by."""
        shape.fill.solid()
        shape.fill.fore_color.rgb = colour
        shape.line.fill.background()
        shape.shadow.inherit = False
        shape._element.find(f".//{qn('p:cNvPr')}").set("descr", "")


def _bullet(paragraph: Any, size: int) -> None:
    """PowerPoint's own bullet, with the lines below it at the margin of the first."""
    properties, hanging = paragraph._p.get_or_add_pPr(), Pt(size)
    properties.set("marL", str(hanging))
    properties.set("indent", str(-hanging))
    properties.append(properties.makeelement(qn("a:buChar"), {"char": "•"}))


def _purpose() -> list[str]:
    return [
        _("Set up in 2018 by the technical boards of ISO, IEC and ITU-T."),
        _(
            "Looks at proposals for new fields of technical activity in any of the three organizations, "
            "and finds whose work they touch in the other two."
        ),
        _("Advises the boards. Each board decides on the proposals addressed to it."),
        _(
            "Keeps the landscape of the existing areas of coordination, and tells committees, National Committees, "
            "member bodies and study groups how to coordinate."
        ),
    ]


def _fitting(lines: list[str]) -> int:
    """The size of letters in which the lines stay above the foot of the slide."""
    return next((size for size, most in ((24, 480), (20, 620), (16, 1000)) if sum(map(len, lines)) < most), 12)


def _size(width: float, height: float) -> tuple[Any, Any]:
    return Inches(width), Inches(height)
