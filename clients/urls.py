"""Pages of the clients app, one block per area."""

from django.urls import path, re_path

from clients.views import (
    core_changes,
    detail,
    export,
    imports,
    list,
    persona,
    profile,
    reveal,
    saved_views,
    search,
    value,
    value_policy,
    value_steps,
    value_trials,
)

app_name = "clients"

book = [
    path("clients/", list.client_list, name="list"),
    path("clients/filter/", list.client_filter, name="filter"),
    path("clients/columns/", saved_views.columns, name="columns"),
    path("clients/views/new/", saved_views.view_edit, name="view_new"),
    path("clients/views/counts/", list.view_counts, name="view_counts"),
    path("clients/views/<int:pk>/", saved_views.view_edit, name="view_edit"),
    path("clients/views/<int:pk>/delete/", saved_views.view_delete, name="view_delete"),
    path("clients/export/", export.export, name="export"),
    path("clients/exports/", export.export_list, name="export_list"),
    path("clients/exports/<int:pk>/", export.export_detail, name="export_detail"),
    path("clients/exports/<int:pk>/file/", export.export_file, name="export_file"),
    path("clients/<int:pk>/", detail.client_detail, name="detail"),
    re_path(r"^clients/(?P<pk>\d+)/more/(?P<kind>trades|flows)/$", detail.more_rows, name="more_rows"),
    path("clients/<int:pk>/reveal/", reveal.reveal, name="reveal"),
    path("search/", search.search, name="search"),
]

people = [
    path("clients/<int:pk>/persona/", persona.persona_panel, name="persona_panel"),
    path("clients/<int:pk>/persona/why/", persona.persona_why, name="persona_why"),
    path("clients/<int:pk>/persona/override/", persona.override_new, name="persona_override"),
    path("clients/<int:pk>/questionnaire/", persona.questionnaire_new, name="questionnaire_new"),
    path("clients/<int:pk>/profile/", profile.profile_panel, name="profile_panel"),
    path("clients/<int:pk>/profile/edit/", profile.profile_edit, name="profile_edit"),
    path("persona-overrides/<int:pk>/withdrawal/", persona.override_withdraw, name="persona_override_withdraw"),
    path("policies/persona/", persona.persona_policy, name="persona_policy"),
]

extract = [
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/mapping/", imports.import_mapping, name="import_mapping"),
    path("imports/mapping/<int:pk>/delete/", imports.import_mapping_delete, name="import_mapping_delete"),
    path("imports/rejects/<int:pk>/", imports.import_rejects, name="import_rejects"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/preview/", imports.import_preview, name="import_preview"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
]


worth = [
    path("clients/<int:pk>/value/", value.value_why, name="value_why"),
    path("book/", value.summary, name="book_summary"),
    path("book/core-changes/", core_changes.core_changes, name="core_changes"),
    path("policies/value/", value_policy.policy_list, name="value_policy_list"),
    path("policies/value/new/", value_policy.policy_new, name="value_policy_new"),
    path("policies/value/preview/", value_policy.policy_preview, name="value_policy_preview"),
    path("policies/value/<int:pk>/", value_policy.policy_detail, name="value_policy_detail"),
    path("policies/value/<int:pk>/edit/", value_policy.policy_edit, name="value_policy_edit"),
    path("policies/value/<int:pk>/comparison/", value_trials.policy_compare, name="value_policy_compare"),
    path("policies/value/<int:pk>/rerun/", value_trials.policy_rerun, name="value_policy_rerun"),
    path("policies/value/<int:pk>/proposal/", value_steps.policy_propose, name="value_policy_propose"),
    path("policies/value/<int:pk>/approval/", value_steps.policy_approve, name="value_policy_approve"),
    path("policies/value/<int:pk>/return/", value_steps.policy_return, name="value_policy_return"),
    path("policies/value/<int:pk>/discard/", value_steps.policy_discard, name="value_policy_discard"),
]

urlpatterns = [*book, *extract, *people, *worth]
