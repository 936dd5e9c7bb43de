import Core
import Foundation
import GRDB

extension Cache {
    /// How a file of an older version becomes one of this; one of a newer version is refused when it is opened.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
                    CREATE TABLE jobs (
                        backend TEXT NOT NULL,
                        job TEXT NOT NULL,
                        record BLOB NOT NULL,    -- JSON of a JobRecord, without the output
                        logs TEXT,               -- the final output
                        unplaced_at INTEGER,     -- where it was submitted, while it needs a worker
                        finished_at INTEGER,     -- when its final status was, in seconds since 1970
                        PRIMARY KEY (backend, job)
                    ) WITHOUT ROWID;
                    CREATE INDEX jobs_unplaced ON jobs (unplaced_at) WHERE unplaced_at IS NOT NULL;
                    CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
                    CREATE TABLE work (          -- what engines still have to do or to report
                        backend TEXT NOT NULL,
                        job TEXT NOT NULL,
                        engine TEXT NOT NULL,
                        object TEXT NOT NULL,
                        submission TEXT NOT NULL,
                        kind TEXT NOT NULL,
                        PRIMARY KEY (backend, job, object)
                    ) WITHOUT ROWID;
                    CREATE INDEX work_engine ON work (kind, engine);
                    CREATE TABLE recent (offset INTEGER PRIMARY KEY, id TEXT NOT NULL);
                    CREATE TABLE unread (offset INTEGER PRIMARY KEY, body BLOB NOT NULL); -- of kinds to come
                    CREATE TABLE held (          -- entries whose beginning the log has lost, until a checkpoint
                        offset INTEGER PRIMARY KEY, id TEXT NOT NULL, body BLOB NOT NULL);
                    CREATE TABLE old_jobs (      -- what was known before the log was lost or replaced
                        backend TEXT NOT NULL,
                        job TEXT NOT NULL,
                        record BLOB NOT NULL,
                        logs TEXT,
                        PRIMARY KEY (backend, job)
                    ) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("2") { database in
            try database.execute(
                sql: """
                    CREATE TABLE listing (       -- what jobs are listed and searched by, beside their long records
                        backend TEXT NOT NULL,
                        job TEXT NOT NULL,
                        submitted_at INTEGER NOT NULL,      -- in seconds since 1970; 0: unknown
                        submitted_offset INTEGER NOT NULL,
                        status TEXT NOT NULL,
                        engine TEXT,
                        text TEXT NOT NULL,                 -- job id, image and command
                        PRIMARY KEY (backend, job)
                    ) WITHOUT ROWID;
                    CREATE INDEX listing_order ON listing (submitted_at, submitted_offset);
                    CREATE INDEX listing_status ON listing (backend, status, submitted_at, submitted_offset);
                    CREATE INDEX listing_engine ON listing (engine, submitted_at, submitted_offset)
                        WHERE engine IS NOT NULL;
                    CREATE TABLE history (       -- what happened to the jobs that clients see
                        backend TEXT NOT NULL,
                        job TEXT NOT NULL,
                        offset INTEGER NOT NULL,
                        kind TEXT NOT NULL,
                        entry BLOB NOT NULL,                -- JSON of a HistoryEntry
                        PRIMARY KEY (backend, job, offset)
                    ) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("3") { database in
            try database.execute(
                sql: """
                    -- given up, and nobody has settled that yet
                    ALTER TABLE listing ADD COLUMN dead INTEGER NOT NULL DEFAULT 0;
                    CREATE INDEX jobs_waiting ON jobs (backend, unplaced_at) WHERE unplaced_at IS NOT NULL;
                    CREATE INDEX listing_dead ON listing (backend, job) WHERE dead = 1;
                    """)
            let rows = try Data.fetchCursor(database, sql: "SELECT record FROM jobs")
            while let data = try rows.next() {
                // What cannot be read now could not be before: it must not keep the gateway from starting.
                guard let record = try? JSONDecoder().decode(JobRecord.self, from: data) else { continue }
                try list(database, record)
            }
        }
        migrator.registerMigration("4") { database in
            try database.execute(
                sql: """
                    -- who asked for it, while it needs a worker; '' where nobody says who they are
                    ALTER TABLE jobs ADD COLUMN waiting_submitter TEXT;
                    UPDATE jobs SET waiting_submitter = '' WHERE unplaced_at IS NOT NULL;
                    CREATE INDEX jobs_submitter ON jobs (waiting_submitter) WHERE waiting_submitter IS NOT NULL;
                    """)
        }
        migrator.registerMigration("5") { database in
            try database.execute(
                sql: """
                    -- where it was deleted, when that is all that is known of it
                    ALTER TABLE jobs ADD COLUMN deleted_at INTEGER;
                    CREATE INDEX jobs_deleted ON jobs (deleted_at) WHERE deleted_at IS NOT NULL;
                    """)
        }
        return migrator
    }
}
