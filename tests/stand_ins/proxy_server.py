"""A proxy of HTTP on 127.0.0.1 for tests, with a password if it is told one.

with proxy_server.running(target_port, ("user", "password")) as proxy:
    NetworkPolicy(online=True, proxy=ProxyMode.MANUAL, proxy_url=proxy.url)

GET is answered with ``proxied``; POST and CONNECT go on to ``target_port``, whatever the address
says. ``seen`` holds method, address and Proxy-Authorization of each request.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import http.server
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit


class ProxyServer(socketserver.ThreadingTCPServer):
    """A proxy of HTTP that knows one name and, if it is told to, one password."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, target_port: int, login: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyConnection)
        self.target_port = target_port
        self.login = login
        self.seen: list[tuple[str, str, str | None]] = []

    @property
    def host(self) -> str:
        """Return where it listens."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """The address of the proxy."""
        return f"http://{self.host}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


class _ProxyConnection(http.server.BaseHTTPRequestHandler):
    server: ProxyServer

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def _admitted(self) -> bool:
        login = self.headers.get("Proxy-Authorization")
        self.server.seen.append((self.command, self.path, login))
        if self.server.login is None or login == self.server.login:
            return True
        self.send_response(407)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_GET(self) -> None:
        if self._admitted():
            self.send_response(200)
            self.send_header("Content-Length", "7")
            self.end_headers()
            self.wfile.write(b"proxied")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._admitted():
            return
        onward = http.client.HTTPConnection("127.0.0.1", self.server.target_port)
        onward.request("POST", urlsplit(self.path).path, body)
        reply = onward.getresponse()
        data = reply.read()
        onward.close()
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_CONNECT(self) -> None:
        if not self._admitted():
            return
        with socket.create_connection(("127.0.0.1", self.server.target_port)) as target:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pump, args=(target, self.connection), daemon=True)
            back.start()
            _pump(self.connection, target)
            back.join(2)
        self.close_connection = True


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def running(target_port: int, login: tuple[str, str] | None = None) -> Iterator[ProxyServer]:
    """Run a proxy in a thread until the block ends."""
    wanted = None
    if login is not None:
        wanted = "Basic " + base64.b64encode(":".join(login).encode()).decode()
    one = ProxyServer(target_port, wanted)
    thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield one
    finally:
        one.shutdown()
        one.server_close()
        thread.join()
