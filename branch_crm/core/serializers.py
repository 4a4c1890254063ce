"""What the API shows of the core models."""

from rest_framework import serializers

from branch_crm.core.models import AuditEntry, JobRun, Notification, TradingDay
from branch_crm.core.notifications import text_of


class JobSerializer(serializers.ModelSerializer):
    class Meta:
        model = JobRun
        fields = [
            "id", "kind", "state", "step", "done", "total", "result", "error", "attempts",
            "created_at", "started_at", "finished_at",
        ]  # fmt: skip


class AuditSerializer(serializers.ModelSerializer):
    actor = serializers.SlugRelatedField("username", read_only=True)

    class Meta:
        model = AuditEntry
        fields = ["id", "at", "actor", "action", "target_type", "target_id", "detail"]


class NotificationSerializer(serializers.ModelSerializer):
    """`text` in the language of the request."""

    text = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = ["id", "created_at", "kind", "params", "text", "url", "read_at"]

    def get_text(self, notification: Notification) -> str:
        return text_of(notification.kind, notification.params)


class TradingDaySerializer(serializers.ModelSerializer):
    class Meta:
        model = TradingDay
        fields = ["day", "is_session", "source", "note"]
