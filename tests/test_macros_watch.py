"""genjin watch with a clock of its own: when it works on a workbook, when it waits, what it says, and what it remembers."""

import argparse
import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from macros import watch as watching
from macros.new import build
from macros.watch import REST_SECONDS, RETRY_SECONDS, Clock, Watch, store_forms, watch, workbooks
from tests.commands import TODAY, cells, column, genjin
from workbook.errors import FileRefused, GenjinError
from workbook.files import FileBook
from workbook.forms import CONTACT
from workbook.sheets import ENTRY

MORNING = dt.datetime.fromisoformat(f"{TODAY} 09:00:00")


class Time:
    """A clock that only goes when somebody waits; what is to happen at a time is done then."""

    def __init__(self) -> None:
        self.now = MORNING
        self.later: list[tuple[dt.datetime, Callable[[], object]]] = []

    def sleep(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)
        due = [happening for at, happening in self.later if at <= self.now]
        self.later = [(at, happening) for at, happening in self.later if at > self.now]
        for happening in due:
            happening()

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.sleep)


class Folder:
    """A shared folder with one workbook, under watch. `work` stands for `genjin all` where a test does not need it."""

    def __init__(self, place: Path, memory: Path) -> None:
        self.path, self.memory, self.time = place, memory, Time()
        self.said: list[str] = []
        self.worked: list[str] = []
        self.watch = self.fresh()

    def fresh(self) -> Watch:
        """A watch that has just been started."""
        self.watch = Watch(self.path, self.memory, self.time.clock, lambda line, _: self.said.append(line))
        return self.watch

    def polls(self, times: int = 3) -> list[str]:
        """Look through the folder some times, far enough apart, and return what was said."""
        self.said.clear()
        for _ in range(times):
            self.watch.poll()
            self.time.sleep(REST_SECONDS)
        return list(self.said)


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "own" / "watch.json"


