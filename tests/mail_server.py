"""A mail server of the tests' own: really listens, speaks SMTP (RFC 5321), and can be told to break off at any point."""

import datetime as dt
import email
import email.policy
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO


@dataclass
class Manners:
    """How the server behaves. Letters are counted from 1.

    `breaks`: a point and a letter at which it goes away, once: "greeting", a command as "MAIL" (heard, not answered), "content" (within it),
    "answer" (it has the letter and does not say so), "between" (it says so and goes); with `hangs` it falls silent there instead.
    `dies_after_data_of`: takes the letter in and goes away without a word; `dies_before_content_of`: goes away at its DATA;
    `falls_silent_after_data_of`: takes the letter in and says nothing until the other side is gone;
    `rejects`: addresses that get 550; `defers`: addresses that get 451; `refuses_content`: 554 at the end of DATA;
    `refuses_sender`: what it says to MAIL; `greets`: how it says hello.
    """

    breaks: tuple[str, int] | None = None
    hangs: bool = False
    greets: str = "220 test ESMTP"
    refuses_sender: str = ""
    dies_after_data_of: int = 0
    dies_before_content_of: int = 0
    falls_silent_after_data_of: int = 0
    rejects: tuple[str, ...] = ()
    defers: tuple[str, ...] = ()
    refuses_content: bool = False
    password: str = ""
    starttls: bool = False


@dataclass
class MailServer:
    """`taken` are the letters whose content came in whole, with the address each went to; `heard` every line but content."""

    manners: Manners = field(default_factory=Manners)
    context: ssl.SSLContext | None = None
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    port: int = 0
    silent: threading.Event = field(default_factory=threading.Event)

    @property
    def to(self) -> list[str]:
        return [to for to, _ in self.taken]

    @property
    def letters(self) -> list[EmailMessage]:
        return [letter for _, letter in self.taken]


@contextmanager
def mail_server(
    manners: Manners | None = None, context: ssl.SSLContext | None = None, port: int = 0
) -> Iterator[MailServer]:
    """Give a server that listens on the loopback; with a `context` it speaks TLS, from the first byte unless it offers STARTTLS."""
    server = MailServer(manners or Manners(), context)
    with socket.create_server(("127.0.0.1", port)) as listener:
        server.port = listener.getsockname()[1]
        listener.settimeout(0.05)
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, listener, ended))
        thread.start()
        try:
            yield server
        finally:
            ended.set()
            thread.join()


def _serve(server: MailServer, listener: socket.socket, ended: threading.Event) -> None:
    direct = not server.manners.starttls
    while not ended.is_set():
        try:
            line, _ = listener.accept()
        except TimeoutError:
            continue
        line.settimeout(5)
        with suppress(OSError), line:
            talk = _Talk(
                server, server.context.wrap_socket(line, server_side=True) if server.context and direct else line
            )
            try:
                talk.go()
            finally:
                talk.stream.close()
                talk.line.close()


class _Talk:
    def __init__(self, server: MailServer, line: socket.socket) -> None:
        self.server, self.manners, self.line = server, server.manners, line
        self.stream: BinaryIO = line.makefile("rb")
        self.to = ""
        self.silent = server.silent

    def say(self, text: str) -> None:
        self.line.sendall(text.encode() + b"\r\n")

    def broken(self, point: str) -> bool:
        """Whether it is over at this point of this letter; where the server only falls silent, once the other side is gone."""
        if self.manners.breaks != (point, len(self.server.taken) + 1):
            return False
        self.over()
        return True

    def over(self) -> None:
        self.manners.breaks = None
        if self.manners.hangs:
            self.silent.set()
            while self.stream.readline():
                pass

    def go(self) -> None:
        if self.broken("greeting"):
            return
        self.say(self.manners.greets)
        while raw := self.stream.readline():  # of the stream that TLS may have put in its place
            line = raw.decode().rstrip("\r\n")
            self.server.heard.append(line)
            word = line.split(" ")[0].upper()
            if self.broken(word):
                return
            if word == "QUIT":
                self.say("221 bye")
                return
            if word == "DATA" and not self.data():
                return
            if word != "DATA":
                self.answer(word, line)

    def answer(self, word: str, line: str) -> None:
        if word == "EHLO":
            offered = [
                "test",
                *(["STARTTLS"] if self.manners.starttls else []),
                *(["AUTH PLAIN"] if self.manners.password else []),
            ]
            for each in offered[:-1]:
                self.say(f"250-{each}")
            self.say(f"250 {offered[-1]}")
        elif word == "STARTTLS" and self.server.context:
            self.say("220 go ahead")
            self.stream.close()
            self.line = self.server.context.wrap_socket(self.line, server_side=True)
            self.stream = self.line.makefile("rb")
        elif word == "AUTH":
            import base64

            right = base64.b64decode(line.split(" ")[2]).decode().endswith(f"\0{self.manners.password}")
            self.say("235 welcome" if right else "535 5.7.8 authentication failed")
        elif word == "MAIL" and self.manners.refuses_sender:
            self.say(self.manners.refuses_sender)
        elif word == "RCPT":
            self.to = line[line.index("<") + 1 : line.index(">")]
            hard, soft = self.to in self.manners.rejects, self.to in self.manners.defers
            self.say("550 5.1.1 no such user" if hard else "451 4.2.0 try later" if soft else "250 ok")
        else:
            self.say("250 ok")

    def data(self) -> bool:
        """Take a letter in; False where the server is gone then."""
        number = len(self.server.taken) + 1
        if number == self.manners.dies_before_content_of:
            return False
        self.say("354 go on")
        lines: list[bytes] = []
        for raw in iter(self.stream.readline, b".\r\n"):
            if not raw or (len(lines) == 3 and self.broken("content")):
                return False
            lines.append(raw[1:] if raw.startswith(b".") else raw)
        if self.manners.refuses_content:
            self.say("554 5.7.1 looks like spam")
            return True
        ends = self.manners.breaks[0] if self.manners.breaks and self.manners.breaks[1] == number else ""
        self.server.raw.append(b"".join(lines))
        letter = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.server.taken.append((self.to, letter))
        if number == self.manners.falls_silent_after_data_of:
            self.silent.set()
            self.stream.readline()
            return False
        if number == self.manners.dies_after_data_of:
            return False
        if ends == "between":
            self.say("250 2.0.0 queued")
        if ends:
            self.over()
            return False
        self.say("250 2.0.0 queued")
        return True


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return what a server needs to speak TLS with a certificate that it signed itself, and the file of that certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=2))
        .add_extension(names, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    trusted = folder / "ca.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context, trusted
