from django.urls import path

from advisors.views import evidence, leaves, policy, profiles

app_name = "advisors"
urlpatterns = [
    path("", profiles.advisor_list, name="list"),
    path("skill-policy/", policy.skill_policy, name="skill_policy"),
    path("<int:pk>/", profiles.advisor_detail, name="detail"),
    path("<int:pk>/edit/", profiles.advisor_edit, name="edit"),
    path("<int:pk>/skills/<slug:skill>/", evidence.skill_why, name="skill_why"),
    path("<int:pk>/evidence/new/", evidence.evidence_new, name="evidence_new"),
    path("<int:pk>/self-nomination/", evidence.nominate_self, name="nominate_self"),
    path("<int:pk>/leaves/new/", leaves.leave_new, name="leave_new"),
    path("evidence/<int:pk>/withdrawal/", evidence.evidence_withdraw, name="evidence_withdraw"),
    path("leaves/<int:pk>/cancellation/", leaves.leave_cancel, name="leave_cancel"),
]
