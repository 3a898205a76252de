"""A full-text index on one column of ready-made tokens, on each database by its own means.

MySQL and MariaDB: a FULLTEXT index. SQLite: an FTS5 table beside the model's, held in step by triggers. Who writes the
column says what a token is (ASCII letters, digits and underscores, at least three, separated by spaces); no database's
idea of words, stop words or Chinese takes part.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Index

# Longer ones are left out by InnoDB (innodb_ft_max_token_size).
MAX_TOKEN_CHARS = 84


class FullTextIndex(Index):
    """A full-text index; for `Meta.indexes`, over exactly one text column. Named like any other index.

    On SQLite a rebuilt table (an altered column) loses its triggers and gets them back here, because Django makes the
    indexes of a rebuilt table anew.
    """

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        """The statement that makes it."""
        quote = schema_editor.quote_name
        table, column = model._meta.db_table, model._meta.get_field(self.fields[0]).column
        if schema_editor.connection.vendor == "mysql":
            return f"CREATE FULLTEXT INDEX {quote(self.name)} ON {quote(table)} ({quote(column)})"
        # A table that Django rebuilds has another name for a while.
        table = table.removeprefix("new__")
        names = {"fts": self.name, "table": table, "key": model._meta.pk.column, "column": column}
        schema_editor.deferred_sql.extend(statement.format(**names) for statement in _TRIGGERS)
        return _FTS5.format(**names)

    def remove_sql(self, model: Any, schema_editor: Any, **kwargs: Any) -> Any:
        """The statement that removes it; SQLite's triggers go with the model's table."""
        if schema_editor.connection.vendor == "mysql":
            return super().remove_sql(model, schema_editor, **kwargs)
        for event in ("insert", "delete", "update"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{self.name}_{event}"')
        return f'DROP TABLE IF EXISTS "{self.name}"'


# detail=none: which rows have a token, not where. The rows' own table holds the text; the index only refers to it.
_FTS5 = (
    'CREATE VIRTUAL TABLE IF NOT EXISTS "{fts}" USING fts5('
    "\"{column}\", content='{table}', content_rowid='{key}', detail=none, tokenize=\"ascii tokenchars '_'\")"
)
_TRIGGERS = (
    'CREATE TRIGGER IF NOT EXISTS "{fts}_insert" AFTER INSERT ON "{table}" BEGIN'
    ' INSERT INTO "{fts}"(rowid, "{column}") VALUES (new."{key}", new."{column}"); END',
    'CREATE TRIGGER IF NOT EXISTS "{fts}_delete" AFTER DELETE ON "{table}" BEGIN'
    ' INSERT INTO "{fts}"("{fts}", rowid, "{column}") VALUES (\'delete\', old."{key}", old."{column}"); END',
    'CREATE TRIGGER IF NOT EXISTS "{fts}_update" AFTER UPDATE OF "{column}" ON "{table}" BEGIN'
    ' INSERT INTO "{fts}"("{fts}", rowid, "{column}") VALUES (\'delete\', old."{key}", old."{column}");'
    ' INSERT INTO "{fts}"(rowid, "{column}") VALUES (new."{key}", new."{column}"); END',
)


def matching(model: Any, wanted: Sequence[str], unwanted: Sequence[str] = ()) -> tuple[str, list[str]]:
    """A condition on a model's rows, for a WHERE clause, with its parameters: all tokens wanted, none unwanted.

    A token that ends in `*` stands for all that begin with it. At least one has to be wanted.
    """
    index = next(index for index in model._meta.indexes if isinstance(index, FullTextIndex))
    table, column = model._meta.db_table, model._meta.get_field(index.fields[0]).column
    if connection.vendor == "mysql":
        words = [f"+{token}" for token in wanted] + [f"-{token}" for token in unwanted]
        return f"MATCH (`{table}`.`{column}`) AGAINST (%s IN BOOLEAN MODE)", [" ".join(words)]
    expression = " AND ".join(map(_fts5, wanted))
    if unwanted:
        expression = f"({expression}) NOT ({' OR '.join(map(_fts5, unwanted))})"
    key = model._meta.pk.column
    rows = f'SELECT rowid FROM "{index.name}" WHERE "{index.name}" MATCH %s'  # noqa: S608 - names of our own
    return f'"{table}"."{key}" IN ({rows})', [expression]


def _fts5(token: str) -> str:
    return f'"{token[:-1]}" *' if token.endswith("*") else f'"{token}"'
