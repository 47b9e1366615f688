"""A secretary of ISO cannot act for IEC by any form, address or hidden field.

Every form of the room is filled in by the secretary of IEC as the page shows it and posted by the secretary of ISO,
with fields added that name IEC. The same post of the secretary of IEC then takes effect, so that no case is empty."""

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.dates import format_date, today
from organizations.tests.factories import make_committee
from proposals.models import Interest, InterestAnswer, Proposal, ProposalRemark, RecommendationApproval, Submission
from proposals.services.boards import submit_recommendation
from proposals.services.proposals import withdraw_proposal
from proposals.services.replies import comment_on_proposal, resolve_comment
from proposals.services.sequels import link_sequel
from proposals.tests.factories import (
    make_approved,
    make_circulated,
    make_proposal,
    make_recommended,
    make_under_approval,
)
from proposals.tests.test_checklist import answer, field
from proposals.tests.test_considerations import LINES, newer, ship
from proposals.tests.test_services import PDF
from proposals.urls import urlpatterns

READ = set(
    "list export similar asked committees committee preview detail export_proposal history file checklist "
    "export_checklist circulation_mail comments package forwarded export_recommendation self_check read_form".split()
)
OF_THE_ADMINISTRATOR = set(
    "consideration_lists prepare choose_considerations considerations edit_considerations enforce "
    "compare_considerations".split()
)
# Forms that any secretary may post: in whose name follows from who posts.
SHARED = {"log", "comment", "reply", "resolve", "reopen", "receive", "declare", "ask", "submit", "forward"}
SHARED |= {"draft", "edit_draft", "revise", "propose", "approve"}


def of_iec(cast, make=make_circulated, **more):
    return make(cast, organization=cast.IEC, logged_by=cast.iec_secretary, **more)


def first_of(made):
    return made[0]


def closed(cast):
    return of_iec(cast, days=-1), [], {"reason": "Nobody answered."}


def draft(cast, **data):
    return of_iec(cast, make_proposal), [], data


def considered(cast):
    ship()
    return of_iec(cast), [], {field(1, "verdict"): "yes", field(1, "text"): "Searched."}


def to_adopt(cast):
    ship()
    proposal = of_iec(cast)
    answer(proposal, cast.iec_secretary)
    newer(cast, [LINES[0]])
    return proposal, [], {"version": 2, "number": 2}


def withdrawn(cast):
    proposal = withdraw_proposal(of_iec(cast), cast.iec_secretary, reason="Mistaken.")
    return proposal, [], {"reason": "It is not."}


def commented(cast, **data):
    proposal = of_iec(cast)
    remark = comment_on_proposal(proposal, cast.iec_secretary, "Keep to management.", stance="concern")
    return proposal, [remark.pk], data


def handled(cast, **data):
    return of_iec(cast, state="no_action", days=-1), [], data


def linked(cast):
    proposal = of_iec(cast, state="no_action", days=-1)
    return proposal, [link_sequel(proposal, cast.iec_secretary, kind="other", note="Talks.").pk], {}


def under_approval(cast):
    return first_of(of_iec(cast, make_under_approval)), ["iec"], {"verdict": "approved"}


def approved(cast):
    return first_of(of_iec(cast, make_approved)), ["iec"], {"submitted_on": format_date(today())}


def submitted(cast, **data):
    """A proposal to ISO whose recommendation went to the board of IEC too."""
    proposal, _revision = make_approved(cast)
    submit_recommendation(proposal, cast.iec_secretary, submitted_on=today(), organization=cast.IEC)
    return proposal, ["iec"], data


def extended(cast):
    later = {"reply_by_on": format_date(today().replace(year=today().year + 1)), "reason": "Holidays."}
    return of_iec(cast), [], later


def files(cast):
    return of_iec(cast), [], {"files": SimpleUploadedFile("Annex.pdf", PDF)}


OWN = {
    "edit": lambda cast: draft(cast, title="Another title"),
    "attach": files,
    "consider": considered,
    "adopt": to_adopt,
    "circulate": draft,
    "extend": extended,
    "close_comments": lambda cast: (of_iec(cast), [], {"reason": "All have answered."}),
    "reopen_proposal": withdrawn,
    "close": closed,
    "withdraw": lambda cast: (of_iec(cast), [], {"reason": "Mistaken."}),
    "edit_comment": lambda cast: commented(cast, text="Other words."),
    "dispose": lambda cast: commented(cast, disposition="noted"),
    "record": lambda cast: handled(cast, result="approved", result_on=format_date(today())),
    "link": lambda cast: handled(cast, kind="rejected", note="Not now."),
    "unlink": linked,
    "approve_for": under_approval,
    "submit_to": approved,
    "correct": lambda cast: submitted(cast, paper_number="SMB/7000"),
    "note": lambda cast: submitted(cast, result="noted", result_on=format_date(today())),
}


def tampered(cast) -> dict[str, object]:
    """Fields that no form has, each naming IEC or somebody of IEC."""
    place, person = cast.IEC.pk, cast.iec_secretary.pk
    fields = dict.fromkeys(("organization_id", "board", "board_id", "for", "capacity"), place)
    fields |= dict.fromkeys(("by", "by_id", "author", "author_id", "user", "user_id", "logged_by"), person)
    return {**fields, "slug": "iec", "on_behalf_of": "iec"}


