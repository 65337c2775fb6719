"""`lake nights`, `lake state`, `lake restore`: history, whether all places agree, and the way back."""

import json

from huiliu.cli.console import out
from huiliu.cli.night import check_line, verdict_line
from huiliu.config.boot import boot, migrate

WORDS = {"None": "无", "True": "是", "False": "否"}


def nights() -> None:
    """Every published and refused night, oldest first, refused ones with their reasons."""
    installation = boot("cli")
    from huiliu.lake.snapshot import Library

    records = Library(installation.home.lake).history()
    if not records:
        out.print("还没有处理过批次。运行 ./run night 处理收件目录中的批次。")
    for record in sorted(records, key=lambda night: (str(night.business_date), night.run_at)):
        out.print(verdict_line(record))
        for check in record.failures:
            out.print(check_line(check))


def state(*, as_json: bool) -> int:
    """Pointer, committed nights, projection and audit side by side; 1 where they disagree."""
    migrate(boot("cli"))
    from huiliu.apps.datahub.selectors import lake_agreement

    found = lake_agreement()
    if as_json:
        out.print_json(json.dumps(found, ensure_ascii=False, default=str))
    else:
        for name, value in found.items():
            out.print(f"{name}：{WORDS.get(str(value), value)}")
    return 0 if found["一致"] else 1


def restore(*, force: bool) -> None:
    """Put the published copy in the catalogue's place and say so; a sound catalogue only where that is forced."""
    installation = boot("cli")
    from huiliu.lake.catalogue_copy import restore_catalogue
    from huiliu.lake.home import LakeHome

    copy = restore_catalogue(LakeHome(installation.home.lake), even_sound=force)
    out.print(f"目录库已换用 {copy.file}（摘要核对无误）；原来的文件改名为 catalog.lost-*，没有删除。")
    out.print("请随后运行 ./run lake state 查看，再运行 ./run night 继续。")
