-- Times are UTC microseconds since 1970. JSON columns hold what only the application reads.
CREATE TABLE runs (
  id TEXT PRIMARY KEY, kpi TEXT NOT NULL, estimator TEXT NOT NULL, data_version TEXT NOT NULL, spec_toml TEXT NOT NULL,
  seed INTEGER NOT NULL, code_version TEXT NOT NULL, actor TEXT NOT NULL, status TEXT NOT NULL, error TEXT, summary TEXT,
  created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER
) STRICT;
CREATE INDEX runs_by_time ON runs (created_at DESC, id);
-- A run is immutable: what it was asked never changes, and once it ended neither does its answer.
CREATE TRIGGER runs_keep_their_request BEFORE UPDATE OF id, kpi, estimator, data_version, spec_toml, seed, code_version,
  actor, created_at ON runs BEGIN SELECT RAISE(ABORT, 'a run is immutable'); END;
CREATE TRIGGER runs_keep_their_answer BEFORE UPDATE ON runs WHEN OLD.finished_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a finished run is immutable'); END;

CREATE TABLE jobs (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, progress REAL NOT NULL, message TEXT NOT NULL,
  request TEXT NOT NULL, run TEXT, actor TEXT NOT NULL, error TEXT, result TEXT,
  created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER
) STRICT;
CREATE INDEX jobs_by_time ON jobs (created_at DESC, id);
CREATE INDEX jobs_by_status ON jobs (status);

CREATE TABLE api_keys (
  prefix TEXT PRIMARY KEY, hash TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER, last_used_at INTEGER
) STRICT;

CREATE TABLE scenarios (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL, actor TEXT NOT NULL, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at INTEGER NOT NULL) STRICT;

CREATE TABLE idempotency (
  scope TEXT PRIMARY KEY, body_hash TEXT NOT NULL, answer TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_by_time ON idempotency (created_at);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

CREATE TABLE imports (
  id TEXT PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, source TEXT NOT NULL, layout TEXT NOT NULL,
  outcome TEXT NOT NULL, batch_id TEXT, row_count INTEGER NOT NULL, rejected INTEGER NOT NULL, report TEXT NOT NULL
) STRICT;
CREATE INDEX imports_by_time ON imports (at DESC, id);
