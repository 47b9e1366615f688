"""The public self-check: open to everybody, keeps nothing, shows public data only, is throttled, answers bad input."""

import io
import logging

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from docx import Document as Word
from pypdf import PdfReader

from landscape.models import Area, AreaCommittee
from organizations.tests.factories import make_committee
from proposals.models import Interest
from proposals.queries.checklist import list_in_force
from proposals.tests.factories import make_circulated
from proposals.tests.test_considerations import ship, text_of
from proposals.views import self_check

URL = "/self-check/"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def committees(cast):
    ship()
    return [
        make_committee("ISO/TC 1", "ISO", title="Consumer product safety"),
        make_committee("IEC TC 2", "IEC", title="Safety of household appliances"),
        make_committee("ITU-T SG3", "ITU-T", title="Tariffs"),
    ]


def typed(**more):
    return {"title": "Safety of consumer products", "scope": "Consumer product safety management.", "show": "1", **more}


def name(position, part):
    return f"{part}-{list_in_force().lines.get(position=position).key.hex}"


def words_of(data):
    document = Word(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_anybody_opens_it_and_finds_the_way_from_the_sign_in_and_about_pages(committees, client):
    page = client.get(URL)
    assert page.status_code == 200
    assert "A reconstruction from public sources" in text_of(page)
    for path in ("/accounts/login/", "/about/"):
        assert f'href="{URL}"' in text_of(client.get(path))


def test_the_related_committees_stand_on_the_page_with_what_was_typed(committees, client):
    page = text_of(client.post(URL, typed(**{name(1, "verdict"): "yes", name(1, "text"): "Clear & <b>bold</b>."})))
    assert "ISO/TC 1" in page
    assert "Consumer product safety" in page
    assert "Clear &amp; &lt;b&gt;bold&lt;/b&gt;." in page
    assert 'value="yes" checked' in page


def test_only_public_data_of_committees_is_shown(committees, cast, client):
    committees[0].scope = "Scope that is not for the public page: xylophones."
    committees[0].save()
    area = Area.objects.create(name="Secret area of consumer safety", slug="secret", text="Consumer product safety.")
    AreaCommittee.objects.create(area=area, committee=committees[2])
    proposal = make_circulated(cast, title="Confidential consumer product")
    Interest.objects.create(proposal=proposal, committee=committees[0], answer="lead", note="We want it all.")
    page = client.post(URL, typed())
    for hidden in ("xylophones", "Secret area", "landscape", "Confidential", "lead", "We want", "Tariffs", "SG3"):
        assert hidden not in text_of(page)
    assert set(vars(page.context["committees"][0])) == {"acronym", "title", "organizations"}


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_the_filled_checklist_is_taken_away(committees, client, format):
    data = typed(**{name(2, "verdict"): "no", name(2, "text"): "Not yet.", name(2, "evidence"): "https://example.org/"})
    del data["show"]
    response = client.post(URL, {**data, format: "1"})
    assert response["Content-Disposition"].startswith("attachment")
    if format == "docx":
        words = words_of(response.content)
    else:
        words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    words = " ".join(words.split())
    for expected in ("Safety of consumer products", "Not yet.", "ISO/TC 1", "A reconstruction from public sources"):
        assert expected in words
    assert "not a record of SPCG" in words


def test_it_stores_nothing(committees, client, caplog, django_assert_num_queries):
    def rows():
        return {model: model._base_manager.count() for model in apps.get_models()}

    before = rows()
    with caplog.at_level(logging.DEBUG):
        for button in ("show", "docx", "pdf", "nothing"):
            data = typed(**{name(1, "text"): "peculiarwords", button: "1"})
            assert client.post(URL, data).status_code == 200
        client.post(URL, {**typed(), "title": "peculiarwords" * 100})
    assert rows() == before
    assert "sessionid" not in client.cookies
    own = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert "peculiarwords" not in "".join(own)
    assert client.get(URL)["Cache-Control"].startswith("max-age=0")
    assert "peculiarwords" not in text_of(client.get(URL))


def test_what_is_typed_is_no_part_of_any_write_to_the_database(committees, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        client.post(URL, typed(**{name(1, "text"): "peculiarwords"}))
    statements = [row["sql"] for row in found]
    assert not [sql for sql in statements if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert "peculiarwords" not in "".join(statements)


def test_too_many_requests_are_told_and_what_was_typed_is_kept(committees, client, monkeypatch):
    monkeypatch.setattr(self_check, "LIMIT", 2)
    answers = [client.post(URL, typed(**{name(1, "text"): "Kept words."})) for _turn in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= self_check.WINDOW
    assert "Kept words." in text_of(answers[2])
    assert "Safety of consumer products" in text_of(answers[2])
    assert "ISO/TC 1" not in text_of(answers[2])
    assert client.get(URL).status_code == 200
    assert client.post(URL, typed(), REMOTE_ADDR="192.0.2.77").status_code == 200


def test_a_form_of_another_site_is_refused(committees):
    assert Client(enforce_csrf_checks=True).post(URL, typed()).status_code == 403


@pytest.mark.parametrize(
    "more",
    [
        {"title": ""},
        {"title": "\x00\x01 \u202e"},
        {"title": "x" * 301},
        {"scope": "x" * 10_001},
    ],
)
def test_bad_input_is_told_and_ranks_nothing(committees, client, more):
    page = client.post(URL, typed(**more))
    assert page.status_code == 200
    assert "errsum" in text_of(page)
    assert "committees" not in page.context


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "{{ 7*7 }} {% csrf_token %}",
        "a\r\nBcc: x",
        "\x07\u202eabc",
        "#set page(1)",
        "=1+1",
        "🂡 ℵ",
    ],
)
def test_hostile_words_stay_words_on_the_page_and_on_paper(committees, client, text):
    data = typed(title=f"Safety {text}", **{name(1, "text"): text, name(1, "evidence"): text, name(1, "verdict"): "na"})
    page = client.post(URL, data)
    assert page.status_code == 200
    assert "<script>alert" not in text_of(page)
    for format in ("docx", "pdf"):
        response = client.post(URL, {**data, format: "1"})
        assert response.status_code == 200
        assert "\n" not in response["Content-Disposition"]


def test_a_verdict_that_is_not_offered_and_unknown_fields_are_told(committees, client):
    page = client.post(URL, typed(**{name(1, "verdict"): "perhaps", "verdict-zzz": "yes", "token": "x"}))
    assert "errsum" in text_of(page)


def test_megabytes_are_answered_in_words(committees, client):
    assert client.post(URL, typed(scope="x" * 6_000_000)).status_code == 400


def test_without_a_list_and_without_a_match_it_says_so(cast, client):
    page = text_of(client.post(URL, {"title": "Zymurgy", "show": "1"}))
    assert "No list of considerations is in force yet." in page
    assert "No committee was found" in page
    assert client.post(URL, {"title": "Zymurgy", "docx": "1"}).status_code == 200


# In a browser -----------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_axe_finds_nothing_on_the_result_and_on_the_errors(demo, reader, width, dark):
    person = reader(width=width, dark=dark)
    person.open(URL)
    person.page.fill("#id_title", "")
    person.follow(person.page.locator("button[name=show]"))
    assert person.page.locator(".errsum").is_visible()
    found = person.axe()
    person.page.fill("#id_title", "Consumer product safety management")
    person.page.check("fieldset.consideration >> nth=3 >> input[value=na]")
    person.follow(person.page.locator("button[name=show]"))
    assert person.page.locator("#committees tbody tr").count() > 5
    assert person.page.locator("fieldset.consideration >> nth=3 >> input[value=na]").is_checked()
    assert not person.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert found + person.axe() == []
    assert person.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_it_works_with_and_without_script_and_a_file_can_be_taken_twice(demo, reader, script):
    person = reader(java_script_enabled=script)
    person.open(URL)
    person.page.fill("#id_title", "Consumer product safety management")
    for button, ending in (("docx", ".docx"), ("pdf", ".pdf")):
        with person.page.expect_download() as download:
            person.page.click(f"button[name={button}]")
        assert download.value.suggested_filename.endswith(ending)
    person.follow(person.page.locator("button[name=show]"))
    assert person.page.locator("#committees tbody tr").count() > 5
