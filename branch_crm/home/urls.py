"""Pages that belong to no single app: the home page, its panels, and personal settings."""

from django.urls import path

from branch_crm.home import overview, panels, views
from branch_crm.home.briefing import briefing
from branch_crm.home.manifest import manifest
from branch_crm.home.preferences import preferences
from branch_crm.home.style import style, style_why

urlpatterns = [
    path("", views.home, name="home"),
    path("home/week/", overview.week, name="home_week"),
    path("home/book/", overview.book, name="home_book"),
    path("home/core/", overview.core, name="home_core"),
    path("home/advisors/", overview.advisors, name="home_advisors"),
    path("home/advisors/why/", overview.advisors_why, name="home_advisors_why"),
    path("home/unserved/", overview.unserved, name="home_unserved"),
    path("home/uncontacted/", overview.uncontacted, name="home_uncontacted"),
    path("home/data/", overview.data, name="home_data"),
    path("home/open-work/", panels.work, name="home_work"),
    path("home/my-book/", panels.my_book, name="home_my_book"),
    path("home/my-clients/", panels.my_clients, name="home_my_clients"),
    path("home/my-notices/", panels.my_notices, name="home_my_notices"),
    path("home/trail/", panels.trail, name="home_trail"),
    path("home/branches/", panels.branches, name="home_branches"),
    path("briefing/", briefing, name="briefing"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("me/preferences/", preferences, name="preferences"),
    path("me/running-jobs/", views.running_jobs, name="running_jobs"),
    path("me/jobs/<int:pk>/progress/", views.job_progress, name="job_progress"),
    path("style/", style, name="style"),
    path("style/why/", style_why, name="style_why"),
]
