-- Who practised, what was recorded, how it was judged, and with which voice of their own it was compared.
-- The same text runs on SQLite and PostgreSQL. Ids are random hex; times are UTC in ISO 8601, so that text sorts.
CREATE TABLE voicecoach_store (id TEXT PRIMARY KEY);
CREATE TABLE voicecoach_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL);
CREATE TABLE trainees (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    pseudonym TEXT UNIQUE,
    created TEXT NOT NULL
);
CREATE TABLE recordings (
    sha256 TEXT PRIMARY KEY,
    file TEXT NOT NULL UNIQUE,
    duration_s DOUBLE PRECISION NOT NULL,
    sr INTEGER NOT NULL,
    bytes BIGINT NOT NULL
);
CREATE TABLE baselines (
    id TEXT PRIMARY KEY,
    trainee TEXT NOT NULL REFERENCES trainees (id) ON DELETE CASCADE,
    made TEXT NOT NULL,
    data JSON NOT NULL,
    facts JSON NOT NULL,
    smile_evidence BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL
);
CREATE TABLE baseline_recordings (
    baseline TEXT NOT NULL REFERENCES baselines (id) ON DELETE CASCADE,
    manner TEXT NOT NULL CHECK (manner IN ('neutral', 'smiling')),
    place INTEGER NOT NULL,
    recording TEXT NOT NULL REFERENCES recordings (sha256),
    name TEXT NOT NULL,
    PRIMARY KEY (baseline, manner, place)
);
CREATE TABLE takes (
    id TEXT PRIMARY KEY,
    trainee TEXT NOT NULL REFERENCES trainees (id) ON DELETE CASCADE,
    recording TEXT NOT NULL REFERENCES recordings (sha256),
    name TEXT NOT NULL,
    recorded TEXT NOT NULL,
    note TEXT NOT NULL,
    script TEXT NOT NULL,
    added TEXT NOT NULL,
    UNIQUE (trainee, recording)
);
CREATE TABLE reports (
    take TEXT NOT NULL REFERENCES takes (id) ON DELETE CASCADE,
    rubric TEXT NOT NULL,
    rubric_sha256 TEXT NOT NULL,
    voicecoach TEXT NOT NULL,
    graded TEXT NOT NULL,
    baseline TEXT REFERENCES baselines (id) ON DELETE SET NULL,
    report JSON NOT NULL,
    PRIMARY KEY (take, rubric, rubric_sha256, voicecoach)
);
-- Files that are to go although no row speaks of them any more: a removal that was interrupted is finished later.
CREATE TABLE removals (file TEXT PRIMARY KEY);
CREATE INDEX baselines_of_trainee ON baselines (trainee);
CREATE INDEX baseline_recordings_of_recording ON baseline_recordings (recording);
CREATE INDEX takes_of_recording ON takes (recording);
CREATE INDEX reports_of_baseline ON reports (baseline);
