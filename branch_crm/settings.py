"""Settings of the whole installation, read from the environment.

Every variable read here is listed in docs/operations.md and in docker-compose.yml (a test compares the three).
A wrong value stops the start with a message that names the variable.
"""

from pathlib import Path

import pgtrigger
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from branch_crm import embedded
from branch_crm.core import logs
from branch_crm.environment import Environment
from branch_crm.wecom.address import Refused, read_webhook

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- where and how we run -----------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# The embedded servers serve the demo and the tests; a real installation names its own.
EMBEDDED = not env.str("DATABASE_URL", default="")
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))

if EMBEDDED:
    SECRET_KEY = env.str("SECRET_KEY", default="") or embedded.local_secret(DATA_DIR, "secret_key")
    FIELD_KEYS = [env.str("FIELD_KEY", default="") or embedded.local_secret(DATA_DIR, "field_key")]
else:
    SECRET_KEY = env.str("SECRET_KEY")
    # Comma-separated; the first key seals, all of them open (rotation).
    FIELD_KEYS = env.list("FIELD_KEY")
if len(SECRET_KEY) < 32 or any(len(key) < 32 for key in FIELD_KEYS):
    raise ImproperlyConfigured("SECRET_KEY and every FIELD_KEY need at least 32 characters.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Off only for the demo on plain http at loopback.
HTTPS = env.bool("HTTPS", default=not EMBEDDED)

# --- applications -------------------------------------------------------------------------------
INSTALLED_APPS = [
    # First, so that our own words win where a library translates the same text.
    "branch_crm.core",
    "branch_crm.night",
    "branch_crm.wecom",
    "advisors",
    "clients",
    "servicelog",
    "allocation",
    "retention",
    "branch_crm.demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "rules.apps.AutodiscoverRulesConfig",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "template_partials",
    "django_celery_beat",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "branch_crm.core.middleware.NoNullCharacters",
    "branch_crm.core.middleware.LanguageFromAccount",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "branch_crm.core.middleware.SessionLimits",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "branch_crm.core.middleware.NoStore",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "branch_crm.urls"
WSGI_APPLICATION = "branch_crm.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "branch_crm.core.context.shell",
                "branch_crm.home.context.figures",
                "branch_crm.demo.progress.loading",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database, cache, queue ---------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(embedded.database_url(DATA_DIR) if EMBEDDED else env.str("DATABASE_URL"))}
DATABASES["default"].update(
    CONN_MAX_AGE=60,
    CONN_HEALTH_CHECKS=True,
    ATOMIC_REQUESTS=False,
    OPTIONS={
        **DATABASES["default"].get("OPTIONS", {}),
        "options": f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=0)}",
        "application_name": "branch_crm",
    },
)
REDIS_URL = env.str("REDIS_URL", default=embedded.redis_url(DATA_DIR)) if EMBEDDED else env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "branch_crm.core.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "branch_crm",
    }
}
# Sessions live in the database: losing the cache must not log anybody out.
SESSION_ENGINE = "django.contrib.sessions.backends.db"

CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1800}
CELERY_TASK_TIME_LIMIT = 6 * 3600
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "watch-jobs": {"task": "core.watch_jobs", "schedule": 60, "options": {"expires": 55}},
    "deliver-wecom": {"task": "wecom.deliver", "schedule": 60, "options": {"expires": 55}},
    "start-due-mornings": {"task": "night.start_due_mornings", "schedule": 300, "options": {"expires": 290}},
    "watch-retention-cases": {"task": "retention.watch_cases", "schedule": 60, "options": {"expires": 55}},
    "watch-leaving-clocks": {"task": "retention.watch_clocks", "schedule": 300, "options": {"expires": 290}},
    # Often, so that a machine that was off at NIGHT_AT catches up; a branch gets one night a day all the same.
    "start-due-nights": {"task": "night.start_due", "schedule": 600, "options": {"expires": 590}},
}
# Looks at personal data of one person within an hour at which director, manager and compliance are told.
REVEAL_ALARM_AT = env.int("REVEAL_ALARM_AT", default=20)
LEAVER_REVEAL_ALARM_AT = env.int("LEAVER_REVEAL_ALARM_AT", default=5)
# When the night starts, hour and minute in Asia/Shanghai; the counter extract is expected before it.
NIGHT_AT = env.clock("NIGHT_AT", default="01:30")
# From when a trading day's summaries are told, Asia/Shanghai.
MORNING_AT = env.clock("MORNING_AT", default="08:30")
# Secrets with which the online channel signs its requests, a branch each: "6101=secret,6102=secret"; none = no such channel.
ONLINE_REQUEST_SECRETS = env.dict("ONLINE_REQUEST_SECRETS", default={})
# Folder with one subfolder per branch code, into which the counter system drops the nightly extract.
EXTRACT_DROP_DIR = Path(env.str("EXTRACT_DROP_DIR", default=str(DATA_DIR / "extracts")))
MEDIA_ROOT = Path(env.str("UPLOAD_DIR", default=str(DATA_DIR / "uploads")))

