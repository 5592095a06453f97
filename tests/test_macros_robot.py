"""The morning list goes to the group's robot as it wants it: against a server that really listens, with a clock of the test's own."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from macros.privacy.masks import masked
from macros.robot import DINGTALK, PER_MINUTE, WECOM, WINDOW_SECONDS, Hook, Pace, hook_of, payload, post, signed
from macros.robot_texts import LONGEST_BYTES, literal, robot_texts
from tests.commands import genjin, said
from tests.posting import tables_of
from tests.tables import read_from, tables_from
from workbook.errors import SendRefused

NOW = dt.datetime(2026, 11, 20, 8, 30)
PATHS = {WECOM: "/cgi-bin/webhook/send?key=geheim", DINGTALK: "/robot/send?access_token=geheim"}


class Group(HTTPServer):
    """A group with a robot: what came in, and what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.came: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[tuple[int, bytes]] = []

    def url(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{PATHS[kind]}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        group = self.server
        assert isinstance(group, Group)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        group.came.append((self.path, json.loads(body)))
        status, answer = group.answers.pop(0) if group.answers else (200, b'{"errcode":0,"errmsg":"ok"}')
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def group() -> Iterator[Group]:
    with Group() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def nothing_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GENJIN_ROBOT_URL", "GENJIN_ROBOT_SECRET"):
        monkeypatch.delenv(name, raising=False)


def agents(path: Path) -> list[str]:
    return sorted({name for name in tables_of(path)["due"]["who"] if name})


@pytest.mark.requirement("R109")
@pytest.mark.parametrize("kind", [WECOM, DINGTALK])
def test_each_agents_list_arrives_in_the_group(
    yesterday: Path, kind: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = yesterday.read_bytes()
    with group() as server:
        monkeypatch.setenv("GENJIN_ROBOT_URL", server.url(kind))
        answer = genjin(capsys, "robot", yesterday)
        names = agents(yesterday)
        assert [(item["who"], item["state"], item["to"]) for item in answer["items"]] == [
            (name, "sent", kind) for name in names
        ]
        bodies = [body["markdown"] for _, body in server.came]
        texts = [body["content"] if kind == WECOM else body["text"] for body in bodies]
    assert [name in text for name, text in zip(names, texts, strict=True)] == [True] * len(names)
    phones = [phone for phone in tables_of(yesterday)["clients"]["phone1"] if phone]
    assert not any(phone in text for phone in phones for text in texts)
    assert yesterday.read_bytes() == before


def test_a_preview_shows_the_texts_and_needs_no_robot(yesterday: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "robot", yesterday, "--preview")
    assert (code, err) == (0, "")
    assert out.startswith(f"机器人预览: {len(agents(yesterday))} 条, 什么都没有发。\n### ")
    one = agents(yesterday)[0]
    answer = genjin(capsys, "robot", yesterday, "--preview", "--who", one)
    assert [item["who"] for item in answer["items"]] == [one]


def test_the_signature_is_that_of_the_documentation() -> None:
    """HMAC-SHA256 of "timestamp\\nsecret" with the secret as key, base64, percent-encoded (open.dingtalk.com, 自定义机器人安全设置)."""
    url = signed(Hook(DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=t", "SECx"), 1700000000.123)
    told = parse_qs(urlsplit(url).query)
    wanted = base64.b64encode(hmac.new(b"SECx", b"1700000000123\nSECx", hashlib.sha256).digest()).decode()
    assert (told["timestamp"], told["sign"], told["access_token"]) == (["1700000000123"], [wanted], ["t"])
    assert "+" not in url.partition("sign=")[2]
    assert signed(Hook(DINGTALK, "u?access_token=t"), 1.0) == "u?access_token=t"
    assert signed(Hook(WECOM, "u?key=t", "SECx"), 1.0) == "u?key=t"


def test_the_robot_gets_the_signature_with_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    with group() as server:
        monkeypatch.setenv("GENJIN_ROBOT_URL", server.url(DINGTALK))
        monkeypatch.setenv("GENJIN_ROBOT_SECRET", "SECx")
        assert post(hook_of(), "标题", "第一行\n第二行", NOW) == ""
        path, body = server.came[0]
    assert parse_qs(urlsplit(path).query).keys() == {"access_token", "timestamp", "sign"}
    assert body == {"msgtype": "markdown", "markdown": {"title": "标题", "text": "第一行\n\n第二行"}}
    assert payload(Hook(WECOM, ""), "标题", "文") == {"msgtype": "markdown", "markdown": {"content": "文"}}


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', "没有接受 (93000: 地址里的 key 不对或机器人已删除)"),
        (200, b'{"errcode":45009}', "没有接受 (45009: 发得太快, 一分钟最多 20 条)"),
        (200, b'{"errcode":12345}', "没有接受 (12345)"),
        (200, b"[]", "没有接受 (None)"),
        (200, b"<html>", "的回话读不出来 (JSONDecodeError), 不知道发到没有: 请看一下群里"),
        (500, b"", "没有接受 (HTTP 500)"),
        (302, b"", "没有接受 (HTTP 302)"),
    ],
)
def test_what_the_robot_does_not_take_is_said_without_its_address(status: int, answer: bytes, words: str) -> None:
    with group() as server:
        server.answers = [(status, answer)]
        problem = post(Hook(WECOM, server.url(WECOM)), "标题", "文", NOW)
    assert problem == WECOM + words
    assert "geheim" not in problem


def test_a_robot_that_cannot_be_reached_is_said_and_the_others_are_told_all_the_same(
    yesterday: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with group() as server:
        server.answers = [(500, b"")]
        monkeypatch.setenv("GENJIN_ROBOT_URL", server.url(WECOM))
        answer = genjin(capsys, "robot", yesterday, code=1)
    assert [item["state"] for item in answer["items"]] == ["failed", *["sent"] * (len(agents(yesterday)) - 1)]
    assert "geheim" not in json.dumps(answer)
    assert post(Hook(WECOM, server.url(WECOM)), "标题", "文", NOW) == "没有连上企业微信 (ConnectionRefusedError)"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a", WECOM),
        ("https://oapi.dingtalk.com/robot/send?access_token=a", DINGTALK),
        ("http://127.0.0.1:8080/robot/send?access_token=a", DINGTALK),
        ("http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a", ""),
        ("https://evil.example/cgi-bin/webhook/send?key=a", ""),
        ("https://oapi.dingtalk.com/cgi-bin/webhook/send?key=a", ""),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", ""),
        ("https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=a", ""),
        ("file:///etc/passwd", ""),
        ("https://[", ""),
        ("geheim", ""),
    ],
)
def test_only_an_address_of_a_robot_is_taken(url: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENJIN_ROBOT_URL", url)
    if kind:
        assert (hook_of().kind, hook_of().url) == (kind, url)
        assert url not in repr(hook_of())
        return
    with pytest.raises(SendRefused) as refusal:
        hook_of()
    assert (refusal.value.code, url in str(refusal.value)) == ("BAD_ROBOT", False)


def test_no_more_than_the_robot_takes_goes_out_in_a_minute() -> None:
    now, waited = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    pace, moments = Pace(lambda: now[0], sleep), list[float]()
    for _ in range(3 * PER_MINUTE):
        pace.wait("a")
        moments.append(now[0])
        now[0] += 0.5
    for start in moments:
        assert sum(start <= at < start + 60 for at in moments) <= PER_MINUTE
    assert waited[0] == pytest.approx(WINDOW_SECONDS - PER_MINUTE * 0.5)
    pace.wait("another robot")
    assert now[0] == moments[-1] + 0.5


LINES = tables_from("""
客户
| 客户ID | 姓名 | 手机1 |
| C1 | 张伟 | 13800000001 |
""")


def lines(count: int = 1, **more: object) -> pd.DataFrame:
    given = {
        "who": "李雷", "client_id": "C1", "name": "张伟", "grade": "A", "channel": "电话", "pref_time": "19 点后", "what": "回访",
        "reason": "3 天没有联系", "overdue": 2,
    }  # fmt: skip
    return pd.DataFrame([given | more] * count)


def test_a_line_says_who_how_why_and_how_late() -> None:
    title, text = robot_texts(LINES, lines(), "示例地产")["李雷"]
    assert title == "李雷 今日待办 1 项"
    assert text.splitlines() == [
        "### 李雷 今日待办 1 项, 逾期 1", "示例地产", "1. **张伟** (A) 电话 138＊＊＊＊0001 19 点后, 逾期 2 天: 回访", "> 3 天没有联系",
    ]  # fmt: skip


def test_a_long_list_ends_where_the_robot_has_no_room_and_says_how_many_are_left() -> None:
    text = robot_texts(LINES, lines(200, reason="长" * 300), "示例地产")["李雷"][1]
    assert len(text.encode()) <= LONGEST_BYTES
    shown = text.count("**") // 2
    assert text.splitlines()[-1] == f"…还有 {200 - shown} 项, 见工作簿「今日待办」"
    assert shown > 10


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("13800000001", "138****0001"),
        ("打 138-0000-0001 找他", "打 138****0001 找他"),
        ("010-62345678", "010-****5678"),
        ("订单 213800000001", "订单 213800000001"),
        ("520万元", "520万元"),
        ("+8613800000001", "+86138****0001"),
        ("8613800000001", "86138****0001"),
        ("0086-138-0000-0001", "0086-138****0001"),
        ("138.0000.0001", "138****0001"),
        ("１３８０００００００１", "１３８****０００１"),
        ("13800000001、13900000002", "138****0001、139****0002"),
        ("(0571)88001234", "(0571)-****1234"),
        ("+852 9123 4567", "+852****67"),
        ("+1 650-555-1234", "+1****34"),
        (
            "任务 T000123 2026-11-20 到期(任务!F12), 520-560 万, 3.5 万元/㎡",
            "任务 T000123 2026-11-20 到期(任务!F12), 520-560 万, 3.5 万元/㎡",
        ),
        ("+50000 元, +5.5 万", "+50000 元, +5.5 万"),
    ],
)
def test_the_middle_of_a_phone_number_is_hidden(text: str, told: str) -> None:
    assert masked(text) == told


