from django.urls import path

from allocation.views import again, comments, decisions, history, moves, plans, policies, publication, rollback

app_name = "allocation"
urlpatterns = [
    path("", plans.plan_list, name="plan_list"),
    path("new/", plans.plan_new, name="plan_new"),
    path("flags/", policies.flag_list, name="flag_list"),
    path("policy/", policies.policy_list, name="policy_list"),
    path("<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("<int:pk>/moves/<int:line>/", moves.line_card, name="line_card"),
    path("<int:pk>/moves/<int:line>/decision/", decisions.line_decision, name="line_decision"),
    path("<int:pk>/moves/<int:line>/effect/", moves.redirect_effect, name="redirect_effect"),
    path("<int:pk>/moves/<int:line>/lock-price/", moves.lock_price, name="lock_price"),
    path("<int:pk>/moves/<int:line>/comments/", comments.line_comments, name="line_comments"),
    path("<int:pk>/review/", again.review_status, name="review_status"),
    path("<int:pk>/again/", again.solve_again, name="solve_again"),
    path("<int:pk>/decisions/", decisions.bulk_decision, name="bulk_decision"),
    path("<int:pk>/clients/<int:client>/why/", moves.explain, name="explain"),
    path("<int:pk>/approval/", publication.approval, name="approval"),
    path("<int:pk>/approval/withdrawal/", publication.withdrawal, name="withdrawal"),
    path("<int:pk>/second-approval/", publication.second, name="second"),
    path("<int:pk>/second-approval/refusal/", publication.sent_back, name="sent_back"),
    path("<int:pk>/rollback/", rollback.rollback, name="rollback"),
    path("<int:pk>/discard/", publication.discard, name="discard"),
    path("clients/<int:pk>/history/", history.client_history, name="client_history"),
    path("clients/<int:pk>/lock/", history.lock, name="lock"),
    path("clients/<int:pk>/lock/removal/", history.lock_removal, name="lock_removal"),
    path("clients/<int:pk>/refusals/", history.refusal_new, name="refusal_new"),
    path("refusals/<int:pk>/withdrawal/", history.refusal_withdrawal, name="refusal_withdrawal"),
    path("advisors/<int:pk>/book/", history.advisor_book, name="advisor_book"),
]
