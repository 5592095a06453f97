"""The programs that show the workbook: Excel, LibreOffice and its macros, WPS."""

from pathlib import Path

from macros import trusted
from macros.doctor.link import Link, Look, State, Title

UNO = "from workbook.uno.bridge import load_uno; load_uno()"
_EXCEL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_CHOICE = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsm\UserChoice"
_LEVELS = {"0": "低", "1": "中", "2": "高", "3": "非常高"}


def excel(look: Look) -> Link:
    """Judge whether Excel is installed; a computer may do without it."""
    title, computer = Title("excel", "Excel"), look.computer
    if not computer.windows and not computer.mac:
        return title.none("这个系统没有 Excel, 请用 LibreOffice")
    found = computer.registry(_EXCEL, "") if computer.windows else str(computer.applications / "Microsoft Excel.app")
    return title.good(found) if found and Path(found).exists() else title.none("没有装")


def libreoffice(look: Look) -> Link:
    """Judge whether LibreOffice is installed; a computer with Excel may do without it."""
    title, found = Title("libreoffice", "LibreOffice"), look.computer.libreoffice()
    if found:
        return title.good(str(found))
    if look.computer.windows or look.computer.mac:
        return title.none("没有装")
    return title.wrong("没有找到 soffice", "请安装 LibreOffice Calc, 或只用命令行")


def uno(look: Look) -> Link:
    """Judge whether the Python of the buttons can talk to LibreOffice."""
    title, path = Title("uno", "LibreOffice 的 python-uno"), look.computer.folder / "python"
    if look.computer.libreoffice() is None:
        return title.none("没有装 LibreOffice")
    if not path.is_file():
        return title.wrong("还不知道用哪个 Python", "请运行 genjin install")
    code, _ = look.computer.run([path.read_text("utf-8").strip(), "-I", "-c", UNO])
    if not code:
        return title.good("能用")
    if excel(look).state is State.GOOD:
        return title.none("这个 Python 连不上 LibreOffice, 请用 Excel")
    if look.computer.windows or look.computer.mac:
        return title.wrong("这个 Python 连不上 LibreOffice", "请用 Excel, 或用命令行和 genjin watch")
    return title.wrong("这个 Python 连不上 LibreOffice", "请安装 python3-uno, 并用同一版本的系统 Python 安装 Genjin")


def _profiles(look: Look) -> list[tuple[Path, str]]:
    return [(path, path.read_text("utf-8", errors="replace")) for path in look.computer.profiles()]


def trust(look: Look) -> Link:
    """Judge whether LibreOffice trusts the folder of the workbook, or any folder where none was named."""
    title = Title("trust", "LibreOffice 信任的文件夹")
    if look.computer.libreoffice() is None:
        return title.none("没有装 LibreOffice")
    profiles = _profiles(look)
    if not profiles:
        return title.wrong("LibreOffice 还没有设置", "请运行 genjin install")
    folder = look.book.parent if look.book else None
    for path, content in profiles:
        urls = trusted.trusted(content)
        if not urls or (folder and not trusted.covers(urls, folder, any_case=look.computer.windows)):
            what = f"{path} 里没有{f' {folder}' if folder else ''}"
            return title.wrong(what, f"请关闭 LibreOffice, 运行 genjin install{f' --trust {folder}' if folder else ''}")
    return title.good(str(folder) if folder else f"{len(trusted.trusted(profiles[0][1]))} 处")


def macro_level(look: Look) -> Link:
    """Judge LibreOffice's macro security: neither switched off altogether nor open to every file."""
    title = Title("macro_level", "LibreOffice 宏安全")
    if look.computer.libreoffice() is None:
        return title.none("没有装 LibreOffice")
    menu = "LibreOffice 的 工具 → 选项 → 安全性 → 宏安全性"
    for _, content in _profiles(look):
        if trusted.setting(content, "DisableMacrosExecution") == "true":
            return title.wrong("宏被整个关掉了", "请向管理员问 DisableMacrosExecution 这个设置")
        if trusted.setting(content, "MacroSecurityLevel") == "0":
            return title.wrong("低: 任何文件的宏都会直接运行", f"请在 {menu} 里改成「高」, 信任的文件夹照样能用")
    levels = {trusted.setting(content, "MacroSecurityLevel") or "2" for _, content in _profiles(look)} or {"2"}
    return title.good("、".join(_LEVELS.get(level, level) for level in sorted(levels)))


def wps(look: Look) -> Link:
    """Judge whether workbooks open in WPS, whose free edition runs no macros."""
    title, computer = Title("wps", "WPS"), look.computer
    do = "按钮要在 Excel 或 LibreOffice 里点: 右键工作簿 → 打开方式; 只有 WPS 时请用 genjin watch"
    if computer.windows:
        opener = computer.registry(_CHOICE, "ProgId") or computer.registry(r"HKCR\.xlsm", "")
        if opener.upper().startswith(("ET.", "KET.", "WPS", "KWPS")):
            return title.wrong(f".xlsm 用 WPS 打开 ({opener}), 它的免费版不运行宏", do)
        installed = computer.registry(r"HKCU\Software\Kingsoft\Office\6.0\Common", "InstallRoot")
    else:
        places = (computer.home / ".config" / "Kingsoft", computer.applications / "wpsoffice.app")
        installed = next((str(place) for place in places if place.exists()), "")
    if installed and computer.libreoffice() is None and excel(look).state is not State.GOOD:
        return title.wrong("只装了 WPS, 它的免费版不运行宏", do)
    return title.good("装了, 但工作簿不用它打开") if installed else title.none("没有装")
