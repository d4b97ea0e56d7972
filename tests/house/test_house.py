#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The rules of the house that no compiler checks: who may include whom, sizes of files, names, first lines.

Run by CTest as `house`. It reads sources as text and must know nothing of what they compute.
"""
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE_SUFFIXES = {".h", ".cpp", ".inl"}
MAX_LINES = 400

# Who may include whom: the layers whose headers a layer sees, and the folders (or whole names) of libraries. The
# standard library is always allowed. `driver` and what stands above it see GDAL and PROJ, so no list is kept for them.
LAYERS = {
    "kernels": {"layers": {"kernels"}, "libraries": ("hwy/",)},
    "stac": {"layers": {"stac"}, "libraries": ("nlohmann/", "curl/", "simdjson.h", "unistd.h")},
    "cube": {"layers": {"cube", "stac", "kernels"}, "libraries": ("nlohmann/", "sys/mman.h")},
    "driver": {"layers": {"driver", "cube", "stac", "kernels"}, "libraries": None},
    "apps": {"layers": {"apps", "driver", "cube", "stac", "kernels"}, "libraries": None},
}
# CMake targets that would let a layer link what its sources may not include.
FORBIDDEN_TARGETS = {
    "kernels": r"GDAL::|PROJ::|::PROJ|nlohmann|CURL|stacvrt_(stac|cube|driver)\b",
    "stac": r"GDAL::|PROJ::|::PROJ|hwy::|stacvrt_(kernels|cube|driver)\b",
    "cube": r"GDAL::|PROJ::|::PROJ|CURL|stacvrt_driver\b",
}
# Files over MAX_LINES, each with the reason why it is one piece.
LONG_FILES = {}

STANDARD_HEADER = re.compile(r"[a-z_0-9]+")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
VAGUE_NAME = re.compile(r"(^|_)(utils?|helpers?|common|misc)(_|$)")
# Folders of one developer's machine; split so that this line is not its own finding.
MACHINE_PATH = re.compile(r"(?<![\w.}/-])/(?:" + "|".join(("ho" + "me", "ro" + "ot", "wo" + "rk", "Us" + "ers", "t" + "mp")) + r")/\w")
MARKER = re.compile(r"\b(?:FIX" + r"ME|XX" + r"X)\b|^(?:<{7}|>{7}|={7})( |$)", re.MULTILINE)


def include_errors(layer, text):
    """Why `text`, a source of `layer`, breaks the layer rules: a list of messages, empty where it keeps them."""
    rule = LAYERS[layer]
    errors = []
    for bracket, name in INCLUDE.findall(text):
        folder = name.split("/")[0] if "/" in name else ""
        if folder in LAYERS:
            if folder not in rule["layers"]:
                errors.append(f"{layer}/ may not include \"{name}\"; it sees {sorted(rule['layers'])}")
        elif rule["libraries"] is None or name.startswith(rule["libraries"]):
            continue
        elif bracket == '"' and not folder:
            errors.append(f'include "{name}" by its path from the project folder, as "{layer}/{name}"')
        elif bracket == '"' or not STANDARD_HEADER.fullmatch(name):
            errors.append(f"{layer}/ may not include {name}; besides the standard library it sees {rule['libraries']}")
    return errors


def own_files(*folders, suffixes=None):
    """Files below the project folder's `folders`, without what builds and tools leave behind."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and (suffixes is None or path.suffix in suffixes):
                yield path


def relative(path):
    return path.relative_to(ROOT).as_posix()


