"""Addresses of the pages of projects and their money."""

from django.urls import path

from huiliu.apps.funds.views import drafting, events, importing, projects

app_name = "funds"

_ONE = "funds/<slug:name>/<int:year>/"

urlpatterns = [
    path("funds/", projects.project_list, name="project_list"),
    path("funds/requests/", projects.request_list, name="request_list"),
    path("funds/new/", projects.project_new, name="project_new"),
    path(_ONE, projects.project_detail, name="detail"),
    path(f"{_ONE}figures/<str:figure_id>/", projects.figure_detail, name="figure_detail"),
    path(f"{_ONE}rename/", projects.project_rename, name="project_rename"),
    path(f"{_ONE}years/new/", projects.year_new, name="year_new"),
    path(f"{_ONE}purposes/new/", projects.purpose_new, name="purpose_new"),
    path(f"{_ONE}close/", projects.year_close, name="year_close"),
    path(f"{_ONE}record/<slug:kind>/", events.event_new, name="event_new"),
    path(f"{_ONE}pay/<slug:kind>/", events.event_pay, name="event_pay"),
    path(f"{_ONE}events/<int:number>/", events.event_detail, name="event_detail"),
    path(f"{_ONE}events/<int:number>/files/new/", events.attachment_new, name="attachment_new"),
    path(f"{_ONE}events/<int:number>/files/<int:part>/", events.attachment, name="attachment"),
    path(f"{_ONE}drafts/", drafting.draft_list, name="draft_list"),
    path(f"{_ONE}drafts/new/", drafting.draft_new, name="draft_new"),
    path(f"{_ONE}drafts/figures/<str:figure_id>/", drafting.draft_figure, name="draft_figure"),
    path(f"{_ONE}drafts/<int:number>/", drafting.draft_detail, name="draft_detail"),
    path(f"{_ONE}drafts/<int:number>/submit/", drafting.draft_submit, name="draft_submit"),
    path(f"{_ONE}decisions/new/", drafting.decision_new, name="decision_new"),
    path(f"{_ONE}decisions/<int:number>/", drafting.decision_file, name="decision_file"),
    path(f"{_ONE}imports/", importing.import_list, name="import_list"),
    path(f"{_ONE}imports/new/", importing.import_new, name="import_new"),
    path(f"{_ONE}imports/mappings/<slug:code>/", importing.import_mapping, name="import_mapping"),
    path(f"{_ONE}imports/<int:number>/", importing.import_detail, name="import_detail"),
    path(f"{_ONE}imports/<int:number>/write/", importing.import_write, name="import_write"),
    path(f"{_ONE}imports/<int:number>/figures/<str:figure_id>/", importing.import_figure, name="import_figure"),
]
