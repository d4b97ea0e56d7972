# SPDX-License-Identifier: MIT
"""The recipe schema accepts what the recipe parser accepts and refuses what it refuses.

Both read tests/data/recipes.json (tests/cube/test_recipe_schema.cpp is the other half).
"""
import json
import pathlib

import pytest

jsonschema = pytest.importorskip("jsonschema")

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "data" / "stacvrt.schema.json").read_text())
RECIPES = json.loads((ROOT / "tests" / "data" / "recipes.json").read_text())
PRESETS = sorted((ROOT / "data" / "presets").glob("*.json"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def described(schema, path="#"):
    """Every property of the schema with its path, and whether it or what it refers to says what it is."""
    for name, value in schema.get("properties", {}).items():
        if isinstance(value, dict):
            target = value.get("$ref", "").removeprefix("#/$defs/")
            yield f"{path}/{name}", "description" in value or "description" in SCHEMA["$defs"].get(target, {})
    for name, value in schema.get("$defs", {}).items():
        yield from described(value, f"{path}/$defs/{name}")


def test_the_schema_is_a_valid_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("recipe", RECIPES["valid"], ids=json.dumps)
def test_valid_recipes_are_accepted(recipe):
    errors = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(recipe)]
    assert errors == []


@pytest.mark.parametrize("recipe", RECIPES["invalid"], ids=json.dumps)
def test_invalid_recipes_are_refused(recipe):
    assert not VALIDATOR.is_valid(recipe)


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_presets_are_recipes_without_items(path):
    preset = json.loads(path.read_text())
    assert "items" not in preset
    assert VALIDATOR.is_valid({**preset, "items": "items.json"})


def test_the_presets_are_those_of_the_schema():
    assert SCHEMA["properties"]["preset"]["enum"] == [path.stem for path in PRESETS]


def test_every_key_is_described():
    undescribed = [path for path, ok in described(SCHEMA) if not ok]
    assert undescribed == []
