"""A group's robot of 企业微信 or 钉钉: the address that the person set up, and what goes to it.

Sources: developer.work.weixin.qq.com/document/path/99110 (20 messages a minute), open.dingtalk.com/document/robots/customize-robot-security-settings
(signature: HMAC-SHA256 of "timestamp\\nsecret"; 20 a minute). The address holds a key: whoever has it may write into the group, so that it comes
from the environment or the keyring and is never shown.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from macros.secrets_kept import secret
from workbook.errors import SendRefused

WECOM, DINGTALK = "企业微信", "钉钉"
PER_MINUTE, WINDOW_SECONDS = 20, 61.0
WAIT_SECONDS = 15
_HOSTS = {"qyapi.weixin.qq.com": WECOM, "oapi.dingtalk.com": DINGTALK}
_HERE = ("127.0.0.1", "localhost", "::1")
_PATHS = {"/cgi-bin/webhook/send": (WECOM, "key"), "/robot/send": (DINGTALK, "access_token")}
_TOO_FAST = "发得太快, 一分钟最多 20 条"
_MEANING = {
    93000: "地址里的 key 不对或机器人已删除",
    310000: "安全设置不符: 核对加签密钥 (GENJIN_ROBOT_SECRET)、关键词或 IP",
    300005: "地址里的 access_token 不对",
    **dict.fromkeys((45009, 130101, 410100, 660026), _TOO_FAST),
}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leads nowhere else: a key is not handed on."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class Hook:
    """One robot. `secret` signs what goes to 钉钉, "" where the group asks for none."""

    kind: str
    url: str = field(repr=False)
    secret: str = field(repr=False, default="")


def hook_of(agent: str = "") -> Hook:
    """Return the robot of an agent, else that of all. Raises SendRefused where none is set up, or its address is none.

    Keyring: accounts `robot:姓名`, `robot`; environment: GENJIN_ROBOT_URL for all, and GENJIN_ROBOT_SECRET to sign. A robot of an agent's own
    has its own key to sign, `robot-secret:姓名`: that of another would be refused.
    """
    own = secret("", f"robot:{agent}").strip() if agent else ""
    url = own or secret("GENJIN_ROBOT_URL", "robot").strip()
    if not url:
        do = "请把机器人的地址放进环境变量 GENJIN_ROBOT_URL, 或 python -m keyring set genjin robot; 不要写在工作簿里"
        raise SendRefused("机器人", "没有设置地址, 什么都没有发", do, code="NO_ROBOT")
    key = secret("", f"robot-secret:{agent}") if own else secret("GENJIN_ROBOT_SECRET", "robot-secret")
    return Hook(_kind(url), url, key.strip())


def _kind(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    kind, key = _PATHS.get(parts.path, ("", ""))
    good = _HOSTS.get(host) == kind if parts.scheme == "https" else parts.scheme == "http" and host in _HERE
    if not kind or not good or not parse_qs(parts.query).get(key):
        do = "请从群机器人的设置里整条复制, 以 https://qyapi.weixin.qq.com/ 或 https://oapi.dingtalk.com/ 开头"
        raise SendRefused("机器人", "地址不是企业微信或钉钉群机器人的, 什么都没有发", do, code="BAD_ROBOT")
    return kind


def signed(hook: Hook, now: float) -> str:
    """Return the address to post to; with a secret, 钉钉 gets a timestamp in milliseconds and its signature."""
    if hook.kind != DINGTALK or not hook.secret:
        return hook.url
    stamp = str(round(now * 1000))
    digest = hmac.new(hook.secret.encode(), f"{stamp}\n{hook.secret}".encode(), hashlib.sha256).digest()
    return f"{hook.url}&{urlencode({'timestamp': stamp, 'sign': base64.b64encode(digest).decode()})}"


def payload(hook: Hook, title: str, text: str) -> dict[str, object]:
    """Return what the robot takes: Markdown, for 钉钉 with a title."""
    if hook.kind == WECOM:
        return {"msgtype": "markdown", "markdown": {"content": text}}
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text.replace("\n", "\n\n")}}


@dataclass
class Pace:
    """Lets no more through in a minute than a robot takes; `clock` and `sleep` are those of `time` save in tests."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    sent: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, url: str) -> None:
        """Return when one more may go to this address."""
        moments = self.sent.setdefault(url, deque(maxlen=PER_MINUTE))
        if len(moments) == PER_MINUTE and (left := moments[0] + WINDOW_SECONDS - self.clock()) > 0:
            self.sleep(left)
        moments.append(self.clock())


def post(hook: Hook, title: str, text: str, now: dt.datetime) -> str:
    """Post one message and return "", or what went wrong, without the address."""
    body = json.dumps(payload(hook, title, text), ensure_ascii=False).encode()
    request = urllib.request.Request(
        signed(hook, now.timestamp()),
        data=body,
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=WAIT_SECONDS) as reply:
            return _judged(hook.kind, json.loads(reply.read(100_000)))
    except urllib.error.HTTPError as problem:
        return f"{hook.kind}没有接受 (HTTP {problem.code})"
    except urllib.error.URLError as problem:
        return f"没有连上{hook.kind} ({type(problem.reason).__name__})"
    except (OSError, HTTPException, ValueError) as problem:
        return f"{hook.kind}的回话读不出来 ({type(problem).__name__}), 不知道发到没有: 请看一下群里"


def _judged(kind: str, answer: object) -> str:
    given: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    code = given.get("errcode")
    if code == 0:
        return ""
    meaning = _MEANING.get(code, "") if isinstance(code, int) else ""
    return f"{kind}没有接受 ({code}{f': {meaning}' if meaning else ''})"
