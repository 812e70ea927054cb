"""The tables of a project file. What stands here is schema version VERSION; a change of it is a new migration."""

APPLICATION_ID = 0x454D4258  # "EMBX", at byte 68 of the file
VERSION = 2  # user_version, at byte 60
PAGE_BYTES = 16_384

# Dates are whole milliseconds since 1970 in UTC, booleans 0 and 1, tags and everything nested JSON.
# Lists of item ids in blobs: see blocks.py. Checksums: BLAKE2b of 16 bytes, because SQLite keeps none.
TABLES: dict[str, str] = {
    "project": "key TEXT PRIMARY KEY, value TEXT NOT NULL",
    "source": """id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, format TEXT NOT NULL, choices TEXT NOT NULL,
        fingerprint TEXT NOT NULL, added TEXT NOT NULL""",
    "source_problem": """id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id),
        place TEXT NOT NULL, text TEXT NOT NULL, hint TEXT NOT NULL""",
    "item": """id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id), kind TEXT NOT NULL,
        content_key INTEGER NOT NULL, trashed INTEGER NOT NULL DEFAULT 0, title TEXT NOT NULL, uri TEXT NOT NULL,
        text TEXT NOT NULL""",
    # type: what the user sees. stored: what the SQL column item_field.<sql_column> holds.
    "field": """id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL, whole INTEGER NOT NULL,
        stored TEXT NOT NULL, sql_column TEXT NOT NULL UNIQUE""",
    "item_field": "item_id INTEGER PRIMARY KEY REFERENCES item(id)",
    "space": """id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, model TEXT NOT NULL,
        dims INTEGER NOT NULL, metric TEXT NOT NULL, kind TEXT NOT NULL, precision TEXT NOT NULL,
        checksum TEXT NOT NULL, prompt TEXT NOT NULL, granted TEXT NOT NULL, codec INTEGER NOT NULL DEFAULT 0""",
    # How the vectors of a space are written; a space has those of its codec, and those of others until it is compacted.
    # name, data: see data/precision.py; of 0, which has no row here: float32, little endian, row after row.
    "vector_codec": """id INTEGER PRIMARY KEY AUTOINCREMENT, space_id INTEGER NOT NULL REFERENCES space(id),
        name TEXT NOT NULL, checksum BLOB NOT NULL, data BLOB NOT NULL""",
    # ids before data, so that reading ids reads few pages.
    "vector_block": """id INTEGER PRIMARY KEY AUTOINCREMENT, space_id INTEGER NOT NULL REFERENCES space(id),
        count INTEGER NOT NULL, damaged INTEGER NOT NULL DEFAULT 0, checksum BLOB NOT NULL, ids BLOB NOT NULL,
        data BLOB NOT NULL""",
    # Which blocks are written in another form than 0. A table of its own, as a column behind data would be slow to read
    # and columns cannot be put before it.
    "block_codec": "block_id INTEGER PRIMARY KEY, codec INTEGER NOT NULL",
    "embedding_failure": """space_id INTEGER NOT NULL, item_id INTEGER NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (space_id, item_id)""",
    "column": """id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL, hidden INTEGER NOT NULL,
        count INTEGER NOT NULL, operation TEXT NOT NULL, params TEXT NOT NULL, fingerprint TEXT NOT NULL""",
    # encoding: see columncodec.py.
    "column_block": """id INTEGER PRIMARY KEY, column_id INTEGER NOT NULL REFERENCES column(id),
        count INTEGER NOT NULL, encoding TEXT NOT NULL, checksum BLOB NOT NULL, ids BLOB NOT NULL,
        data BLOB NOT NULL""",
    "map": """name TEXT PRIMARY KEY, space_id INTEGER NOT NULL, params TEXT NOT NULL, finished INTEGER NOT NULL,
        quality TEXT NOT NULL, position INTEGER NOT NULL""",
    "tag": "id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, key TEXT NOT NULL DEFAULT ''",
    "item_tag": "tag_id INTEGER NOT NULL, item_id INTEGER NOT NULL, PRIMARY KEY (tag_id, item_id)",
    "note": "item_id INTEGER PRIMARY KEY, text TEXT NOT NULL",
    "saved_query": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
    "view": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
    # ids, undo_ids: which items the change is about, and which it really changed.
    "history": """id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, label TEXT NOT NULL, made TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0, params TEXT NOT NULL, undo TEXT NOT NULL, ids BLOB NOT NULL,
        undo_ids BLOB NOT NULL""",
    "job": """id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL,
        done REAL NOT NULL, total REAL NOT NULL, summary TEXT NOT NULL, began TEXT NOT NULL, ended TEXT NOT NULL""",
}

SINCE: dict[str, int] = {"vector_codec": 2, "block_codec": 2}  # the version that first had a table; 1 for the others

WITHOUT_ROWID = frozenset({"project", "embedding_failure", "item_tag"})

OTHER_STATEMENTS: tuple[str, ...] = (
    "CREATE INDEX item_known ON item(source_id, content_key)",
    "CREATE INDEX item_trashed ON item(id) WHERE trashed",
    "CREATE INDEX vector_block_space ON vector_block(space_id)",
    "CREATE INDEX column_block_column ON column_block(column_id)",
    "CREATE INDEX item_tag_item ON item_tag(item_id)",
    """CREATE VIRTUAL TABLE item_text USING fts5(title, text, content='item', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2')""",
)


def statements() -> list[str]:
    """The SQL that makes an empty database into an empty project, in order."""
    return [*map(table_statement, TABLES), *OTHER_STATEMENTS]


def table_statement(name: str) -> str:
    """The SQL that makes one of the tables."""
    return f'CREATE TABLE "{name}" ({TABLES[name]}){" WITHOUT ROWID" if name in WITHOUT_ROWID else ""}'
