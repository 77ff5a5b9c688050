"""Where a store lies: the database by URL, and the folder of its files."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from voicecoach.errors import UsageError

DATABASE = "store.sqlite3"
HOME = "VOICECOACH_HOME"


@dataclass(frozen=True)
class Place:
    """A store's database, and for SQLite its file."""

    url: URL
    file: Path | None

    @property
    def shown(self) -> str:
        """What messages call the store: the file, or the address without its password."""
        return str(self.file or self.url.render_as_string(hide_password=True))

    def root(self, identity: str) -> Path:
        """The folder of the store's recordings; the files of a PostgreSQL store are kept on this machine, too.

        Parameters
        ----------
        identity : str    the store's random id, which keeps two stores in one home apart

        Examples
        --------
        >>> place("sqlite:////data/store.sqlite3").root("1f").as_posix()
        '/data'
        >>> place("sqlite:////data/team.db").root("1f").as_posix()
        '/data/team.db-files'
        """
        if self.file is None:
            return home() / f"postgresql-{identity}"
        return self.file.parent if self.file.name == DATABASE else self.file.with_name(f"{self.file.name}-files")


def home() -> Path:
    """The folder named by ``VOICECOACH_HOME``, else the user's data directory."""
    named = os.environ.get(HOME)
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("voicecoach", appauthor=False)


def place(url: str | None) -> Place:
    """What a URL names.

    Parameters
    ----------
    url : str or None    ``sqlite:///FILE``, ``postgresql://USER@HOST/DATABASE``; None: ``store.sqlite3`` at home

    Raises
    ------
    UsageError    not such a URL

    Examples
    --------
    >>> place("postgresql://me:secret@db/voices").shown
    'postgresql+psycopg://me:***@db/voices'
    """
    if url is None:
        file = home() / DATABASE
        return Place(URL.create("sqlite", database=str(file)), file)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError("bad_store_url", found=url.split("@")[-1]) from None
    kind = parsed.drivername.partition("+")[0]
    if kind == "sqlite" and parsed.database not in (None, "", ":memory:"):
        file = Path(str(parsed.database)).absolute()
        return Place(URL.create("sqlite", database=str(file)), file)
    if kind in ("postgresql", "postgres"):
        return Place(parsed.set(drivername="postgresql+psycopg"), None)
    raise UsageError("bad_store_url", found=parsed.render_as_string(hide_password=True))
