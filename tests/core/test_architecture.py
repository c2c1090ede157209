"""The house stands as it was designed: imports point down, and every room has its door."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from core import settings
from core.learning import recipes

PROJECT = settings.PROJECT
# From the top down; what stands in one row may not import one another, unless it is itself.
STOREYS = (
    ("app",),
    ("pages",),
    ("ui",),
    ("server",),
    ("doodles",),
    ("core.__main__",),
    ("core.command",),
    ("core.work",),
    ("core.export",),
    ("core.learning",),
    ("core.review",),
    ("core.model",),
    ("core.backbones",),
    ("core.pictures",),
    ("core.storage",),
    ("core.errors",),
    ("core.messages", "core.settings", "core.machine"),
    ("core",),  # core/__init__.py: the version
)
RANK = {room: rank for rank, rooms in enumerate(STOREYS) for room in rooms}
NETWORK = {"socket", "ssl", "http", "ftplib", "urllib.request", "requests", "httpx", "aiohttp", "urllib3"}
TEXT = {".py", ".md", ".toml", ".txt", ".css", ".js", ".html", ".json", ".yml", ".yaml", ".sh", ".cfg", ""}


def modules() -> Iterator[tuple[str, Path]]:
    """Names and files of all modules of the project."""
    yield "app", PROJECT / "app.py"
    for room in ("pages", "ui", "server", "doodles", "core"):
        for path in sorted((PROJECT / room).rglob("*.py")):
            name = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room_of(name: str) -> str | None:
    """The room a module, or a name in it, belongs to; None where it is none of ours."""
    parts = name.split(".")
    if parts[0] == "core":
        room = ".".join(parts[:2])
        return room if room in RANK else "core"
    return parts[0] if parts[0] in RANK else None


MODULES = dict(modules())


def below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def importing(packages: set[str], rooms: tuple[str, ...]) -> set[str]:
    """Modules of some rooms that import one of the packages."""
    return {
        module
        for module, path in MODULES.items()
        if module.startswith(rooms)
        for _, name in imports(path)
        if any(below(name, package) for package in packages)
    }


def test_every_room_stands_on_a_storey() -> None:
    rooms = {".".join(name.split(".")[:2]) for name in MODULES if name.startswith("core.")}
    assert rooms <= set(RANK)
    assert {"core.pictures", "core.backbones", "core.model", "core.learning", "core.work", "core.command"} <= rooms


def test_imports_point_down() -> None:
    upwards, crossings = [], 0
    for module, path in MODULES.items():
        own = RANK[room_of(module) or ""]
        for line, name in imports(path):
            room = room_of(name)
            if room is not None and room != room_of(module):
                crossings += 1
                if RANK[room] <= own:
                    upwards.append(f"{module}:{line} imports {name}")
    assert upwards == [] and crossings > 100


def test_core_knows_nothing_of_streamlit() -> None:
    assert importing({"streamlit", "starlette", "uvicorn"}, ("core",)) == set()


def test_tensorflow_has_few_doors() -> None:
    rooms = ("core", "ui", "server", "pages", "app")
    doors = importing({"tensorflow", "keras", "torch"}, rooms)
    shown = "core.learning.classic_recipe"  # as text: nobody imports it
    assert doors == {
        "core.backbones.keras_network",
        "core.backbones.keras_classic",
        "core.backbones.convert",
        "core.learning.fine_tuned_blocks",
        "core.export.keras_model",
        "core.export.formats.keras",
        "core.export.int8",
        shown,
    }
    assert importing({shown}, rooms) == set()
    # What leads there is imported in child processes and on the command line alone.
    assert importing(doors, rooms) == {
        "core.learning.fine_tuned_blocks",
        "core.learning.thorough",
        "core.learning.classic",
        "core.export.int8",
        "core.export.formats.keras",
        "core.export.formats.litert_int8",
    }
    # Formats are found by lying in their folder; whoever wants one written asks the command line for it.
    assert importing({"core.export.formats", "core.export.exporting"}, ("ui", "server", "pages", "core.work")) == set()
    assert importing({"core.learning.thorough", "core.learning.classic"}, rooms) == {
        "core.learning.recipes.thorough",  # when it is called: `tests/core/learning/recipes` sees to that
        "core.learning.recipes.classic",
    }
    assert importing({"core.learning.teach"}, rooms) == {"core.command.teaching", "core.work.child"}


def test_recipes_are_asked_for_by_name_in_their_own_modules_alone() -> None:
    names = {recipe.name for recipe in recipes.registered()} - {recipes.DEFAULT}
    assert {"thorough", "classic"} <= names
    asking = {
        module
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    }
    assert asking == {f"core.learning.recipes.{name}" for name in names}


def test_only_the_restricted_reader_unpickles() -> None:
    assert importing({"pickle", "marshal", "shelve", "joblib", "dill"}, ("core", "ui", "server", "pages", "app")) == {
        "core.backbones.checkpoint"
    }


def test_two_modules_of_core_ask_something_of_the_network() -> None:
    """And they are imported when somebody wants a network to be fetched, or opens a link."""
    rooms = ("core", "ui", "server", "pages", "app")
    assert importing(NETWORK, ("core",)) == {"core.backbones.download", "core.work.link"}
    assert importing({"core.backbones.download"}, rooms) == {"core.work.fetching"}
    assert importing({"core.work.link"}, rooms) == {"core.work.opening"}


def test_nothing_is_made_into_code_while_running() -> None:
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile"), f"{module}:{node.lineno}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [module for module, path in MODULES.items() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_every_module_of_core_has_a_test_of_its_own_name() -> None:
    """`tests/core` mirrors `core`: a reader finds a module's tests by its path."""
    # One test covers all tables of sentences; the recipe is read as text, never imported.
    elsewhere = {f"core.messages.{path.stem}" for path in (PROJECT / "core/messages").glob("*.py")}
    elsewhere.add("core.learning.classic_recipe")
    untested = []
    for module, path in MODULES.items():
        is_module = below(module, "core") and path.name not in ("__init__.py", "__main__.py")
        test = PROJECT / "tests" / path.relative_to(PROJECT).with_name(f"test_{path.name}")
        if is_module and module not in elsewhere and not test.is_file():
            untested.append(module)
    assert untested == []


