"""Verification names the first broken row and the kind, whatever was done to the rows behind the triggers' back."""

import json
import random

import pytest
from django.conf import settings
from django.db import connection, transaction

from huiliu.apps.audit.models import AuditEvent, ChainHead
from huiliu.apps.audit.selectors import chain_state, read_anchors, walk
from huiliu.apps.audit.services import anchor_write, chain_verify
from huiliu.apps.audit.tests.tamper import EVENT, HEAD, TEXTS, Tamperer, Truth, relink, reset_head, run, write_events
from huiliu.kernel.errors import HuiliuError
from support.scale import variants
from support.triggers import without_triggers

pytestmark = [pytest.mark.both_dbs, pytest.mark.django_db, pytest.mark.slow]
LENGTH = 24


@pytest.fixture(autouse=True)
def anchors(tmp_path, monkeypatch):
    """A folder for anchors of this test's own, on another disk as it were."""
    monkeypatch.setattr(settings, "HUILIU_ANCHORS", tmp_path / "锚点")
    return tmp_path / "锚点"


@pytest.fixture
def chain(seed):
    """A chain with an anchor at its end, the triggers gone, and a tamperer who draws by the seed."""
    draw = random.Random(seed)
    write_events(draw, LENGTH)
    anchor_write()
    with without_triggers(connection):
        yield Tamperer(draw, LENGTH)


def found() -> tuple[str, int] | None:
    broken = walk().broken
    return (broken.kind.value, broken.seq) if broken else None


def tampered(act) -> tuple[Truth, tuple[str, int] | None]:
    """Do it, verify, and put everything back."""
    with transaction.atomic():
        truth = act()
        told = found()
        transaction.set_rollback(True)
    return truth, told


def test_a_sound_chain_is_sound(chain):
    verdict = walk()
    assert verdict.broken is None
    assert (verdict.rows, verdict.seq, verdict.anchors) == (LENGTH, LENGTH, 1)


def test_an_empty_chain_is_sound(db):
    assert chain_state().count == 0
    assert walk().sound


@pytest.mark.slow
def test_a_change_of_any_field_is_named(chain):
    for field in (*TEXTS, "at", "outcome", "before", "after", "details", "seq"):
        truth, told = tampered(lambda changed=field: chain.edit(changed))
        assert told == (truth.kind, truth.seq), truth


@pytest.mark.parametrize("act", variants(["delete", "insert", "reorder", "truncate"]))
def test_each_kind_is_told_apart(chain, act):
    for _ in range(4):
        truth, told = tampered(getattr(chain, act))
        assert told == (truth.kind, truth.seq), truth
    assert found() is None  # everything was put back


@pytest.mark.slow
@pytest.mark.soak
def test_random_tamperings_are_all_named_at_the_right_row(chain, scale):
    wrong = []
    for _ in range(scale("tamperings")):
        truth, told = tampered(chain.draw.choice(chain.acts))
        if told != (truth.kind, truth.seq):
            wrong.append((truth, told))
    assert wrong == []


@pytest.mark.parametrize(
    ("statement", "kind", "seq", "text"),
    [
        (f"UPDATE {HEAD} SET hash = 'x'", "修改", LENGTH, "链头"),
        (f"UPDATE {HEAD} SET seq = 20", "修改", 21, "链头"),
        (f"DELETE FROM {HEAD}", "删除", LENGTH, "链头"),
        (f"UPDATE {HEAD} SET seq = 30", "截尾", LENGTH + 1, "末尾"),
    ],
)
def test_the_head_is_compared(chain, statement, kind, seq, text):
    run(statement)
    broken = walk().broken
    assert (broken.kind.value, broken.seq) == (kind, seq)
    assert text in broken.text


def test_without_its_head_the_chain_is_not_written_on(chain):
    run(f"DELETE FROM {HEAD}")
    with without_triggers(connection):  # whose end sets them up again
        pass
    with pytest.raises(HuiliuError, match="AUDIT-002"):
        write_events(chain.draw, 1)
    assert AuditEvent.objects.count() == LENGTH


def test_a_tail_cut_off_and_written_anew_disagrees_with_the_anchor(chain):
    """The head was reset, the product went on: every seal holds, only the anchor knows."""
    run(f"DELETE FROM {EVENT} WHERE seq >= 20")
    reset_head()
    write_events(chain.draw, 10)
    broken = walk().broken
    assert (broken.kind.value, broken.seq) == ("改写", LENGTH)
    assert read_anchors()[0][0].file in broken.text


def test_without_an_anchor_a_cut_with_the_head_reset_is_not_seen(chain, anchors):
    """What docs/audit.md says cannot be seen."""
    next(anchors.glob("*.json")).unlink()
    run(f"DELETE FROM {EVENT} WHERE seq >= 20")
    assert found() == ("截尾", 20)
    reset_head()
    assert found() is None


def test_rows_of_another_chain_with_the_same_key_do_not_fit(chain):
    """A backup was restored and went on: row 20 of the one, row 21 of the other."""
    with transaction.atomic():
        run(f"DELETE FROM {EVENT} WHERE seq >= 20")
        reset_head()
        write_events(random.Random(1), 2)
        other = AuditEvent.objects.get(seq=21)
        transaction.set_rollback(True)
    run(f"DELETE FROM {EVENT} WHERE seq = 21")
    other.id = None
    other.save(force_insert=True)
    assert found() == ("改写", 21)


