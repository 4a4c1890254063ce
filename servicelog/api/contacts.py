"""The service log over the API: for the firm's phone system and its enterprise chat, which know when a talk took place."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from servicelog.api.contact_serializers import (
    AmendSerializer,
    ContactSerializer,
    DisputeTextSerializer,
    LogSerializer,
)
from servicelog.api.disputes import DisputeSerializer
from servicelog.api.shared import refuse
from servicelog.models import Contact
from servicelog.services.amend_contact import CORRECTABLE, amend_contact
from servicelog.services.dispute_count import raise_dispute
from servicelog.services.errors import ServiceLogError
from servicelog.services.log_contact import log_contact


class ContactFilter(django_filters.FilterSet):
    held = django_filters.DateFromToRangeFilter(field_name="held_at")
    to_many = django_filters.BooleanFilter(field_name="bulk", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Contact
        fields = ["client", "advisor", "author", "channel", "purpose", "counts"]


class ContactViewSet(viewsets.ReadOnlyModelViewSet):
    """Contacts of the clients the caller sees: log, amend, dispute. Advisors see those of their own book."""

    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_log"
    required_perms = dict.fromkeys(("create", "amendment", "dispute"), "servicelog.log_contact")
    filterset_class = ContactFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Contact]:
        people = ("client", "branch", "dispute")
        return Contact.objects.visible_to(self.request.user).select_related(*people).prefetch_related("amendments")

    def _read(self, kind: type[serializers.Serializer], **options: Any) -> Any:
        serializer = kind(data=self.request.data, context={"request": self.request}, **options)
        serializer.is_valid(raise_exception=True)
        return serializer

    def _shown(self, contact: Contact, status: int = 200) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=contact.pk)).data, status=status)

    @extend_schema(request=LogSerializer, responses={201: ContactSerializer, 200: ContactSerializer})
    def create(self, request: Request) -> Response:
        """Log a contact. The same token again answers the same contact with 200 and writes nothing."""
        given = self._read(LogSerializer)
        client, token = given.validated_data["client_no"], given.validated_data["token"]
        try:
            logged = log_contact(client=client, actor=request.user, token=token, draft=given.draft())
        except ServiceLogError as error:
            raise refuse(error) from error
        return self._shown(logged.contact, 201 if logged.created else 200)

    @extend_schema(request=AmendSerializer(partial=True), responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def amendment(self, request: Request, pk: str | None = None) -> Response:
        """Correct one's own contact: freely within the window, afterwards with `why`; what stood is kept."""
        contact, given = self.get_object(), self._read(AmendSerializer, partial=True).validated_data
        changes = {name: given[name] for name in CORRECTABLE if name in given}
        try:
            changed = amend_contact(
                contact=contact,
                actor=request.user,
                changes=changes,
                why=given.get("why", ""),
                quoted=given.get("quoted", False),
            )
        except ServiceLogError as error:
            raise refuse(error) from error
        return self._shown(changed)

    @extend_schema(request=DisputeTextSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, pk: str | None = None) -> Response:
        """Object to "does not count". Asked again, the first objection stays."""
        contact, given = self.get_object(), self._read(DisputeTextSerializer).validated_data
        try:
            raised = raise_dispute(contact=contact, actor=request.user, text=given["text"])
        except ServiceLogError as error:
            raise refuse(error) from error
        return Response(DisputeSerializer(raised, context={"request": request}).data)
