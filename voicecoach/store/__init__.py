"""What is kept: trainees, their takes and reports, and their own voices.

SQLite by default, one file and a folder of recordings under the user's data directory (``VOICECOACH_HOME`` names
another); PostgreSQL by URL. With PostgreSQL the recordings stay in a folder of this machine; where several machines
use one database, let ``VOICECOACH_HOME`` be a folder that they share.

A take is its recording: the same bytes are one take of a trainee, however often they are graded, and one file.
Interrupted at any moment, a store opens again with every finished take; several processes may write at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Engine, select

from voicecoach.errors import StoreError
from voicecoach.store import (
    baselines,
    database,
    export,
    files,
    forget,
    people,
    pseudonyms,
    takes,
    times,
    unfinished,
)
from voicecoach.store.failures import told
from voicecoach.store.files import Sound
from voicecoach.store.place import Place, place
from voicecoach.store.records import Exported, Forgotten, Graded, StoredBaseline, Take, Trainee
from voicecoach.store.tables import identity, recordings
from voicecoach.store.unfinished import Unfinished

if TYPE_CHECKING:
    from voicecoach.recording import Recording

__all__ = ["Exported", "Forgotten", "Graded", "Store", "StoredBaseline", "Take", "Trainee", "Unfinished", "open_store"]


def open_store(url: str | None = None) -> "Store":
    """Open a store, or make one where there is none.

    Parameters
    ----------
    url : str or None
        ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``; None: ``store.sqlite3`` in the folder
        that ``VOICECOACH_HOME`` names, or else in the user's data directory

    Returns
    -------
    Store    to be closed after use; it is its own context manager

    Raises
    ------
    UsageError    not such a URL
    StoreError    damaged, another program's or a newer version's (it is left as it was), busy, not to be reached
    """
    where = place(url)
    _refuse_to_begin_anew(where)
    engine = database.connect(where)
    try:
        with told(where.shown):
            with database.reading(engine) as db:
                root = where.root(str(db.scalar(select(identity.c.id))))
            files.made(root)
            store = Store(where, root, engine)
            with database.reading(engine) as db:
                pending = files.unsettled(db, root)
            if pending:
                with database.writing(engine) as db:
                    files.settle(db, root)
    except BaseException:
        engine.dispose()
        raise
    return store


@dataclass(frozen=True)
class Store:
    """An open store. Made by :func:`open_store`.

    Attributes
    ----------
    place : Place      the database
    root : Path        folder of ``recordings/`` and ``pages/``
    engine : Engine    SQLAlchemy's
    """

    place: Place
    root: Path
    engine: Engine

    def add_take(
        self, trainee: str, path: str | Path, report: Mapping[str, Any], *, recorded: datetime | None = None,
        note: str = "", script: str = "", baseline: str | None = None,
    ) -> Take:  # fmt: skip
        """Keep a recording and the report on it. Doing it again changes nothing but the report of that version.

        Parameters
        ----------
        trainee : str           name or pseudonym; a new name makes a new trainee
        path : str or Path      the recording's file; it is copied
        report : Mapping        :meth:`voicecoach.Report.to_dict` of this very file
        recorded : datetime     default: when the file was last written
        note, script : str      where given, they replace those of a take that is there already
        baseline : str or None  id of the baseline that it was graded with, if that is in the store

        Raises
        ------
        UsageError    the file is not the recording that the report is about; not a name
        StoreError    disk full, store busy, …
        """
        about = report["recording"]
        sound = Sound(Path(path), about["sha256"], about["name"], about["duration_s"], about["sr"])
        with self._told():
            files.check(sound)
            when = recorded or times.of_file(sound.path)
            with self._filing([sound]) as db:
                who = people.ensure(db, trainee)
                take = takes.add(db, who, sound.sha256, sound.name, recorded=when, note=note, script=script)
                takes.put_report(db, who, take, report, baseline)
            return self.take(take)

    def add_report(self, take: Take | str, report: Mapping[str, Any], *, baseline: str | None = None) -> Take:
        """Keep another report on a take; it replaces the one of the same rubric and version.

        Raises
        ------
        UsageError    no such take
        ValueError    the report is about another recording
        """
        with self._writing() as db:
            found = takes.find(db, _id(take))
            if report["recording"]["sha256"] != found.sha256:
                raise ValueError("the report is about another recording")
            takes.put_report(db, people.known(db, found.trainee), found.id, report, baseline)
            return takes.find(db, found.id)

    def takes(self, trainee: str | None = None) -> tuple[Take, ...]:
        """All takes, or a trainee's, newest first; UsageError if there is no such trainee."""
        with self._reading() as db:
            return takes.newest_first(db, None if trainee is None else people.known(db, trainee).id)

    def take(self, take: str) -> Take:
        """The take whose id begins so; UsageError if none or several do."""
        with self._reading() as db:
            return takes.find(db, take)

    def report(self, take: Take | str, rubric: str | None = None) -> dict[str, Any]:
        """The newest report on a take, of any rubric or the one named; UsageError if there is none."""
        with self._reading() as db:
            return takes.report(db, takes.find(db, _id(take)).id, rubric)

    def recording_path(self, take: Take | str) -> Path:
        """Where the recording of a take lies; StoreError if its file is not there."""
        with self._reading() as db:
            return self._path(db, takes.find(db, _id(take)).sha256)

    def trainees(self) -> tuple[Trainee, ...]:
        """Everybody, by name."""
        with self._reading() as db:
            return people.everybody(db)

    def trainee(self, name: str) -> Trainee:
        """The trainee of that name or pseudonym; UsageError if there is none."""
        with self._reading() as db:
            return people.known(db, name)

    def set_pseudonym(self, trainee: str, pseudonym: str) -> Trainee:
        """Give a trainee, who is added where new, a pseudonym: from now on nothing that is shown has the name.

        What has been kept so far is renamed, too; pages made from it are removed. The name itself stays in the
        store, so that commands may use either. To keep it off the machine, use the pseudonym as the name.

        Raises
        ------
        UsageError    the pseudonym is another trainee's
        """
        with self._writing() as db:
            who = people.rename(db, people.ensure(db, trainee), pseudonym)
            pseudonyms.veil_all(db, who)
            for take in takes.newest_first(db, who.id):
                self.page_path(take).unlink(missing_ok=True)
            return who

    def veiled(self, trainee: str, report: Mapping[str, Any]) -> dict[str, Any]:
        """A report as it is kept and may be shown: of a trainee with a pseudonym without the name of the file."""
        with self._reading() as db:
            who = people.find(db, trainee)
        return dict(report) if who is None else pseudonyms.veiled(report, who)

    def set_baseline(
        self, trainee: str, data: Mapping[str, Any], neutral: "Sequence[Recording]",
        smiling: "Sequence[Recording]" = (), *, made: datetime | None = None, facts: Mapping[str, Any] | None = None,
        smile_evidence: bool = True,
    ) -> StoredBaseline:  # fmt: skip
        """Keep a trainee's own voice and the recordings it was taken from; it becomes the active baseline.

        Parameters
        ----------
        trainee : str                            a new name makes a new trainee
        data : Mapping                           :meth:`voicecoach.Baseline.to_dict`, and whatever else is found
        neutral, smiling : sequence of Recording     as loaded from files
        made : datetime                          default: now
        facts : Mapping                          about microphone and room
        smile_evidence : bool                    False: a smile cannot be told from this neutral voice
        """
        sounds = {"neutral": [_sound(one) for one in neutral], "smiling": [_sound(one) for one in smiling]}
        every = [sound for of_manner in sounds.values() for sound in of_manner]
        with self._told():
            for sound in every:
                files.check(sound)
            with self._filing(every) as db:
                who = people.ensure(db, trainee)
                new = baselines.add(
                    db, who, data, sounds, made=made or times.now(), facts=facts or {}, smile_evidence=smile_evidence
                )
                return next(one for one in baselines.newest_first(db, who) if one.id == new)

    def baseline(self, trainee: str, at: datetime | None = None) -> StoredBaseline | None:
        """The active baseline of a trainee, or the one that was the newest at a time; None if there is none."""
        return baselines.in_force(self.baselines(trainee), at)

    def baselines(self, trainee: str) -> tuple[StoredBaseline, ...]:
        """All baselines of a trainee, newest first."""
        with self._reading() as db:
            return baselines.newest_first(db, people.known(db, trainee))

    def page_path(self, take: Take | str) -> Path:
        """Where :meth:`put_page` puts the page of a take (by its whole id)."""
        return self.root / "pages" / f"{_id(take)}.report.html"

    def put_page(self, take: Take | str, page: str) -> Path:
        """Keep the HTML page of a take, until the next one or until the trainee is forgotten."""
        with self._writing() as db:
            return self._put(self.page_path(takes.find(db, _id(take))), page)

    def put_voice_page(self, baseline: StoredBaseline, page: str) -> Path:
        """Keep the HTML page about a trainee's own voice, until the trainee is forgotten; UsageError if unknown."""
        with self._writing() as db:
            people.known(db, baseline.trainee)
            return self._put(self.root / "pages" / f"{baseline.id}.baseline.html", page)

    def export(
        self, trainee: str, zip_path: str | Path, *, voice: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Exported:  # fmt: skip
        """Write everything that is kept of a person into a zip, never in the place of another file.

        ``voice=False`` leaves the voice out of the pages; the recordings are in the zip all the same. Making pages
        takes its time: ``progress`` is told before each take how many are done, and of how many.

        Raises
        ------
        UsageError    no such trainee, a file of that name is there, the zip cannot be written
        """
        with self._reading() as db:
            who = people.known(db, trainee)
            every, voices = takes.newest_first(db, who.id), baselines.newest_first(db, who)
        return export.write(
            Path(zip_path), who, every, voices, find=self._find, reports=self._reports_on, voice=voice,
            progress=progress,
        )  # fmt: skip

    def forget(self, trainee: str) -> Forgotten:
        """Remove every recording, row, report and page of a person, and look whether anything is left.

        Recordings that were broken off go, too.

        A recording that another trainee shares stays. Stopped half-way, it is finished when the store opens next.
        """
        with self._told():
            with database.writing(self.engine) as db:
                files.settle(db, self.root)
                who = people.known(db, trainee)
                removed = forget.remove(db, trainee)
            with database.writing(self.engine) as db:
                files.settle(db, self.root)
            begun = unfinished.of(self.root, {name for name in (who.name, who.pseudonym, trainee) if name})
            stuck = tuple(str(folder) for folder in begun if not unfinished.drop(folder))
            forget.scrub(self.engine)
            with database.reading(self.engine) as db:
                left = (*forget.left_over(db, self.root, removed), *stuck)
            held = forget.held(self.place.file, removed, left) if self.place.file else ()
        return Forgotten(
            takes=len(removed.takes), reports=removed.reports, baselines=len(removed.baselines),
            recordings=len(removed.recordings), shared=removed.shared, left=left, held=held,
        )  # fmt: skip

    def begin(self, trainee: str, note: str = "") -> Path:
        """A folder for a recording of a trainee that is about to be made: killed on the way, it is not lost.

        When it has become a take, :meth:`settled` removes the folder.
        """
        with self._writing() as db:
            people.ensure(db, trainee)  # so that forgetting finds what was begun
        with self._told():
            return unfinished.begin(self.root, trainee, note)

    def broken_off(self) -> tuple[Unfinished, ...]:
        """Recordings that were begun here and never became takes, oldest first; those being made are left out."""
        with self._told():
            return unfinished.broken_off(self.root)

    def settled(self, folder: Path) -> bool:
        """Remove the folder that :meth:`begin` made; whether it is gone."""
        return unfinished.drop(folder)

    def problems(self) -> tuple[str, ...]:
        """Recordings whose files are gone or altered, by path. Reads every one of them."""
        with self._reading() as db:
            kept = db.execute(select(recordings.c.file, recordings.c.sha256)).all()
        paths = [(self.root / "recordings" / row.file, row.sha256) for row in kept]
        return tuple(str(path) for path, sha256 in paths if not path.is_file() or files.hashed(path) != sha256)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _put(self, target: Path, page: str) -> Path:
        part = self.root / "pending" / f"{target.name.partition('.')[0]}.part"
        try:
            part.write_text(page, encoding="utf-8", newline="\n")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target

    def _told(self) -> Any:
        return told(self.place.shown)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._told(), database.reading(self.engine) as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._told(), database.writing(self.engine) as db:
            yield db

    @contextmanager
    def _filing(self, sounds: Sequence[Sound]) -> Iterator[Connection]:
        """A transaction that keeps these recordings together with what else is written in it."""
        with database.writing(self.engine) as db:
            files.settle(db, self.root)
            for sound in sounds:
                files.keep(db, self.root, sound)
            yield db
        files.finished(self.root, sounds)

    def _find(self, sha256: str) -> Path:
        with self._reading() as db:
            return self._path(db, sha256)

    def _reports_on(self, take: Take) -> list[dict[str, Any]]:
        with self._reading() as db:
            return takes.reports_on(db, take)

    def _path(self, db: Connection, sha256: str) -> Path:
        return files.path_of(self.root, str(db.scalar(select(recordings.c.file).where(recordings.c.sha256 == sha256))))


def _id(take: Take | str) -> str:
    return take.id if isinstance(take, Take) else take


def _sound(recording: "Recording") -> Sound:
    if recording.path is None:
        raise ValueError("a recording without a file cannot be kept")
    return Sound(recording.path, recording.sha256, recording.name, recording.duration, recording.sr)


def _refuse_to_begin_anew(where: Place) -> None:
    """A lost database beside recordings is not replaced by an empty one: they would then be nobody's."""
    if where.file is None or (where.file.exists() and where.file.stat().st_size):
        return
    folder = where.root("") / "recordings"
    if folder.is_dir() and any(folder.iterdir()):
        raise StoreError("store_lost", store=where.file, folder=folder)
