"""The three stories and the whole line, in a browser, with a strict policy; clicks and screens counted."""

from __future__ import annotations

import io
import re
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from docx import Document as Word
from playwright.sync_api import expect

from communications.models import Letter
from core.dates import format_date, today
from documents.publishing.docx import docx_body_text
from landscape.models import Area, Score
from post.models import Delivery, MailboxMessage
from proposals.models import Proposal
from reports.models import BoardReport

pytestmark = pytest.mark.browser


TITLE = "Safety of connected toys"


def word_file(tmp_path, name: str = "Proposal form (SAC) – final.docx"):
    """The received Word form, under the kind of name that such files have."""
    path = tmp_path / name
    document = Word()
    document.add_heading("Proposal for a new field of technical activity")
    table = document.add_table(rows=0, cols=2)
    for label, text in (
        ("Title of the proposed new committee", TITLE),
        ("Proposer", "SAC"),
        ("Scope", "Safety of toys that are connected to a network: risks, updates, privacy of children."),
        ("Purpose and justification", "Accidents have been reported."),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, text
    document.save(path)
    return path


def log_and_circulate(secretary, file) -> str:
    """Story (a), from the list of proposals to the confirmation; returns the proposal's reference."""
    secretary.open("/proposals/")
    secretary.screens = secretary.clicks = 0
    secretary.click("link", "Log a proposal")
    secretary.type("Title", TITLE)
    secretary.type("Scope", "Safety of toys that are connected to a network: risks, updates, privacy of children.")
    secretary.type("Proposed by", "SAC")
    secretary.page.locator("[name=files]").set_input_files(file)
    return log_and_send(secretary)


def log_and_send(secretary) -> str:
    """The page as filled in is logged, checked and circulated."""
    secretary.go("button", "Log the proposal")
    if not secretary.page.url.endswith("/circulate/"):
        secretary.click("link", re.compile("^Circulate"))
    secretary.go("button", re.compile(r"^Circulate to \d+ people"))
    return re.search(r"/proposals/([\d-]+)/", secretary.page.url)[1]


def read_and_circulate(secretary, file, script: bool) -> str:
    """Story (a) with the received form: dropped where scripts run, else chosen and read with the button."""
    secretary.open("/proposals/")
    secretary.screens = secretary.clicks = 0
    secretary.click("link", "Log a proposal")
    secretary.clicks += 1  # the file is chosen
    if script:
        with secretary.page.expect_navigation():
            secretary.page.locator("[name=received_form]").set_input_files(file)
    else:
        secretary.page.locator("[name=received_form]").set_input_files(file)
        secretary.go("button", "Read the form")
    assert secretary.page.locator("[name=title]").input_value() == TITLE
    assert secretary.page.get_by_text("Read from the document, please check.").count() == 4
    return log_and_send(secretary)


def link_in_mail(address: str, subject: str) -> str:
    """The one button of the newest mail to somebody, as a path of this site."""
    call_command("send_due", verbosity=0)
    mail = MailboxMessage.objects.filter(recipient=address, subject__contains=subject).latest("pk")
    return re.search(rb"https?://[^\s\"<>]+?(/(?:proposals|landscape)/[^\s\"<>]*)", _decoded(mail))[1].decode()


def _decoded(mail: MailboxMessage) -> bytes:
    import email.policy

    message = email.message_from_bytes(bytes(mail.raw), policy=email.policy.default)
    return message.get_body(("plain",)).get_content().encode()


def test_story_a_secretary_logs_and_circulates(demo, reader, tmp_path):
    secretary = reader()
    secretary.sign_in("iso.secretary", "/proposals/")
    before = Delivery.objects.count()
    reference = log_and_circulate(secretary, word_file(tmp_path))

    assert secretary.screens <= 4
    assert secretary.clicks <= 12
    assert secretary.complaints == []
    proposal = Proposal.objects.get(reference=reference)
    assert proposal.state == "circulated"
    assert proposal.attachments.get().name == "Proposal form (SAC) – final.docx"
    rows = Delivery.objects.order_by("pk")[before:]
    assert len({row.address for row in rows}) == 9
    call_command("send_due", verbosity=0)
    assert {row.state for row in Delivery.objects.order_by("pk")[before:]} == {"sent"}


@pytest.mark.parametrize("script", [True, False])
def test_story_a_with_the_received_form_takes_four_screens_with_and_without_script(demo, reader, tmp_path, script):
    secretary = reader(java_script_enabled=script)
    secretary.sign_in("iso.secretary", "/proposals/")
    reference = read_and_circulate(secretary, word_file(tmp_path), script)

    assert secretary.screens <= 4
    assert secretary.clicks <= 12
    assert secretary.complaints == []
    proposal = Proposal.objects.get(reference=reference)
    assert (proposal.state, proposal.proposer) == ("circulated", "SAC")
    assert proposal.attachments.get().name == "Proposal form (SAC) – final.docx"


def test_story_a_typed_without_script(demo, reader, tmp_path):
    secretary = reader(java_script_enabled=False)
    secretary.sign_in("iso.secretary", "/proposals/")
    reference = log_and_circulate(secretary, word_file(tmp_path))
    assert (secretary.screens <= 4, secretary.clicks <= 12) == (True, True)
    assert Proposal.objects.get(reference=reference).state == "circulated"


def test_similar_titles_and_weekday_follow_what_is_typed(demo, reader):
    secretary = reader()
    secretary.sign_in("iso.secretary", "/proposals/new/")
    secretary.page.get_by_label("Title").first.press_sequentially("Consumer product safe", delay=20)
    expect(secretary.page.locator("#similar a").first).to_contain_text("Consumer product safety management")
    secretary.type("Received on", "")
    secretary.page.locator("[name=received_on]").press_sequentially("25 November 2020", delay=20)
    expect(secretary.page.locator("[name=received_on] + [data-weekday]")).to_have_text("Wednesday")
    assert secretary.complaints == []


def test_story_a_goes_on_a_member_answers_from_the_mail(demo, reader, tmp_path):
    secretary = reader()
    secretary.sign_in("iso.secretary", "/proposals/")
    reference = log_and_circulate(secretary, word_file(tmp_path))

    member = reader()
    member.open(link_in_mail("iec.member@spcg.example", "connected toys"))
    member.page.locator("[name=login]").fill("iec.member@spcg.example")
    member.page.locator("[name=password]").fill("spcg-demo")
    member.page.get_by_role("button", name="Sign in", exact=True).click()
    member.page.wait_for_url(f"**/proposals/{reference}/**")
    member.type("Comment", "IEC TC 61 writes the safety of the toy's transformer.")
    member.go("button", "Add comment")
    assert "IEC TC 61 writes the safety" in member.page.content()
    member.page.get_by_text("Declare an interest for a committee of IEC").first.click()
    member.type("Committee", "IEC TC 61")
    member.page.get_by_label("It is").select_option("overlap")
    member.go("button", "Declare the interest")

    proposal = Proposal.objects.get(reference=reference)
    assert proposal.remarks.get().organization.code == "IEC"
    assert proposal.interests.get().committee.acronym == "IEC TC 61"
    assert member.complaints == []


def test_story_b_member_comments_and_scores_in_two_clicks(demo, reader):
    area = Area.objects.get(name="Internet of Things and digital twin")
    member = reader()
    member.sign_in("iec.member", "/")
    member.open(f"/landscape/{area.slug}/")
    member.clicks = 0
    member.type("Add a comment", "The reference architectures should be compared.")
    member.go("button", "Add comment")
    for group in member.page.locator("#score fieldset").all():
        choices = group.locator("input[type=radio]")
        if choices.count():
            choices.nth(3).check()
    member.go("button", re.compile("Save .*score"))

    assert member.clicks == 2
    assert area.remarks.get().text == "The reference architectures should be compared."
    assert Score.objects.filter(area=area, user__email="iec.member@spcg.example").count() == 4
    assert member.complaints == []


def test_story_b_signed_out_keeps_the_target(demo, reader):
    member = reader()
    member.open("/landscape/smart-cities-and-communities/#score")
    member.page.locator("[name=login]").fill("iec.member2@spcg.example")
    member.page.locator("[name=password]").fill("spcg-demo")
    member.page.get_by_role("button", name="Sign in", exact=True).click()
    member.page.wait_for_url("**/landscape/smart-cities-and-communities/**")
    assert member.page.get_by_role("heading", level=1).inner_text().startswith("Smart cities")


def downloaded(person, role: str, name: str) -> bytes:
    with person.page.expect_download() as info:
        person.click(role, name)
    return open(info.value.path(), "rb").read()


def test_story_c_administrator_exports_the_meeting_report_and_the_three_board_reports(demo, reader):
    administrator = reader(accept_downloads=True)
    administrator.sign_in("admin", "/meetings/8/")
    administrator.clicks = 0
    administrator.page.get_by_text("Export the report").click()
    meeting = downloaded(administrator, "link", re.compile(r"^Word \(DOCX\)"))
    assert administrator.clicks <= 2
    assert Word(io.BytesIO(meeting)).core_properties.title.startswith("Report")

    administrator.open(BoardReport.objects.get().get_absolute_url())
    bodies = set()
    for board in ("ISO/TMB", "IEC/SMB", "ITU-T TSAG"):
        administrator.page.get_by_text("Export the three reports").click()
        bodies.add(
            docx_body_text(
                downloaded(administrator, "link", re.compile(rf"^Word \(DOCX\) ?, {board.replace('/', '.')}"))
            )
        )
        administrator.page.reload()
    assert len(bodies) == 1
    assert "Consumer product safety management" in bodies.pop()
    assert administrator.complaints == []


def test_story_c_takes_three_clicks_from_home(demo, reader):
    administrator = reader(accept_downloads=True)
    administrator.sign_in("admin", "/")
    administrator.clicks = 0
    administrator.click("link", "Meeting and board reports")
    administrator.page.wait_for_url("**/reports/")
    meeting = downloaded(administrator, "link", re.compile(r"^Word \(DOCX\)"))
    archive = downloaded(administrator, "link", re.compile(r"^All nine \(ZIP\)"))
    assert administrator.clicks == 3
    assert Word(io.BytesIO(meeting)).core_properties.title.startswith("Report")
    with ZipFile(io.BytesIO(archive)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    assert len(files) == 9
    assert len({docx_body_text(data) for name, data in files.items() if name.endswith("docx")}) == 1
    assert administrator.complaints == []


def test_letter_is_approved_sent_and_its_ledger_read(demo, reader, settings):
    settings.HOLD_SECONDS = 0
    letter = Letter.objects.get()
    for code in ("iec", "itu-t"):
        secretary = reader()
        secretary.sign_in(f"{code}.secretary", letter.get_absolute_url())
        secretary.click("link", re.compile("^Approve for"))
        secretary.go("button", re.compile("verdict|Approve"))
        assert secretary.complaints == []
    letter.refresh_from_db()
    assert letter.state == "approved"

    secretary.open(f"{letter.get_absolute_url()}check/")
    secretary.go("button", re.compile(r"^Send to [\d,]+ recipients"))
    count = int(re.search(r"of ([\d,]+)", secretary.page.locator("main").inner_text())[1].replace(",", ""))
    letter.refresh_from_db()
    rows = Delivery.objects.filter(mailing=letter.mailing)
    assert rows.count() == count
    call_command("send_due", verbosity=0)
    secretary.page.reload()
    assert f"{count:,}" in secretary.page.locator("main").inner_text()
    secretary.open(f"{letter.get_absolute_url()}ledger/")
    assert "Sent" in secretary.page.locator("main").inner_text()
    assert secretary.complaints == []


def test_recommendation_is_numbered_revised_approved_submitted_and_answered(demo, reader):
    """SPCG-51 becomes SPCG-51A; three organizations approve the exact revision; the board's result is recorded."""
    path = Proposal.objects.get(state="circulated").get_absolute_url()
    secretary = reader()
    secretary.sign_in("iec.secretary", path)
    secretary.open(f"{path}recommendation/new/")
    secretary.type("Text", "SPCG recommends a liaison with ISO/TC 268.")
    secretary.send()
    assert "SPCG-51" in secretary.page.locator("#recommendation").inner_text()
    secretary.open(f"{path}recommendation/propose/")
    secretary.send()
    secretary.open(f"{path}recommendation/revise/")
    secretary.type("Text", "SPCG recommends a liaison with ISO/TC 268 and ITU-T SG20.")
    secretary.type("What changed", "ITU-T SG20 is named.")
    secretary.send()
    secretary.open(f"{path}recommendation/propose/")
    secretary.send()
    assert "SPCG-51A" in secretary.page.locator("#recommendation").inner_text()

    for code in ("iso", "iec", "itu-t"):
        person = reader()
        person.sign_in(f"{code}.secretary", f"{path}recommendation/approve/")
        person.send()
        assert person.complaints == []
    secretary.open(f"{path}recommendation/submit/")
    secretary.send()
    secretary.open(f"{path}record/")
    secretary.page.locator("[name=result][value=approved]").check()
    secretary.type("Decided on", format_date(today()))
    secretary.send()

    proposal = Proposal.objects.get(state="outcome")
    assert proposal.recommendation.submissions.get().revision.reference == "SPCG-51A"
    assert proposal.result == "approved"
    assert secretary.complaints == []


def test_milestone_is_marked_as_reached(demo, reader):
    from communications.models import Step

    step = Step.objects.get(title="Key messages brought up to date")
    secretary = reader()
    secretary.sign_in("itu-t.secretary", "/")
    secretary.go("link", re.compile("Key messages brought up to date"))
    secretary.click("link", re.compile("[Rr]eached"))
    secretary.send()
    step.refresh_from_db()
    assert step.done_on is not None
    assert secretary.complaints == []
