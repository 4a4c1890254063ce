"""Why clients go: two levels that a branch may extend; never asked of a client as a condition (paper, row 23)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import SharedQuerySet


class Reason(models.Model):
    """`branch` null = the firm's own list. A reason in use is switched off, never deleted."""

    branch = models.ForeignKey("core.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    code = models.SlugField(_("code"), max_length=40)
    #: Data of the trade, entered in both languages by whoever keeps the list.
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    #: What may be answered, and what never (domain knowledge §7.3): a hint beside the scripts, not a script.
    answer_zh = models.CharField(_("answer in Chinese"), max_length=300, blank=True)
    answer_en = models.CharField(_("answer in English"), max_length=300, blank=True)
    never_zh = models.CharField(_("never, in Chinese"), max_length=300, blank=True)
    never_en = models.CharField(_("never, in English"), max_length=300, blank=True)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason for leaving")
        verbose_name_plural = _("reasons for leaving")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(name="reason_code_once", fields=["branch", "code"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self._in_language("name")

    @property
    def answer(self) -> str:
        return self._in_language("answer")

    @property
    def never(self) -> str:
        return self._in_language("never")

    def _in_language(self, field: str) -> str:
        chinese: str = getattr(self, f"{field}_zh")
        return chinese if (get_language() or "zh-hans").startswith("zh") else getattr(self, f"{field}_en") or chinese