# Words of earlier code for what has a standard name; `docs/architecture.md` has those that are used.
RETIRED = {
    *("Own", "Look", "Looks", "looks", "Familiar", "Strangers", "strangers", "sided", "Sided"),
    *("cuts", "Cut", "tail", "trunk", "Fine", "importances", "rounds", "already"),
    *("desk", "Desk", "shelf", "Shelf", "Teller", "told", "Speaker"),
    *("deed", "deeds", "placed", "tabled"),
}


def identifiers(code: str) -> Iterator[tuple[int, str]]:
    """Line and name of all that code names: modules, functions, classes, arguments, variables, fields."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield from ((node.lineno, part) for part in (alias.asname or alias.name).split("."))


def test_retired_words_do_not_come_back() -> None:
    assert (1, "desk") in set(identifiers("from core.work import desk"))
    assert {"told", "Look"} <= {name for _, name in identifiers("def told(look: Look) -> None: ...")}
    returned = [
        f"{module}:{line} {name}"
        for module, path in MODULES.items()
        if module.startswith(("core", "ui", "server"))
        for line, name in (*identifiers(path.read_text("utf-8")), *((0, part) for part in module.split(".")))
        if name in RETIRED
    ]
    assert returned == []


def test_nothing_of_the_project_is_imported_under_another_name() -> None:
    """One name for one thing; a module may be renamed where a variable has its name."""
    renamed = [
        f"{module}:{node.lineno} {node.module}.{alias.name} as {alias.asname}"
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and room_of(node.module or "")
        for alias in node.names
        if alias.asname not in (None, alias.name) and f"{node.module}.{alias.name}" not in MODULES
    ]
    assert renamed == []


def test_core_imports_what_it_needs_and_nothing_heavy() -> None:
    """What `core` imports is the standard library or stands in the requirements."""
    known = {"numpy", "cv2", "PIL", "ai_edge_litert", "filelock", "flatbuffers", "keras", "tensorflow", "pillow_heif"}
    known |= {"onnx", "onnxruntime"}  # of requirements-export.txt: imported when that format is asked for
    for module, path in MODULES.items():
        if module.startswith("core"):
            for line, name in imports(path):
                top = name.partition(".")[0]
                assert top in known | {"core"} or top in sys.stdlib_module_names, f"{module}:{line} imports {name}"


def parents(node: ast.AST) -> int:
    """How many folders up an expression goes: `path.parent.parent` 2, `path.parents[1]` 2."""
    if isinstance(node, ast.Attribute) and node.attr == "parent":
        return 1 + parents(node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
        return 2
    return 0


def test_only_storage_knows_what_lies_where_in_an_area() -> None:
    """Nobody else asks a path for its grandparent, except where the project itself lies."""
    assert parents(ast.parse("path.parent.parent.name", mode="eval").body.value) == 2  # type: ignore[attr-defined]
    asking = {
        f"{module}:{node.lineno}"
        for module, path in MODULES.items()
        if not below(module, "core.storage")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.expr) and parents(node) > 1 and "__file__" not in ast.unparse(node)
    }
    assert asking == set()


def replacing(path: Path) -> Iterator[int]:
    """Lines in which a module renames one file in place of another, or names a part of one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_module = isinstance(node.func.value, ast.Name) and node.func.value.id in ("os", "shutil")
            path_replace = node.func.attr == "replace" and len(node.args) == 1 and not node.keywords  # of text: two
            if path_replace or (is_module and node.func.attr in ("replace", "rename", "move")):
                yield node.lineno
        elif isinstance(node, ast.Constant) and re.search(r"(?<!archive)\.part$", str(node.value)):  # no sentence's key
            yield node.lineno


