"""Backups of an office: its database, and the folder of its signer."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests import databases
from tests.integration.engine.keeping import Kept


@dataclass(frozen=True)
class Backup:
    """A copy that is taken once and brought back as often as one likes."""

    kept: Kept
    #: Where the copies are.
    folder: Path
    #: The server, where the database is one of PostgreSQL.
    cluster: databases.Cluster | None

    def take(self) -> None:
        """Copy the signer's folder, then the database (administrator's manual)."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.kept.folder, self.folder / "signer")
        if self.cluster is None:
            self.kept.office.app.close()
            shutil.copyfile(self._file(), self.folder / "quytrinh.db")
            return
        dump = self.cluster.dump(self._database())
        (self.folder / "dump").write_bytes(dump)

    def bring_back_database(self) -> None:
        """Put the database back; whoever uses it begins anew."""
        self.kept.office.app.close()
        if self.cluster is None:
            path = self._file()
            for beside in path.parent.glob(f"{path.name}-*"):
                beside.unlink()
            shutil.copyfile(self.folder / "quytrinh.db", path)
        else:
            dump = (self.folder / "dump").read_bytes()
            self.cluster.restore(self._database(), dump)
        self.kept.office.reopen()

    def bring_back_signer(self) -> None:
        """Put the signer's folder back."""
        shutil.rmtree(self.kept.folder)
        shutil.copytree(self.folder / "signer", self.kept.folder)

    def _file(self) -> Path:
        return Path(self.kept.office.url.removeprefix("sqlite:///"))

    def _database(self) -> str:
        name = sa.make_url(self.kept.office.url).database
        assert name is not None
        return name
