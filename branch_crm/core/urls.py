from django.urls import path

from branch_crm.core.views import audit, calendar, jobs, notifications, staff

app_name = "core"
urlpatterns = [
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job_detail"),
    path("jobs/<int:pk>/rerun/", jobs.job_rerun, name="job_rerun"),
    path("audit/", audit.audit_list, name="audit_list"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("notifications/", notifications.notification_list, name="notification_list"),
    path("notifications/menu/", notifications.notification_menu, name="notification_menu"),
    path("notifications/bell/", notifications.notification_bell, name="notification_bell"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path("notifications/<int:pk>/read/", notifications.notification_read, name="notification_read"),
    path("notifications/settings/", notifications.notification_settings, name="notification_settings"),
    path("staff/", staff.staff_list, name="staff_list"),
    path("staff/new/", staff.staff_edit, name="staff_new"),
    path("staff/<int:pk>/", staff.staff_edit, name="staff_edit"),
]
