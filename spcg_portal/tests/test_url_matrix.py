"""Every address x every kind of person x method, against a table written by hand.

The rows of url_matrix.txt: the name of the address, the method, and the answer for each kind of person in the order of
PEOPLE. 302 for those who are not signed in is the sign-in page; 404 says that there is nothing here for this person;
405 that the address does not know the method. A POST is sent empty: 200 is a form with its errors, 302 an act done or
refused in words."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from communications.models import Letter, SavedAudience, Step
from communications.services.audiences import save_audience
from core.models import FeedAddress, User
from documents.models import Revision, RevisionFile
from landscape.models import Area, AreaImport, AreaRemark, AreaSuggestion, Baseline, PriorityRound
from landscape.services.imports import hold_import
from landscape.services.suggestions import suggest_edit
from landscape.workflow import SUGGESTION_MOVES
from meetings.models import AgendaItem, Meeting, Outcome, ReportRemark
from organizations.models import Appointment, Committee, Contact, ContactImport
from organizations.services.contact_imports import read_contacts
from post.models import Delivery, MailboxMessage
from post.services.notices import notify
from proposals.models import Proposal, ProposalRemark
from publications.models import Publication
from publications.services import propose_publication
from reports.models import BoardReport
from spcg_portal.services import reset_feeds
from spcg_portal.tests.demonstration import load_demonstration

TABLE = Path(__file__).with_name("url_matrix.txt")
PEOPLE = ("nobody", "outsider", "observer", "iec.member", "iec.secretary", "iso.secretary", "admin")
# Third-party addresses, by prefix: the administration has its own sign-in and rights.
BY_PREFIX = ("admin/",)


def patterns(resolver=None, prefix: str = "", namespace: str = ""):
    """(name, route) of every address that the resolver knows."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}:{pattern.namespace}".strip(":") if pattern.namespace else namespace
            yield from patterns(pattern, route, inner)
        else:
            yield f"{namespace}:{pattern.name}".strip(":"), route


def own_names() -> set[str]:
    return {name for name, route in patterns() if not route.startswith(BY_PREFIX)}


def table() -> dict[tuple[str, str], list[int]]:
    rows = {}
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, method, *codes = line.split()
            assert (name, method) not in rows, f"{name} {method} stands twice"
            rows[name, method] = [int(code) for code in codes]
    return rows


