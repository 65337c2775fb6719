"""What became of each commit of a day, where rows of the day were decided on before it was taken back."""

from datetime import date

from huiliu.lake.effective import Commit, Story

DAY = [date(2025, 4, day) for day in range(1, 4)]


def commit(snapshot: int, day: date, **more) -> Commit:
    return Commit(snapshot, f"449900_{day:%Y%m%d}", day, "449900", None, f"sm3:{day.day}", **more)


NIGHTS = (commit(1, DAY[0]), commit(2, DAY[1]))
DECIDED = (*NIGHTS, commit(3, DAY[1], kind="quarantine"), commit(4, DAY[1], kind="quarantine"))


def test_a_decision_leaves_the_night_in_effect():
    assert Story(DECIDED).standing == {1: "effective", 2: "effective", 3: "act", 4: "act"}


def test_a_rollback_withdraws_the_night_and_the_decisions_on_it():
    back = Story((*DECIDED, commit(5, DAY[0], kind="restore", restored=1)))
    assert back.standing == {1: "effective", 2: "withdrawn", 3: "withdrawn", 4: "withdrawn", 5: "act"}


def test_what_is_brought_back_holds_again_with_its_decisions():
    back = commit(5, DAY[0], kind="restore", restored=1)
    again = Story((*DECIDED, back, commit(6, DAY[1], kind="restore", restored=4)))
    assert again.standing == {1: "effective", 2: "effective", 3: "act", 4: "effective", 5: "act", 6: "act"}


def test_a_correction_supersedes_the_night_and_the_decisions_on_it():
    corrected = Story((*DECIDED, commit(5, DAY[1], revision=1, restored=1)))
    assert corrected.standing == {1: "effective", 2: "superseded", 3: "superseded", 4: "superseded", 5: "effective"}
