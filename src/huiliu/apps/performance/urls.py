"""Addresses of the performance pages."""

from django.urls import path

from huiliu.apps.performance.views import (
    alerts,
    assessments,
    board,
    checked,
    disclosures,
    filings,
    form_templates,
    measurements,
    monitoring,
    printing,
    profiles,
    rectifications,
    reviews,
    suggestions,
    targets,
    years,
)
from huiliu.apps.performance.views import evaluations as views
from huiliu.apps.performance.views import target_editing as editing

app_name = "performance"

_ONE = "performance/evaluations/<slug:name>/"
_TARGETS = "performance/targets/"
_VERSION = f"{_TARGETS}<int:number>/"
_ROW, _USE = f"{_TARGETS}rows/<int:number>/", f"{_TARGETS}uses/<int:number>/"
_YEAR = "performance/assessments/<slug:project>/<int:year>/"
_SCORE = f"{_YEAR}rows/<slug:code>/"
_BOARD = "performance/projects/<slug:code>/<int:year>/"
_WATCH = "performance/monitoring/<slug:project>/<int:year>/"
_KEPT = "performance/snapshots/<int:number>/"  # apart from the projects: one may be called kept
_MEASURED = "performance/measurements/"
_TAKEN, _VALUE = f"{_MEASURED}<slug:project>/<int:year>/", f"{_MEASURED}<int:number>/"
_RECTIFY = "performance/rectifications/"
_MATTER = f"{_RECTIFY}<int:number>/"
_FILING = "performance/filings/<slug:project>/<int:year>/"
_REVIEW = "performance/reviews/<slug:project>/<int:year>/"
_DISCLOSE = "performance/disclosures/"
_PUBLIC = f"{_DISCLOSE}<int:number>/"

_FORMS = "performance/forms/<slug:project>/<int:year>/"
_TEMPLATES = "performance/templates/"
_TEMPLATE = f"{_TEMPLATES}<int:number>/"

_CHECKED = "performance/checked/<int:number>/"
_CHECK = "performance/checked/requests/<int:number>/"

