"""Drafts as a person meets them: saved by a button or by itself, offered, continued, discarded, gone when sent."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core.dates import format_date, today
from core.models import Draft
from proposals.models import Proposal
from proposals.tests.factories import make_circulated, make_proposal
from proposals.tests.test_reading import two_columns
from spcg_portal.tests.processes import wait_until

NEW = "/proposals/new/"


def sheet_in(page) -> str:
    """The sheet of the form itself; the offer of an earlier draft stands before it."""
    return re.findall(r'name="draft_sheet" value="([0-9a-f-]+)"', page.content.decode())[-1]


def save(client, form: str, sheet: str, quiet: bool = False, **typed):
    headers = {"X-Draft": "quiet"} if quiet else {}
    return client.post("/drafts/", {"draft_form": form, "draft_sheet": sheet, **typed}, headers=headers)


def test_button_without_script_saves_and_opens_the_form_filled(cast, client_of):
    client = client_of("iso_secretary")
    sheet = sheet_in(client.get(NEW))
    page = client.post(
        "/drafts/", {"draft_form": NEW, "draft_sheet": sheet, "title": "Connected toys", "kind": "question"}, follow=1
    )
    text = page.content.decode()
    assert page.redirect_chain == [(f"{NEW}?draft={sheet}", 302)]
    assert 'value="Connected toys"' in text
    assert re.search(r'value="question"[^>]*checked', text)
    assert "Only you see this draft." in text
    assert sheet_in(page) == sheet


def test_draft_is_offered_and_never_put_in_unasked(cast, client_of):
    client = client_of("iso_secretary")
    save(client, NEW, sheet_in(client.get(NEW)), title="Connected toys")
    text = client.get(NEW).content.decode()
    assert "You have a draft of this form" in text
    assert "Connected toys" not in text
    assert "You have a draft" not in client_of("iec_secretary").get(NEW).content.decode()


def test_another_sheet_is_told_and_what_was_typed_is_shown_again(cast, client_of):
    client = client_of("iso_secretary")
    save(client, NEW, sheet_in(client.get(NEW)), title="First")
    second = sheet_in(client.get(NEW))
    answer = save(client, NEW, second, quiet=True, title="Second")
    assert (answer.status_code, Draft.objects.get().data["title"]) == (409, ["First"])
    assert answer.json()["said"].startswith("Not saved: this form has another draft")
    page = save(client, NEW, second, title="Second <b>")
    assert page.status_code == 409
    assert "Second &lt;b&gt;" in page.content.decode()
    save(client, NEW, second, title="Second", draft_replace="1")
    assert Draft.objects.get().data["title"] == ["Second"]


def test_quiet_answer_says_when(cast, client_of):
    client = client_of("iso_secretary")
    answer = save(client, NEW, sheet_in(client.get(NEW)), quiet=True, title="First")
    assert re.fullmatch(r"Saved \d\d:\d\d", answer.json()["said"])


def test_draft_goes_when_the_form_is_saved_and_stays_when_it_has_errors(cast, client_of):
    client = client_of("iso_secretary")
    page = client.get(NEW)
    sheet, token = sheet_in(page), re.search(r'name="token" value="([0-9a-f-]+)"', page.content.decode())[1]
    values = {"draft_sheet": sheet, "draft_form": NEW, "title": "Toys", "kind": "new_field", "token": token}
    save(client, NEW, sheet, title="Toys")
    with_errors = client.post(NEW, values)
    assert (with_errors.status_code, sheet_in(with_errors)) == (200, sheet)
    assert Draft.objects.count() == 1
    values |= {"scope": "S", "proposer": "SAC", "organization": cast.ISO.pk, "received_on": format_date(today())}
    client.post(NEW, {**values, "reply_by_on": format_date(today() + timedelta(days=30))})
    assert (Proposal.objects.count(), Draft.objects.count()) == (1, 0)


def test_draft_stays_when_the_portal_refuses_in_words(cast, client_of):
    proposal = make_circulated(cast)
    path = f"{proposal.get_absolute_url()}withdraw/"
    client = client_of("iso_secretary")
    sheet = sheet_in(client.get(path))
    save(client, path, sheet, reason="Long thought of")
    Proposal.objects.update(organization=cast.IEC)
    answer = client.post(path, {"reason": "x", "draft_sheet": sheet})
    assert answer.status_code == 302
    assert Draft.objects.count() == 1


def test_version_comes_back_with_the_draft_so_that_a_newer_text_is_a_conflict(cast, client_of):
    proposal = make_proposal(cast)
    path = f"{proposal.get_absolute_url()}edit/"
    client = client_of("iso_secretary")
    sheet = sheet_in(client.get(path))
    typed = {"title": "Mine", "kind": "new_field", "scope": "S", "proposer": "P", "received_on": format_date(today())}
    save(client, path, sheet, **typed, version=1)
    Proposal.objects.update(title="Theirs", version=2)
    page = client.get(f"{path}?draft={sheet}")
    assert re.search(r'name="version" value="1"', page.content.decode())
    answer = client.post(path, {**typed, "version": 1, "draft_sheet": sheet})
    assert "Somebody changed this" in answer.content.decode()
    assert (Proposal.objects.get().title, Draft.objects.count()) == ("Theirs", 1)


def test_discard_empties_the_form_and_touches_nobody_elses(cast, client_of):
    client = client_of("iso_secretary")
    sheet = sheet_in(client.get(NEW))
    save(client, NEW, sheet, title="Toys")
    client_of("iec_secretary").post("/drafts/discard/", {"draft_form": NEW, "draft_sheet": sheet})
    assert Draft.objects.count() == 1
    page = client.post("/drafts/discard/", {"draft_form": NEW, "draft_sheet": sheet}, follow=True)
    assert (Draft.objects.count(), "You have a draft" in page.content.decode()) == (0, False)
    assert client.get(f"{NEW}?draft={sheet}").status_code == 200
    assert client.get(f"{NEW}?draft=%00").status_code == 200


def test_comment_begun_on_the_record_is_continued_on_its_own_page_and_gone_when_sent(cast, client_of):
    proposal = make_circulated(cast)
    record, path = proposal.get_absolute_url(), f"{proposal.get_absolute_url()}comment/"
    client = client_of("iec_member")
    sheet = sheet_in(client.get(record))
    save(client, path, sheet, text="Long thought of")
    assert f'href="{path}?draft={sheet}"' in client.get(record).content.decode()
    page = client.get(f"{path}?draft={sheet}")
    assert "Long thought of" in page.content.decode()
    sent = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    client.post(path, {**sent, "draft_sheet": sheet})
    assert (proposal.remarks.get().text, Draft.objects.count()) == ("Long thought of", 0)


def test_nobody_signed_in_saves_nothing(cast, client):
    assert save(client, NEW, str(uuid.uuid4()), title="x").status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.browser
def test_script_saves_after_typing_stops_and_says_so(demo, reader):
    secretary = reader()
    secretary.sign_in("iso.secretary", NEW)
    said = secretary.page.locator("[data-draft-said]")
    assert (said.get_attribute("role"), said.inner_text()) == ("status", "")
    secretary.type("Title", "Safety of connected toys")
    expect(said).to_have_text(re.compile(r"^Saved \d\d:\d\d$"), timeout=15_000)
    assert Draft.objects.get().data["title"] == ["Safety of connected toys"]
    secretary.type("Scope", "Typed and left at once")
    secretary.open("/proposals/")
    secretary.open(NEW)
    # What is sent while a page is left is answered to nobody.
    assert wait_until(lambda: Draft.objects.get().data["scope"] == ["Typed and left at once"])
    secretary.open(NEW)
    secretary.go("link", "Continue the draft")
    assert secretary.page.locator("[name=title]").input_value() == "Safety of connected toys"
    assert secretary.complaints == []


@pytest.mark.browser
def test_script_says_when_the_portal_does_not_answer(demo, reader):
    secretary = reader()
    secretary.sign_in("iso.secretary", NEW)
    secretary.page.route("**/drafts/", lambda route: route.abort())
    secretary.type("Title", "Safety of connected toys")
    expect(secretary.page.locator("[data-draft-said]")).to_have_text(re.compile("^Not saved"), timeout=15_000)
    assert not Draft.objects.exists()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_axe_finds_nothing_where_a_draft_is_offered_continued_read_or_refused(demo, reader, tmp_path, width, dark):
    form = tmp_path / "Form.docx"
    two_columns().save(form)
    secretary = reader(width=width, dark=dark)
    secretary.sign_in("iso.secretary", NEW)
    with secretary.page.expect_navigation():
        secretary.page.locator("[name=received_form]").set_input_files(form)
    found = secretary.axe()
    secretary.open(NEW)
    found += secretary.axe()
    secretary.type("Title", "Consumer product safety")
    secretary.click("button", "Save draft")
    secretary.page.get_by_role("button", name="Replace it with what I typed now").wait_for()
    found += secretary.axe()
    assert found == []
    assert not secretary.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert [line for line in secretary.complaints if "409" not in line] == []