def addresses() -> dict[str, str]:
    """An address for every name: a proposal out for comment at IEC, the letter in approval, the 8th meeting."""
    load_demonstration()
    proposal = Proposal.objects.get(state="circulated")
    area = Area.objects.get(name="Smart cities and communities")
    letter, item = Letter.objects.get(), AgendaItem.objects.filter(meeting__number=8).first()
    file = RevisionFile.objects.select_related("subject").first()
    message = MailboxMessage.objects.create(recipient="iec.member@spcg.example", subject="S", raw=b"Subject: S\n\nText")
    arguments = {
        "reference": {"documents": "SPCG-32C", "proposals": proposal.reference, "communications": "SPCG-32C"},
        "number": {"meetings": 8, "landscape": 1, "post": 0},
        "pk": {
            "post": message.pk,
            "meetings": item.pk,
            "proposals": ProposalRemark.objects.filter(subject=proposal).first().pk,
            "landscape": AreaRemark.objects.filter(subject=area).first().pk,
            "communications": letter.pk,
            "documents": file.pk,
            "reports": BoardReport.objects.get().pk,
        },
        "slug": {"landscape": area.slug, "communications": "iec", "reports": "iec", "proposals": "iec"},
        "format": "docx",
        "other": "SPCG-32B",
        "first": 1,
        "contact": 1,
        "second": 1,
        "signature": "x",
        "token": "x",
        "uidb36": "1",
        "key": "x-y",
    }
    special = {
        **{name: {"format": "csv"} for name in ("export_history", "proposals:export", "communications:export_steps")},
        **{f"post:{verb}": {"pk": _doubt().pk} for verb in ("resend", "accept")},
        "committee": {"pk": area.committees.first().committee_id},
        "landscape:close_round": {"pk": PriorityRound.objects.get(state="open").pk},
        "landscape:compare_rounds": dict.fromkeys(("first", "second"), PriorityRound.objects.get(state="closed").pk),
        **{f"landscape:{name}": {"pk": Baseline.objects.get().pk} for name in ("baseline", "choose_other")},
        "landscape:export_baseline": {"pk": Baseline.objects.get().pk, "format": "csv"},
        "landscape:compare_baselines": {"pk": Baseline.objects.get().pk, "other": "today"},
        "landscape:export_comparison": {"pk": Baseline.objects.get().pk, "other": "today", "format": "csv"},
        "landscape:check_import": {"pk": _import().pk},
        "landscape:live": {"slug": area.slug, "since": 0, "told": 0},
        "landscape:suggest_again": {"slug": area.slug, "again": _suggestion(area).pk},
        **{f"landscape:{verb}": {"slug": area.slug, "pk": _suggestion(area).pk} for verb in SUGGESTION_MOVES},
        **{f"organizations:{verb}": {"pk": _contact().pk} for verb in CONTACT_VERBS},
        **{f"organizations:{verb}": {"pk": _contact_import().pk} for verb in ("contact_import", "discard_import")},
        "organizations:export_contacts": {"format": "csv"},
        **{f"communications:{verb}": {"pk": _audience().pk} for verb in ("edit_audience", "remove_audience")},
        "organizations:end": {"pk": Appointment.objects.get(user__email="iso.member@spcg.example").pk},
        **{f"organizations:{verb}": {"pk": _member().pk} for verb in PERSON_VERBS},
        "organizations:substitute": {"pk": _member().appointments.get().pk},
        "organizations:accept_invitation": {"secret": "x"},
        **{name: {"pk": 1} for name in ("end_own_session", "mfa_remove_webauthn", "mfa_edit_webauthn")},
        "export_own_data": {"format": "json"},
        **{name: {"token": _feed_token()} for name in ("calendar", "news")},
        "organizations:disable": {"pk": User.objects.get(email="iso.member@spcg.example").pk},
        "documents:file": {"reference": str(file.subject), "pk": file.pk},
        **{f"proposals:{name}": {"number": 1} for name in ("considerations", "edit_considerations", "enforce")},
        "proposals:compare_considerations": {"number": 1, "other": 1},
        "proposals:committee": {"pk": Committee.objects.order_by("pk").first().pk},
        "proposals:file": {"reference": proposal.reference, "pk": 1},
        **{f"communications:{verb}": {"pk": _open_step().pk} for verb in STEP_VERBS},
        **{f"meetings:{verb}": {"number": 8, "pk": _outcome().pk} for verb in OUTCOME_VERBS},
        "communications:restore_plan": {"number": 1},
        **{f"publications:{verb}": {"pk": _publication().pk} for verb in ("publication", "withdraw")},
        "publications:approve": {"pk": _publication().pk, "slug": "iec"},
        "publications:file": {"pk": _publication().pk, "file": 1},
        "publications:text": {"pk": _publication().pk, "format": "html"},
        "meetings:dispose": {"number": 8, "pk": _report_remark().pk},
    }
    return {
        name: reverse(name, kwargs=special.get(name) or _arguments(name, route, arguments)) for name, route in _own()
    }


PERSON_VERBS = ("person", "invite", "hand_over", "end_sessions", "reset_second_factor")
STEP_VERBS = ("step", "edit_step", "note_progress", "complete_step", "reopen_step", "withdraw_step")
OUTCOME_VERBS = ("edit_outcome", "withdraw_outcome", "complete", "drop", "reopen_action")


CONTACT_VERBS = ("edit_contact", "mend_contact", "erase_contact")


def _own():
    return [(name, route) for name, route in patterns() if not route.startswith(BY_PREFIX)]


def _member() -> User:
    return User.objects.get(email="iso.member@spcg.example")


def _feed_token() -> str:
    """The secret in the feeds' addresses of a member, which is all that they ask for."""
    known = FeedAddress.objects.filter(user=_member()).first()
    return (known or reset_feeds(_member())).token


def _import() -> AreaImport:
    """A file that the ISO secretary has chosen."""
    by = User.objects.get(email="iso.secretary@spcg.example")
    known = AreaImport.objects.filter(owner=by).first()
    return known or hold_import(by, name="areas.csv", content='name\n""\n')


def _audience() -> SavedAudience:
    """One that the IEC secretary keeps."""
    known = SavedAudience.objects.first()
    by = User.objects.get(email="iec.secretary@spcg.example")
    return known or save_audience(by, name="Chairs", organizations=[_contact().organization], capacities=["chair"])


def _contact() -> Contact:
    """One that ISO keeps."""
    return Contact.objects.filter(organization__code="ISO").order_by("pk").first()


def _contact_import() -> ContactImport:
    """A list that was read for ISO."""
    by = User.objects.get(email="iso.secretary@spcg.example")
    known = ContactImport.objects.filter(by=by).first()
    return known or read_contacts(by, _contact().organization, [])


