"""axe on every page and state, no violation of the policy, no sideways scrolling at 320 px."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from communications.acknowledging import acknowledgement_link
from communications.models import Letter, Step
from communications.queries import count_mailed
from communications.services.dispatch import send_letter
from communications.services.letters import approve_letter, draft_letter, propose_letter
from communications.services.outside import take_outside
from communications.services.schedules import schedule_letter
from communications.services.work_plan import withdraw_step
from core.models import User
from documents.models import Document
from landscape.models import Area, Baseline, PriorityRound
from meetings.models import Outcome
from organizations.addresses import read_text
from organizations.models import Contact, Organization
from organizations.services.contact_imports import read_contacts
from post.models import Delivery, MailboxMessage
from post.services.notices import notify
from post.services.outcomes import note_trouble
from proposals.models import Proposal
from proposals.services.suggestions import suggest_due
from publications.services import approve_publication, propose_publication
from reports.models import BoardReport

pytestmark = [pytest.mark.browser, pytest.mark.looks]
# The walk over all pages is cut into parts, so that no worker is busy with it alone at the end.
PARTS = 3

PUBLIC = [
    "/help/keys/",
    "/help/accessibility/",
    "/accounts/login/",
    "/about/",
    "/self-check/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/sso/cancelled/",
    "/invitation/",
    "/invitation/asked/",
    "/invitation/nothing-of-ours/",
    "/accounts/password/reset/key/1-x-y/",
    "/no-such-page/",
]
AREA = "/landscape/smart-cities-and-communities/"


def _disposable() -> Proposal:
    """A proposal whose comments can be forwarded again."""
    return Proposal.objects.filter(state="forwarded").first() or Proposal.objects.get(reference="2020-08")


def _contact_pages() -> list[str]:
    """A contact of IEC in trouble, its erasure, and a list that waits for a word."""
    contact = Contact.objects.filter(organization__code="IEC").order_by("pk").first()
    note_trouble(contact.email, "550 5.1.1 No such user")
    by = User.objects.get(email="iec.secretary@spcg.example")
    read = read_contacts(by, contact.organization, read_text("Desk <desk@x.example>; broken@"), capacity="chair")
    path = contact.get_absolute_url()
    return [path, f"{path}erase/", read.get_absolute_url(), f"{read.get_absolute_url()}?kind=add"]


def _publication_pages() -> list[str]:
    """One that is published, one that is asked for, and their pages."""
    people = {code: User.objects.get(email=f"{code}.secretary@spcg.example") for code in ("iso", "iec", "itu-t")}
    public, asked = (propose_publication(people["iso"], Document.objects.get(number=number)) for number in (32, 49))
    for place in Organization.objects.all():
        approve_publication(public, place, people[place.slug], edition=1)
    path = asked.get_absolute_url()
    return [public.get_absolute_url(), path, f"{path}approve/iec/", f"{path}withdraw/", "/about/"]


def _withdrawn_pages() -> list[str]:
    """A step that is withdrawn, and the form that reopens it."""
    step = Step.objects.filter(done_on__isnull=True, withdrawn_at__isnull=True).last()
    withdraw_step(step, User.objects.get(email="iso.secretary@spcg.example"), reason="Added twice.")
    return [step.get_absolute_url(), f"{step.get_absolute_url()}reopen/"]


def _people_pages() -> list[str]:
    """One person who is invited, the forms about the appointment, and the check pages."""
    member = User.objects.get(email="iso.member@spcg.example")
    term = f"/people/appointments/{member.appointments.get().pk}/"
    verbs = ("", "disable/", "invite/", "hand-over/", "end-sessions/", "reset-second-factor/")
    return [
        *("/people/", "/people/appoint/", f"{term}end/", f"{term}substitute/"),
        *(f"/people/{member.pk}/{verb}" for verb in verbs),
    ]


def pages() -> list[str]:
    """Every page that a secretary of IEC sees in the demonstration, with the forms of every room."""
    proposal = Proposal.objects.get(state="circulated").get_absolute_url()
    letter = Letter.objects.get().get_absolute_url()
    report = BoardReport.objects.get().get_absolute_url()
    baseline = Baseline.objects.get().get_absolute_url()
    trial = PriorityRound.objects.get(state="closed").pk
    over = f"/landscape/ranking/?round={trial}"
    step = Step.objects.filter(done_on__isnull=True, owners__code="IEC").first().get_absolute_url()
    action = Outcome.objects.filter(kind="action").first().pk
    message = MailboxMessage.objects.latest("pk").pk
    return [
        *(
            "/",
            "/settings/",
            "/search/?q=safety",
            "/search/?q=nothingatall",
            "/search/?q=consumr+safty",
            "/search/?q=unicorns+safety&kind=committee",
            "/notifications/",
            "/mailbox/",
        ),
        *("/notifications/doubts/", "/notifications/choices/"),
        *("/settings/sessions/", "/settings/my-data/", "/accounts/2fa/", "/accounts/2fa/passkeys/"),
        "/accounts/reauthenticate/",
        *("/settings/feeds/", "/history/", "/history/?q=nothingatall&start=never"),
        *(f"/mailbox/{message}/", "/accounts/password/change/", "/accounts/logout/"),
        *("/proposals/", "/proposals/?q=nothingatall", "/proposals/new/", "/proposals/2020-11/", "/proposals/2020-08/"),
        *(proposal, *(f"{proposal}{verb}/" for verb in ("edit", "extend", "withdraw", "comment", "history"))),
        *("/proposals/?state=closed&sort=-title&closes_to=never", f"{_disposable().get_absolute_url()}forward/"),
        f"{proposal}comment/{Proposal.objects.get(state='circulated').remarks.first().pk}/dispose/",
        *("/proposals/asked/", f"{proposal}receive/", f"{proposal}close-comments/"),
        *(f"{proposal}interest/", f"{proposal}recommendation/new/", f"{proposal}checklist/"),
        *(f"{proposal}checklist/consider/", "/considerations/", "/considerations/1/", "/considerations/1/compare/1/"),
        *("/communications/audiences/", "/communications/audiences/new/", "/communications/archive/"),
        f"{letter}outside/iec/",
        *("/contacts/", "/contacts/?q=nothingatall", "/contacts/add/", "/contacts/import/", *_contact_pages()),
        *("/landscape/", "/landscape/?q=nothingatall", "/landscape/ranking/", "/landscape/history/", "/landscape/new/"),
        *("/landscape/rounds/new/", AREA, f"{AREA}edit/", f"{AREA}compare/1/1/", f"{AREA}restore/1/", f"{AREA}close/"),
        *("/landscape/map/", "/landscape/map/?organization=itu-t", "/landscape/map/?q=is", "/landscape/map/?q=nothing"),
        *(f"/landscape/map/?area={AREA.split('/')[2]}", f"{AREA}record-decision/"),
        Area.objects.get(slug=AREA.split("/")[2]).committees.first().committee.get_absolute_url(),
        *(f"{AREA}suggest/", "/landscape/confirm/", "/landscape/baselines/", "/landscape/baselines/take/"),
        *(
            baseline,
            f"{baseline}compare/today/",
            "/landscape/import/",
            over,
            f"/landscape/rounds/{trial}/compare/{trial}/",
        ),
        *("/publications/", "/publications/propose/", *_publication_pages()),
        *("/communications/plan/edit/", "/communications/plan/compare/", "/communications/plan/restore/1/"),
        *("/communications/plan/", "/communications/work-plan/", "/communications/work-plan/steps/add/"),
        *("/communications/work-plan/baseline/", f"{step}progress/"),
        *("/communications/work-plan/open/", "/communications/work-plan/edit/"),
        *(step, f"{step}edit/", f"{step}complete/", f"{step}withdraw/", *_withdrawn_pages()),
        *("/communications/letters/", "/communications/letters/new/"),
        *(letter, *(f"{letter}{verb}/" for verb in ("edit", "covers", "check", "recipients", "withdraw"))),
        *(f"{letter}covers/iec/edit/", f"{letter}covers/iec/mail/", f"{letter}approve/iec/"),
        *("/meetings/", "/meetings/8/", "/meetings/10/", "/meetings/schedule/", "/meetings/actions/"),
        *("/meetings/8/attendance/", "/meetings/8/agenda/add/", "/meetings/8/outcomes/record/", "/meetings/8/minutes/"),
        *("/meetings/8/agenda/template/", "/meetings/8/agenda/template/save/", "/meetings/8/report/circulate/"),
        *(f"/meetings/8/outcomes/{action}/edit/", f"/meetings/8/outcomes/{action}/complete/", "/meetings/10/edit/"),
        *("/documents/", "/documents/?q=nothingatall", "/documents/SPCG-47B/", "/documents/SPCG-47/"),
        *("/documents/gaps/", "/documents/import/", "/documents/register/"),
        *("/documents/SPCG-50/edit/", "/documents/SPCG-50/attach/"),
        *("/documents/SPCG-47B/compare/SPCG-47/", "/documents/SPCG-32C/revise/", "/documents/SPCG-32C/number/"),
        *("/reports/", "/reports/draft/", report, f"{report}approve/", f"{report}covers/iec/"),
        *("/reports/verify/", f"{report}exports/", f"{report}compare/", f"{report}covers/"),
    ]


# Forms sent empty: the state with the error summary.
FORMS = [
    "/proposals/new/",
    "/landscape/new/",
    "/landscape/rounds/new/",
    f"{AREA}suggest/",
    f"{AREA}record-decision/",
    "/communications/work-plan/steps/add/",
    "/communications/letters/new/",
    "/meetings/schedule/",
    "/meetings/8/outcomes/record/",
    "/documents/register/",
    "/documents/import/",
    "/documents/gaps/",
    "/reports/draft/",
]
SUBMIT = "main form[method=post] button.btn-primary"


def a_mail() -> None:
    notify(
        [User.objects.get(email="iec.secretary@spcg.example")],
        kind="test",
        subject="A notice",
        text="Something happened.",
        reason="You are the secretary of IEC.",
        url="/proposals/",
    )
    call_command("send_due", verbosity=0)
    a_doubt()


def a_doubt() -> None:
    people = {name: User.objects.get(email=f"{name}.secretary@spcg.example") for name in ("iec", "iso")}
    words = {"subject": "Approve", "text": "Approve.", "reason": "You approve.", "url": "/"}
    notify([people["iso"]], kind="approval", by=people["iec"], **words)
    Delivery.objects.filter(mailing__opened_by=people["iec"]).update(state="doubtful", attempted_at=timezone.now())


def looked_at(person, path: str) -> list[str]:
    """What axe finds on one page, wide and light, then narrow and dark, and whether it scrolls sideways."""
    person.show(1280, dark=False)
    person.open(path)
    found = []
    for width, dark in ((1280, False), (320, True)):
        person.show(width, dark)
        found += person.axe()
        if person.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{path} is wider than {width}")
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page(demo, reader, part):
    a_mail()
    suggest_due()
    person = reader()
    found = [fault for path in PUBLIC[part::PARTS] for fault in looked_at(person, path)]
    person.sign_in("iec.secretary")
    person.complaints.clear()
    found += [fault for path in pages()[part::PARTS] for fault in looked_at(person, path)]
    assert found == []
    assert [line for line in person.complaints if "404" not in line] == []


def _approved_letter() -> Letter:
    """A letter of the demonstration's contacts, approved by all three."""
    people = {code: User.objects.get(email=f"{code}.secretary@spcg.example") for code in ("iso", "iec", "itu-t")}
    values = {"capacities": ["chair", "national_body", "member_state"], "organizations": Organization.objects.all()}
    made = draft_letter(people["iso"], subject="A letter to be planned", body="Dear all,\n\n- one\n- two", **values)
    propose_letter(made, people["iso"])
    for cover in made.covers.select_related("organization"):
        place = cover.organization
        approve_letter(made, place, people[place.slug], edition=cover.edition)
    return made


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_axe_finds_nothing_on_a_letter_from_its_schedule_to_the_archive(demo, reader, width, dark):
    letter, person = _approved_letter(), reader(width=width, dark=dark)
    own, address = User.objects.get(email="iec.secretary@spcg.example"), letter.get_absolute_url()
    person.sign_in("iec.secretary")
    found = []

    def look(*names: str) -> None:
        nonlocal found
        for name in names:
            person.open(name if name.startswith("/acknowledge") else f"{address}{name}")
            found += person.axe()
            found += person.page.evaluate("document.documentElement.scrollWidth > innerWidth ? [location.href] : []")

    look("schedule/")
    person.page.fill("[name=clock]", "25:00")
    person.follow(person.page.locator(SUBMIT).first)
    assert person.page.title().startswith("Error:")
    found += person.axe()
    due_at = timezone.now() + timedelta(days=1)
    schedule_letter(letter, own, due_at=due_at, expected=sum(count_mailed(letter).values()))
    look("", "reschedule/", "check/")
    take_outside(letter, Organization.objects.get(code="IEC"), own)
    look("", "check/", "outside/iec/")
    letter.refresh_from_db()
    send_letter(letter, own)
    look("", "dispatch/", "ledger/", "record/", "acknowledgements/", "outside/iec/", "outside/iso/")
    line = letter.acknowledgements.first()
    path = acknowledgement_link(letter.pk, line.contact_id).split("/", 3)[3]
    look(f"/{path}")
    person.follow(person.page.locator("main form button").first)
    found += person.axe()
    assert found == []


