"""What is odd or dangerous in a file that can be read all the same: one sentence each, WHERE: WHAT. DO., with a stable code."""

from typing import NamedTuple

from workbook.book import column_letter

_KEEP_OUT = "不要在 Excel 里点「启用内容」或「更新链接」; 不认识来源就删除这个文件"
_TEXT_ONLY = "Genjin 只当文字存, 不会执行; 请核对这一格"
_RETYPE = "请对照原件重新填写"

CONCERNS = {
    "JUNK_BEFORE_ZIP": ("文件开头多出一段内容, 已跳过", "请核对文件是否完整; 不放心就请对方重发"),
    "WRONG_EXTENSION": ("扩展名与内容不符, 已按内容读取", "请另存为正确的格式"),
    "HIDDEN_SHEET": ("这张表是隐藏的, 没有导入", "需要其中的内容, 请在 Excel 中取消隐藏再导入"),
    "VERY_HIDDEN_SHEET": ("这张表深度隐藏, Excel 的菜单里也看不到", "请向来源问清楚里面是什么; 在 VBA 窗口里可以让它显示"),
    "BAD_STYLE": ("格式有错, 当作没有格式读取", "若是日期或金额, 请核对读出来的值"),
    "DATE_1904": ("日期从 1904 年算起", "导入时会换算, 请核对几个日期; 以后请在 Excel 选项里取消「使用 1904 日期系统」"),
    "STRAY_CELL": ("这一格远离表格, 没有当作表格的一部分", "请核对; 不需要就在原表删除它"),
    "CONTROL_CHARS": ("有看不见的控制字符", "导入时会去掉, 请核对这一格"),
    "INVISIBLE_CHARS": ("有零宽、方向或不换行空格之类看不见的字符", "请核对这一格, 必要时重新键入"),
    "LOOKALIKE_CHARS": ("混用了形似的外文字母", "请核对这一格, 必要时重新键入"),
    "FORMULA_TEXT": ("文字的样子像公式", _TEXT_ONLY),
    "PRECISION_LOST": ("超过 15 位的数字, 末几位已被 Excel 丢掉", "请对照原件, 以文本格式重新填写"),
    "DATE": ("日期不规范", "请核对, 写成 2026-02-28 这样"),
    "PHONE": ("电话读不准", _RETYPE),
    "NUMBER": ("数字写法不规范", "请核对读出来的数"),
    "NO_VALUE": ("这一格的公式没有算过, 文件里没有它的结果", "请用 Excel 或 WPS 打开原文件, 保存一次再导入"),
    "NO_HEADER": ("这一格所在的列没有表头, 没有导入", "请在原表给这一列补上表头再导入"),
    "ERROR_VALUE": ("是公式的错误值", "没有当作内容; 请在原表改好再导入"),
    "ROW_SHIFTED": ("这一行像是错开了一列", "请在原表对齐再导入, 已导入的这一行请核对"),
    "DUPLICATE_HEADER": ("表头出现多次, 各列的内容都已保留", "请给各列不同的名字再导入"),
    "FILE_NAME": ("名字里有不能用于文件名的内容", "文件名会用编号和清理过的名字, 不必改; 名字写错了才改"),
    "MOJIBAKE": ("有乱码(�), 相应的字已丢失", "请对照原文件补上"),
    "ENCODING": ("文字的编码认不准", "请核对文字, 或另存为 .xlsx"),
    "SIDE_BY_SIDE": ("并排着几张同样的表, 各自导入", "请核对行数"),
    "MORE": ("同样的问题还有很多, 没有一一列出", "请先改好列出的, 再导入一次"),
    "EXTERNAL_LINK": ("连着别的工作簿或网页的数据", "不需要就在 Excel「数据」的「编辑链接」里断开"),
    "DDE_LINK": ("有 DDE 链接, 打开时可以启动别的程序", _KEEP_OUT),
    "HOSTILE_LINK": ("链接指向程序、本机文件或不明地址", "不要点它; 导入时不收这个链接"),
    "WEB_FORMULA": ("公式会把数据发到网上或启动别的程序", _KEEP_OUT),
    "AUTO_NAME": ("名称会在打开或关闭时自动运行", _KEEP_OUT),
    "HIDDEN_NAME": ("有隐藏的名称", "请向来源问清楚用途; 与数据无关就不必理会"),
    "MACRO_IN_XLSX": ("里面藏着宏, 而 .xlsx 不该有宏", "没有读取宏; " + _KEEP_OUT),
    "MACRO": ("带有宏, 不是 Genjin 的", "不认识来源就不要启用宏"),
    "AUTO_MACRO": ("有打开或关闭时自动运行的宏", _KEEP_OUT),
    "MACRO_SHEET": ("有 Excel 4.0 宏表", _KEEP_OUT),
    "VBA_OURS": ("宏与这一版 Genjin 的一模一样", "不必做什么"),
    "VBA_CHANGED": ("宏与这一版 Genjin 的不同", "没有人改过宏的话, 请用 genjin buttons 换成这一版的"),
    "CONNECTION": ("有数据连接, 会从别处取数", "不认识就在 Excel「数据」的「查询和连接」里删除"),
    "POWER_QUERY": ("有 Power Query 查询, 会从别处取数", "不认识就在 Excel「数据」的「查询和连接」里删除"),
    "EMBEDDED": ("嵌有别的文件或控件", "不要双击它; 不需要就删除"),
    "WEB_EXTENSION": ("带有 Office 加载项", "不认识来源就不要信任它"),
    "SECRET": ("像是密码或密钥", "请从工作簿里删除, 改放到钥匙串或环境变量"),
    "OLD_FORMAT": ("旧格式 (.xls) 里的超链接和嵌入的东西看不到, 没有查", "不认识来源就不要点里面的链接; 要查全, 请另存为 .xlsx 再查"),
    "UNKNOWN_PART": ("有 Excel 不用的部分", "请核对文件的来源"),
}  # fmt: skip
"""Code -> what it is, and what to do."""


class Concern(NamedTuple):
    """One oddity. `row` and `column` count from 1, 0: not of one cell; `place`: where it is if not in a cell; `detail`: which."""

    code: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    place: str = ""
    detail: str = ""

    @property
    def cell(self) -> str:
        """The address of the cell, "" where it is not of one."""
        return f"{column_letter(self.column)}{self.row}" if self.row and self.column else ""

    @property
    def what(self) -> str:
        """What is odd, in the words of the sheet."""
        what = CONCERNS[self.code][0]
        return f"{what} ({self.detail})" if self.detail else what

    @property
    def do(self) -> str:
        """What a person should do about it."""
        return CONCERNS[self.code][1]

    def where(self, file: str) -> str:
        """Return where it is: file, and sheet, cell or place in it."""
        inside = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        if self.row and not self.column:
            inside = f"{self.sheet} 第 {self.row} 行"
        return " ".join(part for part in (file, inside, self.place) if part)

    def sentence(self, file: str) -> str:
        """Return WHERE: WHAT. DO."""
        return f"{self.where(file)}: {self.what}。{self.do}。"

    def item(self, file: str) -> dict[str, object]:
        """Return what --json says of it."""
        return {
            "code": self.code, "where": self.where(file), "sheet": self.sheet, "row": self.row or None,
            "column": column_letter(self.column) if self.column else "", "cell": self.cell, "what": self.what, "do": self.do,
        }  # fmt: skip
