"""What changes jobs: asked for and cancelled by people, begun and ended by the worker."""

from huiliu.apps.jobs.services.asking import job_ask, job_cancel
from huiliu.apps.jobs.services.kinds import JOBS, JobCancelled, JobKind, JobStopped, Work
from huiliu.apps.jobs.services.running import job_run, jobs_run

__all__ = ["JOBS", "JobCancelled", "JobKind", "JobStopped", "Work", "job_ask", "job_cancel", "job_run", "jobs_run"]
