"""genjin install on made-up computers: what it writes, keeps, shows first, and takes back."""

import argparse
import datetime as dt
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any
from xml.etree import ElementTree

import pytest

from macros import trusted, xlwings_conf
from macros.computer import Computer
from macros.install import COMPILE, default_folders, first_folder, install
from tests.computers import Programs, computer, python_of, with_libreoffice
from workbook.errors import FileRefused

PLATFORMS = ("win32", "darwin", "linux")
SECURITY = trusted.PLACE
LIVED_IN = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Grid"><prop oor:name="Option" oor:op="fuse"><value>1</value></prop></item>
<item oor:path="{SECURITY}"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="{SECURITY}"><prop oor:name="SecureURL" oor:op="fuse"><value><it>file:///srv/a%20b</it></value></prop></item>
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="Name" oor:op="fuse"><value>王 &amp; 李</value></prop></item>
</oor:items>
"""


def given(told: Computer, **more: Any) -> argparse.Namespace:
    now = dt.datetime(2026, 11, 20, 9, 0)
    standard = {"trust": None, "python": python_of(told), "new_book": False, "remove": False, "preview": False}
    return argparse.Namespace(**(standard | {"now": now, "today": now.date(), "json": False} | more))


def files(told: Computer) -> dict[Path, bytes]:
    kept = told.folder / "backups"
    return {file: file.read_bytes() for file in told.home.rglob("*") if file.is_file() and kept not in file.parents}


def profile(told: Computer, content: str = LIVED_IN) -> Path:
    path = told.first_profile()
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8")
    return path


@pytest.fixture(params=PLATFORMS)
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    return with_libreoffice(computer(tmp_path, request.param))


def test_excel_and_libreoffice_learn_which_python_to_start(told: Computer) -> None:
    install(given(told), told)
    where = {
        "win32": ".xlwings/xlwings.conf", "linux": ".xlwings/xlwings.conf",
        "darwin": "Library/Containers/com.microsoft.Excel/Data/xlwings.conf",
    }  # fmt: skip
    content = (told.home / where[told.platform]).read_bytes()
    key = "INTERPRETER_MAC" if told.mac else "INTERPRETER_WIN"
    value = xlwings_conf.value_of(content, key, told.encoding)
    assert value is not None
    assert xlwings_conf.as_meant(value, told) == python_of(told)
    assert (told.folder / "python").read_text("utf-8") == f"{python_of(told)}\n"


def test_the_documents_are_trusted_in_a_profile_that_libreoffice_has_not_made_yet(told: Computer) -> None:
    install(given(told), told)
    content = told.first_profile().read_text("utf-8")
    ElementTree.fromstring(content)
    assert trusted.covers(trusted.trusted(content), told.home / "Documents" / "店")
    assert not trusted.covers(trusted.trusted(content), told.home)
    assert not trusted.covers(trusted.trusted(content), told.home / "Documents2")


def test_nothing_is_made_up_for_a_libreoffice_that_is_not_there(tmp_path: Path) -> None:
    told = computer(tmp_path, "linux")
    assert "LibreOffice 信任" not in install(given(told), told).text
    assert not told.first_profile().exists()


def test_other_settings_of_libreoffice_stay_byte_for_byte(told: Computer) -> None:
    path = profile(told)
    install(given(told, trust=[told.home / "Documents"]), told)
    after = path.read_text("utf-8")
    added = f"<it>{trusted.url_of(told.home / 'Documents')}</it>"
    assert after == LIVED_IN.replace("a%20b</it>", f"a%20b</it>{added}")
    (copy,) = (told.folder / "backups").iterdir()
    assert copy.read_text("utf-8") == LIVED_IN
    assert trusted.setting(after, "MacroSecurityLevel") == "3"


def test_every_profile_of_the_person_is_set(tmp_path: Path) -> None:
    told = with_libreoffice(computer(tmp_path, "linux"))
    paths = [profile(told)]
    for name in ("snap/libreoffice/current/.config/libreoffice/4/user", ".config/libreoffice/5/user"):
        (told.home / name).mkdir(parents=True)
        paths.append(told.home / name / "registrymodifications.xcu")
        paths[-1].write_text(LIVED_IN, "utf-8")
    install(given(told), told)
    assert all(trusted.covers(trusted.trusted(path.read_text("utf-8")), told.home / "Documents") for path in paths)


def test_a_second_time_changes_nothing_and_says_so(told: Computer) -> None:
    install(given(told), told)
    before = files(told)
    answer = install(given(told), told)
    assert files(told) == before
    assert not any(item["changed"] for item in answer.as_json["items"])
    assert "早已装好" in answer.text


def test_the_preview_shows_old_and_new_and_writes_nothing(told: Computer) -> None:
    conf = told.xlwings_conf()
    conf.parent.mkdir(parents=True)
    conf.write_bytes(b'"' + told.interpreter_key().encode() + b'","/old/python"\n')
    before = files(told)
    answer = install(given(told, preview=True), told)
    assert files(told) == before
    assert answer.as_json["preview"] is True
    assert (
        f"/old/python → {xlwings_conf.as_written(python_of(told), told).decode(told.encoding)}: {conf}" in answer.text
    )
    assert "什么都没有改" in answer.text
    assert not any(COMPILE in line for line in told.run.ran)  # type: ignore[attr-defined]


def test_what_is_taken_back_is_as_it_was(told: Computer) -> None:
    conf = told.xlwings_conf()
    conf.parent.mkdir(parents=True)
    conf.write_bytes(b'"SHOW CONSOLE","True"\r\n"' + told.interpreter_key().encode() + b'","C:\\old.exe"\r\n')
    profile(told)
    before = files(told)
    install(given(told), told)
    install(given(told, trust=[told.home / "Documents", told.home]), told)
    assert files(told) != before
    install(given(told, remove=True), told)
    assert files(told) == before


def test_files_of_our_own_making_are_gone_when_it_is_taken_back(told: Computer) -> None:
    before = files(told)
    install(given(told), told)
    install(given(told, remove=True), told)
    assert files(told) == before
    assert install(given(told, remove=True), told).text.startswith("LibreOffice 用的 Python: 已经是这样")


def test_taking_back_leaves_alone_what_somebody_changed_since(tmp_path: Path) -> None:
    told = with_libreoffice(computer(tmp_path, "win32"))
    install(given(told), told)
    told.xlwings_conf().write_bytes(b'"INTERPRETER_WIN","D:\\mine.exe"\n')
    path = told.first_profile()
    path.write_text(path.read_text("utf-8").replace("<value>", "<value><it>file:///D:/mine</it>"), "utf-8")
    install(given(told, remove=True), told)
    assert told.xlwings_conf().read_bytes() == b'"INTERPRETER_WIN","D:\\mine.exe"\n'
    assert trusted.trusted(path.read_text("utf-8")) == ["file:///D:/mine"]


def test_a_record_that_was_cut_off_does_not_stand_in_the_way(tmp_path: Path) -> None:
    told = computer(tmp_path, "linux")
    install(given(told), told)
    (told.folder / "install.json").write_text('{"conf": {"pa')
    install(given(told), told)
    assert json.loads((told.folder / "install.json").read_text())["conf"]["old"] is None


def test_an_open_libreoffice_is_refused_before_anything_is_written(told: Computer) -> None:
    path = profile(told)
    (path.parent.parent / ".lock").touch()
    before = files(told)
    with pytest.raises(FileRefused, match="请关闭 LibreOffice") as refusal:
        install(given(told), told)
    assert refusal.value.code == "OFFICE_OPEN"
    assert files(told) == before


def test_an_open_libreoffice_does_not_matter_where_its_settings_stay(told: Computer) -> None:
    path = profile(told)
    install(given(told), told)
    (path.parent.parent / ".lock").touch()
    assert "早已装好" in install(given(told), told).text


@pytest.mark.parametrize("content", [b"not xml", b"\xff\xfe\x00"], ids=["no settings", "no text"])
def test_a_damaged_settings_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    told = with_libreoffice(computer(tmp_path, "linux"))
    path = profile(told)
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refusal:
        install(given(told), told)
    assert refusal.value.code == "PROFILE_BROKEN"
    assert path.read_bytes() == content
    assert not told.xlwings_conf().exists()


def test_a_python_that_cannot_run_genjin_is_refused(tmp_path: Path) -> None:
    told = computer(tmp_path, "linux", run=Programs({"import macros": "Traceback\nNo module named 'macros'"}))
    with pytest.raises(FileRefused, match="No module named 'macros'") as refusal:
        install(given(told), told)
    assert refusal.value.code == "NO_INTERPRETER"
    assert not told.folder.exists()


def test_what_cannot_be_compiled_only_costs_time(tmp_path: Path) -> None:
    told = computer(tmp_path, "linux", run=Programs({"compileall": ""}))
    assert "第一次点按钮会慢几秒" in install(given(told), told).text


def test_on_a_mac_the_script_comes_from_the_installed_xlwings(tmp_path: Path) -> None:
    told = computer(tmp_path, "darwin")
    install(given(told), told)
    (script,) = told.scripts().iterdir()
    assert script.name.startswith("xlwings-")
    assert b"VbaHandler" in script.read_bytes()
    install(given(told, remove=True), told)
    assert not any(told.scripts().iterdir())


# where the first workbooks go, and which folders are trusted


def test_first_workbooks_do_not_go_where_a_cloud_keeps_them_in_step(tmp_path: Path) -> None:
    told = computer(tmp_path, "win32")
    assert first_folder(told) == told.home / "Documents"
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    told = computer(tmp_path, "win32", {(key, "Personal"): r"%UserProfile%/OneDrive/文档"})
    told = replace(told, environ={"USERPROFILE": str(told.home)})
    assert told.documents() == told.home / "OneDrive" / "文档"
    assert first_folder(told) == told.home / "Genjin跟进"


@pytest.mark.parametrize(
    ("said", "where"),
    [('XDG_DOCUMENTS_DIR="$HOME/文档"', "文档"), ('XDG_DOCUMENTS_DIR="$HOME"', "Documents"), ("", "Documents")],
)
def test_linux_says_where_the_documents_are(tmp_path: Path, said: str, where: str) -> None:
    told = computer(tmp_path, "linux")
    (told.home / ".config").mkdir()
    (told.home / ".config" / "user-dirs.dirs").write_text(said, "utf-8")
    assert told.documents() == told.home / where


def test_the_current_folder_is_trusted_only_with_a_workbook_of_ours_in_it(tmp_path: Path, book: Path) -> None:
    told = computer(tmp_path, "linux")
    here = tmp_path / "店里"
    here.mkdir()
    documents = told.home / "Documents"
    (here / "别的.xlsm").write_bytes(b"PK, but no workbook")
    assert default_folders(told, here) == [documents]
    with_macros(book, here / "门店.xlsm")
    assert default_folders(told, here) == [documents, here]
    with_macros(book, told.home / "门店.xlsm")
    assert default_folders(told, told.home) == [documents]


def with_macros(book: Path, to: Path) -> None:
    """Stand-in for a workbook with buttons: the file with a part where its macros would be."""
    import zipfile

    to.write_bytes(book.read_bytes())
    with zipfile.ZipFile(to, "a") as package:
        package.writestr("xl/vbaProject.bin", b"")


def test_a_folder_to_trust_has_to_be_there(tmp_path: Path) -> None:
    told = computer(tmp_path, "linux")
    with pytest.raises(FileRefused) as refusal:
        install(given(told, trust=[tmp_path / "没有"]), told)
    assert refusal.value.code == "FOLDER_MISSING"


# the lines of xlwings.conf


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b'"K","new"\n'),
        (b'"A","1"', b'"A","1"\n"K","new"\n'),
        (b'"A","1"\r\n"K","old"\r\n"B","x,y"\r\n', b'"A","1"\r\n"K","new"\r\n"B","x,y"\r\n'),
        (b'k,old\n"A","\xff"\n', b'"K","new"\n"A","\xff"\n'),
        (b'"KK","1"\n', b'"KK","1"\n"K","new"\n'),
        (b'\n"A","K"\n', b'\n"A","K"\n"K","new"\n'),
    ],
)
def test_one_value_changes_and_other_lines_stay(before: bytes, after: bytes) -> None:
    assert xlwings_conf.with_value(before, "K", b"new") == after
    assert xlwings_conf.value_of(after, "k", "ascii") == "new"
    assert xlwings_conf.value_of(xlwings_conf.with_value(after, "K", None), "K", "ascii") is None


def test_a_path_below_the_own_folder_is_written_so_that_every_code_page_can_say_it(tmp_path: Path) -> None:
    told = computer(tmp_path, "win32", encoding="cp1252")
    assert xlwings_conf.as_written(python_of(told), told) == b"%USERPROFILE%/AppData/Python/python.exe"
    with pytest.raises(FileRefused) as refusal:
        xlwings_conf.as_written(tmp_path / "蟒蛇" / "python.exe", told)
    assert refusal.value.code == "PATH_UNSPEAKABLE"
    assert xlwings_conf.as_written(tmp_path / "蟒蛇", replace(told, encoding="gbk")).endswith("蟒蛇".encode("gbk"))


# the trusted locations


@pytest.mark.parametrize("empty", ["<value/>", "<value></value>", '<value xsi:nil="true"/>'])
def test_a_list_that_is_there_but_empty_is_filled(empty: str) -> None:
    content = LIVED_IN.replace("<value><it>file:///srv/a%20b</it></value>", empty)
    after = trusted.with_trusted(content, ["file:///a&b"], Path("x"))
    assert after == content.replace(empty, "<value><it>file:///a&amp;b</it></value>")
    assert trusted.trusted(after) == ["file:///a&b"]


def test_windows_folders_are_compared_without_regard_to_capitals_and_escapes() -> None:
    folder = PureWindowsPath(r"C:\Users\张三\Documents")
    url = trusted.url_of(folder)
    assert url == "file:///C:/Users/%E5%BC%A0%E4%B8%89/Documents"
    assert trusted.covers(["file:///c:/users/张三/"], folder, any_case=True)
    assert not trusted.covers(["file:///c:/users/张三/"], folder)
    assert trusted.url_of(PureWindowsPath(r"\\server\share\店")).startswith("file://server/share/")


def test_adding_and_taking_away_is_the_identity() -> None:
    for content in (LIVED_IN, trusted.EMPTY, LIVED_IN.replace("\n", "\r\n")):
        added = trusted.with_trusted(content, ["file:///x", "file:///y%20z"], Path("x"))
        assert added != content
        assert trusted.without_trusted(added, ["file:///y%20z", "file:///x"]) == content


@pytest.mark.libreoffice
def test_libreoffice_itself_runs_the_macros_of_the_folder_that_was_trusted_and_of_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbook.uno import launch
    from workbook.uno.bridge import load_uno

    struct = load_uno()
    folders = [tmp_path / "门店 & 资料", tmp_path / "别处"]
    for folder in folders:
        folder.mkdir()
    strict = launch.PROFILE.replace(
        '"MacroSecurityLevel" oor:op="fuse"><value>0<', '"MacroSecurityLevel" oor:op="fuse"><value>2<'
    )
    monkeypatch.setattr(launch, "PROFILE", trusted.with_trusted(strict, [trusted.url_of(folders[0])], tmp_path))
    with closing(launch.launch(tmp_path / "profile")) as office:
        assert (tmp_path / "profile" / ".lock").exists()  # what tells that it is open
        allowed = [_allows_macros(office.desktop, struct, folder / "a.ods") for folder in folders]
    assert allowed == [True, False]
    after = (tmp_path / "profile" / "user" / "registrymodifications.xcu").read_text("utf-8")
    assert trusted.trusted(after) == [trusted.url_of(folders[0])]  # LibreOffice writes it as we do
    assert not (tmp_path / "profile" / ".lock").exists()


def _allows_macros(desktop: Any, struct: Any, path: Path) -> bool:
    """Make a document with a macro, open it as a person would, and say whether LibreOffice would run it."""

    def told(name: str, value: object) -> Any:
        made = struct.getClass("com.sun.star.beans.PropertyValue")()
        made.Name, made.Value = name, value
        return made

    new = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (told("Hidden", True),))
    if not new.BasicLibraries.hasByName("Standard"):
        new.BasicLibraries.createLibrary("Standard")
    new.BasicLibraries.getByName("Standard").insertByName("M", "Sub Main\nEnd Sub\n")
    new.storeAsURL(path.as_uri(), ())
    new.close(True)
    use_configuration = 3
    opened = desktop.loadComponentFromURL(
        path.as_uri(), "_blank", 0, (told("Hidden", True), told("MacroExecutionMode", use_configuration))
    )
    allowed = bool(opened.AllowMacroExecution)
    opened.close(True)
    return allowed
