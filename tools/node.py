"""One rookeryd as a child process, its HTTP API, and the first organization, user and phone."""

import json
import os
import queue
import re
import secrets
import signal
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / "build" / "bin"
READY_S_MAX = 60
STOP_S_MAX = 60
PHONE_S_MAX = 180


class NodeError(Exception):
    """What went wrong and what to do, in one line."""


def opener():
    """No proxy of the environment and no trust to check: the node is on this machine, and ours."""
    tls = ssl.create_default_context()
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    return urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                       urllib.request.HTTPSHandler(context=tls))


class Api:
    def __init__(self, address, token=None):
        self.address, self.token = address, token

    def call(self, method, path, body=None, key=None):
        request = urllib.request.Request(self.address + path, method=method)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if key:
            request.add_header("Idempotency-Key", key)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with opener().open(request, timeout=120) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise NodeError(f"{method} {path}: {error.code} {text.strip()}") from error
        except OSError as error:
            raise NodeError(f"{method} {path}: {error}") from error

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None, key=None):
        return self.call("POST", path, {} if body is None else body, key)

    def login(self, account):
        answer = self.post("/v1/login", {"login": account["login"],
                                         "password": account["password"]})
        return Api(self.address, answer["token"])


def path_of(entity):
    """"phone/x" as the API's path."""
    kind, name = entity.split("/")
    return f"/v1/{kind}s/{name}"


class Node:
    """Starts, kills and stops rookeryd over one data folder, always on the same ports."""

    def __init__(self, data, listen="127.0.0.1:8080", media_bind="127.0.0.1", media_port=0,
                 more=()):
        self.data = Path(data).resolve()
        self.listen, self.media_bind, self.media_port = listen, media_bind, media_port
        self.more = list(more)
        self.process = None
        self.address = None

    def accounts(self):
        """The passwords of the first people; made once, kept for their owner only."""
        file = self.data / "first-accounts.json"
        if not file.exists():
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            accounts = {who: {"login": who, "password": secrets.token_urlsafe(15)}
                        for who in ("admin", "member")}
            # Whole or not at all: a password that nobody knows would lock the owner out.
            part = file.with_suffix(".part")
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                json.dump(accounts, out, indent=1)
                out.flush()
                os.fsync(out.fileno())
            os.replace(part, file)
        return json.loads(file.read_text())

    def start(self):
        accounts = self.accounts()
        command = [str(BIN / "rookeryd"), "--data", str(self.data), "--listen", self.listen,
                   "--media-bind", self.media_bind, "--media-port", str(self.media_port),
                   "--first-admin", accounts["admin"]["login"], *self.more]
        environment = dict(os.environ, ROOKERY_ADMIN_PASSWORD=accounts["admin"]["password"])
        with open(self.data / "rookeryd.log", "a") as log:
            # Its own process group: Ctrl-C is for us, and we stop it in order.
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=log, text=True,
                                            start_new_session=True)
        ready = self._ready_line()
        match = re.fullmatch(r"rookeryd ready (https?://(\S+)) media (?:udp://\S+:(\d+)|none)", ready)
        if not match:
            self.kill()
            last = (self.data / "rookeryd.log").read_text(errors="replace").strip().split("\n")[-1]
            raise NodeError(f"rookeryd did not start: {last or ready or 'no message'} "
                            f"(see {self.data}/rookeryd.log)")
        self.address, self.listen = match.group(1), match.group(2)
        self.media_port = int(match.group(3) or self.media_port)

    def _ready_line(self):
        lines = queue.Queue()
        process = self.process

        def read():
            for line in process.stdout:
                lines.put(line.rstrip("\n"))
            lines.put("")

        threading.Thread(target=read, daemon=True).start()
        try:
            return lines.get(timeout=READY_S_MAX)
        except queue.Empty:
            return ""

    def kill(self):
        """As a power cut: no chance to put anything in order."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """In order. Returns the exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def api(self, who="admin"):
        return Api(self.address).login(self.accounts()[who])

    def first_phone(self):
        """Makes what the first run makes, as far as it is missing; returns the phone, running."""
        admin = self.api()
        member = self.accounts()["member"]
        organization = admin.get("/v1/me")["organization"]
        # The keys make it safe to be interrupted anywhere and to begin again.
        user = admin.post("/v1/users", {"organization": organization, "role": "member", **member},
                          key="first-member")["id"]
        phone = admin.post("/v1/phones", {"organization": organization, "name": "first"},
                           key="first-phone")["id"]
        now = admin.get(path_of(phone))
        if now["phase"] == "deleted":
            return None
        if not now.get("bound_user"):
            admin.post(path_of(phone) + "/bind", {"user": user}, key="first-binding")
        return self.running(admin, phone)

    def running(self, api, phone):
        """Starts the phone if need be and waits for it."""
        until = time.monotonic() + PHONE_S_MAX
        asked = False
        while True:
            now = api.get(path_of(phone) + ("?wait=running" if asked else ""))
            if now["phase"] == "running":
                return now
            if now["phase"] == "stopped":
                if asked:
                    why = now.get("last_stop_reason") or "no reason given"
                    raise NodeError(f"the phone does not start: {why} "
                                    f"(see {self.data}/rookeryd.log)")
                api.post(path_of(phone) + "/start")
                asked = True
            if time.monotonic() > until:
                raise NodeError(f"the phone is {now['phase']} after {PHONE_S_MAX} s "
                                f"(see {self.data}/rookeryd.log)")
            time.sleep(0.1)

    def browser_link(self, phone):
        """An address that opens the phone in a browser for a day; nothing without the page."""
        try:
            opener().open(self.address + "/p/", timeout=30).close()
        except urllib.error.HTTPError:
            return None
        return self.api().post(path_of(phone["id"]) + "/links")["url"]
