"""A synthetic letter for measuring: refused without its setting, and otherwise a letter like any other."""

import pytest
from django.core.management import CommandError, call_command

from communications.models import Letter
from organizations.models import Contact
from post.models import Delivery, MailboxMessage, Mailing
from post.services.dispatch import send_due


def make(capsys, **options):
    call_command("make_bench_letter", **options)
    return Letter.objects.get(pk=int(capsys.readouterr().out))


def test_it_is_refused_without_the_setting(cast):
    with pytest.raises(CommandError, match="BENCH=1"):
        call_command("make_bench_letter", recipients=3)
    assert not Contact.objects.exists()


@pytest.mark.parametrize("number", [0, -1])
def test_it_asks_for_one_recipient_or_more(cast, settings, number):
    settings.BENCH = True
    with pytest.raises(CommandError, match="one recipient"):
        call_command("make_bench_letter", recipients=number)


def test_any_worker_sends_it_to_exactly_so_many(cast, settings, capsys):
    settings.BENCH = True
    letter = make(capsys, recipients=7)
    assert letter.mailing.recipients == 7
    send_due()
    assert Mailing.objects.get(pk=letter.mailing_id).state == "finished"
    assert set(letter.mailing.deliveries.values_list("state", flat=True)) == {"sent"}
    assert set(letter.mailing.deliveries.values_list("group", flat=True)) == {"ISO", "IEC", "ITU-T"}


def test_its_mail_has_about_eight_kilobytes_and_the_file_that_was_asked_for(cast, settings, capsys):
    settings.BENCH = True
    letter = make(capsys, recipients=3, attachment_kb=30)
    send_due()
    assert set(letter.mailing.deliveries.values_list("state", "detail")) == {("sent", "")}
    sizes = [len(mail.raw) for mail in MailboxMessage.objects.filter(recipient__endswith="@bench.example")]
    assert [8_000 < size - 30 * 1024 * 4 / 3 < 14_000 for size in sizes] == [True] * 3, sizes


def test_a_second_one_leaves_the_first_ones_contacts_out(cast, settings, capsys):
    settings.BENCH = True
    make(capsys, recipients=4)
    assert make(capsys, recipients=6).mailing.recipients == 6
    assert Contact.objects.filter(active=True).count() == 6


def test_accounts_are_made_where_a_portal_has_no_secretaries(db, settings, capsys):
    from organizations.tests.factories import make_organizations

    make_organizations()
    settings.BENCH = True
    assert make(capsys, recipients=2).mailing.recipients == 2


def test_release_takes_the_same_statements_for_each_thousand(cast, settings, capsys, django_assert_max_num_queries):
    """The rows are frozen in a stream: never one statement for each, never all in memory."""
    settings.BENCH = True
    with django_assert_max_num_queries(600):
        make(capsys, recipients=3000)
    assert Delivery.objects.filter(mailing__kind="letter", address__endswith="@bench.example").count() == 3000
