"""What reviewers say to each other about a move. Said of plan and client: solving again replaces lines, never words."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from allocation.models.plan import PlanLineQuerySet


class LineComment(models.Model):
    plan = models.ForeignKey("allocation.Plan", on_delete=models.CASCADE, related_name="comments")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("comment"), max_length=500)
    written_at = models.DateTimeField(auto_now_add=True)

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["plan", "client"], name="comment_of_line")]

    def __str__(self) -> str:
        return f"{self.author_id} on client {self.client_id}"
