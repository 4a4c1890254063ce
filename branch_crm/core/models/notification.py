"""What a person is told inside the product. The words are made when it is read: only kind and figures lie here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet

if TYPE_CHECKING:
    from branch_crm.core.models.staff import Staff


class NotificationQuerySet(BranchOwnedQuerySet):
    """A notification is its recipient's alone, whatever the role."""

    def visible_to(self, user: Staff | Any) -> Self:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def count_unread(self, *, at_most: int) -> int:
        """Never reads more than `at_most` entries of the index of the unread."""
        return self.unread().order_by()[:at_most].count()


class Notification(models.Model):
    """`params` are the keyword arguments of the kind's text: numbers, codes and dates, never personal data.

    `key` names the event, so that telling it again tells nothing. `url` is a path of this product.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    branch = models.ForeignKey("core.Branch", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(name="notification_once", fields=["recipient", "key"])]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_recent"),
            models.Index(fields=["recipient"], name="notification_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class MutedKind(models.Model):
    """A kind of notification that a person does not want. No row: wanted."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted_kinds")
    kind = models.CharField(_("kind"), max_length=60)

    class Meta:
        verbose_name = _("muted kind of notification")
        verbose_name_plural = _("muted kinds of notification")
        constraints = [models.UniqueConstraint(name="kind_muted_once", fields=["staff", "kind"])]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.kind}"
