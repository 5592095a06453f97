"""The settings of mail. Part of `macros.settings`. The password is none of them: it stands in no workbook."""

from dataclasses import dataclass

from macros.setting_fields import OURS, numeric, one_of, worded

SSL, STARTTLS, PLAIN = "SSL", "STARTTLS", "不加密"


@dataclass(frozen=True)
class Mail:
    """邮件: through which server ticked mails are sent. `host` "" means that there is none."""

    host: str = worded(
        "", "发信服务器", OURS, note="如 smtp.exmail.qq.com; 空着就不发信, 可用 genjin eml 存成邮件文件。密码不写在这里"
    )
    port: int = numeric(465, "发信服务器端口", "号", OURS, low=1, high=65_535, note="SSL 多为 465, STARTTLS 多为 587")
    security: str = one_of(SSL, "发信加密", (SSL, STARTTLS, PLAIN), OURS, note="「不加密」只用于本机上的服务器")
    user: str = worded("", "发信账号", OURS, note="空着就不登录; 密码放在钥匙串或环境变量 GENJIN_SMTP_PASSWORD")
    sender: str = worded("", "发件邮箱", OURS, note="客户看到的发件地址; 空着就用发信账号")
    most_per_run: int = numeric(
        200, "一次最多发几封", "封", OURS, low=1, high=5_000, note="多数邮箱每天有上限, 其余的下次再发"
    )
    wait_seconds: int = numeric(60, "等服务器回话几秒", "秒", OURS, low=1, high=600)
