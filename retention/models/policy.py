"""The rules of leaving and staying as versioned data: the clock, what may block, what may be offered, how risk is read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicelog.models.versioned import VersionedPolicy


class RetentionPolicy(VersionedPolicy):
    """`rules`: clock (compliance's, with its cited source), duty, concessions, verification; read by retention.domain.rules."""

    class Meta:
        verbose_name = _("retention policy")
        verbose_name_plural = _("retention policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="retention_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]


class RiskPolicy(VersionedPolicy):
    """`rules`: signals with their points, windows and bands; read by retention.domain.risk."""

    class Meta:
        verbose_name = _("early-warning policy")
        verbose_name_plural = _("early-warning policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="risk_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]
