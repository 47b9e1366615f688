"""Invitations: single use, bound to the address, seven days; what does not work says why and can be asked anew."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from core.moves import AlreadyDone, NotAllowed, Refused
from organizations.models import Invitation
from organizations.services.invitations import accept_invitation, ask_invitation_again, invite
from organizations.services.people import disable_account, open_account
from organizations.tests.factories import make_appointment, make_user
from post.models import Body, Delivery

PASSWORD = "cranes over Geneva 9"
TYPED = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def newcomer(cast):
    cache.clear()
    user = make_user("Third ISO member", email="third@spcg.example")
    make_appointment(user, "member", cast.ISO)
    return user


def secret_of(user) -> str:
    """As it stands in the newest mail to this person."""
    body = Body.objects.filter(mailing__deliveries__account=user).latest("pk")
    return re.search(r"/invitation/([\w-]{20,})/", body.text)[1]


def invited(user, by, **more) -> str:
    invite(user, by, **more)
    return secret_of(user)


def test_appointing_somebody_new_sends_an_invitation_that_opens_the_account(cast):
    appointment = open_account(
        cast.administrator, email="new@spcg.example", label="New member", role="member", organization=cast.ISO
    )
    client, secret = Client(), secret_of(appointment.user)
    page = client.get(f"/invitation/{secret}/").content.decode()
    assert "New member" in page
    assert not appointment.user.has_usable_password()
    assert client.post(f"/invitation/{secret}/", TYPED).headers["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session
    signed = client.post("/accounts/login/", {"login": "new@spcg.example", "password": PASSWORD})
    assert signed.headers["Location"] == "/"
    assert {entry.action for entry in appointment.user.history.all()} == {"appoint", "invite", "accept"}


def test_somebody_with_a_password_is_told_without_a_secret(cast):
    user = cast.observer
    user.set_password(PASSWORD)
    user.save()
    open_account(cast.administrator, email=user.email, label="Member", role="member", organization=cast.ISO)
    assert not Invitation.objects.exists()
    assert user.notifications.get().kind == "invitation"


def test_link_works_once(cast, newcomer):
    """Seen red without the condition that it is unused."""
    secret = invited(newcomer, cast.administrator)
    accept_invitation(secret, PASSWORD)
    with pytest.raises(Refused, match="was used on"):
        accept_invitation(secret, "another password 7")
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)
    page = Client().get(f"/invitation/{secret}/")
    assert page.status_code == 410
    assert "was used on" in page.content.decode()
    assert 'name="password1"' not in page.content.decode()


def test_link_ends_after_seven_days(cast, newcomer):
    """Seen red with links that never end, and with eight days."""
    secret = invited(newcomer, cast.administrator, at=timezone.now() - timedelta(days=7, seconds=1))
    with pytest.raises(Refused, match="It ended on"):
        accept_invitation(secret, PASSWORD)
    page = Client().post(f"/invitation/{secret}/", TYPED)
    assert (page.status_code, "It ended on" in page.content.decode()) == (410, True)
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()
    accept_invitation(invited(newcomer, cast.administrator, at=timezone.now() - timedelta(days=6)), PASSWORD)


def test_newer_invitation_ends_the_earlier_one(cast, newcomer):
    first, second = (invited(newcomer, cast.administrator) for _n in range(2))
    with pytest.raises(Refused, match="ended"):
        accept_invitation(first, PASSWORD)
    assert accept_invitation(second, PASSWORD) == newcomer


def test_link_is_bound_to_the_address(cast, newcomer):
    """Seen red without the comparison."""
    secret = invited(newcomer, cast.administrator)
    newcomer.email = "other@spcg.example"
    newcomer.save()
    with pytest.raises(Refused, match="another address"):
        accept_invitation(secret, PASSWORD)
    assert Invitation.objects.get().used_at is None
    assert "another address" in Client().get(f"/invitation/{secret}/").content.decode()


def test_link_of_somebody_else_waits_and_says_whose_it_is(cast, newcomer, client_of):
    """Seen red without the question who is signed in."""
    secret = invited(newcomer, cast.administrator)
    client = client_of("iso_member")
    for answer in (client.get(f"/invitation/{secret}/"), client.post(f"/invitation/{secret}/", TYPED)):
        assert answer.status_code == 409
        assert "You are signed in as ISO member; the invitation is for Third ISO member." in answer.content.decode()
    assert not cast.iso_member.has_usable_password()
    accept_invitation(secret, PASSWORD)


def test_closed_account_accepts_nothing(cast, newcomer):
    secret = invited(newcomer, cast.administrator)
    disable_account(newcomer, cast.administrator)
    with pytest.raises(Refused, match="closed"):
        accept_invitation(secret, PASSWORD)


def test_only_a_digest_is_kept_and_the_ledger_forgets_the_mail(cast, newcomer):
    secret = invited(newcomer, cast.administrator)
    assert secret not in str(list(Invitation.objects.values()))
    assert Body.objects.get(mailing__deliveries__account=newcomer).secret


def test_weak_and_differing_passwords_are_said_and_use_up_nothing(cast, newcomer):
    secret, client = invited(newcomer, cast.administrator), Client()
    weak = client.post(f"/invitation/{secret}/", dict.fromkeys(TYPED, "password"))
    assert "too common" in weak.content.decode()
    differ = client.post(f"/invitation/{secret}/", {**TYPED, "password2": "x"})
    assert "The two passwords differ" in differ.content.decode()
    assert Invitation.objects.get().used_at is None


def test_unknown_link_explains_itself(db):
    page = Client().get("/invitation/nothing-of-ours/")
    assert page.status_code == 404
    assert "Ask for another invitation" in page.content.decode()


def test_asking_again_reads_the_same_for_every_address(cast, newcomer):
    known = cast.iso_member
    known.set_password(PASSWORD)
    known.save()
    pages = []
    for email in (newcomer.email.upper(), known.email, "nobody@spcg.example", cast.disabled.email, cast.outsider.email):
        answer = Client().post("/invitation/", {"email": email}, follow=True)
        pages.append(answer.content.decode())
    assert len(set(pages)) == 1
    assert [row.user for row in Invitation.objects.all()] == [newcomer]
    assert Delivery.objects.count() == 1


def test_asking_again_is_throttled(cast, newcomer):
    client = Client()
    answers = [client.post("/invitation/", {"email": newcomer.email}).status_code for _n in range(6)]
    assert answers == [302] * 5 + [429]


def test_trying_links_is_throttled(db):
    cache.clear()
    answers = [Client().get(f"/invitation/guess-{n}/").status_code for n in range(31)]
    assert answers[-1] == 429


def test_administrator_sends_a_new_invitation_and_nobody_else(cast, newcomer, client_of):
    with pytest.raises(NotAllowed):
        invite(newcomer, cast.iso_secretary)
    client_of("administrator").post(f"/people/{newcomer.pk}/invite/")
    assert newcomer.invitations.count() == 1
    accept_invitation(secret_of(newcomer), PASSWORD)
    newcomer.refresh_from_db()
    with pytest.raises(AlreadyDone):
        invite(newcomer, cast.administrator)
    assert not ask_invitation_again(newcomer.email)


def test_first_administrator_is_invited_from_the_command_line(db):
    call_command("set_up", verbosity=0)
    call_command("appoint", "first@spcg.example", role="administrator", label="Administrator")
    user = Invitation.objects.get().user
    assert accept_invitation(secret_of(user), PASSWORD).is_staff
