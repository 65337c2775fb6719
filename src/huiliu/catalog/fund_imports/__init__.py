"""How exports of other systems are read, one YAML file a kind of export; the office may save its own on the page."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from huiliu.budget.import_mapping import ImportMapping, mapping_of
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

FOLDER = Path(__file__).parent


@cache
def import_mappings(folder: Path = FOLDER) -> Mapping[str, ImportMapping]:
    """Every kind of export by its code, which is the file's name; FUND-080 naming the file that is wrong."""
    return {path.stem: _mapping(path) for path in sorted(folder.glob("*.yaml"))}


def _mapping(path: Path) -> ImportMapping:
    data = load_yaml(path)
    try:
        found = mapping_of(path.stem, data if isinstance(data, Mapping) else {})
    except HuiliuError as error:
        message = f"{path.name}：{error.message}"
        raise HuiliuError(code=error.code, message=message, hint=error.hint, facts={"file": path.name}) from None
    if not found.source:
        hint = "请写明表头从何而来；没有样表的写明示例，并写 verified: false。"
        raise HuiliuError(code="FUND-080", message=f"{path.name}：没有写明出处 source", hint=hint)
    return found
