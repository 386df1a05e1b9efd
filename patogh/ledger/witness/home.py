"""The folder of a witness: `key` (0600), `seen.sqlite` and `evidence/`; how it is made and opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.kit.tlog.errors import BadKey
from patogh.kit.tlog.note import COSIGNATURE_ED25519, is_key_name
from patogh.ledger.witness.errors import Trouble
from patogh.ledger.witness.evidence import Shelf
from patogh.ledger.witness.pace import Pace
from patogh.ledger.witness.protocol import Witness
from patogh.ledger.witness.store import Store


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one witness."""

    folder: Path

    @property
    def key(self) -> Path:
        """Return where the private key lies."""
        return self.folder / "key"

    @property
    def database(self) -> Path:
        """Return where the memory lies."""
        return self.folder / "seen.sqlite"

    @property
    def shelf(self) -> Shelf:
        """Return the evidence."""
        return Shelf(self.folder / "evidence")

    def make(self, name: str, kind: int = COSIGNATURE_ED25519) -> str:
        """Make a new witness and return its vkey; raises Trouble when there is one, or what is left of one."""
        if not is_key_name(name) or not name.isprintable():
            raise Trouble("a name is an address without https://, such as example.org/witness: no spaces and no +.")
        if self.database.exists():
            raise Trouble(f"{self.folder} holds a witness already; `show` prints its key.")
        if self.key.exists():
            raise Trouble(
                f"{self.folder} holds a key whose memory ({self.database.name}) is lost. Retire that key: tell the logs "
                "that list it, then make a new witness in another folder."
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        signer = CosignatureSigner.generate(name, kind)
        _write_secret(self.key, signer.skey)
        Store.create(self.database, signer.vkey)
        return signer.vkey

    def signer(self) -> CosignatureSigner:
        """Return the key; raises Trouble when it is missing, open to others or not ours."""
        if not self.key.is_file():
            raise Trouble(
                f"{self.folder} holds no witness; make one with `init {self.folder} --name example.org/witness`."
            )
        if self.key.stat().st_mode & 0o077:
            raise Trouble(f"{self.key} can be read by others; close it with `chmod 600 {self.key}`.")
        try:
            return CosignatureSigner.from_text(self.key.read_text(encoding="utf-8"))
        except (BadKey, UnicodeDecodeError) as error:
            raise Trouble(f"{self.key} is not the key of a witness ({error}); put the right file back.") from error

    def open(self) -> tuple[CosignatureSigner, Store]:
        """Return the key and the memory; raises Trouble when they do not belong together."""
        signer = self.signer()
        store = Store(self.database)
        if store.vkey() != signer.vkey:
            store.close()
            raise Trouble(
                f"the key in {self.folder} is not the one that its memory belongs to; put the right one back."
            )
        return signer, store

    def witness(self, pace: Pace | None = None) -> Witness:
        """Return the witness, ready to serve."""
        signer, store = self.open()
        return Witness(signer, store, self.shelf, pace=pace)


def _write_secret(path: Path, skey: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{skey}\n")
        file.flush()
        os.fsync(file.fileno())
