"""Pages that belong to no single app: the home page and personal settings."""

from django.urls import path

from branch_crm.home import views
from branch_crm.home.preferences import preferences

urlpatterns = [
    path("", views.home, name="home"),
    path("me/preferences/", preferences, name="preferences"),
    path("me/running-jobs/", views.running_jobs, name="running_jobs"),
]
