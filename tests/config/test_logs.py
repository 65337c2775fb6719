"""Logs: JSON lines that tell where and how many, and never who."""

import json
import logging

import pytest
import structlog

from huiliu.config import logs

ID_NUMBER = "99990119900101001X"


@pytest.fixture
def written(tmp_path):
    """The lines that a real configuration writes to the data folder."""
    root = logging.getLogger()
    saved, level = root.handlers[:], root.level
    config = logs.logging_config(tmp_path, "worker")
    logging.config.dictConfig({**config, "loggers": {}})
    logs.configure()

    def lines() -> list[dict]:
        (path,) = tmp_path.glob("worker-*.jsonl")
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    yield lines
    root.handlers, root.level = saved, level


def test_values_of_protected_names_never_pass_at_any_depth(written):
    log = structlog.get_logger("test")
    log.info(
        "looked", person_no="P1", rows=3,
        facts={"id_number": ID_NUMBER, "table": "person", "hits": [{"name": "张三", "count": 1}]},
    )  # fmt: skip
    (line,) = written()
    text = json.dumps(line, ensure_ascii=False)
    assert not any(secret in text for secret in (ID_NUMBER, "张三", "P1"))
    assert (line["rows"], line["facts"]["table"], line["facts"]["hits"][0]["count"]) == (3, "person", 1)
    assert line["person_no"] == "[已隐去]"


@pytest.mark.parametrize("name", sorted(logs.PROTECTED))
def test_every_protected_name_is_hidden(name):
    event = {name: ID_NUMBER, "inner": {name: ID_NUMBER}, "many": [{name: ID_NUMBER}]}
    assert ID_NUMBER not in str(logs.hide_protected(None, "info", event))


def test_an_exception_leaves_its_kind_and_place_but_not_its_text(written):
    try:
        raise ValueError(f"bad person {ID_NUMBER}")  # noqa: TRY301
    except ValueError:
        structlog.get_logger("test").exception("failed")
        logging.getLogger("other").exception("failed too")
    for line in written():
        assert line["error"] == "ValueError"
        assert "test_an_exception" in line["frames"][-1]
        assert ID_NUMBER not in json.dumps(line)


def test_lines_of_libraries_are_json_with_time_and_level(written):
    logging.getLogger("library").warning("%d tables", 12)
    (line,) = written()
    assert (line["event"], line["level"], line["logger"]) == ("12 tables", "warning", "library")
    assert line["at"].endswith("+08:00")


def test_without_a_data_folder_nothing_is_written(tmp_path):
    config = logs.logging_config(tmp_path / "nowhere")
    assert list(config["handlers"]) == ["console"]
