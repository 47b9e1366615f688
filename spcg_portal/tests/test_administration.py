"""The administration: one way in, the throttled one, and nothing by which somebody acts for another."""

import pytest
from django.test import Client


@pytest.fixture
def administrator(client_of):
    return client_of("administrator")


def test_sign_in_to_the_administration_is_the_throttled_one(cast):
    client = Client()
    page = client.get("/admin/login/?next=/admin/")
    assert page.headers["Location"] == "/accounts/login/?next=/admin/"
    cast.administrator.set_password("a long enough password")
    cast.administrator.save()
    client.post("/admin/login/", {"username": cast.administrator.email, "password": "a long enough password"})
    assert "_auth_user_id" not in client.session


def test_next_of_the_administration_leads_to_this_site_only(db):
    page = Client().get("/admin/login/?next=https://evil.example/")
    assert "evil" not in page.headers["Location"]


def test_administration_is_not_there_for_others(client_of):
    client = client_of("iso_secretary")
    assert client.get("/admin/", follow=True).status_code == 404


@pytest.mark.parametrize("path", ["account/emailaddress/", "account/emailaddress/add/", "auth/group/"])
def test_administrator_adds_no_second_address_to_another_account(administrator, path):
    assert administrator.get(f"/admin/{path}").status_code == 404


def test_administrator_opens_the_administration(administrator):
    assert administrator.get("/admin/").status_code == 200
