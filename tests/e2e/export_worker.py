"""The product's worker with a list that is slow to read, so that it can be killed while it is written."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BLOCKS, ROWS = 20, 50


def register(book: Path | None = None) -> None:
    """The source `slow_list`: blocks of rows, each noted in `book` before it is given."""
    from huiliu.apps.exports.services import SOURCES, Block, Content, ExportSource
    from huiliu.documents.listing import ListColumn

    def blocks() -> Iterator[Block]:
        for block in range(BLOCKS):
            if book is not None:
                with book.open("a") as file:
                    file.write(f"block {block}\n")
                time.sleep(0.15)
            yield Block([(f"4499{block:04}{row:06}", "张*") for row in range(ROWS)])

    @contextmanager
    def open_(_wanted: object) -> Iterator[Content]:
        yield Content((ListColumn("人员编码", "id"), ListColumn("姓名", "name", "L3")), blocks())

    SOURCES.add("slow_list", ExportSource("试验名单", "datahub.view_person", lambda _wanted: BLOCKS * ROWS, open_))


def main() -> None:
    """`python export_worker.py BOOK`."""
    import django

    django.setup()
    register(Path(sys.argv[1]))
    from huiliu.worker import serve

    serve()


if __name__ == "__main__":
    main()
