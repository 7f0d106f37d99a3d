"""Settings. All that differs between two servers comes from the environment or from files under CITYGRID_DATA."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from citygrid.config import message_providers, oidc
from citygrid.config.embedded import data_folder

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
DATA = data_folder()

DEBUG = os.environ.get("CITYGRID_DEBUG") == "1"
HTTPS = os.environ.get("CITYGRID_HTTPS") == "1"
PROXIES = int(os.environ.get("CITYGRID_PROXIES") or 0)
"""How many proxies of ours stand in front: so many of the last X-Forwarded-For addresses are believed."""
ALLOWED_HOSTS = os.environ.get("CITYGRID_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CITYGRID_ORIGINS", "").split(",") if o]


def _secret(name: str) -> str:
    """A secret of this server: from the environment, or from a file made on first use (mode 0600)."""
    given = os.environ.get(f"CITYGRID_{name.upper()}")
    if given:
        return given
    path = DATA / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = _secret("secret_key")
PERSONAL_KEY = _secret("personal_key")
# Former keys that rows may still need while they are sealed anew (trust/rekeying.py); one a line in their file.
_FORMER = DATA / "keys" / "personal_keys_before"
PERSONAL_KEYS_BEFORE = (
    os.environ.get("CITYGRID_PERSONAL_KEYS_BEFORE", "").replace(",", " ").split()
    or (_FORMER.read_text().split() if _FORMER.exists() else [])
)


def _database() -> dict[str, object]:
    """DATABASE_URL (postgresql://user:password@host:port/name?options) as Django wants it."""
    url = urlsplit(os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/citygrid"))
    options: dict[str, object] = dict(parse_qsl(url.query))
    host = str(options.pop("host", url.hostname or ""))
    options["pool"] = {"min_size": 1, "max_size": int(os.environ.get("CITYGRID_POOL", "8")), "timeout": 30}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or "citygrid",
        "USER": unquote(url.username or "postgres"),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,  # a connection of the pool that the server ended meanwhile costs nobody an answer
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "axes",
    "citygrid.trust",
    "citygrid.messages",
    "citygrid.media",
    "citygrid.areas",
    "citygrid.organization",
    "citygrid.web",
    "citygrid.rulebook",
    "citygrid.maps",
    "citygrid.basedata",
    "citygrid.geocoding",
    "citygrid.cases",
    "citygrid.personal",
    "citygrid.reception",
    "citygrid.collection",
    "citygrid.coordination",
    "citygrid.evaluation",
    "citygrid.bulletins",
    "citygrid.history",
    "citygrid.console",
    "citygrid.demo",
    "citygrid.config",
]
AUTH_USER_MODEL = "organization.Person"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "citygrid.web.limiting.limited",
    "citygrid.web.keyed.keyed",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "citygrid.web.policy.content_policy",
    "citygrid.web.downloads.noted",
    "citygrid.web.guarding.Guard",
    "axes.middleware.AxesMiddleware",  # last: it answers for the sign-in page when that is locked
]

ROOT_URLCONF = "citygrid.config.urls"
WSGI_APPLICATION = "citygrid.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "citygrid.web.context.page",
            ]
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Hosts of an inner network that a map layer may be loaded from (an own map server), parted by commas.
MAP_HOSTS = tuple(host for host in os.environ.get("CITYGRID_MAP_HOSTS", "").split(",") if host)

STATIC_URL = "static/"
# Bytes of a request's body: of those who are signed in (pages that take large files say so), and of strangers.
BODY_MOST = int(os.environ.get("CITYGRID_BODY_MB") or 100) * 1_000_000
BODY_OF_STRANGERS = 1_000_000
# A virus scanner: a command, or clamd:/path/of/its.socket, or clamd:HOST:PORT (media/scanning.py). While it does not
# answer, files are refused; `mark` takes and marks them, and a job scans them later.
SCANNER = os.environ.get("CITYGRID_SCANNER", "")
SCANNER_DOWN = os.environ.get("CITYGRID_SCANNER_DOWN", "refuse")
SCANNER_SECONDS = float(os.environ.get("CITYGRID_SCANNER_SECONDS") or 60)
MEDIA_STORE = Path(os.environ.get("CITYGRID_MEDIA", DATA / "media"))
SESSION_ENGINE = "citygrid.organization.sessions"
# How long a session lasts without anybody there, and at most; a role may say otherwise (roles.toml).
SESSION_IDLE_MINUTES = int(os.environ.get("CITYGRID_IDLE_MINUTES") or 60)
SESSION_LONGEST_HOURS = int(os.environ.get("CITYGRID_LONGEST_HOURS") or 12)
SIGN_INS_KEPT_DAYS = 180
# So long ago at most somebody proved who they are before a sensitive act (organization/signing/reauthentication.py).
REAUTHENTICATION_MINUTES = int(os.environ.get("CITYGRID_CONFIRM_MINUTES") or 15)
# Providers of single sign-on, from oidc.toml in the data folder or CITYGRID_OIDC_* (config/oidc.py).
OIDC_PROVIDERS = oidc.providers(DATA, os.environ)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# `__Host-`: a browser takes such a cookie from this very host over TLS only (ASVS 3.3.3).
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked by machines beside the server, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
LOGIN_URL = "/sign-in/"

