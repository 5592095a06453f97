"""genjin doctor on made-up computers: for every link the good, the bad and the absent case, with its remedy."""

import argparse
import datetime as dt
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from macros.computer import Computer
from macros.doctor import PROBES, book_links, doctor, office_links, place_links, python_links
from macros.doctor.link import Link, Look, Probe, State
from macros.install import install
from macros.trusted import EMPTY, PLACE
from macros.vba import project_bytes
from tests.commands import genjin, said
from tests.computers import Programs, computer, python_of, with_libreoffice
from tests.test_macros_install import given as to_install

GOOD, WRONG, NONE = State.GOOD, State.WRONG, State.NOT_APPLICABLE
VERSIONS = {"pandas": "3.0.0", "xlwings": python_links.vba_version()}
CHOICE = (office_links._CHOICE, "ProgId")


def version_of(name: str, versions: Mapping[str, str] = VERSIONS) -> str:
    if name not in versions:
        raise PackageNotFoundError(name)
    return versions[name]


def look(told: Computer, book: Path | None = None, **more: Any) -> Look:
    standard: dict[str, Any] = {"python": (3, 12, 1), "bits": 64, "version_of": version_of}
    return Look(told, book=book, **(standard | more))


@pytest.fixture(params=["win32", "darwin", "linux"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    """A computer on which Genjin was installed."""
    made = with_libreoffice(computer(tmp_path, request.param))
    install(to_install(made), made)
    return made


@pytest.fixture
def linux(tmp_path: Path) -> Computer:
    return with_libreoffice(computer(tmp_path, "linux"))


@pytest.fixture
def windows(tmp_path: Path) -> Computer:
    return computer(tmp_path, "win32")


def is_wrong(link: Link, *words: str) -> None:
    """Hold a link to be wrong, to say these words, and to say what to do."""
    assert link.state is WRONG, link
    assert link.do
    assert all(word in link.line() for word in words), link.line()


# the whole


def test_after_the_installation_no_link_is_wrong(told: Computer, book: Path) -> None:
    place = told.home / "Documents" / "门店.xlsm"
    shutil.copy(book, place)
    with zipfile.ZipFile(place, "a") as package:
        package.writestr("xl/vbaProject.bin", project_bytes())
    told = replace(told, run=Programs({"xattr": "No such xattr"}))
    links = [probe(look(told, place)) for probe in PROBES]
    assert not [link for link in links if link.state is WRONG]
    assert len({link.name for link in links}) == len(links)


def test_a_bare_computer_is_told_what_to_do_first(windows: Computer) -> None:
    given = argparse.Namespace(book=None, today=dt.date(2026, 11, 20), json=False)
    answer = doctor(given, look(windows))
    assert answer.errors == 1
    assert "没有 INTERPRETER_WIN。请运行 genjin install。" in answer.text
    assert answer.text.endswith("1 处有问题, 请从上往下逐条处理。")
    assert [item["link"] for item in answer.as_json["items"] if item["state"] == "wrong"] == ["excel_python"]


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: f"{probe.__module__}.{probe.__name__}")
def test_no_link_rests_on_a_workbook_that_is_not_there(told: Computer, probe: Probe) -> None:
    for link in (probe(look(told)), probe(look(told, told.home / "没有.xlsm"))):
        assert link.line().startswith(f"[{link.state}] {link.title}: ")
        assert (link.state is WRONG) == bool(link.do)


def test_the_command_ends_with_1_where_a_link_is_wrong(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answer = genjin(capsys, "doctor", tmp_path / "没有.xlsx", code=1)
    assert answer["action"] == "doctor"
    wrong = [item["link"] for item in answer["items"] if item["state"] == "wrong"]
    assert "book" in wrong
    assert answer["findings"]["error"] == len(wrong)
    code, out, _ = said(capsys, "doctor", tmp_path / "没有.xlsx")
    assert code == 1
    assert "[有问题] 工作簿: 没有.xlsx: 找不到这个文件" in out


# Python


@pytest.mark.parametrize(
    ("python", "bits", "state"), [((3, 11, 0), 64, GOOD), ((3, 10, 9), 64, WRONG), ((3, 13, 0), 32, WRONG)]
)
def test_python_has_to_be_new_enough_and_of_64_bits(
    linux: Computer, python: tuple[int, ...], bits: int, state: State
) -> None:
    link = python_links.python(look(linux, python=python, bits=bits))
    assert link.state is state
    assert ("python.org" in link.do) == (state is WRONG)


def test_missing_packages_are_named(linux: Computer) -> None:
    link = python_links.packages(look(linux, version_of=lambda name: version_of(name, {"pandas": "3.0.0"})))
    is_wrong(link, "pandas 3.0.0, xlwings 没有装", "pip install")


def test_vba_and_xlwings_are_of_one_version_here(linux: Computer) -> None:
    from importlib.metadata import version

    assert python_links.same_version(look(linux, version_of=version)).state is GOOD
    other = python_links.same_version(look(linux, version_of=lambda _: "0.30.0"))
    is_wrong(other, "程序包 0.30.0", f"宏 {python_links.vba_version()}")


def test_the_python_of_excel_has_to_be_there_and_to_run_genjin(told: Computer) -> None:
    probe = python_links.for_excel
    if told.platform == "linux":
        assert probe(look(told)).state is NONE
        return
    assert probe(look(told)).state is GOOD
    broken = replace(told, run=Programs({"import macros": "ModuleNotFoundError: No module named 'pandas'\n"}))
    is_wrong(probe(look(broken)), "No module named 'pandas'", "genjin install")
    python_of(told).unlink()
    is_wrong(probe(look(told)), str(python_of(told)), "不在了")
    told.xlwings_conf().unlink()
    is_wrong(probe(look(told)), told.interpreter_key(), "genjin install")


def test_the_python_of_libreoffice_has_to_be_there(told: Computer) -> None:
    probe = python_links.for_libreoffice
    assert probe(look(told)).state is GOOD
    (told.folder / "python").write_text("/gone/python\n")
    is_wrong(probe(look(told)), "/gone/python 不在了")
    (told.folder / "python").unlink()
    is_wrong(probe(look(told)), "genjin install")


def test_only_a_mac_needs_a_script(told: Computer) -> None:
    link = python_links.mac_script(look(told))
    assert link.state is (GOOD if told.mac else NONE)
    if told.mac:
        shutil.rmtree(told.scripts())
        is_wrong(python_links.mac_script(look(told)), "genjin install")


# the programs


def test_excel_is_found_where_it_is(tmp_path: Path, linux: Computer) -> None:
    program = tmp_path / "EXCEL.EXE"
    program.touch()
    found = computer(tmp_path, "win32", {(office_links._EXCEL, ""): str(program)})
    assert office_links.excel(look(found)).state is GOOD
    assert office_links.excel(look(computer(tmp_path, "win32"))).state is NONE
    assert office_links.excel(look(linux)).state is NONE
    mac = computer(tmp_path, "darwin")
    assert office_links.excel(look(mac)).state is NONE
    (mac.applications / "Microsoft Excel.app").mkdir(parents=True)
    assert office_links.excel(look(mac)).state is GOOD


def test_libreoffice_is_needed_only_where_there_is_no_excel(tmp_path: Path, told: Computer) -> None:
    assert office_links.libreoffice(look(told)).state is GOOD
    bare = computer(tmp_path / "bare", told.platform)
    assert office_links.libreoffice(look(bare)).state is (WRONG if told.platform == "linux" else NONE)


def test_uno_is_tried_with_the_python_of_the_buttons(told: Computer) -> None:
    assert office_links.uno(look(told)).state is GOOD
    assert told.run.ran[-1].startswith(f"{python_of(told)} -I -c ")  # type: ignore[attr-defined]
    is_wrong(office_links.uno(look(replace(told, run=Programs({"uno": "ImportError"})))), "连不上")
    (told.folder / "python").unlink()
    is_wrong(office_links.uno(look(told)), "genjin install")


def test_the_folder_of_the_workbook_has_to_be_trusted(told: Computer) -> None:
    inside, outside = told.home / "Documents" / "店" / "a.xlsm", told.home / "Downloads" / "a.xlsm"
    assert office_links.trust(look(told, inside)).state is GOOD
    assert office_links.trust(look(told)).state is GOOD
    is_wrong(office_links.trust(look(told, outside)), f"genjin install --trust {outside.parent}")
    told.first_profile().write_text(EMPTY)
    is_wrong(office_links.trust(look(told)), "genjin install")
    told.first_profile().unlink()
    is_wrong(office_links.trust(look(told)), "还没有设置")


@pytest.mark.parametrize(
    ("name", "value", "state", "words"),
    [
        ("MacroSecurityLevel", "3", GOOD, "非常高"), ("MacroSecurityLevel", "0", WRONG, "任何文件"), ("Other", "0", GOOD, "高"),
        ("DisableMacrosExecution", "true", WRONG, "关掉"), ("DisableMacrosExecution", "false", GOOD, "高"),
    ],
)  # fmt: skip
def test_macro_security_is_neither_off_nor_open_to_all(
    linux: Computer, name: str, value: str, state: State, words: str
) -> None:
    path = linux.first_profile()
    path.parent.mkdir(parents=True)
    item = f'<item oor:path="{PLACE}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
    path.write_text(EMPTY.replace("</oor:items>", f"{item}</oor:items>"))
    link = office_links.macro_level(look(linux))
    assert link.state is state
    assert words in link.said


def test_wps_is_a_problem_only_where_it_opens_the_workbook_or_is_alone(tmp_path: Path, windows: Computer) -> None:
    assert office_links.wps(look(windows)).state is NONE
    is_wrong(
        office_links.wps(look(computer(tmp_path, "win32", {CHOICE: "KET.Sheet.12"}))), "KET.Sheet.12", "genjin watch"
    )
    assert office_links.wps(look(computer(tmp_path, "win32", {CHOICE: "Excel.SheetMacroEnabled.12"}))).state is NONE
    is_wrong(office_links.wps(look(computer(tmp_path, "win32", {(r"HKCR\.xlsm", ""): "ET.Xlsm.6"}))), "ET.Xlsm.6")
    root = (r"HKCU\Software\Kingsoft\Office\6.0\Common", "InstallRoot")
    alone = computer(tmp_path, "win32", {root: r"C:\WPS"})
    is_wrong(office_links.wps(look(alone)), "只装了 WPS")
    assert office_links.wps(look(with_libreoffice(alone))).state is GOOD
    linux = computer(tmp_path, "linux")
    (linux.home / ".config" / "Kingsoft").mkdir(parents=True)
    is_wrong(office_links.wps(look(linux)), "只装了 WPS")


def test_whoever_has_excel_does_not_need_libreoffice_to_work(tmp_path: Path) -> None:
    told = with_libreoffice(computer(tmp_path, "darwin", run=Programs({"uno": "ImportError"})))
    (told.folder).mkdir()
    (told.folder / "python").write_text("/p\n")
    is_wrong(office_links.uno(look(told)), "genjin watch")
    (told.applications / "Microsoft Excel.app").mkdir()
    assert office_links.uno(look(told)).state is NONE


# places


@pytest.mark.parametrize(
    ("place", "cloud"),
    [
        ("OneDrive/店", "OneDrive"), ("OneDrive - 某某地产/店", "OneDrive"), ("某某地产/SharePoint - 文档", "SharePoint"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "iCloud"), ("Dropbox", "Dropbox"), ("坚果云/店", "坚果云"),
        ("Library/CloudStorage/Box-Box", "网盘"), ("OneDriver", ""), ("Documents/OneDrive备份", ""),
    ],
)  # fmt: skip
def test_folders_that_a_cloud_keeps_in_step_are_known(linux: Computer, place: str, cloud: str) -> None:
    link = place_links.cloud(look(linux, linux.home / place / "a.xlsm"))
    assert link.state is (WRONG if cloud else GOOD)
    assert cloud in link.said


def test_windows_says_where_onedrive_is_whatever_its_folder_is_called(windows: Computer) -> None:
    told = replace(windows, environ={"OneDriveCommercial": str(windows.home / "公司盘")})
    is_wrong(place_links.cloud(look(told, windows.home / "公司盘" / "a.xlsm")), "OneDrive")
    assert place_links.cloud(look(told, windows.home / "公司盘2" / "a.xlsm")).state is GOOD


@pytest.mark.parametrize(("zone", "state"), [("3", WRONG), ("4", WRONG), ("0", GOOD), ("1", GOOD), ("", GOOD)])
def test_the_mark_of_the_web_is_read_from_its_stream(windows: Computer, zone: str, state: State) -> None:
    book = windows.home / "a.xlsm"
    if zone:  # where there are no streams, a file with a colon in its name stands for it
        (windows.home / "a.xlsm:Zone.Identifier").write_text(
            f"[ZoneTransfer]\r\nZoneId={zone}\r\nHostUrl=https://x\r\n"
        )
    link = place_links.from_elsewhere(look(windows, book))
    assert link.state is state
    assert ("解除锁定" in link.do) == (state is WRONG)


def test_a_mac_marks_downloads_with_an_attribute(tmp_path: Path) -> None:
    marked = computer(tmp_path, "darwin", run=Programs(says="0081;5f;Safari;"))
    is_wrong(place_links.from_elsewhere(look(marked, tmp_path / "a.xlsm")), "xattr -d com.apple.quarantine")
    clean = computer(tmp_path, "darwin", run=Programs({"xattr": "No such xattr"}))
    assert place_links.from_elsewhere(look(clean, tmp_path / "a.xlsm")).state is GOOD


def test_folders_are_tried_by_writing_and_nothing_is_left(linux: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    book = linux.home / "Documents" / "a.xlsm"
    for probe in (place_links.own_folder, place_links.journal):
        assert probe(look(linux, book)).state is GOOD
        assert not any(linux.home.rglob(".genjin*"))

    def no_right(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", no_right)
    for probe in (place_links.own_folder, place_links.journal):
        is_wrong(probe(look(linux, book)), "没有权限")


@pytest.mark.parametrize(("free", "state"), [(500 << 20, GOOD), ((500 << 20) - 1, WRONG)])
def test_a_full_disk_is_said_before_it_is_full(linux: Computer, free: int, state: State) -> None:
    assert place_links.disk(look(replace(linux, free=lambda _: free))).state is state


def test_the_worker_may_be_absent_at_work_or_dead_but_its_card_is_private(linux: Computer) -> None:
    assert place_links.worker(look(linux)).state is NONE
    linux.folder.mkdir()
    card = linux.folder / "worker.json"
    card.write_text(json.dumps({"port": 4711, "token": "t", "answer": "a", "fingerprint": "f", "pid": 9}))
    card.chmod(0o600)
    assert place_links.worker(look(linux)).state is NONE
    working = replace(linux, listens=lambda port: port == 4711)
    assert place_links.worker(look(working)).state is GOOD
    if os.name == "posix":
        card.chmod(0o644)
        is_wrong(place_links.worker(look(working)), "别人也能读")
    card.chmod(0o600)
    card.write_text("{")
    is_wrong(place_links.worker(look(working)), "删除")


# the workbook


def test_the_workbook_is_opened_and_counted(linux: Computer, book: Path) -> None:
    link = book_links.opens(look(linux, book))
    assert link.state is GOOD
    assert "张表" in link.said
    book.write_bytes(b"not a workbook")
    is_wrong(book_links.opens(look(linux, book)), "内容不是 Excel 工作簿")
    assert book_links.of_this_version(look(linux, book)).state is NONE


def test_a_workbook_that_is_open_elsewhere_is_looked_at_all_the_same(linux: Computer, book: Path) -> None:
    book.with_name(f"~${book.name}").touch()
    assert book_links.opens(look(linux, book)).state is GOOD


def test_a_foreign_workbook_is_told_from_ours(linux: Computer, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "别的.xlsx"
    with xlsxwriter.Workbook(path) as other:
        other.add_worksheet("账本").write("A1", "金额")
    is_wrong(book_links.opens(look(linux, path)), "不是跟进工作簿", "genjin new")


def test_missing_sheets_and_columns_are_named(linux: Computer, book: Path) -> None:
    import openpyxl

    assert book_links.of_this_version(look(linux, book)).state is GOOD
    opened = openpyxl.load_workbook(book)
    del opened["投诉"]
    header = next(cell for cell in opened["客户"][1] if cell.value == "职业")
    header.value = "干什么的"
    opened.save(book)
    link = book_links.of_this_version(look(linux, book))
    is_wrong(link, "投诉", "客户的「职业」")


def test_macros_of_this_version_are_known_by_their_bytes(linux: Computer, book: Path) -> None:
    is_wrong(book_links.macros(look(linux, book)), "没有按钮", "genjin new")
    with zipfile.ZipFile(book, "a") as package:
        package.writestr(book_links.VBA_PART, project_bytes())
    assert book_links.macros(look(linux, book)).state is GOOD
    other = book.with_name("b.xlsm")
    with zipfile.ZipFile(other, "w") as package:
        package.writestr(book_links.VBA_PART, b"as Excel writes it")
    assert book_links.macros(look(linux, other)).state is NONE
    other.write_bytes(b"")
    assert book_links.macros(look(linux, other)).state is NONE
