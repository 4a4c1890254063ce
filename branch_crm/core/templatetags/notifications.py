"""Notifications in the reader's language."""

from django import template

from branch_crm.core.models import Notification
from branch_crm.core.notifications import text_of

register = template.Library()


@register.filter
def words(notification: Notification) -> str:
    return text_of(notification.kind, notification.params)