class Layers(unittest.TestCase):
    def test_sources_include_only_what_their_layer_may_see(self):
        seen = 0
        for layer in LAYERS:
            for path in own_files(layer, suffixes=SOURCE_SUFFIXES):
                seen += 1
                with self.subTest(relative(path)):
                    self.assertEqual(include_errors(layer, path.read_text("utf-8")), [])
        self.assertGreater(seen, 20, "hardly any source was found: is this the project's folder?")

    def test_tests_of_a_layer_see_no_more_than_the_layer(self):
        for layer in ("kernels", "stac", "cube"):
            for path in own_files(f"tests/{layer}", suffixes=SOURCE_SUFFIXES):
                with self.subTest(relative(path)):
                    names = [name for _, name in INCLUDE.findall(path.read_text("utf-8"))]
                    above = [n for n in names if n.split("/")[0] in set(LAYERS) - LAYERS[layer]["layers"]]
                    gdal = [n for n in names if re.match(r"(gdal|ogr_|cpl_|vrt|proj\.h)", n)]
                    self.assertEqual(above + gdal, [])

    def test_layers_link_only_what_they_may_include(self):
        for layer, forbidden in FORBIDDEN_TARGETS.items():
            with self.subTest(layer):
                lines = (ROOT / layer / "CMakeLists.txt").read_text("utf-8").splitlines()
                code = "\n".join(line.split("#")[0] for line in lines)
                self.assertEqual(re.findall(forbidden, code), [])

    def test_the_rule_finds_what_it_forbids(self):
        self.assertEqual(include_errors("kernels", '#include <vector>\n#include "hwy/highway.h"\n'), [])
        self.assertEqual(include_errors("driver", '#include <gdal_priv.h>\n#include "cube/plan.h"\n'), [])
        for layer, line in (("kernels", '#include "stac/error.h"'), ("stac", "#include <gdal.h>"),
                            ("stac", '#include "cube/plan.h"'), ("cube", "#include <proj.h>"),
                            ("cube", '#  include "driver/reader.h"'), ("cube", '#include "plan.h"'),
                            ("kernels", "#include <nlohmann/json.hpp>"), ("driver", '#include "apps/main.h"')):
            with self.subTest(line):
                self.assertEqual(len(include_errors(layer, line)), 1)


class Files(unittest.TestCase):
    FOLDERS = ("stac", "kernels", "cube", "driver", "apps", "tests", "data", "bench", "scripts", "cmake", ".ci")

    def test_files_stay_readable_in_one_sitting(self):
        for path in own_files(*self.FOLDERS, suffixes=SOURCE_SUFFIXES | {".py", ".cmake", ""}):
            lines = path.read_text("utf-8").count("\n")
            with self.subTest(relative(path)):
                if relative(path) in LONG_FILES:
                    self.assertGreater(lines, MAX_LINES, "no longer long: take it out of LONG_FILES")
                else:
                    self.assertLessEqual(lines, MAX_LINES, "split it, or say why not in LONG_FILES of this test")

    def test_long_files_are_there_and_have_a_reason(self):
        for name, reason in LONG_FILES.items():
            with self.subTest(name):
                self.assertTrue((ROOT / name).is_file())
                self.assertGreater(len(reason), 20)

    def test_names_say_what_is_inside(self):
        vague = [relative(p) for p in own_files(*self.FOLDERS) if VAGUE_NAME.search(p.stem.lower())]
        self.assertEqual(vague, [])

    def test_sources_begin_with_the_licence_and_say_why_they_exist(self):
        for path in own_files(*self.FOLDERS, suffixes=SOURCE_SUFFIXES):
            with self.subTest(relative(path)):
                lines = path.read_text("utf-8").splitlines()
                self.assertEqual(lines[0], "// SPDX-License-Identifier: MIT")
                header = f'#include "{relative(path.with_suffix(".h"))}"'  # whose comment then speaks for both
                if path.suffix != ".cpp" or lines[1] != header:
                    self.assertRegex(lines[1], r"^// .", "no comment that says why the file exists")

    def test_headers_are_guarded(self):
        for path in own_files(*self.FOLDERS, suffixes={".h"}):
            with self.subTest(relative(path)):
                text = path.read_text("utf-8")
                # Highway includes an -inl.h once per instruction set, through a guard that toggles.
                self.assertTrue("#pragma once" in text or "HWY_TARGET_TOGGLE" in text)

    def test_no_file_names_a_place_on_one_machine_or_keeps_a_marker(self):
        names = [ROOT / name for name in ("CMakeLists.txt", "README.md", "HACKING.md", "CHANGELOG.md")]
        suffixes = SOURCE_SUFFIXES | {".py", ".cmake", ".md", ".json", ".stacvrt", ".txt", ".supp", ""}
        for path in [*names, *own_files(*self.FOLDERS, suffixes=suffixes)]:
            if path.exists():
                with self.subTest(relative(path)):
                    text = path.read_text("utf-8")
                    self.assertEqual([m.group() for m in MACHINE_PATH.finditer(text)], [])
                    self.assertEqual([m.group() for m in MARKER.finditer(text)], [])


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
