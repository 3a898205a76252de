"""Every setting of the project, read from the environment. `.env.example` explains each variable.

No input or output happens here but the reading of NAME_FILE secrets. What is wrong is not an exception
but a system check with an id and a sentence (`aihelper.checks`), so that `manage.py check` lists it all.
"""

from datetime import timedelta
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from aihelper.lib.environment import ROOT, data_dir

env = environ.FileAwareEnv()

BASE_DIR = ROOT
DATA_DIR = data_dir()

# --- Server -----------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Pages that may call the API or open a socket, as scheme://host[:port]. The site's own origin always may.
TRUSTED_ORIGINS = env.list("TRUSTED_ORIGINS", default=[])
# How many proxies in front of the server overwrite X-Forwarded-For and -Proto; 0 believes no such header.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
HTTPS = env.bool("HTTPS", False)

SECRET_KEY = env.str("SECRET_KEY", "")
JWT_KEY = env.str("JWT_KEY", "")
FIELD_KEYS = env.str("FIELD_KEYS", "")
# Signs what is sent to push services; browsers subscribe to its public half.
VAPID_KEY = env.str("VAPID_KEY", "")

ROOT_URLCONF = "aihelper.urls"
ASGI_APPLICATION = "aihelper.asgi.application"

INSTALLED_APPS = [
    "daphne",
    "unfold.apps.BasicAppConfig",
    "aihelper.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "aihelper.apps.AIHelperConfig",
    "accounts",
    "providers",
    "chat",
]

# Every one of them is async-capable (a test holds it): a sync one would bounce each request through a
# thread, and would break tasks that outlive the request (docs/decisions/async-middleware.md).
MIDDLEWARE = [
    "aihelper.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "aihelper.middleware.HeadersMiddleware",
    "aihelper.middleware.BodyGuardMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "aihelper.middleware.DatabaseAwayMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

UNFOLD = {
    "SITE_TITLE": "AI Helper",
    "SITE_HEADER": "AI Helper",
    "SITE_SYMBOL": "forum",
    "BORDER_RADIUS": "8px",
    # The colours are in aihelper/admin.css: the theme's own way is a <style>, which the content policy refuses.
    "STYLES": ["aihelper.admin_site.stylesheet"],
    "SCRIPTS": ["aihelper.admin_site.script"],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "aihelper.admin_site.icon"}],
}

# --- Data -------------------------------------------------------------------------------------------
_SQLITE_OPTIONS = {
    # Measured: without these, 8 writers fail at once with "database is locked"; with them none does.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;PRAGMA foreign_keys=ON"
    ),
}
_MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "isolation_level": "read committed",
    "init_command": (
        "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
        "ERROR_FOR_DIVISION_BY_ZERO', innodb_lock_wait_timeout=5, time_zone='+00:00'"
    ),
}
_default_database = env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'aihelper.sqlite3'}")
# Another engine's driver is not installed, and its import would end in a traceback before check E007 can speak.
DATABASE_ENGINE = _default_database.get("ENGINE", "")
if DATABASE_ENGINE not in {"django.db.backends.sqlite3", "django.db.backends.mysql"}:
    _default_database["ENGINE"] = "django.db.backends.dummy"
_is_mysql = "mysql" in _default_database["ENGINE"]
_default_database["OPTIONS"] = {
    **(_MYSQL_OPTIONS if _is_mysql else _SQLITE_OPTIONS),
    **_default_database.get("OPTIONS", {}),
}
# Persistent connections leak under ASGI (measured); the engine keeps its own small pool (aihelper.lib.db).
_default_database["CONN_MAX_AGE"] = 0
if _is_mysql:
    _default_database["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_bin"}
else:
    # A file, not memory: the engine's threads need connections of their own to the same database.
    _default_database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
