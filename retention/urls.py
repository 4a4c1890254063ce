from django.urls import path

from retention.views import (
    cases,
    client_scripts,
    console,
    offers,
    policies,
    reasons,
    requests,
    risk,
    script_results,
    scripts,
)

app_name = "retention"
urlpatterns = [
    # --- the counter ---
    path("", console.console, name="console"),
    path("search/", console.search, name="search"),
    path("clients/<int:pk>/", console.client_console, name="client_console"),
    path("clients/<int:pk>/requests/new/", requests.request_new, name="request_new"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/<int:pk>/", requests.request_detail, name="request_detail"),
    path("requests/<int:pk>/completion/", requests.completion, name="request_completion"),
    path("requests/<int:pk>/settlement/", requests.settlement, name="request_settlement"),
    path("requests/<int:pk>/obstacles/", requests.obstacle, name="request_obstacle"),
    path("requests/<int:pk>/obstacles/<int:block>/clearing/", requests.obstacle_cleared, name="request_cleared"),
    path("requests/<int:pk>/withdrawal/", requests.withdrawal, name="request_withdrawal"),
    path("requests/<int:pk>/silence/", requests.no_talk, name="request_no_talk"),
    path("requests/<int:pk>/reason/", requests.reason, name="request_reason"),
    # --- early warning ---
    path("signs/", risk.risk_list, name="risk_list"),
    path("clients/<int:pk>/signs/", risk.risk_panel, name="risk_panel"),
    # --- the policy ---
    path("policy/", policies.policy_list, name="policy_list"),
    path("policy/new/", policies.policy_new, name="policy_new"),
    path("policy/<int:pk>/", policies.policy_detail, name="policy_detail"),
    path("policy/<int:pk>/draft/", policies.policy_edit, name="policy_edit"),
    path("policy/<int:pk>/publication/", policies.policy_publish, name="policy_publish"),
    # --- scripts ---
    path("clients/<int:pk>/scripts/", client_scripts.client_scripts, name="client_scripts"),
    path("scripts/", scripts.script_list, name="script_list"),
    path("scripts/new/", scripts.script_new, name="script_new"),
    path("scripts/first-set/", scripts.first_set, name="script_first_set"),
    path("scripts/screen/", scripts.script_screen, name="script_screen"),
    path("scripts/<int:pk>/", scripts.script_detail, name="script_detail"),
    path("scripts/<int:pk>/results/", script_results.results, name="script_results"),
    path("scripts/<int:pk>/text/", scripts.script_edit, name="script_edit"),
    path("scripts/uses/<int:pk>/spoken/", client_scripts.spoken, name="script_spoken"),
    path("scripts/versions/<int:pk>/proposal/", scripts.proposal, name="script_proposal"),
    path("scripts/versions/<int:pk>/approval/", scripts.approval, name="script_approval"),
    path("scripts/versions/<int:pk>/return/", scripts.returned, name="script_return"),
    path("scripts/versions/<int:pk>/retirement/", scripts.retirement, name="script_retirement"),
    # --- reasons ---
    path("reasons/", reasons.reason_list, name="reason_list"),
    path("reasons/new/", reasons.reason_new, name="reason_new"),
    path("reasons/<int:pk>/", reasons.reason_edit, name="reason_edit"),
    path("reasons/figures/", reasons.figures, name="reason_figures"),
    path("reasons/figures/file/", reasons.figures_file, name="reason_figures_file"),
    # --- retention cases ---
    path("clients/<int:pk>/case/", cases.client_case, name="client_case"),
    path("clients/<int:pk>/cases/", cases.case_open, name="case_open"),
    path("cases/", cases.case_list, name="case_list"),
    path("cases/<int:pk>/", cases.case_detail, name="case_detail"),
    path("cases/<int:pk>/end/", cases.case_end, name="case_end"),
    path("cases/<int:pk>/offers/", offers.offer_new, name="offer_new"),
    path("cases/<int:pk>/offers/<int:offer>/approval/", offers.offer_decision, name="offer_decision"),
    path("cases/<int:pk>/offers/<int:offer>/answer/", offers.offer_answer, name="offer_answer"),
    path("cases/<int:pk>/parts/<int:part>/taking/", cases.part_taken, name="part_taken"),
    path("cases/<int:pk>/parts/<int:part>/handing-on/", cases.part_handed_on, name="part_handed_on"),
    path("cases/<int:pk>/parts/<int:part>/talk/", cases.part_talk, name="part_talk"),
]
