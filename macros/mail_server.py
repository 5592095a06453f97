"""The mail server: one connection, one letter after the other, and what exactly it said to each.

Source: RFC 5321. A letter is the server's from its reply to the end of DATA on (4.2.5, 6.1). A line that breaks before the content was begun
has sent nothing; one that breaks after that leaves nobody knowing.
"""

import datetime as dt
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from macros import wording
from macros.mail import Letter, Verdict, composed
from macros.mail_journal import ACCEPTED, DEFERRED, REJECTED, UNKNOWN
from macros.mail_settings import PLAIN, SSL, STARTTLS, Mail
from macros.secrets_kept import secret
from workbook.errors import SendRefused

PASSWORD = "GENJIN_SMTP_PASSWORD"
_HERE = ("localhost", "127.0.0.1", "::1")
_OURSELVES = "[127.0.0.1]"
"""What EHLO says of us (RFC 5321, 4.1.3): the computer's own name is nobody's business, and a Chinese one cannot be said."""
_NOTHING_SENT = "没有发出任何邮件"


class Server:
    """An open connection; `post` hands it a letter."""

    def __init__(self, client: smtplib.SMTP, at: dt.datetime) -> None:
        self.client, self.at = client, at

    def post(self, letter: Letter) -> Verdict:
        """Hand over a letter and return what became of it; never raises for what the server or the line does."""
        content = _dotted(composed(letter, self.at).as_bytes())
        try:
            for place, (code, said) in enumerate(self._offered(letter)):
                if code >= 300:
                    return self._left(_refusal(code, said) if place else _unwelcome(letter, code, said))
        except (smtplib.SMTPException, OSError) as problem:
            return Verdict(DEFERRED, f"连接断了: {_words(problem)}", over=True)
        try:
            self.client.send(content)
            code, said = self.client.getreply()
        except (smtplib.SMTPException, OSError) as problem:
            return Verdict(UNKNOWN, _words(problem), over=True)
        return Verdict(ACCEPTED, _text(said)) if 200 <= code < 300 else _refusal(code, said)

    def _left(self, verdict: Verdict) -> Verdict:
        """Return the verdict on a letter that was refused, once the connection is free for the next one, or is seen to be gone."""
        try:
            code, _ = self.client.rset()
        except (smtplib.SMTPException, OSError):
            return replace(verdict, over=True)
        return replace(verdict, over=verdict.over or code != 250)

    def _offered(self, letter: Letter) -> Iterator[tuple[int, bytes]]:
        """Yield the replies up to the one that asks for the content (354 as 250)."""
        self.client.ehlo_or_helo_if_needed()
        yield self.client.mail(letter.sender)
        yield self.client.rcpt(letter.to)
        code, said = self.client.docmd("DATA")
        yield (250 if code == 354 else max(code, 300)), said


def _dotted(content: bytes) -> bytes:
    """Return content as it goes over the line: dots at the start of a line doubled, a dot alone at the end (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n"


def _refusal(code: int, said: bytes) -> Verdict:
    """Return the verdict of a reply that is none of success: 5xx is for good, all others may pass. 421 ends the connection."""
    return Verdict(REJECTED if code >= 500 else DEFERRED, f"{code} {_text(said)}", over=code == 421)


def _unwelcome(letter: Letter, code: int, said: bytes) -> Verdict:
    """Return the verdict where the server does not take our own address: none of the letters can go, and no client's address is to blame."""
    do = "请核对「设置」的「发件邮箱」, 多数邮箱要和「发信账号」一样"
    return Verdict(DEFERRED, f"服务器不接受发件邮箱 {letter.sender} ({code} {_text(said)}), {do}", over=True)


def _text(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:200]


def _words(problem: Exception) -> str:
    return " ".join(f"{type(problem).__name__} {problem}".split())[:120]


@contextmanager
def connected(mail: Mail, at: dt.datetime) -> Iterator[Server]:
    """Give a connection to the server of the settings, encrypted and logged in. Raises SendRefused, and then nothing was sent."""
    where = f"发信服务器 {mail.host} (端口 {mail.port})"
    password = _password(mail, where)
    try:
        client = _opened(mail)
    except Exception as problem:
        raise _unreachable(where, mail, problem) from problem
    try:
        if mail.user:
            _log_in(client, mail, password, where)
        yield Server(client, at)
    finally:
        with suppress(smtplib.SMTPException, OSError):  # gone already: all letters have their verdicts
            client.quit()
        client.close()


