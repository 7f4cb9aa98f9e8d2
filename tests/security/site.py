"""The site as docs/deployment.md has it: gunicorn, alone or behind a proxy that it shows."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support import forked
from tests.support.environment import ROOT, environment
from tests.support.forked import Program
from tests.support.servers import free_port, wait_for_port
from tests.support.world import PASSWORD_HASH

HOST = "letters.example.org"
SIGN_UPS = "/courses/emotional-safety"
HEAD = {"Host": HOST, "X-Forwarded-Proto": "https"}

NGINX = """\
error_log stderr; pid {folder}/pid; events {{}}
http {{
  access_log off;
  {paths}
  server {{
    listen 127.0.0.1:{port};
    {location}
  }}
}}
"""
NGINX_PATHS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]


@contextmanager
def gunicorn(
    folder: Path, database: Path, app: str = "wsgi:app", config: str = "", **more: str
) -> Iterator[int]:
    """Its port."""
    port = free_port()
    settings = {
        "env": "production", "base_url": f"https://{HOST}", "state": folder,
        "database_url": f"sqlite:///{database}", "redis_url": "redis://127.0.0.1:1/0",
        "mail_url": "smtp://127.0.0.1:1", "mail_from": f"CNT <letters@{HOST}>",
        "secret_key": "mallory may not know this one, at all",
        "admin_password_hash": PASSWORD_HASH, "trusted_proxies": 1,
        **more,
    }  # fmt: skip
    words = ("--config", config or "python:course.http.gunicorn_config",
             "--bind", f"127.0.0.1:{port}", app)  # fmt: skip
    log = folder / f"{port}.log"
    with _running(forked.gunicorn(*words, environment=environment(**settings), log=log), port):
        yield port


@contextmanager
def caddy(folder: Path, upstream: int) -> Iterator[int]:
    """With the Caddyfile of the documentation, but for its ports."""
    program, port = _program("caddy"), free_port()
    documented = _documented("reverse_proxy").replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    local = documented.replace(f"{HOST} {{", f"http://:{port} {{", 1)
    text = local.replace("{\n", "{\n\tadmin off\n", 1)
    (folder / "Caddyfile").write_text(text)
    words = [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with _running(_started(words, port, folder, {**os.environ, **homes}), port):
        yield port


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[int]:
    """With the location of the documentation, but for its port."""
    program, port = _program("nginx"), free_port()
    location = _documented("proxy_pass").replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    paths = "\n".join(f"{name}_temp_path {folder}/{name};" for name in NGINX_PATHS)
    text = NGINX.format(folder=folder, port=port, location=location, paths=paths)
    (folder / "nginx.conf").write_text(text)
    words = [program, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with _running(_started(words, port, folder, dict(os.environ)), port):
        yield port


def opened(port: int, *sent: bytes, receive_buffer: int = 0) -> socket.socket:
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(30)
    client.connect(("127.0.0.1", port))
    client.sendall(b"".join(sent))
    return client


def asked(
    port: int, path: str, method: str = "GET", body: str = "", **head: str
) -> tuple[HTTPResponse, str]:
    """The answer, and what it says. Raises `TimeoutError` after thirty seconds without one."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    if body:
        head |= {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, body or None, {**HEAD, **head})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def signed_up(port: int, who: str) -> int:
    """As a browser does it, from an address of its own; the answer's status."""
    digest = sha256(who.encode()).hexdigest()
    address, network = f"{digest[:16]}@example.org", f"2001:db8:{digest[:4]}:{digest[4:8]}::1"
    answer, page = asked(port, SIGN_UPS)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    form = urlencode({"address": address, "first_name": "Ada", "csrf_token": token[1]})
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    return asked(
        port, f"{SIGN_UPS}/sign-ups", "POST", form, **{"Cookie": cookie, "X-Forwarded-For": network}
    )[0].status


def _started(
    words: list[str], port: int, folder: Path, environment: dict[str, str]
) -> "subprocess.Popen[bytes]":
    with (folder / f"{port}.log").open("w") as log:
        return subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)


@contextmanager
def _running(process: "Program | subprocess.Popen[bytes]", port: int) -> Iterator[None]:
    try:
        wait_for_port(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=40)


def _documented(word: str) -> str:
    """The block of docs/deployment.md that has that word."""
    blocks = re.findall(r"```text\n(.*?)```", (ROOT / "docs/deployment.md").read_text(), re.DOTALL)
    return str(next(block for block in blocks if word in block))


def _program(name: str) -> str:
    if found := shutil.which(name) or shutil.which(name, path="/usr/sbin"):
        return found
    pytest.skip(f"there is no {name} on this machine")
