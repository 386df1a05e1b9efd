"""A real IMAP server, for these tests and for the walks in a browser."""

import imaplib
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

# Each login would take a third of a second to stretch the word that everybody knows.
PROGRAM = """
from functools import partial
from pymap import config, main
config.BuiltinHash = partial(config.BuiltinHash, rounds=1)
main.main()
"""


class ImapServer:
    """A pymap server of the tests' own, and a way to put mails into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-c",
            PROGRAM,
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--no-tls",
            "dict",
            "--demo-data",
        ]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError("the IMAP server did not start")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def client(self) -> imaplib.IMAP4:
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        imap.login("demouser", "demopass")
        return imap

    def emptied(self) -> "ImapServer":
        imap = self.client()
        imap.select("INBOX")
        _status, data = imap.search(None, "ALL")
        if data[0]:
            imap.store(data[0].replace(b" ", b",").decode(), "+FLAGS", r"(\Deleted)")
            imap.expunge()
        imap.logout()
        return self

    def put(self, raw: bytes) -> None:
        imap = self.client()
        imap.append(
            "INBOX", "", imaplib.Time2Internaldate(time.time()), raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        )
        imap.logout()

    def unseen(self) -> int:
        imap = self.client()
        imap.select("INBOX", readonly=True)
        _status, data = imap.search(None, "UNSEEN")
        imap.logout()
        return len(data[0].split())
