"""The communication plan: living text with revisions, compared, restored, never overwritten unseen."""

from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document as Word

from communications.models import PLAN_PARTS, Plan
from communications.queries import plan as reads
from communications.services.plan import restore_plan, set_plan
from communications.tests.factories import make_revision
from core.models import Draft, SearchText
from core.moves import Conflict, NotAllowed

WORDS = {"title": "Plan", "purpose": "Awareness", "objectives": "- Known", "key_messages": "- One"}
WORDS |= {"audiences": "- Chairs", "channels": "- Letters"}


def url(name, *args):
    return reverse(f"communications:{name}", args=args)


def make_plan(cast, **overrides) -> Plan:
    return set_plan(cast.iso_secretary, **{**WORDS, **overrides})


def form_of(plan: Plan, **overrides) -> dict:
    values = {name: getattr(plan, name) for name in ("title", *PLAN_PARTS)}
    return {**values, "register_number": "", "version": plan.version, "reason": "A good one", **overrides}


def test_every_save_is_a_revision_with_author_and_reason(cast):
    plan = make_plan(cast)
    set_plan(cast.iec_secretary, **{**WORDS, "purpose": "More"}, version=1, reason="The boards asked for it")
    rows = [(row.number, row.author_label, row.reason, row.parts["purpose"]) for row in plan.revisions.all()]
    asked = "The boards asked for it"
    assert rows == [(2, "IEC secretary", asked, "More"), (1, "ISO secretary", "First text", "Awareness")]
    entry = plan.history.first()
    assert (entry.action, entry.text) == ("edit", f"changed purpose (revision 2): {asked}")


def test_a_save_that_changes_nothing_is_no_revision(cast):
    plan = make_plan(cast)
    make_plan(cast, version=plan.version, reason="Clicked twice")
    assert (plan.revisions.count(), plan.history.count()) == (1, 1)


def test_two_editors_are_a_conflict_and_the_second_overwrites_nothing(cast):
    plan = make_plan(cast)
    make_plan(cast, purpose="First", version=plan.version)
    with pytest.raises(Conflict):
        make_plan(cast, purpose="Second", version=plan.version)
    assert Plan.objects.get().purpose == "First"


def test_a_conflict_shows_both_texts_and_keeps_the_own_one(cast, client_of):
    plan = make_plan(cast)
    client = client_of("iso_secretary")
    stale = form_of(plan)
    assert client.post(url("edit_plan"), stale | {"objectives": "Theirs, saved first"}).status_code == 302
    page = client.post(url("edit_plan"), stale | {"objectives": "Mine, saved second"})
    text = page.content.decode()
    assert "Somebody changed this while you were writing" in text
    assert "Theirs, saved first" in text
    assert "Mine, saved second" in text
    assert Plan.objects.get().objectives == "Theirs, saved first"
    again = {**stale, "objectives": "Both", "version": page.context["form"].data["version"]}
    assert client.post(url("edit_plan"), again).status_code == 302
    assert Plan.objects.get().objectives == "Both"


def test_a_reason_is_needed_and_what_was_typed_stays(cast, client_of):
    plan = make_plan(cast)
    typed = form_of(plan, reason="", channels="A long new text", register_number="SPCG-999Z")
    page = client_of("iso_secretary").post(url("edit_plan"), typed)
    assert set(page.context["form"].errors) == {"reason", "register_number"}
    assert "A long new text" in page.content.decode()
    assert plan.revisions.count() == 1


def test_any_two_revisions_are_compared_part_by_part(cast, client_of):
    plan = make_plan(cast)
    for number in (2, 3):
        plan.refresh_from_db()
        make_plan(cast, channels=f"- Letters {number}", version=plan.version, reason="More")
    page = client_of("observer").get(url("compare_plan"), {"from": "1", "with": "3"}).content.decode()
    assert "from revision 1 to 3" in page
    assert "<h3" in page
    assert [part.label for part in reads.compare_plans(*_revisions(plan, 1, 3)) if not part.same] == ["Channels"]
    for nonsense in ("x", "0", "9" * 30, "-1"):
        assert client_of("observer").get(url("compare_plan"), {"from": nonsense}).status_code == 200


def _revisions(plan, *numbers):
    return [plan.revisions.get(number=number) for number in numbers]


