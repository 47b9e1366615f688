"""The database itself refuses to change history, on both databases."""

from __future__ import annotations

from django.db import migrations

_POSTGRES = """
CREATE OR REPLACE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'history is append-only'; END $$;
DROP TRIGGER IF EXISTS {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION core_append_only();
"""
_SQLITE = """
DROP TRIGGER IF EXISTS {table}_no_{verb};
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
"""


def create_triggers(schema_editor, table: str) -> None:
    """Creates the triggers that refuse UPDATE and DELETE on one table."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_POSTGRES.format(table=table))
        return
    for verb in ("update", "delete"):
        for statement in _SQLITE.format(table=table, verb=verb, VERB=verb.upper()).strip().split(";\n"):
            schema_editor.execute(statement if statement.rstrip().endswith(";") else statement + ";")


def drop_triggers(schema_editor, table: str) -> None:
    """Drops the triggers; for a migration that remakes the table, and for the test harness to flush."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        return
    for verb in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")


class AppendOnly(migrations.operations.base.Operation):
    """A migration's last operation for every history model: AppendOnly("ProposalEntry").

    SQLite drops triggers silently when it remakes a table, so it is repeated after every alteration."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str):
        self.model = model

    def state_forwards(self, app_label, state) -> None:
        """The state of the models does not change."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        create_triggers(schema_editor, to_state.apps.get_model(app_label, self.model)._meta.db_table)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        drop_triggers(schema_editor, from_state.apps.get_model(app_label, self.model)._meta.db_table)

    def describe(self) -> str:
        return f"History of {self.model} is append-only"
