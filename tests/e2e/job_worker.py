"""The product's worker with one more kind of job, slow enough to be killed in the middle: for test_jobs.py."""

import sys
import time
from itertools import count
from pathlib import Path

STEPS = 30
ENDLESS = 100  # a job of this record goes on until it is stopped


def main() -> None:
    """`python job_worker.py FILE`: every run of a job writes a line to FILE when it begins and when it is done."""
    import django

    django.setup()
    from huiliu.apps.jobs.services import JOBS, JobKind

    book = Path(sys.argv[1])

    def note(word: str, subject: int) -> None:
        with book.open("a") as file:
            file.write(f"{word} {subject}\n")

    def run(work) -> None:
        note("begun", work.subject)
        for step in count() if work.subject == ENDLESS else range(STEPS):
            work.progress("读取", step, max(step, STEPS))
            time.sleep(0.1)
        note("done", work.subject)

    JOBS.add("slow_trial", JobKind("试验任务", run))
    from huiliu.worker import serve

    serve()


if __name__ == "__main__":
    main()
