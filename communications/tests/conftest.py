import pytest


@pytest.fixture(autouse=True)
def mailbox(settings):
    """Mail of these tests lands in the portal's own mailbox, as in the demonstration."""
    settings.EMAIL_BACKEND = "post.mailbox.MailboxBackend"
