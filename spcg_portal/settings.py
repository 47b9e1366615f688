"""Settings of the portal, read from the environment, failing loudly.

Two ways to run, one code: without DATABASE_URL and REDIS_URL the portal keeps everything in SQLite and
runs Celery inside its own process; with both it uses PostgreSQL, Redis and separate workers.
DEMO=1 permits demonstration accounts and keeps mail inside; without it the start is production.
"""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from spcg_portal import sign_in
from spcg_portal.beat import BOUNCES, SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("SPCG_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _demo_secret() -> str:
    """One generated key per folder of data, so that sessions survive a restart of the demonstration."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.write_text(get_random_secret_key())
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or (_demo_secret() if DEMO else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO else [])
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}" if DEMO else "").rstrip("/")
EMAIL_URL = env.str("EMAIL_URL", default="")
MAIL_ALLOW = env.list("MAIL_ALLOW", default=[".example"])
TRUSTED_PROXY = env.list("TRUSTED_PROXY", default=[])


def _refuse_unsafe_production() -> None:
    """Production starts only with a real secret, named hosts, an https address and a mail server."""
    faults = {
        "SECRET_KEY must be set, to at least 50 characters": len(SECRET_KEY) < 50
        or len(set(SECRET_KEY)) < 5
        or "insecure" in SECRET_KEY,
        "DEBUG must be off": DEBUG,
        "ALLOWED_HOSTS must name the hosts, without a wildcard": not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS,
        "SITE_URL must be the portal's https address": not SITE_URL.startswith("https://"),
        "EMAIL_URL must name the mail server": not EMAIL_URL,
    }
    wrong = [text for text, found in faults.items() if found]
    if wrong:
        raise ImproperlyConfigured("Production settings refused (DEMO=1 starts a demonstration): " + "; ".join(wrong))


if not DEMO and "collectstatic" not in sys.argv:
    _refuse_unsafe_production()

ROOMS = "core post organizations documents meetings landscape proposals communications reports publications spcg_portal"
INSTALLED_APPS = [
    *ROOMS.split(),
    *(f"django.contrib.{name}" for name in "admin auth contenttypes sessions messages staticfiles".split()),
    "django.forms",
    "allauth",
    *sign_in.APPS,
    *"crispy_forms crispy_bootstrap5 bootstrap django_htmx csp".split(),
]
MIDDLEWARE = [
    "core.middleware.trusted_proxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "spcg_portal.second_factor.SecondFactorMiddleware",
    "core.middleware.last_visit",
    "core.middleware.drop_saved_draft",
]
ROOT_URLCONF = "spcg_portal.urls"
WSGI_APPLICATION = "spcg_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "core.templatetags.portal"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.portal",
                "organizations.context.standing",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    # A file, not memory: the live server's threads and Celery's worker each open their own connection.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CELERY_EMBEDDED = not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else {"polling_interval": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# In memory: no file to keep, and no stroke to catch up, since due work is found by query.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

AUTH_USER_MODEL = "core.User"
vars().update({name: value for name, value in vars(sign_in).items() if name.isupper()})

LANGUAGE_CODE = "en"  # not en-gb: one catalogue is asked instead of six
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Zurich"
FORMAT_MODULE_PATH = ["core.formats"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_ROOT = VAR_DIR / "files"
# Hashed names need collectstatic, half a minute that a demonstration does not have.
WHITENOISE_USE_FINDERS = DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
UPLOAD_LIMIT = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "post.mailbox.MailboxBackend"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="SPCG portal <portal@spcg.example>")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{f"{kind}-src": [SELF] for kind in ("script", "style", "img", "font", "connect", "frame")},
        "form-action": [SELF, *sign_in.OIDC_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not DEMO:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# The folder of the sentence encoder, in the layout of sentence-transformers; without one, words alone rank.
ENCODER_DIR = Path(env.str("ENCODER_DIR", default="") or BASE_DIR / "var" / "encoder")
VECTORS_DIR = VAR_DIR / "vectors"

# Rules of the house, one place.
REPLY_WITHIN_DAYS = env.int("REPLY_WITHIN_DAYS", default=28)
REMINDER_DAYS = env("REMINDER_DAYS", cast=[int], default=[7, 3, 1])
STEP_REMINDER_DAYS = env("STEP_REMINDER_DAYS", cast=[int], default=[1, 7, 30])
RESULT_REMINDER_DAYS = env("RESULT_REMINDER_DAYS", cast=[int], default=[3, 10, 30])
HOLD_SECONDS = env.int("HOLD_SECONDS", default=60)
CONTACT_RETENTION_DAYS = env.int("CONTACT_RETENTION_DAYS", default=730)
POST_LEASE_SECONDS = env.int("POST_LEASE_SECONDS", default=120)
POST_JOURNAL = env.str("POST_JOURNAL", default=str(VAR_DIR / "journal"))
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_MAILBOX = env.str("BOUNCE_MAILBOX", default="")
CELERY_BEAT_SCHEDULE = {**SCHEDULE, **BOUNCES} if BOUNCE_MAILBOX else SCHEDULE
BENCH = env.bool("BENCH", default=False)
