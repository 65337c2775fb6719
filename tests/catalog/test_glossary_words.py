"""People read 回流库 everywhere: the lake is our name for how it is built."""

from pathlib import Path

import huiliu

FOLDER = Path(huiliu.__file__).parent


def test_no_text_calls_the_library_a_lake():
    files = [path for ending in ("py", "html", "yaml", "po", "js") for path in FOLDER.rglob(f"*.{ending}")]
    assert len(files) > 300
    assert [path.name for path in files if "数据湖" in path.read_text("utf-8")] == []
