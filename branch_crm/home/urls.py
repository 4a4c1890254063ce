"""Pages that belong to no single app: the home page and personal settings."""

from django.urls import path

from branch_crm.home import views
from branch_crm.home.preferences import preferences
from branch_crm.home.style import style, style_why

urlpatterns = [
    path("", views.home, name="home"),
    path("me/preferences/", preferences, name="preferences"),
    path("me/running-jobs/", views.running_jobs, name="running_jobs"),
    path("me/jobs/<int:pk>/progress/", views.job_progress, name="job_progress"),
    path("style/", style, name="style"),
    path("style/why/", style_why, name="style_why"),
]
