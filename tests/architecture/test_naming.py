from __future__ import annotations

import ast

from tests.architecture.sources import PACKAGES, ROOT, python_files

BANNED = {"utils", "util", "common", "helpers", "helper", "misc", "base", "constants", "manager"}


def test_modules_are_named_after_what_they_hold() -> None:
    found = [str(path) for path in python_files(*PACKAGES, "tests") if path.stem in BANNED]
    assert found == []


def test_every_package_teaches_its_nouns() -> None:
    silent = [
        str(path)
        for path in python_files(*PACKAGES)
        if path.name == "__init__.py"
        and not ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_folder_with_code_is_a_package() -> None:
    folders = {path.parent for path in python_files(*PACKAGES) if path.parent.name != "scripts"}
    assert [str(one) for one in folders if not (ROOT / one / "__init__.py").exists()] == []