def _suggestion(area: Area) -> AreaSuggestion:
    known = area.suggestions.filter(author__email="iec.member@spcg.example").first()
    author, base = User.objects.get(email="iec.member@spcg.example"), area.revisions.first()
    return known or suggest_edit(area, author, base, f"{area.text} More.", reason="More")


def _doubt() -> Delivery:
    """A request of the IEC secretary that may have arrived."""
    people = {name: User.objects.get(email=f"{name}.secretary@spcg.example") for name in ("iec", "iso")}
    known = Delivery.objects.filter(state="doubtful")
    if not known.exists():
        words = {"subject": "Approve", "text": "Approve.", "reason": "You approve.", "url": "/"}
        notify([people["iso"]], kind="approval", by=people["iec"], **words)
        Delivery.objects.filter(mailing__opened_by=people["iec"]).update(state="doubtful")
    return known.get()


def _open_step() -> Step:
    return Step.objects.filter(done_on__isnull=True, owners__code="IEC").first()


def _report_remark() -> ReportRemark:
    meeting = Meeting.objects.get(number=8)
    values = {"subject": meeting, "revision": meeting.report, "text": "A word is missing."}
    author = User.objects.get(email="iso.member@spcg.example")
    return ReportRemark.objects.create(author=author, author_label=str(author), **values)


def _publication() -> Publication:
    """One that the three are asked about, so that nothing of it is public."""
    by, revision = User.objects.get(email="iso.secretary@spcg.example"), Revision.objects.filter(state="approved")
    return Publication.objects.first() or propose_publication(by, revision.first().document)


def _outcome() -> Outcome:
    return Outcome.objects.filter(kind="action").first()


def _arguments(name: str, route: str, arguments: dict) -> dict:
    found = {}
    room = name.split(":")[0]
    for key in re.findall(r"<(?:\w+:)?(\w+)>", route):
        value = arguments[key]
        found[key] = value[room] if isinstance(value, dict) else value
    return found


def readers() -> dict[str, Client]:
    """A browser for each kind of person; the outsider has an account and no appointment."""
    User.objects.create_user("outsider@spcg.example", None, label="Outsider")
    clients = {}
    for name in PEOPLE:
        clients[name] = Client(raise_request_exception=True)
        if name != "nobody":
            clients[name].force_login(User.objects.get(email=f"{name}@spcg.example"))
    return clients


def answered(client: Client, method: str, url: str, data: dict[str, str] | None = None) -> HttpResponse:
    """The answer; whatever it changed, in the database and in the browser, is taken back."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method.lower())(url, data)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def answer(client: Client, method: str, url: str) -> int:
    """The answer's status."""
    return answered(client, method, url).status_code


def test_every_address_is_in_the_table():
    """Feeds, exports, the search and fragments of pages are addresses like all others: the resolver names them. Seen
    red with an address added and with a row taken out."""
    assert set(table()) == {(name, method) for name in own_names() for method in ("GET", "POST")}


def test_every_address_answers_every_person_as_the_table_says(db):
    urls, clients = addresses(), readers()
    wrong = []
    for (name, method), expected in table().items():
        found = [answer(clients[person], method, urls[name]) for person in PEOPLE]
        if found != expected:
            wrong.append(f"{name} {method}: {expected} expected, {found} found at {urls[name]}")
    assert not wrong, "\n".join(wrong)


HOSTILE = ["", "0", "-1", "9" * 40, "x", "\x00", "../../etc/passwd", "<script>", "🂡", "' OR 1=1"]


@pytest.mark.parametrize("value", HOSTILE)
def test_any_value_in_an_address_or_a_query_is_answered(cast, client_of, value):
    from urllib.parse import quote

    client = client_of("iso_secretary")
    names = "q page kind state organization year mechanism score changed cover recipient group sort number".split()
    query = "&".join(f"{name}={quote(value)}" for name in names)
    for path in ("/", "/search/", "/proposals/", "/landscape/", "/landscape/ranking/", "/landscape/history/"):
        assert client.get(f"{path}?{query}").status_code in (200, 302)
    for path in ("/documents/", "/meetings/", "/communications/letters/", "/communications/work-plan/", "/reports/"):
        assert client.get(f"{path}?{query}").status_code in (200, 302)
    for room in ("documents", "proposals", "landscape", "meetings", "reports", "communications/letters", "mailbox"):
        assert client.get(f"/{room}/{quote(value, safe='')}/").status_code in (200, 301, 302, 404)