def _password(mail: Mail, where: str) -> str:
    """Return the password, "" where nobody logs in. Raises SendRefused where it is missing, or would go over the line in the open."""
    if mail.security == PLAIN and mail.host not in _HERE:
        do = f"请在「设置」把「发信加密」改成 {SSL} 或 {STARTTLS}"
        raise SendRefused(where, f"不加密的连接只能用于本机, {_NOTHING_SENT}", do, code="MAIL_IN_THE_OPEN")
    if not mail.user:
        return ""
    if password := secret(PASSWORD, mail.user):
        return _sayable(mail.user, password, where)
    do = f"请放进钥匙串 (python -m keyring set genjin {mail.user}), 或设环境变量 {PASSWORD}; 不要写在工作簿里"
    raise SendRefused(where, f"没有找到账号 {mail.user} 的密码, {_NOTHING_SENT}", do, code="NO_PASSWORD")


def _sayable(user: str, password: str, where: str) -> str:
    """Return the password. Raises SendRefused where it or the account holds a sign that cannot be sent (RFC 4616 over smtplib: ASCII)."""
    if (user + password).isascii() and (user + password).isprintable():
        return password
    what = f"账号 {wording.plain(user)} 或它的密码里有中文、全角或看不见的字符, {_NOTHING_SENT}"
    raise SendRefused(where, what, "请重新复制密码 (授权码), 前后不要带别的字", code="MAIL_PASSWORD")


def _opened(mail: Mail) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if mail.security == SSL:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            mail.host, mail.port, _OURSELVES, timeout=mail.wait_seconds, context=context
        )
    else:
        client = smtplib.SMTP(mail.host, mail.port, _OURSELVES, timeout=mail.wait_seconds)
    try:
        client.ehlo_or_helo_if_needed()
        if mail.security == STARTTLS:
            client.starttls(context=context)
            client.ehlo()
    except BaseException:
        client.close()
        raise
    return client


def _log_in(client: smtplib.SMTP, mail: Mail, password: str, where: str) -> None:
    try:
        client.login(mail.user, password)
    except smtplib.SMTPAuthenticationError as problem:
        do = "请核对账号; 多数邮箱要用「授权码」而不是登录密码, 并先在网页邮箱里打开 SMTP 服务"
        what = f"账号 {mail.user} 没有登录成功 ({problem.smtp_code}), {_NOTHING_SENT}"
        raise SendRefused(where, what, do, code="MAIL_LOGIN") from None
    except smtplib.SMTPNotSupportedError:
        do = f"只用于本机的服务器请清空「设置」的「发信账号」; 其他的请核对端口, 并把「发信加密」改成 {SSL} 或 {STARTTLS}"
        raise SendRefused(where, f"服务器在这个端口不让登录, {_NOTHING_SENT}", do, code="MAIL_NO_LOGIN") from None
    except (smtplib.SMTPException, OSError) as problem:
        raise _unreachable(where, mail, problem) from problem


def _unreachable(where: str, mail: Mail, problem: Exception) -> SendRefused:
    """Return the sentence for a connection that did not come about."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        what = f"证书不可信 ({problem.verify_message})"
        do = "请核对服务器名; 自签的证书要先由管理员装进这台电脑的受信任证书, 这里不能跳过检查"
        return SendRefused(where, f"{what}, {_NOTHING_SENT}", do, code="MAIL_CERTIFICATE")
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        what, do = "服务器不支持 STARTTLS", f"请在「设置」把「发信加密」改成 {SSL} 或换端口"
        return SendRefused(where, f"{what}, {_NOTHING_SENT}", do, code="MAIL_NO_STARTTLS")
    if isinstance(problem, socket.gaierror):
        return SendRefused(
            where, f"找不到这台服务器, {_NOTHING_SENT}", "请核对「设置」里的「发信服务器」和网络", code="MAIL_NO_SERVER"
        )
    if not isinstance(problem, smtplib.SMTPException | OSError):
        raise problem
    do = "请核对「设置」里的服务器、端口和加密方式, 以及网络和防火墙"
    return SendRefused(where, f"没有连上 ({_words(problem)}), {_NOTHING_SENT}", do, code="MAIL_NOT_CONNECTED")
