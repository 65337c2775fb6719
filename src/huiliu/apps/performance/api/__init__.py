"""This part for programs, mounted by config.api: read only, by the permissions of the pages."""

from huiliu.apps.performance.api.assessments import router as assessments
from huiliu.apps.performance.api.checked import router as checked
from huiliu.apps.performance.api.disclosures import router as disclosures
from huiliu.apps.performance.api.evaluations import router as evaluations
from huiliu.apps.performance.api.filings import router as filings
from huiliu.apps.performance.api.measurements import router as measurements
from huiliu.apps.performance.api.monitoring import router as monitoring
from huiliu.apps.performance.api.rectifications import router as rectifications
from huiliu.apps.performance.api.reviews import router as reviews
from huiliu.apps.performance.api.targets import router as targets
from huiliu.apps.performance.api.years import router as years

ROUTERS = (
    evaluations, targets, measurements, monitoring, assessments, filings, rectifications, reviews, years, checked,
    disclosures,
)  # fmt: skip

__all__ = ["ROUTERS"]
