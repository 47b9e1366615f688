"""The overview as slides: what is on record, readable in PowerPoint."""

from __future__ import annotations

from io import BytesIO

from django.core.management import call_command
from pptx import Presentation

from core.dates import today
from landscape.tests.factories import make_area
from proposals.services.boards import submit_recommendation
from proposals.tests.factories import make_approved
from reports.overview import overview
from reports.slides import render_slides


def words_on(slide) -> str:
    found = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def slides_of(data: bytes) -> dict[str, str]:
    return {slide.shapes.title.text: words_on(slide) for slide in Presentation(BytesIO(data)).slides}


def test_slides_tell_what_is_on_record(cast, client_of):
    proposal, revision = make_approved(cast)
    submit_recommendation(proposal, cast.iso_secretary, organization=cast.ISO, submitted_on=today())
    area = make_area(cast.iso_secretary)
    answer = client_of("observer").get("/reports/overview/")
    assert answer.headers["Content-Type"].endswith("presentationml.presentation")
    slides = slides_of(answer.content)
    assert list(slides) == [
        "Overview of SPCG",
        "Purpose",
        "Organization",
        "How a proposal goes",
        "Current figures",
        "The landscape of coordination",
        "Achievements",
        "Contacts",
    ]
    assert revision.reference in slides["Achievements"]
    assert "1\nrecommendation submitted to a board" in slides["Current figures"]
    assert area.name in slides["The landscape of coordination"]
    assert "IEC secretary of SPCG" in slides["Contacts"]


def test_lists_have_powerpoints_own_bullets(cast):
    deck = Presentation(BytesIO(render_slides(overview(cast.observer)).data))
    bullets = [paragraph.text for slide in deck.slides for paragraph in _bulleted(slide)]
    assert len(bullets) == 4 + 3 + 1
    assert not any(text.startswith("•") for text in bullets)


def _bulleted(slide):
    frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
    return [item for frame in frames for item in frame.paragraphs if item._p.xpath("a:pPr[@marL]/a:buChar")]


def test_empty_portal_gives_slides_that_say_so(cast):
    slides = slides_of(render_slides(overview(cast.observer)).data)
    assert "No area is on record yet." in slides["The landscape of coordination"]
    assert "Nothing is on record yet." in slides["Achievements"]


def test_sample_records_are_marked_on_every_slide(cast):
    area = make_area(cast.iso_secretary)
    type(area).objects.filter(pk=area.pk).update(illustrative=True)
    slides = slides_of(render_slides(overview(cast.observer)).data)
    assert all("illustrative" in words for words in slides.values())


def test_shapes_stay_on_the_slide(cast):
    for number in range(20):
        make_area(cast.iso_secretary, name=f"Area {number} with a long name for a subject of many organizations")
    deck = Presentation(BytesIO(render_slides(overview(cast.observer)).data))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert 0 <= shape.left <= shape.left + shape.width <= deck.slide_width
            assert 0 <= shape.top <= shape.top + shape.height <= deck.slide_height


def test_command_writes_the_slides(cast, tmp_path):
    call_command("export_overview", out=tmp_path / "overview.pptx")
    assert "Purpose" in slides_of((tmp_path / "overview.pptx").read_bytes())
