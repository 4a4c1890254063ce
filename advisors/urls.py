from django.urls import path

from advisors.views import comparison, contests, evidence, leaves, policy, profiles, result_files

app_name = "advisors"
urlpatterns = [
    path("", profiles.advisor_list, name="list"),
    path("comparison/", comparison.skill_comparison, name="comparison"),
    path("contests/", contests.contest_list, name="contest_list"),
    path("contests/new/", contests.contest_new, name="contest_new"),
    path("contests/<int:pk>/", contests.contest_detail, name="contest_detail"),
    path("contests/<int:pk>/edit/", contests.contest_edit, name="contest_edit"),
    path("contests/<int:pk>/withdrawal/", contests.contest_withdrawal, name="contest_withdrawal"),
    path("contests/files/new/", result_files.result_file_new, name="result_file_new"),
    path("contests/files/template/", result_files.result_template, name="result_template"),
    path("contests/files/<int:pk>/", result_files.result_file, name="result_file"),
    path("contests/files/<int:pk>/application/", result_files.result_file_application, name="result_file_application"),
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
