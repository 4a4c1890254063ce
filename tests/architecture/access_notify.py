"""The table of trust for notifications (everybody one's own, nobody another's) and for what leaves the house."""

from __future__ import annotations

from tests.architecture.access_rows import DIRECTOR, EVERYBODY, page

NOTIFY = {
    "core:notification_list": page(EVERYBODY),
    "core:notification_menu": page(EVERYBODY),
    "core:notification_bell": page(EVERYBODY),
    "core:notification_settings": page(EVERYBODY, method="form"),
    "core:notifications_read": page(EVERYBODY, method="post"),
    "core:notification_read": page(DIRECTOR, record="notification", method="post"),
    "wecom:list": page(frozenset({"admin", "compliance"})),
    "wecom:test": page(frozenset({"admin"}), method="post"),
    "wecom:again": page(frozenset({"admin"}), record="wecom_message", method="post", foreign=False),
    "api:notification-list": page(EVERYBODY),
    "api:notification-detail": page(DIRECTOR, record="notification"),
    "api:notification-read": page(DIRECTOR, record="notification", method="post"),
    "api:notification-read-all": page(EVERYBODY, method="post"),
}