def test_an_earlier_revision_stands_again_and_nothing_between_is_lost(cast, client_of):
    number = make_revision()
    plan = make_plan(cast, revision=number)
    make_plan(cast, purpose="Other", revision=None, version=1, reason="Why")
    client = client_of("iec_secretary")
    shown = client.get(url("restore_plan", 1)).content.decode()
    assert "What would change" in shown
    assert client.post(url("restore_plan", 1), {"version": 2, "reason": "It was better"}).status_code == 302
    plan.refresh_from_db()
    assert (plan.purpose, plan.revision, plan.revisions.count()) == ("Awareness", number, 3)
    assert plan.history.first().action == "restore"
    assert plan.revisions.get(number=2).parts["purpose"] == "Other"


def test_restoring_what_changed_meanwhile_is_a_conflict(cast, client_of):
    plan = make_plan(cast)
    make_plan(cast, purpose="Other", version=1, reason="Why")
    with pytest.raises(Conflict):
        restore_plan(plan, cast.iso_secretary, 1, plan.revisions.get(number=1), reason="Back")
    page = client_of("iso_secretary").post(url("restore_plan", 1), {"version": 1, "reason": "Back"}).content.decode()
    assert "Somebody changed this while you were writing" in page
    assert Plan.objects.get().purpose == "Other"


@pytest.mark.parametrize("who", ["iso_member", "observer", "administrator", "outsider"])
def test_only_writing_secretaries_edit_and_restore(cast, client_of, who):
    plan = make_plan(cast)
    for act in (
        lambda: make_plan_by(cast.fresh(who), plan),
        lambda: restore_plan(plan, cast.fresh(who), plan.version, plan.revisions.get(), reason="R"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert client_of(who).get(url("edit_plan")).status_code == 404
    assert client_of(who).get(url("restore_plan", 1)).status_code == 404


def make_plan_by(person, plan):
    return set_plan(person, **WORDS, version=plan.version)


def test_the_register_number_is_linked_both_ways(cast, client_of):
    revision = make_revision()
    plan = make_plan(cast)
    client = client_of("iso_secretary")
    client.post(url("edit_plan"), form_of(plan, register_number=revision.reference))
    plan.refresh_from_db()
    assert plan.revision == revision
    page = client_of("observer").get(url("plan")).content.decode()
    assert f'href="{revision.get_absolute_url()}"' in page
    assert f'href="{url("plan")}"' in client.get(revision.get_absolute_url()).content.decode()


def test_the_plan_is_taken_away_as_word_pdf_and_web_page(cast, client_of):
    make_plan(cast, revision=make_revision(), objectives="- Known **everywhere**\n- Used", channels="")
    client = client_of("observer")
    word = Word(BytesIO(client.get(url("export_plan", "docx")).content))
    headings = [item.text for item in word.paragraphs if item.style.name.startswith("Heading")]
    assert headings == ["Purpose", "Objectives", "Key messages", "Audiences"]
    assert "Known everywhere" in "\n".join(item.text for item in word.paragraphs)
    assert client.get(url("export_plan", "pdf")).content.startswith(b"%PDF")
    page = client.get(url("export_plan", "html")).content.decode()
    assert "Living text, revision 1" in page
    assert client.get(url("export_plan", "zip")).status_code == 404


def test_what_is_typed_is_kept_by_the_server_as_a_draft(cast, client_of):
    plan, client = make_plan(cast), client_of("iso_secretary")
    form = client.get(url("edit_plan")).context["form"]
    marks = {"draft_form": url("edit_plan"), "draft_sheet": str(form.draft_sheet)}
    answer = client.post(
        reverse("save_draft"), form_of(plan, audiences="Half a sentence") | marks, headers={"X-Draft": "quiet"}
    )
    assert answer.json()["said"].startswith("Saved ")
    assert Draft.objects.get().data["audiences"] == ["Half a sentence"]
    assert "You have a draft of this form" in client.get(url("edit_plan")).content.decode()


def test_what_is_typed_is_text_and_the_search_finds_it(cast, client_of):
    make_plan(cast, key_messages="- <script>one</script>", channels="- Zeppelin")
    page = client_of("observer").get(url("plan")).content
    assert b"&lt;script&gt;one" in page
    assert SearchText.objects.get(kind="plan").title == "Plan"
    assert client_of("iso_secretary").get(url("plan")).status_code == 200
