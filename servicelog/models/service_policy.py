"""How a branch serves and logs, as versioned data: contacts per tier, what counts, quiet hours, forbidden words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicelog.models.versioned import VersionedPolicy


class ServicePolicy(VersionedPolicy):
    """`rules`: standards (tier x contacts a period x channel), what counts as a contact, editing window, quiet hours,
    order of the queue, suitability table, words never to be said; read by servicelog.domain.service_rules."""

    class Meta:
        verbose_name = _("service policy")
        verbose_name_plural = _("service policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="service_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]
