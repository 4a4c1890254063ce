"""The settings of the tests: those of the product, except what would be slow, shared or off this machine."""

import os

from branch_crm import embedded
from branch_crm.settings import *  # noqa: F403
from branch_crm.settings import DATA_DIR, EMBEDDED, REDIS_URL

# Only for `make check`, which lints migrations under these settings.
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]  # noqa: F405

# The worker of a demo in the same checkout listens on queue 0: tests must not send it work.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
REDIS_URL = embedded.redis_url(DATA_DIR, db=8 + _worker) if EMBEDDED else REDIS_URL
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CACHES = {"default": {**CACHES["default"], "LOCATION": REDIS_URL}}  # noqa: F405

# Extracts and uploads of tests, for their workers too, apart from those of a demo.
EXTRACT_DROP_DIR = DATA_DIR / f"test-extracts-{_worker}"
MEDIA_ROOT = DATA_DIR / f"test-uploads-{_worker}"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = DATA_DIR / "no-static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Manifest names need a collectstatic run.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405

# A worker that a test starts works on that test's database.
if _database := os.environ.get("TEST_DATABASE"):
    DATABASES = {"default": {**DATABASES["default"], "NAME": _database}}  # noqa: F405
