"""Addresses of internal control."""

from django.urls import path

from huiliu.apps.control.views import (
    applying,
    attachments,
    delegations,
    ledger,
    people,
    plan,
    purposes,
    requests,
    reviews,
    supervision,
)

app_name = "control"

urlpatterns = [
    path("control/purposes/end/", purposes.purpose_stop, name="purpose_end"),
    path("control/requests/", requests.request_list, name="request_list"),
    path("control/requests/mine/", requests.request_mine, name="request_mine"),
    path("control/requests/all/", requests.request_all, name="request_all"),
    path("control/requests/new/post/", applying.post_ask, name="post_ask"),
    path("control/requests/new/first/", applying.post_first, name="post_first"),
    path("control/requests/new/password/", applying.password_ask, name="password_ask"),
    path("control/requests/<int:number>/", requests.request_detail, name="request_detail"),
    path("control/requests/<int:number>/decide/", requests.request_decide, name="request_decide"),
    path("control/requests/<int:number>/resubmit/", requests.request_resubmit, name="request_resubmit"),
    path("control/requests/<int:number>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    path("control/requests/<int:number>/take-over/", requests.request_take_over, name="request_take_over"),
    path("control/requests/<int:number>/attachments/", attachments.attachment_new, name="attachment_new"),
    path("control/requests/<int:number>/attachments/<int:part>/", attachments.attachment, name="attachment"),
    path("control/ledger/", ledger.ledger, name="ledger"),
    path("control/ledger/export/", ledger.export, name="ledger_export"),
    path("control/ledger/<int:number>/revoke/", ledger.revoke, name="grant_revoke"),
    path("control/reviews/", reviews.review_list, name="review_list"),
    path("control/reviews/<int:number>/", reviews.review, name="review"),
    path("control/supervision/", supervision.supervision_list, name="supervision_list"),
    path("control/supervision/new/", supervision.supervision_new, name="supervision_new"),
    path("control/supervision/<int:number>/", supervision.supervision_detail, name="supervision_detail"),
    path("control/supervision/<int:number>/correct/", supervision.supervision_correct, name="supervision_correct"),
    path("control/supervision/<int:number>/document/", supervision.supervision_document, name="supervision_document"),
    path("control/delegations/", delegations.delegation_list, name="delegation_list"),
    path("control/delegations/<int:number>/end/", delegations.delegation_end, name="delegation_end"),
    path("control/accounts/new/", applying.account_new, name="account_new"),
    path("control/accounts/<int:number>/leave/", people.leaver, name="leaver"),
    path("control/units/", people.unit_list, name="unit_list"),
    path("control/units/new/", people.unit_new, name="unit_new"),
    path("control/plan/", plan.plan, name="plan"),
    path("control/plan/proposal/", plan.proposal, name="plan_proposal"),
    path("control/plan/seats/", plan.seats, name="plan_seats"),
    path("control/plan/confirm/", plan.confirm, name="plan_confirm"),
]
