"""Each run stands in the log before and after it is saved: what a killed process began is settled, what is changed later is found."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.test_workbook_journal import PLAN, kept, run_of
from workbook import disk, locks
from workbook.errors import FileRefused
from workbook.journal import Journal, Run


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal after two runs."""
    (tmp_path / "门店.xlsx").write_bytes(b"0")
    journal = Journal(tmp_path / "门店.xlsx")
    saved(journal, b"1")
    saved(journal, b"2")
    return journal


def next_run(journal: Journal, **other: object) -> Run:
    return replace(run_of(PLAN), number=journal.next_number(), **other)  # type: ignore[arg-type]


def saved(journal: Journal, content: bytes) -> None:
    with journal.recording(next_run(journal)):
        disk.replace(journal.book, journal.book.read_bytes(), content, lambda _: None)


def killed(journal: Journal, content: bytes | None, live: bool = False) -> None:
    """Begin a run and leave everything as a killed process does: with `content` after the workbook was saved."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "_take_back", lambda *_: None)
        patch.setattr(Journal, "_finish", lambda *_: None)
        interrupted(journal, content, live)


def interrupted(journal: Journal, content: bytes | None, live: bool = False) -> None:
    """Begin a run, save `content` if there is any, and be interrupted."""

    def save() -> None:
        if content is not None:
            disk.replace(journal.book, journal.book.read_bytes(), content, lambda _: None)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), journal.recording(next_run(journal), live):
        save()


def events(journal: Journal) -> list[tuple[str, int]]:
    return [(entry.told["event"], entry.told.get("run", 0)) for entry in journal._chain.entries()]


def of_run(number: int) -> list[tuple[str, int]]:
    return [("begin", number), ("ready", number), ("done", number)]


def test_a_run_stands_there_with_the_hashes_of_what_was_before_and_after(journal: Journal) -> None:
    begun, ready, done = [entry.told for entry in journal._chain.entries()][3:]
    assert ready["after"] == done["after"]
    assert (begun["run"], begun["action"], begun["who"]) == (2, "grade", "小王")
    assert begun["before"] == hashlib.sha256(b"1").hexdigest()
    assert done["after"] == hashlib.sha256(b"2").hexdigest()
    assert begun["record"] == hashlib.sha256((journal.folder / "runs/000002.json.gz").read_bytes()).hexdigest()
    assert journal.broken() is None


def test_what_was_begun_and_never_saved_is_no_run_and_its_number_is_free_again(journal: Journal) -> None:
    killed(journal, None)
    assert journal.phantom() == 3
    assert [run.number for run in journal.history()] == [2, 1]
    assert journal.broken() is None
    saved(journal, b"3")
    assert events(journal)[6:] == [("begin", 3), ("void", 3), ("begin", 4), ("ready", 4), ("done", 4)]
    assert [run.number for run in journal.history()] == [4, 2, 1]
    assert journal.broken() is None


def test_what_was_never_saved_is_no_run_either_where_a_person_saved_since(journal: Journal) -> None:
    killed(journal, None)
    journal.book.write_bytes(b"by a person")
    assert [run.number for run in journal.history()] == [2, 1]
    saved(journal, b"3")
    assert [run.number for run in journal.history()] == [4, 2, 1]


def test_a_process_killed_before_its_record_had_its_name_left_a_whole_log(journal: Journal) -> None:
    killed(journal, None)
    (journal.folder / "runs/000003.json.gz").unlink()
    assert journal.broken() is None
    journal.book.write_bytes(b"by a person")
    saved(journal, b"3")
    assert (journal.broken(), [run.number for run in journal.history()]) == (None, [3, 2, 1])


def test_a_process_killed_in_the_last_moment_before_saving_left_no_run(journal: Journal) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "swap", lambda *_: None)
        killed(journal, b"3")
    assert events(journal)[6:] == [("begin", 3), ("ready", 3)]
    assert (journal.phantom(), journal.broken()) == (3, None)
    saved(journal, b"3")
    assert events(journal)[8:] == [("void", 3), *of_run(4)]


def test_what_was_saved_before_the_process_ended_is_a_run(journal: Journal) -> None:
    killed(journal, b"3")
    assert [run.number for run in journal.history()] == [3, 2, 1]
    saved(journal, b"4")
    assert events(journal)[6:] == [*of_run(3), *of_run(4)]
    assert journal.broken() is None


def test_a_run_on_an_open_workbook_is_kept_though_its_file_is_as_it_was(journal: Journal) -> None:
    killed(journal, None, live=True)
    assert [run.number for run in journal.history()] == [3, 2, 1]
    saved(journal, b"3")
    assert [run.number for run in journal.history()] == [4, 3, 2, 1]


def test_an_interruption_after_saving_does_not_take_the_record_back(journal: Journal) -> None:
    interrupted(journal, b"3")
    assert [run.number for run in journal.history()] == [3, 2, 1]
    assert journal.broken() is None


def test_a_refusal_leaves_no_line(journal: Journal) -> None:
    before = (journal.folder / "log.jsonl").read_bytes()
    with pytest.raises(FileRefused), journal.recording(next_run(journal)):
        raise FileRefused("门店.xlsx", "没有保存成功", "再试")
    assert (journal.folder / "log.jsonl").read_bytes() == before


def test_a_journal_of_before_there_was_a_log_goes_on_with_what_it_has(journal: Journal) -> None:
    (journal.folder / "log.jsonl").unlink()
    broken = journal.broken()
    assert broken is not None
    assert "有 2 次运行, 却没有 log.jsonl" in broken.why
    saved(journal, b"3")
    assert events(journal) == [("known", 0), *of_run(3)]
    assert journal.broken() is None
    (journal.folder / "runs/000001.json.gz").write_bytes(b"forged")
    assert journal.broken() == (1, "第 1 次运行的记录和登记时不一样")


def forge_record(journal: Journal) -> None:
    file = journal.folder / "runs/000001.json.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace("小王".encode(), "小李".encode())))


@pytest.mark.parametrize(
    ("harm", "line", "why"),
    [
        (forge_record, 1, "第 1 次运行的记录和登记时不一样"),
        (lambda journal: (journal.folder / "runs/000002.json.gz").unlink(), 4, "第 2 次运行的记录不见了"),
        (lambda journal: (journal.folder / "backups/000002.xlsx").write_bytes(b"x"), 4, "第 2 次运行的备份和登记时不一样"),
        (lambda journal: journal._chain.cut(sum(map(len, lines(journal)[:3]))), 0, "第 2 次运行的记录没有登记: 末尾的行被删掉了"),
    ],
    ids=["record forged", "record deleted", "backup forged", "end of the log deleted"],
)  # fmt: skip
def test_what_is_changed_later_is_found_with_its_line(harm: object, line: int, why: str, journal: Journal) -> None:
    harm(journal)  # type: ignore[operator]
    assert journal.broken() == (line, why)


def lines(journal: Journal) -> list[bytes]:
    return (journal.folder / "log.jsonl").read_bytes().splitlines(keepends=True)


def test_a_backup_that_the_rule_forgot_is_no_harm(journal: Journal) -> None:
    (journal.folder / "backups/000001.xlsx").unlink()
    assert journal.broken() is None


def test_what_is_rewritten_on_purpose_is_noted_and_right_again(journal: Journal) -> None:
    forge_record(journal)
    (journal.folder / "backups/000002.xlsx").unlink()
    (journal.folder / "runs/000002.json.gz").unlink()
    now = hashlib.sha256((journal.folder / "runs/000001.json.gz").read_bytes()).hexdigest()
    journal.note("erased", records={"000001": now, "000002": ""})
    assert journal.broken() is None


def test_a_first_run_leaves_a_log_that_is_whole(tmp_path: Path) -> None:
    (tmp_path / "店.xlsx").write_bytes(b"0")
    journal = Journal(tmp_path / "店.xlsx")
    kept(journal, run_of(PLAN))
    assert journal.broken() is None
    assert journal.lines() == 2


def taken_over(journal: Journal, content: bytes) -> None:
    """Let a colleague take the lock over, whose computer saw that nobody held it any more, and save."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locks, "_held", {})
        locks.lock_file(journal.book).unlink()
        saved(journal, content)


