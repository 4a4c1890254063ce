"""The Celery application. Every long piece of work is a JobRun (branch_crm.core.jobs); tasks only carry its id."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_crm.settings")

app = Celery("branch_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
