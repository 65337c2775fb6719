"""The product's worker, slow to fetch each file of a check, so that it can be killed in the middle of one."""

import sys
import time
from pathlib import Path


def main() -> None:
    """`python checked_worker.py BOOK`: every file that is fetched writes a line to BOOK."""
    import django

    django.setup()
    from huiliu.apps.performance.services import checked

    book, real = Path(sys.argv[1]), checked.file_kept

    def fetched(digest: str, within: Path) -> bytes:
        with book.open("a") as file:
            file.write("fetched\n")
        time.sleep(0.15)
        return real(digest, within)

    checked.file_kept = fetched
    from huiliu.worker import serve

    serve()


if __name__ == "__main__":
    main()
