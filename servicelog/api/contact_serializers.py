"""Shapes of contacts over the API. A contact names its client by number; no personal data goes out beside what was written."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from clients.models import Client, ClientProfile, Product
from clients.queries.profile_gaps import ASKED
from servicelog.api.shared import OwnClient
from servicelog.models import Channel, Clas, Contact, ContactAmendment, Direction, Purpose
from servicelog.services.log_contact import MOST_LINES, ContactDraft, ProductTalk, PromiseDraft


class AmendmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = ContactAmendment
        fields = ["before", "after", "why", "amended_by", "amended_at"]
        read_only_fields = fields


class ContactSerializer(serializers.ModelSerializer):
    """`count_reasons`: codes of what speaks against counting. `bulk`: the message to many it belongs to. `learnt`: the fields of
    the client's profile that this talk filled in."""

    client_no = serializers.CharField(source="client.client_no")
    dispute = serializers.CharField(source="dispute.state", default=None, allow_null=True)
    amendments = AmendmentSerializer(many=True)

    class Meta:
        model = Contact
        fields = [
            "id", "token", "client", "client_no", "advisor", "author", "held_at", "minutes", "channel", "direction", "reached",
            "purpose", "clas", "summary", "needs", "next_step", "next_on", "advice_given", "learnt", "bulk", "counts",
            "count_reasons", "dispute", "logged_at", "amendments",
        ]  # fmt: skip
        read_only_fields = fields


class PromiseSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=300)
    due_on = serializers.DateField()


class OwnProduct(serializers.SlugRelatedField):
    def get_queryset(self) -> QuerySet[Product]:
        return Product.objects.visible_to(self.context["request"].user)


class TalkSerializer(serializers.Serializer):
    """A product that was spoken of. `staff_initiated` must be said: who brings it up decides what is allowed."""

    product = OwnProduct(slug_field="code", queryset=Product.objects.none())
    staff_initiated = serializers.BooleanField()
    confirmation = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)


class LearntSerializer(serializers.ModelSerializer):
    """Answers for the client's profile. Only what is still empty there is filled in."""

    class Meta:
        model = ClientProfile
        fields = list(ASKED)
        extra_kwargs = {name: {"required": False} for name in ASKED}


class WrittenSerializer(serializers.Serializer):
    """What is written down of a contact, at logging and when it is corrected."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    direction = serializers.ChoiceField(choices=Direction.choices, default=Direction.OUT)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    clas = serializers.ListField(child=serializers.ChoiceField(choices=Clas.choices), default=list, max_length=5)
    summary = serializers.CharField(max_length=2000)
    needs = serializers.CharField(max_length=500, default="", allow_blank=True)
    next_step = serializers.CharField(max_length=300, default="", allow_blank=True)
    next_on = serializers.DateField(default=None, allow_null=True)
    minutes = serializers.IntegerField(min_value=1, max_value=600, default=None, allow_null=True)
    quoted = serializers.BooleanField(default=False, help_text="Flagged wording is quoted from the client, or denied.")


class LogSerializer(WrittenSerializer):
    """`token`: made by the caller, once a contact; the same token again answers the contact that is there.

    `client_no` is the counter system's 客户号. `tasks`: ids of MOT tasks it serves, `kept`: ids of promises it fulfils.
    """

    token = serializers.UUIDField()
    client_no = OwnClient(slug_field="client_no", queryset=Client.objects.none())
    held_at = serializers.DateTimeField()
    reached = serializers.BooleanField(default=True)
    advice_given = serializers.BooleanField(default=False)
    tasks = serializers.ListField(child=serializers.IntegerField(min_value=1), default=list, max_length=50)
    kept = serializers.ListField(child=serializers.IntegerField(min_value=1), default=list, max_length=50)
    promises = serializers.ListField(child=PromiseSerializer(), default=list, max_length=MOST_LINES)
    products = serializers.ListField(child=TalkSerializer(), default=list, max_length=MOST_LINES)
    learnt = LearntSerializer(required=False)

    def draft(self) -> ContactDraft:
        data: dict[str, Any] = dict(self.validated_data)
        promises = [PromiseDraft(**promised) for promised in data.pop("promises")]
        products = [ProductTalk(**talk) for talk in data.pop("products")]
        for name in ("token", "client_no"):
            del data[name]
        return ContactDraft(promises=promises, products=products, **data)


class AmendSerializer(WrittenSerializer):
    """Only the fields that change. `why` is required once the author's window has passed."""

    why = serializers.CharField(max_length=200, default="", allow_blank=True)


class DisputeTextSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=300)