def test_a_lost_key_is_an_error_and_no_verdict(chain, monkeypatch, tmp_path):
    monkeypatch.setattr(settings.HUILIU_KEYS, "folder", tmp_path)
    monkeypatch.setattr(settings.HUILIU_KEYS, "_known", {})
    with pytest.raises(HuiliuError, match="KEY-001"):
        walk()


def test_missing_triggers_are_named(chain):
    verdict = walk()
    assert verdict.broken is None
    assert not verdict.sound
    assert "audit_event_no_update" in verdict.missing_triggers


def test_a_verification_leaves_an_event_an_anchor_and_its_verdict(db, anchors):
    write_events(random.Random(1), 3)
    assert chain_verify().sound
    last = AuditEvent.objects.get(seq=4)
    assert (last.action, last.details) == ("audit.verify", {"rows": 3})
    assert read_anchors()[0][-1].seq == 4
    assert chain_state().verified.sound
    assert [path.stat().st_mode & 0o777 for path in anchors.iterdir()] == [0o600, 0o600]


def test_a_broken_chain_is_left_as_it_is(chain, anchors):
    run(f"DELETE FROM {EVENT} WHERE seq = 24")
    before = sorted(path.name for path in anchors.glob("*-*-*.json"))
    for _ in range(2):  # and says the same again
        assert chain_verify().broken.kind.value == "截尾"
    assert AuditEvent.objects.count() == 23
    assert sorted(path.name for path in anchors.glob("20*.json")) == [n for n in before if n.startswith("20")]
    assert not chain_state().verified.sound


@pytest.mark.slow
def test_progress_is_told(chain):
    with transaction.atomic():
        write_events(chain.draw, 500)
        told = []
        walk(lambda done, total: told.append((done, total)))
        transaction.set_rollback(True)
    assert told == [(500, LENGTH + 500)]


class TestAnchors:
    def test_is_signed_and_says_where_the_chain_ended(self, chain, anchors):
        path = next(anchors.glob("*.json"))
        content = json.loads(path.read_text("utf-8"))
        assert (content["seq"], content["hash"]) == (LENGTH, ChainHead.objects.get().hash)
        assert len(content["seal"]) == 64
        assert path.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("name", ["seq", "hash", "time", "key_id", "seal"])
    def test_one_that_was_changed_is_named(self, chain, anchors, name):
        path = next(anchors.glob("*.json"))
        content = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**content, name: 3 if name == "seq" else "2025-03-31"}), "utf-8")
        verdict = walk()
        assert verdict.broken_anchors == (path.name,)
        assert path.name in verdict.line()
        assert not verdict.sound

    @pytest.mark.parametrize("text", ["", "{}", "[]", "7", '{"key_id": "../audit.0001"}', "\x00"])
    def test_a_damaged_file_is_named_too(self, chain, anchors, text):
        (anchors / "2025-01-01-1.json").write_text(text, "utf-8")
        assert walk().broken_anchors == ("2025-01-01-1.json",)

    def test_a_shorter_chain_writes_none(self, chain, anchors):
        before = {path: path.read_bytes() for path in anchors.iterdir()}
        run(f"DELETE FROM {EVENT} WHERE seq >= 20")
        reset_head()
        with pytest.raises(HuiliuError, match="AUDIT-020"):
            anchor_write()
        write_events(chain.draw, 30)  # longer again, but another chain
        with pytest.raises(HuiliuError, match="AUDIT-020"):
            anchor_write()
        assert {path: path.read_bytes() for path in anchors.iterdir()} == before

    def test_a_second_one_of_the_same_chain_changes_nothing(self, chain, anchors):
        anchor_write()
        assert len(list(anchors.iterdir())) == 1

    def test_a_folder_that_cannot_be_written_says_so(self, chain, anchors, monkeypatch):
        (anchors.parent / "file").write_text("")
        monkeypatch.setattr(settings, "HUILIU_ANCHORS", anchors.parent / "file" / "x")
        with pytest.raises(HuiliuError, match="AUDIT-021"):
            anchor_write()


def test_links_that_look_right_do_not_deceive(chain):
    """Row 5 removed, the rest renumbered and relinked, the head reset: only the seals know."""
    run(f"DELETE FROM {EVENT} WHERE seq = 5")
    for seq in range(6, LENGTH + 1):
        run(f"UPDATE {EVENT} SET seq = {seq - 1} WHERE seq = {seq}")
    relink(1)
    reset_head()
    assert found() == ("删除", 5)


def test_the_anchor_tells_which_number_the_last_row_once_had(chain):
    """Row 23 of 24 removed, the last one renumbered and relinked, the head reset: no successor is left to ask."""
    run(f"DELETE FROM {EVENT} WHERE seq = 23")
    run(f"UPDATE {EVENT} SET seq = 23 WHERE seq = 24")
    relink(23)
    reset_head()
    assert found() == ("删除", 23)
