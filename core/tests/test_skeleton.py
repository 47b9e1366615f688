"""The house stands: it migrates, signs people in and shows Home."""

from django.test import Client


def test_home_asks_for_sign_in(db):
    response = Client().get("/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/login/?next=/"


def test_home_greets_every_appointed_person(cast, client_of):
    for name in ("iso_secretary", "itu_t_member", "observer", "administrator"):
        assert client_of(name).get("/").status_code == 200