@pytest.fixture
def folder(tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A folder whose work only appends a byte to the file, as a run of Genjin changes it."""
    place = tmp_path / "共享"
    place.mkdir()
    (place / "门店.xlsx").write_bytes(b"PK a workbook")
    made = Folder(place, memory)

    def work(book: Path, now: dt.datetime) -> str:
        made.worked.append(book.name)
        book.write_bytes(book.read_bytes() + b".")
        return "算好了"

    monkeypatch.setattr(watching, "work_out", work)
    monkeypatch.setattr(watching, "store_forms", lambda book, now: [])
    return made


def save(folder: Folder, name: str = "门店.xlsx", content: bytes = b"PK other") -> None:
    (folder.path / name).write_bytes(content)


# when it works, and when it does not


def test_a_workbook_is_worked_on_once_it_is_at_rest_and_not_again(folder: Folder) -> None:
    folder.watch.poll()
    assert not folder.worked
    folder.time.sleep(REST_SECONDS - 0.1)
    folder.watch.poll()
    assert not folder.worked
    folder.time.sleep(0.1)
    folder.watch.poll()
    assert folder.said == ["门店.xlsx: 算好了"]
    assert folder.polls(5) == []
    assert folder.worked == ["门店.xlsx"]


def test_a_file_that_still_grows_is_left_alone(folder: Folder) -> None:
    for size in range(5):
        save(folder, content=b"PK" + bytes(size))
        folder.polls(1)
    assert not folder.worked
    folder.polls(1)
    assert folder.worked


def test_what_somebody_saved_is_worked_on_and_what_we_wrote_is_not(folder: Folder) -> None:
    folder.polls()
    save(folder)
    assert folder.polls() == ["门店.xlsx: 算好了"]
    assert folder.polls() == []


def test_a_new_date_with_the_same_content_is_no_news(folder: Folder) -> None:
    folder.polls()
    os.utime(folder.path / "门店.xlsx", (1, 1))
    assert folder.polls() == []
    assert len(folder.worked) == 1


def test_a_restart_does_nothing_again_and_a_new_day_everything(folder: Folder) -> None:
    folder.polls()
    folder.fresh()
    assert folder.polls() == []
    folder.time.sleep(86_400)
    assert folder.polls() == ["门店.xlsx: 算好了"]
    assert folder.polls() == []


@pytest.mark.parametrize("content", ["", "[]", '{"x": {"unknown": 1}}', '{"x": 3}', "{"])
def test_a_damaged_memory_costs_a_run_and_no_more(folder: Folder, memory: Path, content: str) -> None:
    memory.parent.mkdir()
    memory.write_text(content)
    folder.fresh()
    assert folder.polls() == ["门店.xlsx: 算好了"]
    assert json.loads(memory.read_text("utf-8"))


@pytest.mark.parametrize(
    "lock", ["~$门店.xlsx", ".~lock.门店.xlsx#", ".~门店.xlsx"], ids=["Excel", "LibreOffice", "WPS"]
)
def test_an_open_workbook_waits_and_that_is_said_once(folder: Folder, lock: str) -> None:
    folder.polls()
    save(folder)
    (folder.path / lock).touch()
    assert folder.polls(5) == ["门店.xlsx: 改过了, 有人正开着, 等关闭后再算。"]
    (folder.path / lock).unlink()
    assert folder.polls() == ["门店.xlsx: 算好了"]


def test_an_open_workbook_that_nobody_changed_is_no_news(folder: Folder) -> None:
    folder.polls()
    (folder.path / "~$门店.xlsx").touch()
    assert folder.polls(5) == []


def test_on_windows_a_file_that_nobody_may_write_now_is_open(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def shared_with_nobody(*_: object) -> None:
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "open", shared_with_nobody)
    assert watching.open_elsewhere(folder.path / "门店.xlsx")


def test_only_workbooks_are_looked_at(folder: Folder) -> None:
    for name in ("~$a.xlsx", ".~lock.a.xlsx#", ".a.xlsx.part", "b.xls", "c.xlsx.part", "读我.txt", ".隐藏.xlsx"):
        save(folder, name)
    for place in ("门店.genjin/backups", "分店", ".回收站"):
        (folder.path / place).mkdir(parents=True)
        save(folder, f"{place}/D.XLSM")
    assert [str(path.relative_to(folder.path)) for path in workbooks(folder.path)] == ["门店.xlsx", "分店/D.XLSM"]


# what goes wrong


def failing(problem: BaseException, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tried: list[str] = []

    def fail(book: Path, _: dt.datetime) -> str:
        tried.append(book.name)
        raise problem

    monkeypatch.setattr(watching, "work_out", fail)
    return tried


def test_what_is_wrong_with_a_content_is_said_once_and_others_go_on(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(folder, "坏.xlsx")
    work = watching.work_out
    broken = GenjinError("坏.xlsx", "坏了", "请恢复", code="BROKEN_ZIP")

    def some(book: Path, now: dt.datetime) -> str:
        if book.name == "坏.xlsx":
            folder.worked.append(book.name)
            raise broken
        return work(book, now)

    monkeypatch.setattr(watching, "work_out", some)
    assert sorted(folder.polls()) == ["坏.xlsx: 坏了。请恢复。", "门店.xlsx: 算好了"]
    folder.fresh()
    assert folder.polls() == []
    folder.time.sleep(86_400)
    assert folder.polls() == ["门店.xlsx: 算好了"]  # a new day does not mend it
    save(folder, "坏.xlsx", b"PK still broken")
    assert folder.polls() == ["坏.xlsx: 坏了。请恢复。"]
    assert folder.worked.count("坏.xlsx") == 2


def test_what_is_wrong_with_a_sheet_is_said_with_the_workbook_it_is_in(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(GenjinError("需求", "工作簿里没有这张表", "请加上", code="SHEET_MISSING"), monkeypatch)
    assert folder.polls() == ["门店.xlsx 需求: 工作簿里没有这张表。请加上。"]


def test_what_has_nothing_to_do_with_the_content_is_tried_again_and_said_once(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = failing(FileRefused("门店.xlsx", "没有保存成功", "请检查磁盘", code="FILE_NOT_SAVED"), monkeypatch)
    polls = int(RETRY_SECONDS / REST_SECONDS)
    assert folder.polls(2 + polls) == ["门店.xlsx: 没有保存成功。请检查磁盘。"]
    assert len(tried) == 2
    monkeypatch.setattr(watching, "work_out", lambda book, now: "算好了")
    assert folder.polls(2 + polls) == ["门店.xlsx: 算好了"]


def test_a_workbook_of_somebody_else_is_passed_over_in_silence(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = failing(FileRefused("门店.xlsx", "不是跟进工作簿", "请新建", code="NOT_GENJIN"), monkeypatch)
    assert folder.polls(5) == []
    folder.time.sleep(86_400)
    assert folder.polls() == []
    assert len(tried) == 1


def test_a_defect_of_ours_is_told_written_down_and_does_not_end_the_watch(
    folder: Folder, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(ZeroDivisionError("division by zero"), monkeypatch)
    (line,) = folder.polls()
    assert "程序自己出了错 (ZeroDivisionError: division by zero)" in line
    assert "ZeroDivisionError" in (home / "错误.txt").read_text("utf-8")


def test_a_disk_that_is_full_is_told_as_a_disk(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(OSError(28, "No space left on device", "门店.xlsx"), monkeypatch)
    (line,) = folder.polls()
    assert "磁盘已满" in line


def test_a_folder_that_is_gone_for_a_while_is_said_once_and_comes_back(folder: Folder) -> None:
    away = folder.path.with_name("断开")
    folder.path.rename(away)
    assert folder.polls(5) == [f"{folder.path}: 现在连不上这个文件夹, 会一直再试。"]
    away.rename(folder.path)
    assert folder.polls() == ["门店.xlsx: 算好了"]


def test_a_file_that_goes_while_it_is_looked_at_is_no_problem(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "workbooks", lambda _: iter([folder.path / "没有了.xlsx", folder.path / "门店.xlsx"]))
    assert folder.polls() == ["门店.xlsx: 算好了"]


def test_workbooks_that_are_gone_are_forgotten_and_other_folders_are_not(folder: Folder, memory: Path) -> None:
    save(folder, "旧.xlsx")
    folder.polls()
    elsewhere = folder.memory.parent / "别处.xlsx"
    folder.watch.seen[str(elsewhere)] = watching.Seen()
    (folder.path / "旧.xlsx").unlink()
    folder.polls()
    assert set(json.loads(memory.read_text("utf-8"))) == {str(folder.path / "门店.xlsx"), str(elsewhere)}


# steps before the work


def test_steps_before_the_work_are_done_first_and_say_what_they_did(folder: Folder) -> None:
    def store_forms(book: Path, now: dt.datetime) -> list[str]:
        assert now == folder.time.now
        folder.worked.append("forms")
        return ["录入: 存了 1 位客户"]

    folder.watch.before = (store_forms,)
    assert folder.polls() == ["门店.xlsx: 录入: 存了 1 位客户", "门店.xlsx: 算好了"]
    assert folder.worked == ["forms", "门店.xlsx"]


# the command


def arguments(place: Path, **more: object) -> argparse.Namespace:
    given = {"folder": place, "once": False, "every": 10, "json": False, "quiet": False, "today": MORNING.date()}
    return argparse.Namespace(**(given | more))


def test_it_watches_until_somebody_presses_ctrl_c(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    folder.time.later = [
        (MORNING + dt.timedelta(seconds=60), lambda: save(folder)), (MORNING + dt.timedelta(seconds=100), stop),
    ]  # fmt: skip
    answer = watch(arguments(folder.path), folder.time.clock)
    assert answer.text == "看守结束: 算好 2 次, 没有写到一半的工作簿。"
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"11-20 09:00:00 看守 {folder.path} (每 10 秒看一遍, 按 Ctrl+C 结束)",
        "11-20 09:00:10 门店.xlsx: 算好了",
        "11-20 09:01:10 门店.xlsx: 算好了",
    ]
    assert not err


def test_quiet_leaves_only_what_is_wrong(
    folder: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(arguments(folder.path, once=True, quiet=True), folder.time.clock)
    assert capsys.readouterr() == ("", "")
    failing(GenjinError("门店.xlsx", "坏了", "请恢复"), monkeypatch)
    save(folder)
    watch(arguments(folder.path, once=True, quiet=True), folder.time.clock)
    assert capsys.readouterr() == ("", "11-20 09:00:10 门店.xlsx: 坏了。请恢复。\n")


def test_who_saves_a_workbook_in_the_folder_gets_the_results_of_all(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "共享"
    place.mkdir()
    shared, alone = (Path(shutil.copy(book, place / "门店.xlsx")), Path(shutil.copy(book, tmp_path / "门店.xlsx")))
    genjin(capsys, "all", alone)
    time = Time()
    answer = watch(arguments(place, once=True, json=True), time.clock)
    (item,) = answer.as_json["items"]
    assert item["said"].startswith("门店.xlsx: 全部: 改了 ")
    assert "个错误" in item["said"]
    assert cells(shared, without=("日志",)) == cells(alone, without=("日志",))
    before = hashlib.sha256(shared.read_bytes()).digest()
    assert watch(arguments(place, once=True, json=True), time.clock).as_json["items"] == []
    assert hashlib.sha256(shared.read_bytes()).digest() == before


def test_the_command_line_knows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "REST_SECONDS", 0.0)
    answer = genjin(capsys, "watch", tmp_path, "--once")
    assert (answer["action"], answer["items"]) == ("watch", [])
    assert "没有这个文件夹" in genjin(capsys, "watch", tmp_path / "没有", code=2)["stderr"]


def test_a_step_that_is_refused_is_said_and_the_work_done_all_the_same(folder: Folder) -> None:
    def refuse(book: Path, _: dt.datetime) -> list[str]:
        raise GenjinError("录入!B6", "行列被移动过", "请撤销", code="ENTRY_MOVED")

    folder.watch.before = (refuse,)
    assert folder.polls() == ["门店.xlsx: 录入!B6: 行列被移动过。请撤销。", "门店.xlsx: 算好了"]


@pytest.fixture
def with_forms(tmp_path: Path) -> Path:
    path = tmp_path / "门店.xlsm"
    build(path, "small", 1, MORNING.date())
    return path


def fill(path: Path, values: dict[str, object]) -> None:
    book = FileBook(path)
    places = {key: place for (_, key), place in CONTACT.places.items()}
    for key, value in values.items():
        book.write(ENTRY.label, {places[key][0]: {places[key][1]: value}})
    book.save()


def test_a_form_that_was_filled_in_is_stored_and_one_with_errors_stays(with_forms: Path) -> None:
    assert store_forms(with_forms, MORNING) == []
    followups = len(cells(with_forms)["跟进"])
    fill(with_forms, {"obj_id": "C000001", "way": "电话", "summary": "看中三居的那套房"})
    (line,) = store_forms(with_forms, MORNING)
    assert line.startswith("录入: 没有保存")
    assert len(cells(with_forms)["跟进"]) == followups
    assert "看中三居的那套房" in cells(with_forms)["录入"].values()
    staff = next(iter(column(with_forms, "人员", "姓名").values()))
    fill(
        with_forms, {"staff": staff, "result": "接通", "next_act": "约看房", "next_at": MORNING + dt.timedelta(days=3)}
    )
    (line,) = store_forms(with_forms, MORNING)
    assert not line.startswith("录入: 没有保存")
    assert "看中三居的那套房" in cells(with_forms)["跟进"].values()
    assert "看中三居的那套房" not in cells(with_forms)["录入"].values()


def test_a_workbook_without_forms_has_none_to_store(book: Path) -> None:
    before = book.read_bytes()
    assert store_forms(book, MORNING) == []
    assert book.read_bytes() == before
