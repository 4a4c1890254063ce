"""What the API shows of advisors."""

from rest_framework import serializers

from advisors.models import Advisor, Leave, SkillEvidence


class AdvisorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Advisor
        fields = [
            "id", "staff_no", "name", "position", "licence", "licence_no", "licence_until", "joined", "left",
            "monthly_hours", "interests", "wish",
        ]  # fmt: skip
        read_only_fields = fields


class SkillSerializer(serializers.Serializer):
    """One skill as it stands on a day; `score` null = not enough evidence."""

    skill = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField()
    evidence = serializers.ListField(child=serializers.IntegerField(), source="evidence_ids")


class LeaveSerializer(serializers.ModelSerializer):
    class Meta:
        model = Leave
        fields = ["id", "advisor", "starts", "ends", "reason"]


class EvidenceSerializer(serializers.ModelSerializer):
    class Meta:
        model = SkillEvidence
        fields = ["id", "advisor", "kind", "event", "held_on", "score", "place", "participants", "skills", "note"]
        extra_kwargs = {"score": {"required": False}}