@pytest.mark.parametrize("when", ["begun", "saved"])
def test_who_lost_the_lock_takes_nothing_back_that_somebody_else_wrote_since(when: str, journal: Journal) -> None:
    def late() -> None:
        if when == "saved":
            disk.replace(journal.book, b"2", b"mine", lambda _: None)
        taken_over(journal, b"theirs")
        if when == "begun":
            disk.replace(journal.book, b"theirs", b"mine", lambda _: None)

    if when == "begun":
        with pytest.raises(FileRefused, match="锁被删除"), journal.recording(next_run(journal)):
            late()
    else:
        with journal.recording(next_run(journal)):
            late()
    assert journal.book.read_bytes() == b"theirs"
    assert events(journal)[6:8] == [("begin", 3), ("void" if when == "begun" else "ready", 3)]
    assert events(journal)[-3:] == of_run(4)
    assert [run.number for run in journal.history()] == ([4, 2, 1] if when == "begun" else [4, 3, 2, 1])
    assert journal.broken() is None


@pytest.mark.parametrize(
    "last",
    [
        '{"event":"ready"}',
        '{"event":"begin","run":"x"}',
        "[" * 100_000,
        '{"event":"ready","run":3,"who":"\\ud800"}',
        '"done"',
    ],
    ids=["no number", "no whole number", "deep", "half a letter", "no object"],
)
def test_a_last_line_that_somebody_wrote_by_hand_is_named_and_stops_no_run(last: str, journal: Journal) -> None:
    with (journal.folder / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(last + "\n")
    broken = journal.broken()
    assert broken is not None
    assert broken.line == 7
    saved(journal, b"3")
    assert journal.book.read_bytes() == b"3"


def test_what_a_cloud_copied_beside_the_records_is_no_record(journal: Journal) -> None:
    record = journal.folder / "runs/000002.json.gz"
    for name in ("000002 (1).json.gz", "000002-张三的冲突副本.json.gz", "00.json.gz.json.gz"):
        (record.parent / name).write_bytes(b"x")
    assert journal.numbers() == [1, 2]
    assert journal.broken() is None