DATABASES = {"default": _default_database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
# Only wake-ups without data travel here; losing one costs time, never text (invariant I2).
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

# --- Files ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "staticfiles"
# Only what was built: the folder above would publish the sources and node_modules (measured).
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# Our largest body is an avatar of 2 MB; anything larger is refused before it is read.
MAX_BODY_BYTES = env.int("MAX_BODY_BYTES", 3 * 1024 * 1024)
# Exports of other programs are larger than anything else; only this one route takes them.
MAX_IMPORT_BYTES = env.int("AIHELPER_MAX_IMPORT_BYTES", 30 * 1024 * 1024)
LARGE_BODIES = {"/api/chat/imports": MAX_IMPORT_BYTES + 64 * 1024}
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

# --- People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsernameBackend"]
LOGIN_URL = "/login"
PASSWORD_HASHERS = ["accounts.hashers.LimitedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "accounts.validators.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Not in Redis: while that is away everybody stays signed in, and can sign in and out (a test holds it).
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Browsers do not tell the ports of one host apart in cookies: without a name of its own, a second
# instance beside this one would sign its users out.
SESSION_COOKIE_NAME = ("__Host-" if HTTPS else "") + f"aihelper_session_{PORT}"
CSRF_COOKIE_NAME = ("__Host-" if HTTPS else "") + f"aihelper_csrf_{PORT}"
CSRF_TRUSTED_ORIGINS = TRUSTED_ORIGINS
CSRF_FAILURE_VIEW = "aihelper.api_errors.csrf_failure"
CORS_ALLOWED_ORIGINS = TRUSTED_ORIGINS
CORS_URLS_REGEX = r"^/api/.*$"
SIMPLE_JWT = {
    "SIGNING_KEY": JWT_KEY,
    "ALGORITHM": "HS256",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "AUDIENCE": "aihelper-api",
    "ISSUER": "aihelper",
    "LEEWAY": 10,
    "UPDATE_LAST_LOGIN": False,
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["aihelper.lib.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "aihelper.api_errors.exception_handler",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AI Helper",
    "DESCRIPTION": "The HTTP API of AI Helper. Event streams and the socket are described in docs/api.md.",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- Language and time ------------------------------------------------------------------------------
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
FORMAT_MODULE_PATH = ["aihelper.formats"]
# Before those of Django and of the theme: one thing has one name, whoever's page it stands on.
LOCALE_PATHS = [BASE_DIR / app / "locale" for app in ("aihelper", "accounts", "providers", "chat")]
USE_TZ = True
# Days and months of budgets, and the times in the administration. The database and the API keep UTC.
TIME_ZONE = env.str("AIHELPER_TIME_ZONE", "UTC")

# --- Security ---------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS: list[str] = []

# --- Chat and providers -----------------------------------------------------------------------------
# Private addresses that providers may be at, as host:port; everything else private is refused (docs/operations.md).
ALLOWED_PRIVATE_HOSTS = env.list("AIHELPER_ALLOWED_PRIVATE_HOSTS", default=[])
FIRST_PROVIDER_URL = env.str("AIHELPER_PROVIDER_URL", "")
FIRST_PROVIDER_KEY = env.str("AIHELPER_PROVIDER_KEY", "")
FIRST_PROVIDER_MODELS = env.list("AIHELPER_PROVIDER_MODELS", default=[])
FIRST_ADMIN_USERNAME = env.str("AIHELPER_ADMIN_USERNAME", "admin")
FIRST_ADMIN_PASSWORD = env.str("AIHELPER_ADMIN_PASSWORD", "")
# Off in tests: then a call to a real provider raises instead of leaving the machine.
ALLOW_MODEL_REQUESTS = env.bool("AIHELPER_ALLOW_MODEL_REQUESTS", True)
MAX_MESSAGE_CHARS = env.int("AIHELPER_MAX_MESSAGE_CHARS", 100_000)
# What one person's attachments may take together, in bytes.
MAX_DOCUMENT_BYTES_PER_USER = env.int("AIHELPER_MAX_DOCUMENT_BYTES_PER_USER", 100 * 1024 * 1024)
MAX_RUNS_PER_USER = env.int("AIHELPER_MAX_RUNS_PER_USER", 5)
# Days that deleted chats stay in the trash; 0 keeps them until their person deletes them for good.
TRASH_DAYS = env.int("AIHELPER_TRASH_DAYS", 30)
DRAIN_SECONDS = env.float("AIHELPER_DRAIN_SECONDS", 10.0)
# To whom people may open shared links: public (anybody), members (whoever is signed in) or off.
SHARING = env.str("SHARING", "public")
# Where invitations are sent from: smtp+tls://user:password@host:587. Empty: links are passed on by hand.
EMAIL_URL = env.str("EMAIL_URL", "")
MAIL_SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "memorymail")
_mail_scheme = urlsplit(EMAIL_URL).scheme
_mail = environ.Env.email_url_config(EMAIL_URL if _mail_scheme in MAIL_SCHEMES else "dummymail://")
EMAIL_BACKEND, EMAIL_HOST = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_PORT = _mail["EMAIL_PORT"] or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "AI Helper <nobody@localhost>")
# Who push services write to about our messages: a mailto: or https: address.
VAPID_CONTACT = env.str("VAPID_CONTACT", "mailto:nobody@example.org")
# Push services of one's own inside the network, as host:port; all others must be public, and https.
PUSH_PRIVATE_HOSTS = env.list("AIHELPER_PUSH_PRIVATE_HOSTS", default=[])
DATABASE_THREADS = env.int("AIHELPER_DATABASE_THREADS", 6)

# Whoever brings it may read /metrics; empty: there is none.
METRICS_TOKEN = env.str("AIHELPER_METRICS_TOKEN", "")

# --- Logs -------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOG_FORMAT = env.str("LOG_FORMAT", "console")
# Configured by aihelper.lib.logs when the app is ready: one processor chain for our lines and the libraries'.
LOGGING_CONFIG = None
# Reports of crashes show no values: a key or somebody's text is among them.
DEFAULT_EXCEPTION_REPORTER_FILTER = "aihelper.lib.crash_reports.NamesOnly"

# The address of this very server, at which its demo provider is reached.
_own_host = "127.0.0.1" if HOST in {"", "0.0.0.0", "::", "localhost"} else HOST  # noqa: S104 - compared, not bound
DEMO_URL = env.str("AIHELPER_DEMO_URL", f"http://{_own_host}:{PORT}/demo/v1")
DEMO_ORIGIN = urlsplit(DEMO_URL).netloc
DEMO_TOKENS_PER_SECOND = env.float("AIHELPER_DEMO_TOKENS_PER_SECOND", 40.0)