# --- what may leave the house ---------------------------------------------------------------------
# The product's own address, for links in messages; without it they have none.
SITE_URL = env.str("SITE_URL", default="")
# The WeCom group robot; off unless set. A secret: the key of the robot is in it.
WECOM_WEBHOOK_URL = env.str("WECOM_WEBHOOK_URL", default="")
# Empty: WeCom's own host alone. A relay named here may lie in the private network.
WECOM_ALLOWED_HOSTS = env.list("WECOM_ALLOWED_HOSTS", default=[])
if WECOM_WEBHOOK_URL:
    try:
        read_webhook(WECOM_WEBHOOK_URL, WECOM_ALLOWED_HOSTS)
    except Refused as refused:
        # Without its cause, which would quote the secret.
        raise ImproperlyConfigured(f"WECOM_WEBHOOK_URL {refused}.") from None

# --- who may come in ----------------------------------------------------------------------------
AUTH_USER_MODEL = "core.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "branch_crm.core.accounts.StaffAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Accounts are locked by axes, where an administrator can see and end it; here only one address that tries many accounts.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "branch_crm"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "branch_crm.core.accounts.attempted_username"
AXES_CLIENT_IP_ATTRIBUTE = "REMOTE_ADDR"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- language, time, files ----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale", *sorted((BASE_DIR / "templates").glob("*/locale"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# Bulk decisions over a page of moves post one field a line.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20000

# --- history ------------------------------------------------------------------------------------
# Row-level triggers are quadratic inside one transaction; the nightly import writes whole tables in one.
PGHISTORY_LEVEL = pgtrigger.Statement

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "branch_crm.core.api.KeysetPagination",
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "branch_crm",
    "DESCRIPTION": _("Allocation, service and retention of a branch's existing clients."),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ContestKindEnum": "advisors.models.contest.CONTEST_KINDS",
        "EvidenceKindEnum": "advisors.models.evidence_kind.EvidenceKind",
        "PersonaEnum": "clients.models.persona.Persona",
        "TierEnum": "clients.models.value.Tier",
        "ValueTypeEnum": "clients.models.value.ValueType",
        "ContactPurposeEnum": "servicelog.models.contact.Purpose",
        "AssignmentReasonEnum": "allocation.models.assignment.Assignment.Reason",
        "ChangeRequestOriginEnum": "allocation.models.change_request.ChangeRequest.Origin",
        "LeavingKindEnum": "retention.models.request.LeavingRequest.Kind",
        "StayingCheckEnum": "retention.models.case.RetentionCase.Check",
        "HandoverAcceptanceEnum": "allocation.models.handover.Handover.Acceptance",
        "LeaverKindEnum": "allocation.models.leaver.LeaverCase.Kind",
        "LeaverStateEnum": "allocation.models.leaver.LeaverCase.State",
        "ServiceReviewDecisionEnum": "allocation.models.service_review.ServiceReview.Decision",
        "PolicyStateEnum": "allocation.models.policy.MatchPolicy.State",
    },
}

# --- logs ---------------------------------------------------------------------------------------
logs.configure()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": logs.formatter}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    # Its debug lines quote addresses, and the key of the WeCom robot is in one.
    "loggers": {"urllib3": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
# axes.W006 asks to lock by address too: a whole branch sits behind one address, and one person must not lock it out.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
