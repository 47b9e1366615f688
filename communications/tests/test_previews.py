"""What is typed is shown as it will be read, with a script and without one, and nothing of it is kept."""

import pytest
from django.urls import reverse

from communications.models import Cover, Letter
from communications.tests.factories import make_letter

ADDRESS = reverse("communications:preview")


def page(response):
    assert response.status_code == 200
    return response.content.decode()


def test_text_is_shown_as_its_recipients_read_it(cast, client_of):
    client = client_of("iec_secretary")
    shown = page(client.post(ADDRESS, {"body": "Dear {name},\r\n\r\n**Read** this from {organization}. {{7*7}}"}))
    assert "Dear [name of the recipient]," in shown
    assert "<strong>Read</strong> this from IEC. {{7*7}}" in shown
    assert "Unknown placeholder" not in shown


def test_unknown_placeholder_is_said_while_it_is_typed(cast, client_of):
    shown = page(client_of("iec_secretary").post(ADDRESS, {"body": "{titel} and {naem} <script>x</script>"}))
    assert "Unknown placeholders {titel}, {naem}" in shown
    assert "<script>" not in shown


@pytest.mark.parametrize("body", ["", " \x00 ", "x" * 100_000, "{" * 3000, "[" * 3000])
def test_preview_stands_whatever_is_typed(cast, client_of, body):
    assert page(client_of("iec_secretary").post(ADDRESS, {"body": body}))


@pytest.mark.parametrize("who", ["iso_member", "observer", "administrator", "outsider"])
def test_preview_is_for_those_who_write(cast, client_of, who):
    letter = make_letter(cast)
    assert client_of(who).post(ADDRESS, {"body": "x"}).status_code == 404
    cover = reverse("communications:preview_cover", args=[letter.pk, "iso"])
    assert client_of(who).post(cover, {"salutation": "x"}).status_code == 404


def test_button_without_script_shows_the_text_and_keeps_all_that_was_typed(cast, client_of):
    client = client_of("iec_secretary")
    form = {"subject": "Half", "body": "Of {organization}.", "organizations": [cast.IEC.pk], "capacities": ["convenor"]}
    answer = client.post(reverse("communications:draft_letter"), {**form, "preview": "yes"})
    shown = page(answer)
    assert "Of IEC." in shown
    assert 'value="Half"' in shown
    values = {name: answer.context["form"][name].value() for name in ("organizations", "capacities")}
    assert values == {"organizations": [str(cast.IEC.pk)], "capacities": ["convenor"]}
    assert "errsum" not in shown
    assert Letter.objects.count() == 0


def test_preview_of_an_edit_saves_nothing_and_keeps_the_version(cast, client_of):
    letter = make_letter(cast)
    address = reverse("communications:edit_letter", args=[letter.pk])
    form = {"subject": "S", "body": "**Mine**", "version": letter.version, "preview": "yes"}
    shown = page(client_of("iec_secretary").post(address, form))
    assert "<strong>Mine</strong>" in shown
    assert f'name="version" value="{letter.version}"' in shown
    assert Letter.objects.get().body == letter.body


def test_cover_is_shown_as_it_is_typed(cast, client_of):
    letter = make_letter(cast)
    client = client_of("iec_secretary")
    form = {"reference": "AC/99/2020", "salutation": "Dear {titel} {name},", "dated_on": "1 December 2020"}
    form["place"] = "Bern"
    shown = page(client.post(reverse("communications:preview_cover", args=[letter.pk, "iec"]), form))
    for words in ("AC/99/2020", "[name of the recipient]", "Bern, 1 December 2020", "Unknown placeholder {titel}"):
        assert words in shown
    assert client.post(reverse("communications:preview_cover", args=[letter.pk, "iso"]), form).status_code == 404
    form = {**form, "preview": "yes", "dated_on": "never"}
    shown = page(client.post(reverse("communications:edit_cover", args=[letter.pk, "iec"]), form))
    assert 'value="never"' in shown
    assert "AC/99/2020" in shown
    assert not Cover.objects.filter(reference="AC/99/2020").exists()
