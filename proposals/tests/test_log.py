"""The page on which a proposal is logged: the received form read into it, files held, similar titles, weekdays."""

from __future__ import annotations

import re
import uuid
import zipfile
from datetime import timedelta
from time import process_time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.dates import format_date, today
from core.models import Draft
from landscape.tests.factories import make_area
from proposals.forms.fields import suggested_reply_by
from proposals.models import Proposal, Tray, TrayFile
from proposals.queries.similar import similar_to
from proposals.services.tray import LEFT_AFTER, MOST_TRAYS, empty_left_trays, hold_files
from proposals.tests import test_reading as layouts
from proposals.tests.factories import make_circulated, make_proposal

NEW, READ, SIMILAR = "/proposals/new/", "/proposals/new/read/", "/proposals/new/similar/"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def word(document=None, name: str = "Form (SAC).docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, layouts.stream_of(document or layouts.two_columns()).getvalue())


def text_of(response) -> str:
    return response.content.decode()


def hidden(page, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', text_of(page))[-1]


def fields_in(page) -> dict:
    """What a browser would send from the page as it stands."""
    form = page.context["form"]
    fields = {name: form[name].value() for name in form.fields if name not in ("files", "held")}
    shown = {name: format_date(value) if hasattr(value, "year") else value for name, value in fields.items()}
    held = [str(pk) for pk in form["held"].value() or []]
    return {
        **{name: value for name, value in shown.items() if value is not None},
        "held": held,
        "draft_sheet": hidden(page, "draft_sheet"),
        "draft_form": hidden(page, "draft_form"),
    }


@pytest.fixture
def secretary(cast, client_of, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return client_of("iso_secretary")


def read(client, upload, **typed):
    page = client.get(NEW)
    return client.post(READ, {**fields_in(page), **typed, "received_form": upload}, follow=True)


def test_form_is_read_into_the_page_marked_and_nothing_is_logged(cast, secretary):
    page = read(secretary, word())
    text = text_of(page)
    assert page.redirect_chain[0][0].startswith(f"{NEW}?draft=")
    assert f'value="{layouts.TITLE}"' in text
    assert "privacy of children" in text
    assert 'value="25 November 2020"' in text
    assert text.count("Read from the document, please check.") == 7
    assert "Read from “Form (SAC).docx”: title, proposed by" in text.replace("&quot;", '"') or "Please check." in text
    assert "Form (SAC).docx" in text
    assert (Proposal.objects.count(), TrayFile.objects.count()) == (0, 1)


def test_what_was_read_is_logged_with_the_file_once_it_was_seen(cast, secretary, django_capture_on_commit_callbacks):
    page = read(secretary, word())
    with django_capture_on_commit_callbacks(execute=True):
        done = secretary.post(NEW, fields_in(page))
    proposal = Proposal.objects.get()
    assert done.headers["Location"].endswith("/circulate/")
    assert (proposal.title, proposal.proposer, proposal.scope) == (layouts.TITLE, "SAC (China)", layouts.SCOPE)
    assert (proposal.received_on, proposal.board_decision_on) == (layouts.RECEIVED, layouts.DECISION)
    assert proposal.attachments.get().name == "Form (SAC).docx"
    assert proposal.attachments.get().file.read(2) == b"PK"
    assert (Draft.objects.count(), Tray.objects.count(), TrayFile.objects.count()) == (0, 0, 0)


def test_nothing_that_was_typed_is_replaced(cast, secretary):
    page = read(secretary, word(), title="My own title", received_on="3 November 2020")
    form = page.context["form"]
    assert form["title"].value() == "My own title"
    assert form["received_on"].value() == "3 November 2020"
    assert form["proposer"].value() == "SAC (China)"
    assert set(form["read"].value().split()) == {
        "scope",
        "justification",
        "proposer",
        "board_decision_on",
        "reply_by_on",
    }


def test_an_unticked_file_is_not_logged(cast, secretary):
    page = read(secretary, word())
    secretary.post(NEW, {**fields_in(page), "held": []})
    assert Proposal.objects.get().attachments.count() == 0


def with_macro() -> bytes:
    stream = layouts.stream_of(layouts.two_columns())
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr("word/vbaProject.bin", b"macro")
    return stream.getvalue()


HOSTILE = {
    "macro": with_macro(),
    "nothing chosen": b"",
    "text": b"not a document",
    "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "truncated": layouts.stream_of(layouts.two_columns()).getvalue()[:9000],
    "bomb": layouts.repacked(lambda n, d: b" " * 60_000_000 if "styles" in n else d).getvalue(),
    "entity": layouts.repacked(
        lambda n, d: d.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aa">]>', 1) if n == "word/document.xml" else d
    ).getvalue(),
    "many paragraphs": layouts.many_paragraphs(10_000).getvalue(),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_form_gives_a_clear_error_and_an_empty_form_that_keeps_what_was_typed(cast, secretary, kind):
    upload = SimpleUploadedFile("form.docx", HOSTILE[kind])
    page = read(secretary, upload, proposer="Typed before")
    form, received = page.context["form"], page.context["received"]
    assert page.status_code == 200
    assert len(received.errors["received_form"]) == 1
    assert str(received.errors["received_form"][0]) in text_of(page).replace("&#x27;", "'")
    assert (form["title"].value(), form["scope"].value(), form["proposer"].value()) == (None, None, "Typed before")
    assert (Proposal.objects.count(), TrayFile.objects.count(), Draft.objects.count()) == (0, 0, 0)


def test_pdf_dropped_as_the_form_is_told(cast, secretary):
    page = read(secretary, SimpleUploadedFile("form.pdf", PDF))
    assert "is no Word document" in text_of(page)


def test_form_read_beside_another_draft_replaces_nothing(cast, secretary):
    first = fields_in(secretary.get(NEW))
    secretary.post("/drafts/", {**first, "title": "Begun before"})
    page = read(secretary, word())
    assert "this form has another draft" in text_of(page)
    assert Draft.objects.get().data["title"] == ["Begun before"]


@pytest.mark.parametrize("name", ["iso_member", "observer", "administrator"])
def test_only_secretaries_have_forms_read(cast, client_of, name):
    answer = client_of(name).post(READ, {"draft_sheet": str(uuid.uuid4()), "received_form": word()})
    assert answer.headers["Location"] == "/proposals/"
    assert not TrayFile.objects.exists()


# Files held over an error ------------------------------------------------------------------------


def test_file_chosen_in_a_form_with_errors_need_not_be_chosen_again(cast, secretary):
    values = {**fields_in(secretary.get(NEW)), "title": "Toys", "files": SimpleUploadedFile("Annex.pdf", PDF)}
    with_errors = secretary.post(NEW, values)
    assert "Files chosen so far" in text_of(with_errors)
    assert "Annex.pdf" in text_of(with_errors)
    again = {**fields_in(with_errors), "scope": "S", "proposer": "SAC"}
    secretary.post(NEW, again)
    assert Proposal.objects.get().attachments.get().name == "Annex.pdf"
    assert not Tray.objects.exists()


def test_nobody_takes_a_file_out_of_anothers_tray(cast, client_of, secretary):
    page = read(secretary, word())
    stolen = fields_in(page)
    other = client_of("iec_secretary")
    own = {**fields_in(other.get(NEW)), "title": "T", "scope": "S", "proposer": "P"}
    answer = other.post(NEW, {**own, "held": stolen["held"], "draft_sheet": stolen["draft_sheet"]})
    assert answer.status_code == 200
    assert not Proposal.objects.exists()


def test_more_than_ten_files_are_refused(cast, secretary, tmp_path):
    values = fields_in(secretary.get(NEW))
    files = [SimpleUploadedFile(f"{n}.pdf", PDF + b"%%%d\n" % n) for n in range(8)]
    first = secretary.post(NEW, {**values, "files": files})
    more = [SimpleUploadedFile(f"{n}.pdf", PDF + b"%%%d\n" % (n + 20)) for n in range(3)]
    second = secretary.post(NEW, {**fields_in(first), "files": more})
    assert "at most ten files" in text_of(second)
    assert TrayFile.objects.count() == 8


def test_left_trays_are_emptied_with_their_stored_files(cast, settings, tmp_path, django_capture_on_commit_callbacks):
    from documents.judge import judge_upload

    settings.MEDIA_ROOT = tmp_path
    kept, left = uuid.uuid4(), uuid.uuid4()
    for sheet in (kept, left):
        content = SimpleUploadedFile("Annex.pdf", PDF)
        hold_files(cast.iso_secretary, sheet, [(judge_upload("Annex.pdf", content), content)])
    Draft.objects.create(owner=cast.iso_secretary, form=NEW, sheet=kept)
    with django_capture_on_commit_callbacks(execute=True):
        empty_left_trays(timezone.now() + LEFT_AFTER + timedelta(minutes=1))
    assert Tray.objects.get().sheet == kept
    assert len(list(tmp_path.rglob("*.pdf"))) == 1


def test_one_person_holds_a_bounded_number_of_trays(cast, settings, tmp_path):
    from documents.judge import judge_upload

    settings.MEDIA_ROOT = tmp_path
    for _number in range(MOST_TRAYS + 2):
        content = SimpleUploadedFile("Annex.pdf", PDF)
        hold_files(cast.iso_secretary, uuid.uuid4(), [(judge_upload("Annex.pdf", content), content)])
    assert Tray.objects.count() == MOST_TRAYS


# Similar titles -----------------------------------------------------------------------------------


def test_similar_titles_and_areas_are_shown_those_that_share_most_first(cast, secretary):
    close = make_circulated(cast, title="Safe consumer products and recalls")
    same = make_circulated(cast, title="Consumer product safety management")
    make_circulated(cast, title="Packaging of consumer goods for export by sea")
    make_area(cast.iso_secretary, name="Consumer protection")
    text = text_of(secretary.get(SIMILAR, {"title": "Consumer product safety"}))
    assert text.index(same.reference) < text.index(close.reference)
    assert "<mark>Consumer</mark> protection" in text
    assert "export by sea" not in text
    assert f'href="{same.get_absolute_url()}"' in text


def test_what_may_not_be_seen_is_not_similar(cast, client_of):
    draft = make_proposal(cast, title="Consumer product safety management")
    title = {"title": "Consumer product safety"}
    assert draft.reference not in text_of(client_of("iec_member").get(SIMILAR, title))
    assert draft.reference in text_of(client_of("iec_secretary").get(SIMILAR, title))
    assert client_of("outsider").get(SIMILAR, title).status_code == 404


@pytest.mark.parametrize(
    "title", ["", "the of a", "x", "\x00", "%", "_" * 400, "<script>", "🂡", "' OR 1=1", "a " * 4000]
)
def test_any_title_is_answered(cast, secretary, title):
    make_circulated(cast)
    assert secretary.get(SIMILAR, {"title": title}).status_code == 200


def test_similar_without_script_stands_on_the_page_after_the_button(cast, secretary):
    same = make_circulated(cast, title="Consumer product safety management")
    page = secretary.post(
        "/drafts/", {**fields_in(secretary.get(NEW)), "title": "Consumer product safety"}, follow=True
    )
    assert same.reference in text_of(page)


def test_similar_takes_two_queries_and_little_time_at_ten_thousand(cast, django_assert_num_queries):
    row = make_circulated(cast, title="Consumer product safety management")
    words = "network quality energy building water robot vision health grid sensor textile wood".split()
    Proposal.objects.bulk_create(
        Proposal(
            **{
                **{f.attname: getattr(row, f.attname) for f in Proposal._meta.concrete_fields},
                "id": None,
                "token": uuid.uuid4(),
                "number": number,
                "reference": f"1999-{number}",
                "year": 1999,
                "title": f"{words[number % 12]} {words[number // 12 % 12]} and {words[number // 144 % 12]} management",
            }
        )
        for number in range(10_000)
    )
    person = cast.iso_secretary
    similar_to("Consumer product safety of connected toys", person)
    begun = process_time()
    for _time in range(5):
        with django_assert_num_queries(2):
            found = similar_to("Consumer product safety of connected toys", person)
    assert found.proposals[0] == row
    assert (process_time() - begun) / 5 < 0.030


# Usual values --------------------------------------------------------------------------------------


def test_usual_values_and_weekdays_stand_in_the_form(cast, secretary, settings):
    form = secretary.get(NEW).context["form"]
    text = text_of(secretary.get(NEW))
    assert form["received_on"].value() == today()
    assert form["organization"].value() == cast.ISO.pk
    assert form["reply_by_on"].value() == suggested_reply_by()
    assert f"data-weekday>{suggested_reply_by():%A}</span>" in text
    settings.REPLY_WITHIN_DAYS = 56
    assert suggested_reply_by() >= today() + timedelta(days=56)
    assert suggested_reply_by().weekday() < 5


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("25 November 2020", "Wednesday"), ("2020-11-26", "Thursday"), ("31/11/2020", ""), ("", ""), ("x" * 4000, "")],
)
def test_weekday_follows_what_is_typed(cast, secretary, typed, shown):
    assert text_of(secretary.get("/dates/weekday/", {"name": "received_on", "received_on": typed})) == shown