def everything() -> dict[str, list[dict[str, object]]]:
    """All rows of the room."""
    models = apps.get_app_config("proposals").get_models()
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def as_shown(page, data):
    form = page.context and page.context.get("form")
    shown = {bound.html_name: bound.value() or "" for bound in form} if form else {}
    return {name: value for name, value in (shown | data).items() if value is not None}


def test_every_form_of_the_room_is_in_one_of_the_lists():
    assert {item.name for item in urlpatterns} == READ | OF_THE_ADMINISTRATOR | SHARED | set(OWN)


@pytest.mark.parametrize("name", OWN)
def test_what_belongs_to_iec_is_not_done_by_iso(cast, client_of, name):
    proposal, more, data = OWN[name](cast)
    address = reverse(f"proposals:{name}", args=[proposal.reference, *more])
    filled = as_shown(client_of("iec_secretary").get(address), data)
    before = everything()
    for extra in ({}, tampered(cast), {**tampered(cast), "organization": cast.IEC.pk}):
        client_of("iso_secretary").post(address, {**filled, **extra})
    assert everything() == before
    if "files" in filled:
        filled["files"].seek(0)
    client_of("iec_secretary").post(address, filled)
    assert everything() != before


def speaks_for_iec(cast) -> int:
    """How many rows say that IEC said or decided something."""
    found = [
        ProposalRemark.objects.filter(organization=cast.IEC),
        InterestAnswer.objects.filter(organization=cast.IEC),
        Interest.objects.exclude(answer="no_answer").filter(committee__organizations=cast.IEC),
        RecommendationApproval.objects.filter(organization=cast.IEC),
        Submission.objects.filter(organization=cast.IEC),
        Proposal.objects.filter(organization=cast.IEC),
    ]
    return sum(rows.count() for rows in found)


def shared_case(cast, name):
    """A proposal to ISO in the right state, what stands in the address, and what is typed."""
    if name in ("reply", "resolve", "reopen"):
        proposal = make_circulated(cast)
        remark = comment_on_proposal(proposal, cast.itu_t_secretary, "Why?")
        if name == "reopen":
            resolve_comment(remark, cast.itu_t_secretary)
        return proposal, [remark.pk], {"text": "Because.", "resolution": "Done."}
    makers = {
        "edit_draft": make_recommended,
        "revise": make_under_approval,
        "propose": make_recommended,
        "approve": make_under_approval,
        "submit": make_approved,
    }
    made = makers[name](cast)[0] if name in makers else make_circulated(cast, days=-1)
    if name == "forward":
        comment_on_proposal(made, cast.itu_t_secretary, "Why?")
    today_ = format_date(today())
    data = {
        "comment": {"text": "A comment.", "stance": "neutral"},
        "receive": {"text": "A comment.", "said_by": "Secretary of ISO/TC 1", "received_on": today_},
        "declare": {"committee": "IEC TC 1", "answer": "lead"},
        "ask": {"committee": "IEC TC 1"},
        "draft": {"text": "We recommend."},
        "edit_draft": {"text": "We recommend it."},
        "revise": {"text": "We recommend it.", "note": "Reworded."},
        "approve": {"verdict": "approved"},
        "submit": {"submitted_on": today_},
    }
    return made, [], data.get(name, {})


@pytest.mark.parametrize("name", sorted(SHARED - {"log"}))
def test_what_any_secretary_posts_is_said_for_the_own_organization(cast, client_of, name):
    make_committee("IEC TC 1", "IEC")
    proposal, more, data = shared_case(cast, name)
    before, said = everything(), speaks_for_iec(cast)
    address = reverse(f"proposals:{name}", args=[proposal.reference, *more])
    client = client_of("iso_secretary")
    page = client.get(address)
    filled = as_shown(page, data) if page.status_code == 200 else data
    client.post(address, {**filled, **tampered(cast), "organization": cast.IEC.pk})
    assert speaks_for_iec(cast) == said
    told = everything()["ProposalEntry"][len(before["ProposalEntry"]) :]
    assert {row["actor_id"] for row in told} <= {cast.iso_secretary.pk}
    assert {row["organization"] for row in told} <= {"ISO", ""}
    assert bool(told) == (name != "declare")  # there the only thing typed is a committee of IEC


def test_a_proposal_is_logged_for_the_own_organization(cast, client_of):
    client = client_of("iso_secretary")
    typed = {"title": "Toys", "proposer": "SAC", "scope": "Safety of toys."}
    filled = as_shown(client.get("/proposals/new/"), {**typed, "read": "", "held": [], "files": ""})
    for choice in (cast.IEC.pk, str(cast.IEC.pk), "iec", "IEC"):
        client.post("/proposals/new/", {**filled, **tampered(cast), "organization": choice})
    assert not Proposal.objects.exists()
    client.post("/proposals/new/", {**filled, **tampered(cast)})
    assert Proposal.objects.get().organization == cast.ISO
