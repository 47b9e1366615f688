import pytest


@pytest.fixture(autouse=True)
def _stored_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