@pytest.mark.parametrize(
    "phone", ["85291234567", "912345678", "400-800-1234", "+4915112345678", "13800000001", "微信同号138001380001"]
)
def test_a_phone_number_that_looks_like_none_is_hidden_too(phone: str) -> None:
    tables, _ = read_from(f"客户\n| 客户ID | 姓名 | 手机1 |\n| C1 | 张伟 | {phone} |\n")
    text = robot_texts(tables, lines(), "示例地产")["李雷"][1]
    digits = "".join(filter(str.isdigit, text.partition("电话 ")[2].partition(" ")[0]))
    assert len(digits) <= 8
    assert phone not in text


def test_a_robot_of_an_agents_own_signs_with_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, all_of_us = (f"https://oapi.dingtalk.com/robot/send?access_token={name}" for name in ("mine", "ours"))
    ring = {"robot:李雷": f" {mine}\n", "robot-secret:李雷": "SECmine\n", "robot": all_of_us, "robot-secret": "SECours"}
    monkeypatch.setattr("macros.robot.secret", lambda _, account: ring.get(account, ""))
    assert hook_of("李雷") == Hook(DINGTALK, mine, "SECmine")
    assert hook_of("韩梅") == Hook(DINGTALK, all_of_us, "SECours")
    del ring["robot-secret:李雷"]
    assert hook_of("李雷").secret == ""


def test_a_signature_is_that_of_a_worked_example() -> None:
    """Computed with openssl: printf '1577262236757\\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64."""
    url = signed(Hook(DINGTALK, "u?access_token=t", "this is secret"), 1577262236.757)
    assert parse_qs(urlsplit(url).query)["sign"] == ["hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="]


def test_a_name_is_no_link_no_mention_and_no_markup() -> None:
    assert (
        literal("[点我](http://x) <@all> **粗** # 题\r\n换行") == "［点我］(http://x) ＜＠all＞ ＊＊粗＊＊ ＃ 题  换行"
    )
    text = robot_texts(LINES, lines(name="<font>[x](http://y)", who="李雷"), "A&B <公司>")["李雷"][1]
    assert not set(text) & set("<[]`\\@")
    assert "A&B ＜公司＞" in text
