"""A small server on 127.0.0.1 for tests: time-stamps, OCSP, files, and every oddity of HTTP.

    with servers.running() as server:
        network = Network(server.policy())              # online, this server's host is named
        url = server.tsa(time_authority_of(algorithm))  # a TSA of our own, see `time_authority`
        url = server.tsa(tsa.lying(Lie.NONCE), before=[Reply(503), Reply(503)])
        url = server.ocsp(ocsp_responder(pki))          # OCSP of our own, see `ocsp_responder`
        url = server.file("ca.crl", data)               # GET, with ranges
        url = server.reply(Reply(302, headers={"Location": url}), Reply(body=b"second request"))
        url = server.serve(lambda seen: Reply(body=seen.body))
        server.seen                                     # what was asked, in order
        server.forget()

A server of the real referee is in `openssl_services`: ``server.tsa(OpensslTsa(...))``,
``server.ocsp(OpensslOcsp(...))``. ``running(tls=True)`` speaks TLS with a certificate for
``localhost``, ``tsa.example.ru`` and 127.0.0.1 that `server.root` (DER) issued. The address is
``server.host`` (``127.0.0.1:PORT``).
"""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.crypto.network.policy import NetworkPolicy

TSP_REPLY = "application/timestamp-reply"
OCSP_REPLY = "application/ocsp-response"


class Answering(Protocol):
    """What a TSA or a responder is here: bytes in, bytes out."""

    def answer(self, request: bytes) -> bytes:
        """Answer one request in DER."""
        ...


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One reply, ordinary or odd."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before anything is said."""
    drip: float = 0.0
    """Seconds between single octets of the body."""
    cut: int | None = None
    """The connection breaks off after so many octets of the body; the length promises all."""
    length: bool = True
    """Say Content-Length; without it the end of the connection is the end of the body."""
    raw: bytes | None = None
    """These octets instead of any HTTP."""


Handler = Callable[[Seen], Reply]


class Server:
    """A running server. All methods may be called while it runs."""

    def __init__(self, listener: ThreadingHTTPServer, *, tls: bool) -> None:
        self._handlers: dict[str, Handler] = {}
        self._lock = threading.Lock()
        self._scheme = "https" if tls else "http"
        self.port: int = listener.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.seen: list[Seen] = []
        self.root = _tls_files()[0] if tls else b""

    def policy(self, **changes: Any) -> NetworkPolicy:
        """Return a policy that may go online and whose user named this server."""
        fields: dict[str, Any] = {"online": True, "named_hosts": (self.host,)}
        return NetworkPolicy(**(fields | changes))

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a path; ``host`` may be another name of this computer."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def serve(self, handler: Handler | Answering, path: str | None = None) -> str:
        """Let ``handler`` answer at a new address, or at ``path``; return the address."""
        with self._lock:
            path = path or f"/{len(self._handlers)}"
            self._handlers[path] = handler if callable(handler) else _poster(handler, "")
        return self.url(path)

    def file(self, name: str, data: bytes, kind: str = "application/octet-stream") -> str:
        """Serve a file to GET, whole or by ranges, under a strong ETag."""
        return self.serve(_file_handler(data, kind), f"/{len(self._handlers)}/{name}")

    def tsa(self, tsa: Answering, *, before: Sequence[Reply] = ()) -> str:
        """Serve a time-stamping authority; ``before``: what the first requests get instead."""
        return self.serve(_first(before, _poster(tsa, TSP_REPLY)))

    def ocsp(self, responder: Answering, *, before: Sequence[Reply] = ()) -> str:
        """Serve an OCSP responder, which is asked by POST."""
        return self.serve(_first(before, _poster(responder, OCSP_REPLY)))

    def reply(self, *replies: Reply) -> str:
        """Serve these replies one after another; the last one stays."""
        *before, last = replies
        return self.serve(_first(before, lambda _: last))

    def forget(self) -> None:
        """Forget what was seen."""
        self.seen.clear()

    def answer(self, seen: Seen) -> Reply:
        """Find the reply to a request."""
        with self._lock:
            self.seen.append(seen)
            handler = self._handlers.get(seen.path.partition("?")[0])
        return Reply(404, b"no such page") if handler is None else handler(seen)


@contextlib.contextmanager
def running(*, tls: bool = False) -> Iterator[Server]:
    """Run a server in a thread of this process until the block ends."""
    listener = _Listener(("127.0.0.1", 0), _Connection)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_tls_files()[1])
        listener.socket = context.wrap_socket(
            listener.socket, server_side=True, do_handshake_on_connect=False
        )
    listener.stand_in = Server(listener, tls=tls)
    thread = threading.Thread(
        target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    try:
        yield listener.stand_in
    finally:
        listener.ending.set()
        listener.shutdown()
        listener.server_close()
        thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stand_in: Server

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.ending = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what is tested."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(length))
        self._send(self.server.stand_in.answer(seen))

    def _send(self, reply: Reply) -> None:
        self.server.ending.wait(reply.delay)
        if reply.raw is not None:
            self.wfile.write(reply.raw)
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.length:
            self.send_header("Content-Length", str(len(reply.body)))
        else:
            self.close_connection = True
        self.end_headers()
        self._send_body(reply)

    def _send_body(self, reply: Reply) -> None:
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        if not reply.drip:
            self.wfile.write(body)
        else:
            for place in range(len(body)):
                if self.server.ending.wait(reply.drip):
                    break
                self.wfile.write(body[place : place + 1])
        if reply.cut is not None:
            self.close_connection = True


def _first(before: Sequence[Reply], then: Handler) -> Handler:
    """Give each of ``before`` once, then go on with ``then``."""
    waiting = list(before)

    def handle(seen: Seen) -> Reply:
        return waiting.pop(0) if waiting else then(seen)

    return handle


def _poster(service: Answering, kind: str) -> Handler:
    def handle(seen: Seen) -> Reply:
        if seen.method != "POST":
            return Reply(405)
        return Reply(200, service.answer(seen.body), {"Content-Type": kind} if kind else {})

    return handle


def _file_handler(data: bytes, kind: str) -> Handler:
    def handle(seen: Seen) -> Reply:
        headers = {"Content-Type": kind, "ETag": f'"{len(data)}"', "Accept-Ranges": "bytes"}
        asked = seen.headers.get("range", "")
        if not asked.startswith("bytes=") or not asked.endswith("-"):
            return Reply(200, data, headers)
        start = int(asked[len("bytes=") : -1])
        headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return Reply(206, data[start:], headers)

    return handle


@cache
def _tls_files() -> tuple[bytes, Path]:
    """Make a root and a certificate for this computer; return the root, and key and chain."""
    now = datetime.now(UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Тестовый корень TLS")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])

    def build(subject: x509.Name, public: Any, *, ca: bool) -> x509.CertificateBuilder:
        usage = dict.fromkeys(
            (
                "digital_signature", "content_commitment", "key_encipherment",
                "data_encipherment", "key_agreement", "encipher_only", "decipher_only",
            ),
            False,
        )  # fmt: skip
        usage |= {"digital_signature": True, "key_cert_sign": ca, "crl_sign": ca}
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
        )

    root = build(root_name, root_key.public_key(), ca=True).sign(root_key, hashes.SHA256())
    hosts = [x509.DNSName(host) for host in ("localhost", "tsa.example.ru")]
    names = [*hosts, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    own = (
        build(name, key.public_key(), ca=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    file = Path(tempfile.mkdtemp(prefix="tls-")) / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + own.public_bytes(serialization.Encoding.PEM)
    )
    return root.public_bytes(serialization.Encoding.DER), file
