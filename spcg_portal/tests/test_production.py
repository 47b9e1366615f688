"""Without DEMO the start is production: unsafe settings and demonstration accounts are refused."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.models import User
from spcg_portal.startup import DEMO_PASSWORD, refuse_demonstration_accounts
from spcg_portal.tests.processes import PRODUCTION, clean_environment, free_port, python

READ_SETTINGS = "import spcg_portal.settings as s; print(s.DEMO, s.DEBUG)"


def test_production_settings_are_accepted(tmp_path):
    result = python("-c", READ_SETTINGS, env=clean_environment(tmp_path, **PRODUCTION))
    assert (result.stdout, result.stderr) == ("False False\n", "")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set, to at least 50 characters"),
        ({"SECRET_KEY": "django-insecure-" + "k7-" * 20}, "SECRET_KEY must be set"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": "portal.example.org,*"}, "without a wildcard"),
        ({"SITE_URL": "http://portal.example.org"}, "SITE_URL must be the portal's https address"),
        ({"EMAIL_URL": ""}, "EMAIL_URL must name the mail server"),
    ],
    ids=lambda value: " ".join(f"{name}={text[:24]}" for name, text in value.items()) if type(value) is dict else "",
)
def test_unsafe_production_settings_are_refused(tmp_path, variables, words):
    result = python("-c", READ_SETTINGS, env=clean_environment(tmp_path, **{**PRODUCTION, **variables}))
    assert result.returncode == 1
    assert words in result.stderr.splitlines()[-1]


def test_empty_environment_lists_every_fault_at_once(tmp_path):
    result = python("-c", READ_SETTINGS, env=clean_environment(tmp_path))
    assert [name for name in PRODUCTION if name in result.stderr.splitlines()[-1]] == list(PRODUCTION)


def test_check_deploy_prints_nothing(tmp_path):
    env = clean_environment(tmp_path, **PRODUCTION)
    result = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", env=env)
    assert result.returncode == 0, result.stderr
    # Django counts to zero on its standard output; every finding goes to the other.
    assert (result.stdout, result.stderr) == ("System check identified no issues (0 silenced).\n", "")


@pytest.mark.django_db
class TestAccounts:
    """Which accounts keep production from starting."""

    @pytest.fixture(autouse=True)
    def _production(self, settings, monkeypatch):
        settings.DEMO = False
        monkeypatch.setattr("spcg_portal.startup.connections.close_all", lambda: None)

    def test_known_password_at_a_demonstration_address_is_refused(self):
        User.objects.create_user("iso.secretary@spcg.example", DEMO_PASSWORD)
        with pytest.raises(ImproperlyConfigured, match=r"known password: iso\.secretary@spcg\.example"):
            refuse_demonstration_accounts()

    def test_disabled_account_is_no_danger(self):
        User.objects.create_user("iso.secretary@spcg.example", DEMO_PASSWORD, is_active=False)
        refuse_demonstration_accounts()

    def test_changed_password_is_no_danger(self):
        User.objects.create_user("iso.secretary@spcg.example", "9 cranes over Geneva")
        refuse_demonstration_accounts()

    def test_demonstration_itself_starts(self, settings):
        settings.DEMO = True
        User.objects.create_user("iso.secretary@spcg.example", DEMO_PASSWORD)
        refuse_demonstration_accounts()


DEMONSTRATION_DATABASE = """
import django
django.setup()
from django.core.management import call_command
from core.models import User
call_command("migrate", "core", verbosity=0)
User.objects.create_user("admin@spcg.example", "spcg-demo")
"""


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """The environment of a production start on a demonstration's database."""
    var = tmp_path_factory.mktemp("demonstration")
    env = clean_environment(var, DEMO="1", DJANGO_SETTINGS_MODULE="spcg_portal.settings")
    made = python("-c", DEMONSTRATION_DATABASE, env=env)
    assert made.returncode == 0, made.stderr
    # Nobody listens there: the refusal comes before the broker is asked.
    redis = f"redis://127.0.0.1:{free_port()}/0"
    return clean_environment(var, **PRODUCTION, REDIS_URL=redis)


@pytest.mark.parametrize(
    "command",
    [
        "gunicorn -c spcg_portal/gunicorn.py -b 127.0.0.1:{port} spcg_portal.wsgi",
        "gunicorn -b 127.0.0.1:{port} --no-control-socket spcg_portal.wsgi",
        "celery -A spcg_portal worker",
    ],
)
def test_process_refuses_to_start_on_demonstration_accounts(demonstration, command):
    result = python("-m", *command.format(port=free_port()).split(), env=demonstration)
    assert result.returncode != 0
    assert "demonstration accounts with their known password: admin@spcg.example" in result.stdout + result.stderr


def test_process_refuses_to_start_on_an_empty_database(tmp_path):
    result = python("-c", "import spcg_portal.wsgi", env=clean_environment(tmp_path, **PRODUCTION))
    assert result.returncode == 1
    assert "has `manage.py migrate` been run?" in result.stderr.splitlines()[-1]


def test_second_web_process_without_redis_is_refused(tmp_path):
    command = f"gunicorn -c spcg_portal/gunicorn.py -w 2 -b 127.0.0.1:{free_port()} spcg_portal.wsgi"
    result = python("-m", *command.split(), env=clean_environment(tmp_path, DEMO="1"))
    assert result.returncode == 1
    assert "Without REDIS_URL the portal runs in one web process" in result.stderr
