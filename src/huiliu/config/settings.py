"""Django's settings, drawn from the environment; importing them creates nothing on disk."""

from pathlib import Path

from django.utils.functional import lazy

from huiliu.apps.accounts import policy
from huiliu.config import environment, logs
from huiliu.config.cache import TABLE
from huiliu.config.keys import Keyring, OlderSecrets
from huiliu.config.look import UNFOLD as UNFOLD  # noqa: PLC0414 -- Django reads it here
from huiliu.kernel.clock import SystemClock

ENVIRONMENT = environment.load()
HOME = environment.Home(ENVIRONMENT.home.absolute())
HUILIU_HOME = HOME.root
HUILIU_KEYS = Keyring(HOME.keys)
HUILIU_CLOCK = SystemClock()  # the one clock of this process; tests set another
HUILIU_DIVISION = ENVIRONMENT.division
HUILIU_CATALOG_ROOTS = ENVIRONMENT.catalog_roots()
HUILIU_PROXIES = ENVIRONMENT.trusted_proxies()
HUILIU_ANCHORS = Path(ENVIRONMENT.anchors).absolute() if ENVIRONMENT.anchors else HOME.anchors
HUILIU_MEMORY = ENVIRONMENT.memory(ENVIRONMENT.process)
HUILIU_RESERVE = environment.bytes_of(ENVIRONMENT.reserve)
HUILIU_LANDED_DAYS = ENVIRONMENT.landed_days

# What web/ asks of the layers above it, by dotted path.
HUILIU_WEB = {
    "has_permission": "huiliu.apps.accounts.selectors.has_permission",
    "post_label": "huiliu.apps.accounts.selectors.post_label",
    "due_page": "huiliu.apps.accounts.selectors.due_page",
    "keep_session": "huiliu.apps.accounts.services.session_keep",
    "key_caller": "huiliu.apps.accounts.services.api_key_caller",
    "network_allows": "huiliu.apps.accounts.services.network_allows",
    "record_refusal": "huiliu.apps.audit.services.record_refusal",
    "banners": "huiliu.apps.control.banners.banners",
    "as_of": "huiliu.config.freshness.as_of",
    "is_demo": "huiliu.config.freshness.is_demo",
}

ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 -- addresses to listen on are not names to answer to

DEBUG = ENVIRONMENT.dev
SECRET_KEY = lazy(HUILIU_KEYS.secret, str)()  # made on first use, not on import
SECRET_KEY_FALLBACKS = OlderSecrets(HUILIU_KEYS)
ALLOWED_HOSTS = sorted({"127.0.0.1", "localhost", "[::1]", *ENVIRONMENT.names, ENVIRONMENT.host} - ANY_ADDRESS)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "huiliu.web.apps.HuiliuAdminConfig",
    "huiliu.web.apps.WebConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",
    "huiliu.apps.audit",
    "huiliu.apps.accounts",
    "huiliu.apps.jobs",
    "huiliu.apps.control",
    "huiliu.apps.exports",
    "huiliu.apps.datahub",
    "huiliu.apps.query",
    "huiliu.apps.lists",
    "huiliu.apps.reports",
    "huiliu.apps.funds",
    "huiliu.apps.fundsafety",
    "huiliu.apps.performance",
]

MIDDLEWARE = [
    "huiliu.web.client.TrustedForwarding",
    "django.middleware.security.SecurityMiddleware",
    "huiliu.web.middleware.SecurityHeaders",
    "huiliu.web.middleware.RequestFence",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "huiliu.web.limits.RateLimits",
    "huiliu.web.middleware.LiveSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "huiliu.web.middleware.DeclaredAccess",
]

ROOT_URLCONF = "huiliu.config.urls"
WSGI_APPLICATION = "huiliu.config.wsgi.application"
CSRF_FAILURE_VIEW = "huiliu.web.errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": environment.database_config(ENVIRONMENT.database, HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": policy.PASSWORD_LENGTH},
    },
    {"NAME": "huiliu.apps.accounts.policy.MixedSigns"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "accounts:login"

# A browser takes a __Host- cookie over TLS only, for this host and the whole of it: no other host can plant one.
PREFIX = "__Host-" if ENVIRONMENT.https else ""
SESSION_COOKIE_NAME = f"{PREFIX}huiliu_session"
SESSION_COOKIE_AGE = ENVIRONMENT.session_hours * 3600  # the idle time-out is measured on our own row
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{PREFIX}huiliu_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ENVIRONMENT.names] if ENVIRONMENT.https else []
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

# A whole request, files included; then what of it may be fields or JSON, and how many of each.
HUILIU_BODY_LIMIT = 32 * 1024 * 1024
HUILIU_LARGEST_BODY = 256 * 1024 * 1024  # of a page that takes whole folders, from who may open it
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # tables checked together; more come as one archive
FILE_UPLOAD_PERMISSIONS = 0o600

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
LOCALE_PATHS = [str(environment.PACKAGE / "locale")]
FORMAT_MODULE_PATH = "huiliu.config.formats"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # files come straight from the wheels: no collectstatic step
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

CACHES = {
    "default": {
        "BACKEND": "huiliu.config.cache.SharedCache",
        "LOCATION": TABLE,
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
# How often, and within how many seconds; counted over all processes (web/limits.py).
HUILIU_LIMITS = {"sign_in": (30, 300), "api": (600, 60), "errors": (600, 60)}

LOGGING = logs.logging_config(HOME.logs, ENVIRONMENT.process)
logs.configure()