def test_only_storage_replaces_files() -> None:
    """Whole or not at all, with a part that nobody shares, is written once; a download goes on with its own part."""
    owners = ("core.storage", "core.backbones.download", "core.backbones.litert_files")
    others = {
        f"{module}:{line}"
        for module, path in MODULES.items()
        if not any(below(module, owner) for owner in owners)
        for line in replacing(path)
    }
    assert others == set()


def texts(project: Path = PROJECT) -> Iterator[tuple[Path, str]]:
    """The project's files of text, as far as they are the project's: of the models, those that come with it."""
    rooms = (
        "core",
        "ui",
        "server",
        "pages",
        "tests",
        "bench",
        "scripts",
        "docs",
        "models/samples",
        ".streamlit",
        ".ci",
    )
    files = [path for room in rooms for path in (project / room).rglob("*")]
    for path in [*files, *project.glob("*"), project / "models" / "README.md"]:
        generated = {"out", "__pycache__"} & set(path.relative_to(project).parts)
        if (
            path.is_file()
            and path.name != ".git"
            and path.suffix in TEXT
            and not generated
            and path.stat().st_size < 2**20
        ):
            yield path, path.read_text("utf-8", "replace")


def test_what_was_taught_here_is_none_of_the_projects_texts(tmp_path: Path) -> None:
    for name in ("models/local/draft.json", "models/visits/a/log.txt", "models/samples/a.md", "models/README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("/" + "home/somebody/pictures.zip", "utf-8")
    assert {path.relative_to(tmp_path).as_posix() for path, _ in texts(tmp_path)} == {
        "models/samples/a.md",
        "models/README.md",
    }
    names = {path.relative_to(PROJECT).as_posix() for path, _ in texts()}
    assert {"README.md", "models/README.md", "core/settings.py", "tests/core/test_architecture.py"} <= names


def test_no_path_of_any_one_machine_stands_in_the_project() -> None:
    homes = "|".join(("home", "root", "Users", "work", "mnt", "tmp"))
    someones = re.compile(rf"""(?<![\w.<>~}})/:*-])/(?:{homes})/\w|[A-Z]:\\\\?Users\\""")
    assert all(someones.search(f"open('{start}me/x')") for start in ("/" + "home/", "/" + "work/", "C:\\" + "Users\\"))
    found = [
        f"{path.relative_to(PROJECT)}: {line.strip()[:100]}"
        for path, text in texts()
        for line in text.splitlines()
        if someones.search(line)
    ]
    assert found == []
