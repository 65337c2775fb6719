"""What changes evaluations and targets: taking one in, rendering, handing out; drafting, filling in, submitting."""

from huiliu.apps.performance.services.adjusting import adjustment_draft
from huiliu.apps.performance.services.assessments import NewScore, score_declare, scores_declare
from huiliu.apps.performance.services.evaluations import Delivered, document_open, evaluation_import, report_render
from huiliu.apps.performance.services.measurements import ByHand, measurement_fill, measurements_take
from huiliu.apps.performance.services.target_submission import Submission, version_submit
from huiliu.apps.performance.services.targets import (
    NewVersion,
    Words,
    row_put,
    row_remove,
    use_put,
    use_remove,
    version_describe,
    version_draft,
    weights_share,
)

__all__ = [
    "ByHand",
    "Delivered",
    "NewScore",
    "NewVersion",
    "Submission",
    "Words",
    "adjustment_draft",
    "document_open",
    "evaluation_import",
    "measurement_fill",
    "measurements_take",
    "report_render",
    "row_put",
    "row_remove",
    "score_declare",
    "scores_declare",
    "use_put",
    "use_remove",
    "version_describe",
    "version_draft",
    "version_submit",
    "weights_share",
]
