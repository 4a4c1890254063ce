from django.urls import path

from retention.views import console, policies, requests

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
    # --- the policy ---
    path("policy/", policies.policy_list, name="policy_list"),
    path("policy/new/", policies.policy_new, name="policy_new"),
    path("policy/<int:pk>/", policies.policy_detail, name="policy_detail"),
    path("policy/<int:pk>/draft/", policies.policy_edit, name="policy_edit"),
    path("policy/<int:pk>/publication/", policies.policy_publish, name="policy_publish"),
]