# Five wrong passwords for one login from one address lock it for a quarter of an hour (等级保护三级).
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# So many of one address for all logins together, and of one login from all addresses, lock as well (guessing.py).
AXES_HANDLER = "citygrid.organization.signing.guessing.Guesses"
GUESSES_OF_ADDRESS = int(os.environ.get("CITYGRID_GUESSES_OF_ADDRESS") or 40)
GUESSES_OF_LOGIN = int(os.environ.get("CITYGRID_GUESSES_OF_LOGIN") or 20)
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "citygrid.organization.pages.locked"
AXES_CLIENT_IP_CALLABLE = "citygrid.organization.addresses.address_of"
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = AXES_DISABLE_ACCESS_LOG = False
AXES_SENSITIVE_PARAMETERS = ["username", "password", "code", "confirm_secret"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login", "name", "pinyin"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "citygrid.organization.signing.passwords.Mixed"},
]

# Most requests a minute from one address (IPv6: one /64) by strangers; CITYGRID_RATES="public=1200,health=0" changes
# some, 0 is no limit. Whoever is signed in is not counted (web/limiting.py).
RATE_LIMITS = {"sign_in": 60, "bad_key": 60, "health": 240, "public": 600}
_RATES = (one.partition("=") for one in os.environ.get("CITYGRID_RATES", "").split(","))
RATE_LIMITS |= {name: int(most) for name, _is, most in _RATES if most}
SIGN_IN_ADDRESSES = ("/sign-in/",)
"""Addresses whose forms are counted as trying to sign in, whoever sends them."""

# Bytes of a form without files, and of JSON sent to the API; fields and files of one form (web/guarding.py, brief.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 40
API_BODY_BYTES = 1_000_000

# Access keys: most requests of one key, where it has no limits of its own (organization/keys.py).
KEY_PER_MINUTE = int(os.environ.get("CITYGRID_KEY_PER_MINUTE") or 1_200)
KEY_PER_DAY = int(os.environ.get("CITYGRID_KEY_PER_DAY") or 200_000)

# Static files straight from the packages' folders; set-up packs the large ones (.gz beside them).
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

# Messages out of the house (docs/notifications.md): providers from messages.toml in the data folder; the address under
# which people know this site, for links in messages; whom a push service may write to; services that browsers name.
MESSAGE_PROVIDERS = message_providers.providers(DATA)
SITE_ADDRESS = os.environ.get("CITYGRID_ADDRESS", "")
VAPID_KEY = _secret("push_key")
VAPID_CONTACT = os.environ.get("CITYGRID_PUSH_CONTACT") or SITE_ADDRESS or "mailto:postmaster@localhost.localdomain"
PUSH_SERVICES = tuple(
    (
        os.environ.get("CITYGRID_PUSH_SERVICES")
        or "fcm.googleapis.com,updates.push.services.mozilla.com,.notify.windows.com,.push.apple.com"
    ).split(",")
)

# Jobs are found in every package's `jobs.py`.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Live push: which topics a signed-in person may hear; a callable (person id) -> set of topics.
PUSH_TOPICS = "citygrid.organization.pushed.topics"
# And whether a person may hear of one case; a callable (person id, case id) -> bool.
PUSH_CASES = "citygrid.cases.pushed.may_hear"
# Lines about the demo accounts that `serve` prints; a callable () -> list of str.
DEMO_ACCOUNTS = "citygrid.demo.accounts.lines"

# Everything to stderr; `serve` keeps each process's in var/log/<name>.log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("CITYGRID_LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "procrastinate": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
