"""What the service log's API views share: paging, naming a client, and refusals of a service as answers."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException

from clients.models import Client
from servicelog.services.errors import ForbiddenWording, ServiceLogError, Unsuitable


class OwnClient(serializers.SlugRelatedField):
    """Only clients the caller may see can be named; others do not exist."""

    default_error_messages = {
        "does_not_exist": _("No client {value} here. Check the number; a client of another branch is served there.")
    }

    def get_queryset(self) -> QuerySet[Client]:
        return Client.objects.visible_to(self.context["request"].user).select_related("branch")


def refuse(error: ServiceLogError) -> APIException:
    """400 at the field; with the words found, or the grounds on which a product does not suit."""
    body: dict[str, list[str]] = {error.field or "detail": [error.message]}
    if isinstance(error, ForbiddenWording):
        body["words"] = list(dict.fromkeys(hit.word for hit in error.hits))
    if isinstance(error, Unsuitable):
        body["grounds"] = list(error.grounds)
    return serializers.ValidationError(body)
