"""Floors, layers and the direction of every foreign key; the shape of files."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from core.chain import guarded_models

HOME = Path(__file__).resolve().parents[2]
FLOORS = (
    "core post organizations documents meetings landscape proposals communications reports publications spcg_portal"
).split()
LAYERS = ["models", "permissions", "workflow", "queries", "tasks", "services", "forms", "views", "urls"]
# Beside the nine layers a room may have modules of its own; each stands at the height of the layer named.
HEIGHT = {
    "history": "queries",
    "judge": "models",
    "standing": "models",
    "publishing": "models",
    "reading": "models",
    "papers": "services",
    "admin": "urls",
    "apps": "urls",
    "management": "urls",
    "migrations": "urls",
    "templatetags": "urls",
}
SOURCES = [
    path
    for room in FLOORS
    for path in sorted((HOME / room).rglob("*.py"))
    if "tests" not in path.parts and "migrations" not in path.parts
]


def imports(path: Path):
    """(module, line, whether it is at the top) of every import in a file."""
    tree = ast.parse(path.read_text())
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}:{node.lineno}: absolute imports only"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno, id(node) in top) for name in names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, id(node) in top) for alias in node.names)


def layer(parts: list[str]) -> str:
    name = parts[1].removesuffix(".py") if len(parts) > 1 else ""
    return HEIGHT.get(name, name)


def test_imports_go_down_the_floors():
    wrong = []
    for path in SOURCES:
        room = path.relative_to(HOME).parts[0]
        for module, line, _top in imports(path):
            other = module.split(".")[0]
            if other in FLOORS and FLOORS.index(other) > FLOORS.index(room):
                wrong.append(f"{path.relative_to(HOME)}:{line} imports {module}")
    assert wrong == []


def test_layers_inside_a_room_import_only_what_stands_before():
    wrong = []
    for path in SOURCES:
        parts = list(path.relative_to(HOME).parts)
        own = layer(parts)
        if own not in LAYERS:
            continue
        for module, line, top in imports(path):
            other = layer(module.split("."))
            same_room = module.split(".")[0] == parts[0]
            if top and same_room and other in LAYERS and LAYERS.index(other) > LAYERS.index(own):
                wrong.append(f"{'/'.join(parts)}:{line} imports {module}")
    assert wrong == []


def test_forms_and_views_of_a_neighbour_are_never_called():
    wrong = []
    for path in SOURCES:
        room = path.relative_to(HOME).parts[0]
        for module, line, _top in imports(path):
            words = module.split(".")
            if words[0] in FLOORS and words[0] not in (room, "core") and words[1:2] and words[1] in ("forms", "views"):
                wrong.append(f"{path.relative_to(HOME)}:{line} imports {module}")
    assert wrong == []


def test_foreign_keys_go_down_the_floors():
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label not in FLOORS:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not target or field.auto_created or target._meta.app_label not in FLOORS:
                continue
            if FLOORS.index(target._meta.app_label) > FLOORS.index(model._meta.app_label):
                wrong.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert wrong == []


def test_no_generic_foreign_keys_signals_or_utils():
    wrong = []
    for path in SOURCES:
        if path.stem in {"utils", "helpers", "managers", "signals"}:
            wrong.append(str(path.relative_to(HOME)))
        wrong += [
            f"{path.relative_to(HOME)}:{line} {module}"
            for module, line, _top in imports(path)
            if module.startswith(("django.contrib.contenttypes", "django.dispatch", "django.db.models.signals"))
        ]
    assert wrong == []


@pytest.mark.parametrize(("pattern", "limit"), [("*.py", 400), ("*.html", 130)])
def test_files_stay_small(pattern, limit):
    folders = [HOME / room for room in FLOORS] + [HOME / "templates"]
    long = {
        str(path.relative_to(HOME)): lines
        for folder in folders
        for path in folder.rglob(pattern)
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > limit
    }
    assert long == {}


def test_functions_are_short():
    """The median function stays under 10 lines, docstrings not counted."""
    lengths = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lengths.append(body[-1].end_lineno - body[0].lineno + 1 if body else 0)
    assert sorted(lengths)[len(lengths) // 2] < 10


def test_public_services_queries_and_moves_state_their_rule():
    silent = []
    for path in SOURCES:
        parts = path.relative_to(HOME).parts
        if len(parts) < 2 or layer(list(parts)) not in ("services", "queries", "permissions"):
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(HOME)}:{node.lineno} {node.name}")
    assert silent == []


def test_every_history_is_append_only_in_the_database(db):
    from django.db import connection

    tables = {model._meta.db_table for model in guarded_models()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgrelid::regclass::text, count(*) FROM pg_trigger WHERE NOT tgisinternal GROUP BY 1")
            guarded = {name for name, count in cursor.fetchall() if count >= 1}
        else:
            cursor.execute("SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY 1")
            guarded = {name for name, count in cursor.fetchall() if count >= 2}
    assert tables - guarded == set()


def test_history_refuses_update_and_delete(cast):
    from django.db import DatabaseError, transaction

    from core.history import record
    from documents.models import Document, DocumentEntry

    document = Document.objects.create(number=9999, slug="spcg-9999", title="T", kind="paper")
    entry = record(document, "register", cast.iso_secretary, "registered it")
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentEntry.objects.filter(pk=entry.pk).update(text="changed")
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentEntry.objects.filter(pk=entry.pk).delete()
    assert DocumentEntry.objects.get(pk=entry.pk).text == "registered it"


def test_migrations_are_complete(db):
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