def test_axe_finds_nothing_on_the_administrators_pages(demo, reader):
    person = reader()
    person.sign_in("admin")
    found = []
    for path in ("/", *_people_pages(), "/landscape/confirm/period/", "/meetings/8/", "/reports/"):
        person.open(path)
        found += person.axe()
    assert found == []
    assert person.complaints == []


def test_axe_finds_nothing_on_forms_with_errors_and_the_summary_has_the_focus(demo, reader):
    person = reader()
    person.sign_in("iec.secretary")
    found, unfocused, untitled = [], [], []
    for path in FORMS:
        person.open(path)
        for field in person.page.locator("main form[method=post] :is(input:not([type=hidden]), textarea)").all():
            if field.get_attribute("type") in (None, "text"):
                field.fill("")
        person.follow(person.page.locator(SUBMIT).first)
        found += person.axe()
        if not person.page.evaluate("document.activeElement.classList.contains('errsum')"):
            unfocused.append(path)
        if not person.page.title().startswith("Error:"):
            untitled.append(path)
    assert found == []
    assert unfocused == []
    assert untitled == []


def test_skip_link_is_first_and_leads_to_the_content(demo, reader):
    person = reader()
    person.sign_in("iec.member")
    person.page.keyboard.press("Tab")
    assert person.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("document.activeElement.id") == "main"


def test_the_question_mark_opens_the_keys_and_is_typed_in_a_field(demo, reader):
    person = reader()
    person.sign_in("iec.member", "/search/")
    person.page.focus("#q")
    person.page.keyboard.type("a?")
    assert person.page.input_value("#q") == "a?"
    person.page.evaluate("document.activeElement.blur()")
    person.page.keyboard.press("?")
    person.page.wait_for_url("**/help/keys/")


def test_slash_opens_the_search(demo, reader):
    person = reader()
    person.sign_in("iec.member")
    person.page.keyboard.press("/")
    person.page.wait_for_url("**/search/")


def test_the_line_works_without_javascript(demo, reader):
    person = reader(java_script_enabled=False)
    person.sign_in("iec.member", AREA)
    person.type("Add a comment", "Written without scripts.")
    person.go("button", "Add comment")
    assert "Written without scripts." in person.page.content()