urlpatterns = [
    path("performance/checked/", checked.checked_list, name="checked_list"),
    path("performance/checked/new/", checked.checked_new, name="checked_new"),
    path(_CHECKED, checked.checked_detail, name="checked_detail"),
    path(_CHECK, checked.checked_request, name="checked_request"),
    path(f"{_CHECK}again/", checked.checked_again, name="checked_again"),
    path(f"{_CHECKED}findings/", checked.checked_findings, name="checked_findings"),
    path(f"{_CHECKED}units/", checked.checked_units, name="checked_units"),
    path(f"{_CHECKED}units/<int:position>/", checked.checked_unit, name="checked_unit"),
    path(f"{_CHECKED}compare/", checked.checked_compare, name="checked_compare"),
    path(f"{_CHECKED}files/<int:part>/", checked.checked_file, name="checked_file"),
    path(f"{_CHECKED}result.json", checked.checked_json, name="checked_json"),
    path(f"{_CHECKED}tables/<int:position>/", checked.checked_table, name="checked_table"),
    path(f"{_CHECKED}workbook/", checked.checked_workbook, name="checked_workbook"),
    path("performance/projects/", board.board_list, name="board_list"),
    path(_BOARD, board.board_detail, name="board_detail"),
    path(f"{_BOARD}figures/<str:figure_id>/", board.board_figure, name="board_figure"),
    path("performance/evaluations/", views.evaluation_list, name="evaluation_list"),
    path(_ONE, views.evaluation_detail, name="evaluation_detail"),
    path(f"{_ONE}report/", views.report_detail, name="report_detail"),
    path(f"{_ONE}figures/<str:figure_id>/", views.figure_detail, name="figure_detail"),
    path(f"{_ONE}files/<slug:file_format>/", views.document, name="document"),
    path(_TARGETS, targets.target_list, name="target_list"),
    path(f"{_TARGETS}new/", editing.target_new, name="target_new"),
    path(_VERSION, targets.target_detail, name="target_detail"),
    path(f"{_VERSION}compare/", targets.target_compare, name="target_compare"),
    path(f"{_VERSION}figures/<str:figure_id>/", targets.target_figure, name="target_figure"),
    path(f"{_VERSION}document/", targets.target_document, name="target_document"),
    path(f"{_VERSION}next/", editing.target_next, name="target_next"),
    path(f"{_VERSION}words/", editing.target_words, name="target_words"),
    path(f"{_VERSION}submit/", editing.target_submit, name="target_submit"),
    path(f"{_VERSION}rows/new/", editing.target_row_new, name="target_row_new"),
    path(f"{_VERSION}weights/", editing.target_weights, name="target_weights"),
    path(_ROW, editing.target_row, name="target_row"),
    path(f"{_ROW}remove/", editing.target_row_remove, name="target_row_remove"),
    path(f"{_VERSION}uses/new/", editing.target_use_new, name="target_use_new"),
    path(_USE, editing.target_use, name="target_use"),
    path(f"{_USE}remove/", editing.target_use_remove, name="target_use_remove"),
    path("performance/profiles/", profiles.profile_list, name="profile_list"),
    path("performance/profiles/new/", profiles.profile_new, name="profile_new"),
    path("performance/profiles/<slug:code>/", profiles.profile_detail, name="profile_detail"),
    path("performance/monitoring/", monitoring.monitoring_list, name="monitoring_list"),
    path(_KEPT, monitoring.monitoring_snapshot, name="monitoring_snapshot"),
    path(f"{_KEPT}figures/<str:figure_id>/", monitoring.monitoring_kept_figure, name="monitoring_kept_figure"),
    path(_WATCH, monitoring.monitoring_detail, name="monitoring_detail"),
    path(f"{_WATCH}figures/<str:figure_id>/", monitoring.monitoring_figure, name="monitoring_figure"),
    path(f"{_WATCH}alerts/<str:key>/", alerts.alert_handle, name="alert_handle"),
    path(f"{_WATCH}adjust/", monitoring.monitoring_adjust, name="monitoring_adjust"),
    path(f"{_WATCH}keep/", monitoring.monitoring_keep, name="monitoring_keep"),
    path(f"{_WATCH}<slug:name>.<slug:file_format>", monitoring.monitoring_document, name="monitoring_document"),
    path("performance/assessments/", assessments.assessment_list, name="assessment_list"),
    path(_YEAR, assessments.assessment_detail, name="assessment_detail"),
    path(_SCORE, assessments.assessment_row, name="assessment_row"),
    path(f"{_SCORE}declare/", assessments.assessment_declare, name="assessment_declare"),
    path(f"{_YEAR}figures/<str:figure_id>/", assessments.assessment_figure, name="assessment_figure"),
    path(_MEASURED, measurements.measurement_list, name="measurement_list"),
    path(_TAKEN, measurements.measurement_year, name="measurement_year"),
    path(f"{_TAKEN}figures/<str:figure_id>/", measurements.measurement_year_figure, name="measurement_year_figure"),
    path(f"{_TAKEN}take/", measurements.measurement_take, name="measurement_take"),
    path(f"{_TAKEN}rows/<slug:code>/fill/", measurements.measurement_fill, name="measurement_fill"),
    path(_VALUE, measurements.measurement_detail, name="measurement_detail"),
    path(f"{_VALUE}figures/<str:figure_id>/", measurements.measurement_figure, name="measurement_figure"),
    path(f"{_VALUE}evidence/<int:part>/", measurements.measurement_file, name="measurement_file"),
    path(_RECTIFY, rectifications.rectification_list, name="rectification_list"),
    path(f"{_RECTIFY}export/", rectifications.rectification_export, name="rectification_export"),
    path(f"{_RECTIFY}new/<slug:project>/<int:year>/", rectifications.rectification_new, name="rectification_new"),
    path(_MATTER, rectifications.rectification_detail, name="rectification_detail"),
    path(f"{_MATTER}do/<slug:kind>/", rectifications.rectification_step, name="rectification_step"),
    path(f"{_MATTER}proof/<int:part>/", rectifications.rectification_proof, name="rectification_proof"),
    path("performance/years/", years.year_list, name="year_list"),
    path("performance/years/<slug:project>/", years.year_detail, name="year_detail"),
    path(_REVIEW, reviews.review_detail, name="review_detail"),
    path(f"{_REVIEW}figures/<str:figure_id>/", reviews.review_figure, name="review_figure"),
    path(f"{_REVIEW}new/", reviews.review_new, name="review_new"),
    path(f"{_REVIEW}suggestions/<str:key>/", suggestions.suggestion_answer, name="suggestion_answer"),
    path(f"{_REVIEW}draw/", reviews.spot_draw, name="spot_draw"),
    path("performance/review-documents/<int:number>/", reviews.review_document, name="review_document"),
    path("performance/review-documents/<int:number>/correct/", reviews.review_correct, name="review_correct"),
    path("performance/spot-checks/<int:number>/", reviews.spot_check, name="spot_check"),
    path("performance/spot-checks/rows/<int:number>/", reviews.spot_look, name="spot_look"),
    path(_FORMS, printing.form_list, name="form_list"),
    path(f"{_FORMS}forms.zip", printing.form_download, name="form_download"),
    path(f"{_FORMS}names/", form_templates.template_names, name="template_names"),
    path(f"{_FORMS}figures/<str:figure_id>/", printing.form_figure, name="form_figure"),
    path(
        f"{_FORMS}templates/<int:number>.<slug:file_format>", form_templates.template_document, name="template_document"
    ),
    path(f"{_FORMS}<slug:name>.<slug:file_format>", printing.form_document, name="form_document"),
    path(f"{_FORMS}<slug:name>/", printing.form_detail, name="form_detail"),
    path(_TEMPLATES, form_templates.template_list, name="template_list"),
    path(f"{_TEMPLATES}new/", form_templates.template_new, name="template_new"),
    path(_TEMPLATE, form_templates.template_detail, name="template_detail"),
    path(f"{_TEMPLATE}next/", form_templates.template_next, name="template_next"),
    path(f"{_TEMPLATE}file/", form_templates.template_download, name="template_download"),
    path(f"{_TEMPLATE}retire/", form_templates.template_retire, name="template_retire"),
    path(_DISCLOSE, disclosures.disclosure_list, name="disclosure_list"),
    path(f"{_DISCLOSE}new/<slug:project>/<int:year>/", disclosures.disclosure_new, name="disclosure_new"),
    path(_PUBLIC, disclosures.disclosure_detail, name="disclosure_detail"),
    path(f"{_PUBLIC}mend/", disclosures.disclosure_mend, name="disclosure_mend"),
    path(f"{_PUBLIC}make/", disclosures.disclosure_make, name="disclosure_make"),
    path(f"{_PUBLIC}submit/", disclosures.disclosure_submit, name="disclosure_submit"),
    path(f"{_PUBLIC}publish/", disclosures.disclosure_publish, name="disclosure_publish"),
    path(f"{_PUBLIC}packages/<int:part>/", disclosures.disclosure_package, name="disclosure_package"),
    path(f"{_PUBLIC}packages/<int:part>/<path:name>", disclosures.disclosure_file, name="disclosure_file"),
    path("performance/filings/", filings.filing_list, name="filing_list"),
    path(_FILING, filings.filing_detail, name="filing_detail"),
    path(f"{_FILING}names/", filings.filing_names, name="filing_names"),
    path(f"{_FILING}words/", filings.filing_write_words, name="filing_write"),
    path(f"{_FILING}submit/", filings.filing_submit_words, name="filing_submit"),
    path(f"{_FILING}figures/<str:figure_id>/", filings.filing_figure, name="filing_figure"),
    path(f"{_FILING}rounds/<int:number>/", filings.filing_version, name="filing_version"),
    path(
        f"{_FILING}rounds/<int:number>/figures/<str:figure_id>/",
        filings.filing_version_figure,
        name="filing_version_figure",
    ),
]
