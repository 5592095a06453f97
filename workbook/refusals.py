"""The sentences with which a file is refused, by their stable code."""

import errno

from workbook.errors import FileRefused

_SAVE_AS = "请用 Excel 或 WPS 打开, 另存为 .xlsx"
_RESTORE = "请从备份恢复, 或重新复制原文件"
_ASK = "请核对文件的来源; 若内容可信, 请用 Excel 打开, 把需要的行复制到新工作簿"

REASONS = {
    "FILE_MISSING": ("找不到这个文件", "请检查文件名和所在文件夹"),
    "NOT_A_FILE": ("这是文件夹, 不是工作簿", "请写出文件夹里 .xlsx 或 .xlsm 文件的名字"),
    "FILE_UNREADABLE": ("没有读取这个文件的权限", "请向文件的所有者要读取权限"),
    "FILE_READ_ONLY": ("文件或所在文件夹是只读的", "请取消只读属性, 或复制到可以写入的文件夹"),
    "FILE_OPEN": ("文件正在别的程序中打开", "请保存并关闭它, 再运行一次"),
    "FILE_SIGNED": ("工作簿带有数字签名, 写入会使签名失效", "请在 Excel 中取消签名, 或另存一份没有签名的"),
    "FILE_CHANGED": ("读取之后, 文件已被别的程序修改", "什么都没有写入, 请再运行一次"),
    "FILE_NOT_SAVED": ("没有保存成功, 原文件保持不变", "请检查磁盘空间和权限, 再运行一次"),
    "FILE_LOCKED": ("别人正在保存这个文件", "请等一会儿再运行一次; 对方的电脑死机了的话, 10 分钟后会自动放开"),
    "FILE_HELD": (
        "别的程序一直占着这个文件, 换不上新内容, 原文件保持不变",
        "请在 Excel、WPS 和网盘程序里关闭它, 再运行一次",
    ),
    "NO_ROOM": ("磁盘空间不够, 什么都没有写", "请腾出空间, 再运行一次"),
    "ACCESS_LOST": ("保存后别的同事会打不开它, 所以没有保存", "请文件的所有者来运行, 或让他把文件所在的组改成大家的组"),
    "JOURNAL_NOT_WRITTEN": ("运行记录和备份写不进这个文件夹, 工作簿没有改动", "请检查磁盘空间和权限, 再运行一次"),
    "FILE_TOO_LARGE": ("文件过大", "请删去不用的图片和工作表, 或拆成几个文件"),
    "EMPTY_FILE": ("文件是空的, 只有 0 字节", _RESTORE),
    "NOT_XLSX": ("内容不是 Excel 工作簿", "请选择 .xlsx 或 .xlsm 文件"),
    "HTML_NOT_EXCEL": ("内容是网页 (HTML), 不是工作簿", _SAVE_AS),
    "XML_NOT_EXCEL": ("内容是 XML 文本, 不是工作簿", _SAVE_AS),
    "OLD_XLS": ("这是旧格式 (.xls) 的工作簿", _SAVE_AS),
    "BINARY_XLSB": ("这是二进制格式 (.xlsb) 的工作簿", _SAVE_AS),
    "STRICT_OOXML": ("这是「Strict Open XML」格式的工作簿", "请用 Excel 打开, 另存为普通的「Excel 工作簿 (.xlsx)」"),
    "ENCRYPTED": ("工作簿设有打开密码", "请在 Excel 或 WPS 中打开, 取消打开密码后保存"),
    "BROKEN_ZIP": ("文件已损坏或不完整", _RESTORE),
    "BROKEN_XML": ("文件内部的内容已损坏", "请用 Excel 打开并修复, 再另存为 .xlsx"),
    "UNUSUAL_XML": ("工作表里有不常见的写法 (注释、CDATA 或编码), 不能就地修改", _SAVE_AS),
    "MISSING_PART": ("工作簿缺少必要的部分", "请用 Excel 打开并修复, 再另存为 .xlsx"),
    "TOO_MANY_PARTS": ("工作簿里的部分过多", _ASK),
    "DUPLICATE_PART": ("工作簿里有两个同名的部分", _ASK),
    "ZIP_BOMB": ("解压后大得不正常", _ASK),
    "ZIP_BOMB_OR_TOO_MANY_ROWS": (
        "行数过多, 解压后大得不正常",
        "请核对文件的来源; 若真是一份名单, 请拆成几个文件再导入",
    ),
    "ZIP_OF_FILES": ("这是压缩包, 里面才是要导入的文件", "请先解压, 再选择里面的文件"),
    "NOTHING_SHOWN": ("没有一张看得见的表里有内容", "请核对是不是选对了文件; 表被隐藏的, 请在 Excel 中取消隐藏"),
    "READER_TIME": ("读了很久还没有读完, 已停下", "请删去不用的工作表和格式, 或拆成几个文件再导入"),
    "READER_MEMORY": ("内容太多, 内存放不下, 已停下", "请删去不用的工作表和格式, 或拆成几个文件再导入"),
    "READER_PANIC": ("内容自相矛盾, 读不下去", "请用 Excel 打开并修复, 再另存为 .xlsx"),
    "READER_DIED": ("读取时程序被迫中止, 多半是文件有问题", "请用 Excel 打开并修复, 再另存为 .xlsx"),
    "DTD_FORBIDDEN": ("内容里有 DTD 声明, 正常的工作簿没有它", _ASK),
    "SHEET_TOO_LARGE": ("工作表的范围过大", "请删除最后一行数据以下、最后一列以右的单元格, 再保存"),
    "MERGE_TOO_LARGE": ("合并单元格的范围过大", "请取消不需要的合并单元格, 再保存"),
    "RANGE_TOO_LARGE": ("超链接的范围过大", "请删除覆盖整列或整表的超链接, 再保存"),
    "SPILL_MASTER": ("这里是数组公式或共享公式的起点, 不能覆盖", "请先在 Excel 中把公式移到别处, 或换成普通公式"),
    "NAME_TAKEN": ("工作簿里已经有一个同名的名称", "请在「公式」的「名称管理器」里给它改名, 再运行一次"),
    "TABLE_HEADER": ("表格的表头不能由程序改写", "请在 Excel 中修改表头"),
    "TEXT_TOO_LONG": ("文字超过单元格的上限 32767 字", "请缩短内容"),
    "NOT_FINITE": ("数字超出 Excel 的范围", "请改成普通数字"),
    "OUTSIDE_SHEET": ("超出工作表的最大行列", "请减少行数或列数"),
}

_CAUSES = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EROFS: "磁盘是只读的", errno.ENOSPC: "磁盘已满", errno.EDQUOT: "磁盘已满",
    errno.ENOENT: "文件或文件夹不在了", errno.EEXIST: "已有同名的文件", errno.ENOTDIR: "文件夹的位置上是一个文件", errno.EISDIR: "这是文件夹",
    errno.ENAMETOOLONG: "名字太长", errno.EBUSY: "正被别的程序使用", errno.EIO: "磁盘读写出错",
}  # fmt: skip


def cause(problem: OSError) -> str:
    """Return in a few words why the system refused something."""
    return _CAUSES.get(problem.errno or 0, problem.strerror or str(problem))


def refused(where: str, code: str, detail: str = "") -> FileRefused:
    """Return the refusal of a file (or of a cell of it) for the reason that `code` names; `detail` stands in brackets after it."""
    what, do = REASONS[code]
    return FileRefused(where, f"{what} ({detail})" if detail else what, do, code=code)
