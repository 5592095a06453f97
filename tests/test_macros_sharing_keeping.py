"""States of files that were handed out: kept as long as somebody may merge, forgotten by the rule, and nothing else is deleted."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest

from macros.settings import Settings, Sharing, each_setting
from macros.sharing.bases import Base, base_of, merged_files
from macros.sharing.keeping import FOLDER, NOTHING_NEW, SPLIT, Known, forget_outdated, keep
from tests.sharing import plain, tables_of
from workbook.errors import FileRefused
from workbook.journal import Journal

TODAY = dt.date(2026, 11, 20)
RULE = Sharing(base_days=180, state_days=30)
TOKEN = "0123456789abcdef"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """The records of a workbook."""
    return Journal(plain(tmp_path / "门店.xlsx", {"clients": [{"client_id": "C000001"}], "settings": ()}))


def aged(journal: Journal, name: str, days: int) -> None:
    moment = dt.datetime.combine(TODAY - dt.timedelta(days=days), dt.time(12)).timestamp()
    os.utime(journal.folder / FOLDER / name, (moment, moment))


def handed_out(journal: Journal, token: str, days: int) -> None:
    sha256 = keep(journal, f"{token}.xlsx", token.encode())
    journal.note(SPLIT, files=[{"agent": "王", "token": token, "base": sha256}])
    aged(journal, f"{token}.xlsx", days)


def came_back(journal: Journal, token: str, days: int, name: str = "n") -> str:
    """Keep a state of a file that was merged, and return its name."""
    number = sum(1 for _ in Known(journal).merges) + 1
    told: dict[str, Any] = {"token": token, "name": name, "ids": {}, "kept": f"{name}-{number}.xlsx"}
    told["sha256"] = keep(journal, told["kept"], str(told).encode())
    journal.note(NOTHING_NEW, before=number, merged=[told])
    aged(journal, told["kept"], days)
    return str(told["kept"])


def kept(journal: Journal) -> set[str]:
    return {file.name for file in (journal.folder / FOLDER).iterdir()}


@pytest.mark.parametrize(("days", "gone"), [(180, False), (181, True)])
def test_a_base_is_kept_for_so_many_days(journal: Journal, days: int, gone: bool) -> None:
    handed_out(journal, TOKEN, days)
    assert forget_outdated(journal, RULE, TODAY) == [f"{TOKEN}.xlsx"] * gone
    assert kept(journal) == (set() if gone else {f"{TOKEN}.xlsx"})
    assert Known(journal).forgotten == {f"{TOKEN}.xlsx"} - kept(journal)


def test_what_was_merged_lately_keeps_its_base_however_old(journal: Journal) -> None:
    handed_out(journal, TOKEN, 1000)
    state = came_back(journal, TOKEN, 180)
    assert forget_outdated(journal, RULE, TODAY) == []
    aged(journal, state, 181)
    assert forget_outdated(journal, RULE, TODAY) == sorted([f"{TOKEN}.xlsx", state])


def test_of_the_states_of_a_file_the_last_stays_and_older_ones_for_undoing(journal: Journal) -> None:
    first, second, third = (came_back(journal, "", days, "copy") for days in (31, 30, 29))
    assert forget_outdated(journal, RULE, TODAY) == [first]
    aged(journal, second, 31)
    aged(journal, third, 100)
    assert forget_outdated(journal, RULE, TODAY) == [second]
    assert kept(journal) == {third}


def test_what_no_record_names_goes_by_its_age_alone(journal: Journal) -> None:
    for name, days in (("old.xlsx", 181), ("new.xlsx", 180)):
        keep(journal, name, b"x")
        aged(journal, name, days)
    assert forget_outdated(journal, RULE, TODAY) == ["old.xlsx"]
    assert forget_outdated(journal, RULE, TODAY) == []


def test_files_stay_where_the_log_cannot_say_that_they_went(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_out(journal, TOKEN, 999)

    def full(*_: object, **__: object) -> None:
        raise FileRefused("门店.genjin", "写不进去", "请检查磁盘", code="JOURNAL_NOT_WRITTEN")

    monkeypatch.setattr(Journal, "note", full)
    forget_outdated(journal, RULE, TODAY)
    assert kept(journal) == {f"{TOKEN}.xlsx"}


def test_without_anything_handed_out_there_is_nothing_to_forget(journal: Journal) -> None:
    assert forget_outdated(journal, RULE, TODAY) == []
    assert not (journal.folder / FOLDER).exists()


def file_of(journal: Journal, token: str) -> Path:
    settings = [{"key": "sharing.base", "value": token}] if token else ()
    return plain(journal.book.with_name("回来.xlsx"), {"clients": [{"client_id": "C000001"}], "settings": settings})


def base(journal: Journal, token: str) -> Base:
    file = file_of(journal, token)
    return base_of(Known(journal), file, tables_of(file), RULE)


def test_a_file_whose_base_was_forgotten_is_refused_and_one_whose_base_was_lost_is_for_a_person_to_decide(
    journal: Journal,
) -> None:
    handed_out(journal, TOKEN, 181)
    (journal.folder / FOLDER / f"{TOKEN}.xlsx").unlink()
    assert base(journal, TOKEN) == Base("找不到分发时的底稿", who="王")
    handed_out(journal, TOKEN, 181)
    forget_outdated(journal, RULE, TODAY)
    with pytest.raises(FileRefused) as caught:
        base(journal, TOKEN)
    assert caught.value.code == "BASE_FORGOTTEN"
    assert "「底稿最多保留几天」(180 天)" in str(caught.value)


def test_a_base_that_somebody_changed_is_none(journal: Journal) -> None:
    handed_out(journal, TOKEN, 0)
    (journal.folder / FOLDER / f"{TOKEN}.xlsx").write_bytes(b"other")
    assert base(journal, TOKEN).first is None


def test_ids_of_one_copy_are_not_those_of_another(journal: Journal) -> None:
    told = {"token": "", "sha256": "0", "kept": "gone.xlsx"}
    mine, others = (
        {**told, "name": name, "ids": {"C000061": new}} for name, new in (("me", "C000061"), ("you", "C000062"))
    )
    journal.note(NOTHING_NEW, before=1, merged=[mine])
    journal.note(NOTHING_NEW, before=2, merged=[others])
    assert base(journal, "").ids == {}
    assert merged_files(journal) == {"0"}


def test_the_settings_have_unit_default_and_source() -> None:
    found = {item["key"]: (item["unit"], item["default"], item["source"]) for item in each_setting()}
    assert found["sharing.base_days"] == ("天", 180, "本产品默认")
    assert found["sharing.state_days"] == ("天", 30, "本产品默认")
    assert Settings().sharing == RULE
