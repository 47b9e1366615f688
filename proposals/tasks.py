"""The doorway for Celery: suggestions and the vectors they rest on, received files, and reminders that are due."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="proposals.encode_due", ignore_result=True)
def encode_due() -> None:
    """Works out some of the vectors that are missing; what is left is found by the next pass."""
    from proposals.services import vectors

    vectors.encode_due()


@shared_task(name="proposals.suggest_due", ignore_result=True)
def suggest_due() -> None:
    """Works out the likely related committees of some proposals; what is left is found by the next pass."""
    from proposals.services import suggestions

    suggestions.suggest_due()


@shared_task(name="proposals.remind_due", ignore_result=True)
def remind_due() -> None:
    """Reminds those who have not answered of the deadlines that are near; what was missed is found by the next pass."""
    from proposals.services import reminders

    reminders.remind_due()


@shared_task(name="proposals.remind_of_results", ignore_result=True)
def remind_of_results() -> None:
    """Reminds the secretaries of boards that have met and of whose result nothing is recorded."""
    from proposals.services import boards

    boards.remind_of_results()


@shared_task(name="proposals.empty_trays", ignore_result=True)
def empty_trays() -> None:
    """Removes files chosen in forms that nobody will send any more."""
    from proposals.services import tray

    tray.empty_left_trays()


@shared_task(name="proposals.read_files", ignore_result=True)
def read_files() -> None:
    """Reads the words of the received files that the search does not know yet; the beat comes again."""
    from proposals.services import reading

    reading.read_files()
