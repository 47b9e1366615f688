"""One proposal's checklist: who answers, what stands in the history, two at once, moving to a newer list, on paper."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document as Word

from core.dates import today
from core.moves import Conflict, NotAllowed, Refused, WrongState
from documents.judge import judge_upload
from documents.services.register import register_document
from proposals.models import Checklist
from proposals.queries.checklist import Completeness, checklist_of, completeness_of, list_in_force, sheet_of
from proposals.services.checklist import adopt_considerations, answer_considerations
from proposals.services.circulation import circulate_proposal
from proposals.services.considerations import edit_considerations, prepare_considerations
from proposals.services.proposals import attach_proposal_file, withdraw_proposal
from proposals.tests.factories import make_circulated, make_proposal
from proposals.tests.test_considerations import LINES, newer, ship, text_of
from proposals.tests.test_services import PDF


def answer(proposal, by, position=1, version=1, on=None, **values):
    considerations = on or list_in_force()
    line = considerations.lines.get(position=position)
    answers = {line.key: {"verdict": "yes", **values}}
    return answer_considerations(proposal, by, version, considerations=considerations, answers=answers)


def field(position, part):
    return f"{part}-{list_in_force().lines.get(position=position).key.hex}"


def url(proposal, more=""):
    return f"{proposal.get_absolute_url()}checklist/{more}"


def test_the_receiving_secretary_answers_and_nobody_else(cast):
    ship()
    proposal = make_circulated(cast)
    for name in ("iec_secretary", "iso_member", "observer", "administrator", "outsider"):
        with pytest.raises(NotAllowed):
            answer(proposal, cast.fresh(name))
    answer(proposal, cast.iso_secretary)
    assert str(completeness_of([proposal])[proposal.pk]) == "1 of 3 answered"


def test_a_withdrawn_proposal_is_not_answered_any_more(cast):
    ship()
    proposal = withdraw_proposal(make_proposal(cast), cast.iso_secretary, reason="Mistaken.")
    with pytest.raises(WrongState):
        answer(proposal, cast.iso_secretary)


def test_history_says_before_and_after_in_words(cast):
    ship()
    proposal = make_circulated(cast)
    revision = register_document(cast.iso_secretary, title="Search", kind="paper", text="Found.")
    answer(proposal, cast.iso_secretary, text="Searched.", link="https://example.org/search", revision=revision)
    answer(proposal, cast.iso_secretary, version=2, verdict="na", text="Searched.")
    first, second = proposal.history.filter(action="consider").order_by("pk")
    line = "1. The scope is clear."
    words = f"Yes. Searched. (https://example.org/search, {revision.reference})"
    assert (first.before[line], first.after[line]) == ("", words)
    assert (second.before[line], second.after[line]) == (words, "Not applicable. Searched.")
    assert second.text == "answered consideration 1; 1 of 3 answered"


def test_nothing_changed_writes_nothing(cast):
    ship()
    proposal = make_circulated(cast)
    assert answer(proposal, cast.iso_secretary, verdict="") is None
    answer(proposal, cast.iso_secretary)
    answer(proposal, cast.iso_secretary, version=2)
    assert (checklist_of(proposal).version, proposal.history.filter(action="consider").count()) == (2, 1)


def test_the_second_of_two_editors_sees_the_first(cast):
    ship()
    proposal = make_circulated(cast)
    answer(proposal, cast.iso_secretary, 1)
    with pytest.raises(Conflict):
        answer(proposal, cast.iso_secretary, 2)
    assert checklist_of(proposal).answers.count() == 1


def test_a_file_of_another_proposal_is_no_evidence(cast):
    ship()
    proposal, other = make_circulated(cast), make_circulated(cast)
    content = ContentFile(PDF)
    file = attach_proposal_file(other, cast.iso_secretary, judge_upload("A.pdf", content), content)
    with pytest.raises(Refused):
        answer(proposal, cast.iso_secretary, file=file)


# A newer list -------------------------------------------------------------------------------


def test_an_answered_proposal_keeps_its_list_until_it_is_moved(cast):
    first = ship()
    proposal, fresh = make_circulated(cast), make_circulated(cast)
    answer(proposal, cast.iso_secretary)
    newer(cast, [LINES[0], ("New words.", "")])
    assert sheet_of(proposal, cast.iso_secretary).considerations == first
    assert sheet_of(fresh, cast.iso_secretary).considerations == list_in_force()
    found = completeness_of([proposal, fresh])
    assert (found[proposal.pk], found[fresh.pk]) == (Completeness(1, 3), Completeness(0, 2))


def test_moving_keeps_the_answers_of_unchanged_lines(cast):
    ship()
    proposal = make_circulated(cast)
    answer(proposal, cast.iso_secretary, 1, text="Clear.")
    answer(proposal, cast.iso_secretary, 2, version=2, text="Asked.")
    second = newer(cast, [("New words.", ""), LINES[0]])
    adopt_considerations(proposal, cast.iso_secretary, 3, number=2)
    sheet = sheet_of(proposal, cast.iso_secretary)
    assert sheet.considerations == second
    assert [(line.consideration.text, line.answer and line.answer.text) for line in sheet.lines] == [
        ("New words.", None),
        ("The scope is clear.", "Clear."),
    ]
    assert completeness_of([proposal])[proposal.pk] == Completeness(1, 2)
    entry = proposal.history.get(action="adopt")
    assert entry.before == {"list": 1, "2. Committees were asked.": "Yes. Asked."}
    assert adopt_considerations(proposal, cast.iso_secretary, 3, number=2).version == 4


def test_moving_is_refused_when_what_was_read_is_no_longer_so(cast):
    ship()
    proposal = make_circulated(cast)
    answer(proposal, cast.iso_secretary)
    newer(cast, [LINES[0]])
    newer(cast, [LINES[1]])
    for version, number in ((2, 2), (1, 3), (2, 0)):
        with pytest.raises(Conflict):
            adopt_considerations(proposal, cast.iso_secretary, version, number=number)
    with pytest.raises(NotAllowed):
        adopt_considerations(proposal, cast.iec_secretary, 2, number=3)
    assert checklist_of(proposal).considerations.number == 1


# Pages ------------------------------------------------------------------------------------


def test_answers_are_typed_once_and_read_by_everybody(cast, client_of):
    ship()
    proposal = make_circulated(cast)
    client = client_of("iso_secretary")
    client.post(f"{proposal.get_absolute_url()}files/", {"files": SimpleUploadedFile("Search.pdf", PDF)})
    file = proposal.attachments.get()
    data = {"version": 1, "number": 1, field(1, "verdict"): "yes", field(1, "text"): "Clear <b>indeed</b>."}
    data |= {field(1, "evidence"): "https://example.org/a?b=1&c=2", field(1, "file"): str(file.pk)}
    assert client.post(url(proposal, "consider/"), data).url == url(proposal)
    page = text_of(client_of("iec_member").get(url(proposal)))
    assert "Clear &lt;b&gt;indeed&lt;/b&gt;." in page
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page
    assert f"{proposal.get_absolute_url()}files/{file.pk}/" in page
    assert "1 of 3 answered" in page
    assert "reconstruction" in page.lower()
    assert "consider/" not in page
    for path in (proposal.get_absolute_url(), "/proposals/"):
        assert "1 of 3 answered" in text_of(client_of("iec_member").get(path))


def test_a_document_that_the_reader_may_not_open_is_named_and_not_linked(cast, client_of):
    ship()
    proposal = make_circulated(cast)
    draft = register_document(cast.iso_secretary, title="Secret title", kind="paper", text="Found.")
    data = {"version": 1, "number": 1, field(1, "evidence"): draft.reference.lower()}
    client_of("iso_secretary").post(url(proposal, "consider/"), data)
    for name, linked in (("iso_secretary", True), ("iec_member", False)):
        page = text_of(client_of(name).get(url(proposal)))
        assert draft.reference in page
        assert "Secret title" not in page
        assert (draft.get_absolute_url() in page) is linked


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("evidence", "javascript:alert(1)"),
        ("evidence", "SPCG-9999"),
        ("evidence", "https://"),
        ("evidence", "x" * 501),
        ("verdict", "perhaps"),
        ("text", "x" * 4001),
    ],
)
def test_bad_answers_are_told_and_kept(cast, client_of, part, value):
    ship()
    proposal = make_circulated(cast)
    data = {"version": 1, "number": 1, field(1, part): value, field(2, "text"): "Kept words."}
    page = text_of(client_of("iso_secretary").post(url(proposal, "consider/"), data))
    assert "errsum" in page
    assert "Kept words." in page
    assert not Checklist.objects.exists()


def test_a_conflict_shows_both_and_saving_again_is_knowing(cast, client_of):
    ship()
    proposal = make_circulated(cast)
    answer(proposal, cast.iso_secretary, text="Colleague's words.")
    data = {"version": 1, "number": 1, field(1, "verdict"): "no", field(1, "text"): "My words."}
    client = client_of("iso_secretary")
    page = client.post(url(proposal, "consider/"), data)
    assert "Yes. Colleague&#x27;s words." in text_of(page)
    assert "My words." in text_of(page)
    data["version"] = page.context["form"]["version"].value()
    client.post(url(proposal, "consider/"), data)
    assert checklist_of(proposal).answers.get().text == "My words."


def test_nothing_typed_is_lost_when_the_list_is_moved_meanwhile(cast, client_of):
    ship()
    proposal = make_circulated(cast)
    answer(proposal, cast.iso_secretary, 3)
    data = {
        "version": 2,
        "number": 1,
        field(1, "text"): "Words that go along.",
        field(2, "text"): "Words of a line gone.",
    }
    newer(cast, [("New words.", ""), LINES[0]])
    adopt_considerations(proposal, cast.iso_secretary, 2, number=2)
    page = client_of("iso_secretary").post(url(proposal, "consider/"), data)
    assert page.context["form"][field(2, "text")].value() == "Words that go along."
    assert "Words of a line gone." in text_of(page)


def test_the_first_answer_on_a_list_replaced_meanwhile_stays_on_that_list(cast, client_of):
    ship()
    proposal = make_circulated(cast)
    data = {"version": 1, "number": 1, field(2, "verdict"): "yes"}
    newer(cast, [LINES[0]])
    client = client_of("iso_secretary")
    assert client.post(url(proposal, "consider/"), data).status_code == 302
    assert checklist_of(proposal).considerations.number == 1
    assert "List 2 is in force since this checklist was answered" in text_of(client.get(url(proposal)))
    check = text_of(client.get(url(proposal, "adopt/")))
    assert "no longer in the list" in check
    assert "kept" in check
    client.post(url(proposal, "adopt/"), {"version": 2, "number": 2})
    assert checklist_of(proposal).considerations.number == 2


def test_what_one_may_not_see_is_not_there(cast, client_of):
    ship()
    draft = make_proposal(cast)
    for more in ("", "consider/", "adopt/", "export/docx/"):
        assert client_of("iec_member").get(url(draft, more)).status_code == 404
    assert client_of("iso_secretary").get(url(draft, "export/exe/")).status_code == 404


def test_without_a_list_the_pages_say_so(cast, client_of):
    proposal = make_circulated(cast)
    client = client_of("iso_secretary")
    assert "There is no list of considerations yet." in text_of(client.get(url(proposal, "consider/"), follow=True))
    assert "There is no list of considerations yet." in text_of(client.get(proposal.get_absolute_url()))
    assert client.get(url(proposal, "export/docx/")).status_code == 200


@pytest.mark.parametrize("format", ["docx", "pdf", "html"])
def test_the_checklist_leaves_the_portal_with_its_label(cast, client_of, format):
    ship()
    proposal = make_circulated(cast)
    answer(proposal, cast.iso_secretary, text="Clear =1+1.", link="https://example.org/")
    response = client_of("iec_member").get(url(proposal, f"export/{format}/"))
    assert response.status_code == 200
    if format == "docx":
        words = _words(response.content)
        assert "A reconstruction from public sources" in words
        assert "Clear =1+1." in words
        assert "1 of 3" in words
    if format == "html":
        assert "A reconstruction from public sources" in text_of(response)


def _words(data):
    document = Word(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_list_counts_all_checklists_in_two_queries(cast, client_of):
    ship()
    client = client_of("iso_secretary")
    client.get("/settings/")

    def queries(n):
        for _turn in range(n):
            answer(make_circulated(cast), cast.iso_secretary)
        with CaptureQueriesContext(connection) as found:
            assert client.get("/proposals/").status_code == 200
        return len(found)

    assert queries(1) == queries(29)


def test_the_page_of_a_checklist_takes_the_same_queries_however_long_it_is(cast, client_of):
    ship([(f"Line {n}.", "") for n in range(40)])
    proposal = make_circulated(cast)
    client = client_of("iso_secretary")
    client.get("/settings/")
    revisions = [register_document(cast.iso_secretary, title=f"T {n}", kind="paper", text="x") for n in range(5)]

    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get(url(proposal))
        return len(found)

    answer(proposal, cast.iso_secretary, 1, revision=revisions[0])
    one = queries()
    for n in range(2, 6):
        answer(proposal, cast.iso_secretary, n, version=n, revision=revisions[n - 1])
    assert queries() == one


def test_what_is_typed_is_kept_as_a_draft_of_ones_own(cast, client_of):
    ship()
    proposal = make_circulated(cast)
    client, path = client_of("iso_secretary"), url(proposal, "consider/")
    sheet = str(client.get(path).context["form"].draft_sheet)
    typed = {"draft_form": path, "draft_sheet": sheet, "version": 1, "number": 1, field(2, "text"): "Half a sentence"}
    page = client.post("/drafts/", typed, follow=True)
    assert page.context["form"][field(2, "text")].value() == "Half a sentence"
    assert "Half a sentence" not in text_of(client.get(path))
    assert client.post(path, typed).status_code == 302
    assert "You have a draft" not in text_of(client.get(path))


def test_considerations_and_answers_are_found_by_those_who_may_read_them(cast, client_of):
    ship()
    draft = make_proposal(cast, title="Toys")
    answer(draft, cast.iso_secretary, text="Searched with xylophones.")

    def found(name, words):
        return text_of(client_of(name).get("/search/", {"q": words}))

    assert url(draft) in found("iec_secretary", "xylophones")
    assert url(draft) not in found("iec_member", "xylophones")
    circulate_proposal(draft, cast.iso_secretary, reply_by_on=today() + timedelta(days=20))
    assert url(draft) in found("iec_member", "xylophones")
    answer(draft, cast.iso_secretary, version=2, text="Searched otherwise.")
    assert url(draft) not in found("iec_member", "xylophones")
    assert "/considerations/1/" in found("iec_member", LINES[0][0])
    newer(cast, [("Another consideration about marimbas.", "")])
    assert "/considerations/2/" in found("observer", "marimbas")


def test_a_draft_list_is_not_found(cast, client_of):
    ship()
    draft = prepare_considerations(cast.administrator)
    edit_considerations(
        draft, cast.administrator, 1, title="New", source="", is_reconstruction=False, lines=[("Marimbas.", "")]
    )
    assert "/considerations/2/" not in text_of(client_of("administrator").get("/search/", {"q": "marimbas"}))
