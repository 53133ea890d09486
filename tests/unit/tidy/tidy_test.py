"""tools/tidy finds every kind of violation: each is planted in a copy of the tree."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TREE = Path(sys.argv[1])
SCRATCH = Path(sys.argv[2]).resolve()
COPIED = ["actors", "eventstore", "media", "guest-agent", "schemas", "tests", "tools",
          ".clang-format", ".clang-tidy", "CMakeLists.txt"]
LONG_BODY = "  ++x;\n" * 71


def has_deciding_release(tool):
    for name in (f"{tool}-14", tool):
        if shutil.which(name):
            run = subprocess.run([name, "--version"], capture_output=True, text=True)
            if "version 14." in run.stdout:
                return True
    return False


class Tidy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        SCRATCH.mkdir(parents=True, exist_ok=True)
        cls.root = Path(tempfile.mkdtemp(prefix="tidy-", dir=SCRATCH))
        for name in COPIED:
            source = TREE / name
            if source.is_dir():
                shutil.copytree(source, cls.root / name,
                                ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
            else:
                shutil.copy(source, cls.root / name)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def run_tidy(self, *arguments):
        run = subprocess.run([self.root / "tools/tidy", "--root", self.root, *arguments],
                             capture_output=True, text=True)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        return run.returncode, run.stderr

    def planted(self, path, text):
        """What tidy says with this file in the tree."""
        file = self.root / path
        self.assertFalse(file.exists(), f"{path} exists; plant elsewhere")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        try:
            return self.run_tidy("--no-lint", file)
        finally:
            file.unlink()

    def assert_found(self, path, text, message):
        code, said = self.planted(path, text)
        self.assertIn(message, said)
        self.assertEqual(code, 1, said)

    def assert_clean(self, path, text):
        code, said = self.planted(path, text)
        self.assertEqual(code, 0, said)

    def test_the_tree_itself_is_clean(self):
        code, said = self.run_tidy("--no-lint")
        self.assertEqual(code, 0, said)

    def test_a_function_of_71_lines_is_found(self):
        self.assert_found("schemas/planted.cc", f"void f(int x) {{\n{LONG_BODY[7:]}}}\n",
                          "planted.cc:1: f has 72 lines")

    def test_a_long_member_behind_initializers_and_strings_is_found(self):
        self.assert_found(
            "schemas/planted.h",
            "#pragma once\n\nnamespace n {\nclass A {\n public:\n"
            'explicit A(int x) : a_{x}, b_{"}"} {\n' + LONG_BODY + "}\n};\n}  // namespace n\n",
            "planted.h:6: A has 73 lines")

    def test_a_long_function_in_typescript_is_found_and_a_long_suite_is_not(self):
        self.assert_found("tools/planted.ts", f"function f(x: number): void {{\n{LONG_BODY}}}\n",
                          "planted.ts:1: f has 73 lines")
        self.assert_found("tools/planted.ts",
                          f"class A {{\n  private go(): void {{\n{LONG_BODY}  }}\n}}\n",
                          "planted.ts:2: go has 73 lines")
        self.assert_clean("tools/planted.ts", f"describe('x', () => {{\n{LONG_BODY}}});\n")

    def test_a_line_of_101_columns_in_typescript_is_found(self):
        self.assert_found("tools/planted.ts", "// a\n// " + "ä" * 98 + "\n", "planted.ts:2: 101 columns")
        self.assert_clean("tools/planted.ts", "// " + "ä" * 97 + "\n")

    def test_a_function_of_70_lines_passes(self):
        self.assert_clean("schemas/planted.cc",
                          "void f(int x) {\n" + "  ++x;\n" * 68 + "}\n")

    def test_a_long_class_of_short_functions_passes(self):
        members = "".join(f"  int f{i}() const {{ return {i}; }}\n" for i in range(90))
        self.assert_clean("schemas/planted.h",
                          f"#pragma once\n\nclass A {{\n public:\n{members}}};\n")

    def test_a_file_of_601_lines_is_found(self):
        self.assert_found("schemas/planted.cc", "// a\n" * 601, "601 lines")
        self.assert_clean("schemas/planted.cc", "// a\n" * 600)

    def test_includes_against_the_direction_are_found(self):
        for path, include in [
                ("schemas/planted.h", "eventstore/event_log.h"),
                ("eventstore/planted.h", "actors/clock.h"),
                ("eventstore/planted.h", "media/frame_source.h"),
                ("media/planted.h", "actors/clock.h"),
                ("guest-agent/planted.h", "media/frame_source.h"),
                ("actors/runtime/planted.h", "media/frame_source.h"),
                ("media/client/planted.h", "tools/rookeryd/x.h")]:
            with self.subTest(path=path, include=include):
                self.assert_found(path, f'#pragma once\n\n#include "{include}"\n',
                                  "dependencies point the other way")

    def test_includes_along_the_direction_pass(self):
        for path, include in [("actors/runtime/planted.h", "eventstore/event_log.h"),
                              ("media/planted.h", "schemas/ids.h"),
                              ("tools/planted.h", "media/frame_source.h")]:
            with self.subTest(path=path, include=include):
                self.assert_clean(path, f'#pragma once\n\n#include "{include}"\n')

    def test_the_domain_stays_pure(self):
        for include in ['"actors/runtime/entity_directory.h"', '"eventstore/event_log.h"']:
            self.assert_found("actors/domain/planted.h", f"#pragma once\n\n#include {include}\n",
                              "the domain is pure")
        for include in ["<caf/actor_system.hpp>", "<rocksdb/db.h>"]:
            self.assert_found("actors/domain/planted.h", f"#pragma once\n\n#include {include}\n",
                              "may be included only in")

    def test_libraries_stay_behind_their_doors(self):
        for path, include in [("actors/runtime/planted.h", "caf/send.hpp"),
                              ("actors/gateway/planted.h", "rocksdb/db.h"),
                              ("tools/planted.h", "rocksdb/db.h"),
                              ("eventstore/planted.h", "caf/send.hpp")]:
            with self.subTest(path=path, include=include):
                self.assert_found(path, f"#pragma once\n\n#include <{include}>\n",
                                  "may be included only in")
        self.assert_clean("eventstore/planted.h", "#pragma once\n\n#include <rocksdb/db.h>\n")

    def test_an_include_that_is_not_from_the_root_is_found(self):
        self.assert_found("schemas/planted.h", '#pragma once\n\n#include "ids.h"\n',
                          "from the root of the tree")

    def test_words_are_found_in_any_text_file(self):
        for word in ["TO" + "DO", "FIX" + "ME", "/wo" + "rk/place", "/ro" + "ot/x"]:
            for path, comment in [("schemas/planted.h", "//"), ("tools/planted.sh", "#"),
                                  ("tests/planted.cmake", "#"), ("tests/PLANTED.md", "")]:
                with self.subTest(word=word, path=path):
                    self.assert_found(path, f"{comment} {word}: later\n", "remove ")

    def test_a_class_name_that_says_nothing_is_found(self):
        for name in ["PhoneManager", "Helper", "StreamImpl"]:
            self.assert_found("schemas/planted.h", f"#pragma once\n\nclass {name};\n",
                              f"{name} says nothing")

    @unittest.skipUnless(has_deciding_release("clang-format"), "no clang-format 14 here")
    def test_format_is_checked_and_mended(self):
        self.assert_found("schemas/planted.h", "#pragma once\nint  x ;\n", "not formatted")
        file = self.root / "schemas/planted.h"
        file.write_text("#pragma once\nint  x ;\n")
        try:
            self.assertEqual(self.run_tidy("--no-lint", "--fix", file)[0], 0)
            self.assertEqual(file.read_text(), "#pragma once\nint x;\n")
        finally:
            file.unlink()

    def lint(self, texts):
        """What tidy says about these files, compiled as CMake writes it for g++."""
        build = self.root / "build"
        build.mkdir(exist_ok=True)
        # With a precompiled header that clang cannot read.
        (build / "compile_commands.json").write_text(json.dumps([{
            "directory": str(build), "file": str(self.root / name),
            "command": f"ccache /usr/bin/c++ -I{self.root} -Wall -Wextra -std=c++20 "
                       f"-fpch-preprocess -Winvalid-pch -include {build}/cmake_pch.hxx -o x.o "
                       f"-c {self.root / name}"} for name in texts if name.endswith(".cc")]))
        for name, text in texts.items():
            (self.root / name).write_text(text)
        try:
            return self.run_tidy(*(self.root / name for name in texts))
        finally:
            for name in texts:
                (self.root / name).unlink()

    def tearDown(self):
        shutil.rmtree(self.root / "build", ignore_errors=True)

    @unittest.skipUnless(has_deciding_release("clang-tidy"), "no clang-tidy 14 here")
    def test_lint_sees_a_bug_that_comes_with_a_header_of_a_clean_file(self):
        source = ('#include "schemas/planted.h"\n\nint quarter(int x) '
                  "{ return half(x) / 2; }\n")
        code, said = self.lint({
            "schemas/planted.h": "#pragma once\ninline int half(int x) { return x / 2; }\n",
            "schemas/planted.cc": source})
        self.assertEqual(code, 0, said)
        code, said = self.lint({
            "schemas/planted.h": "#pragma once\ninline int half(int x) {\n"
                                 "  if (x < 0);\n  return x / 2;\n}\n",
            "schemas/planted.cc": source})
        self.assertEqual(code, 1, said)
        self.assertIn("clang-tidy", said)
        self.assertIn("planted.h:3", said)

    @unittest.skipUnless(has_deciding_release("clang-tidy"), "no clang-tidy 14 here")
    def test_lint_of_many_files_says_which_file_has_the_bug(self):
        # The first three fit into one unit, the fourth not; of the last two only the compiler
        # sees that they do not.
        private = "namespace {\nint twice(int x) { return 2 * x; }\n}  // namespace\n\n"
        texts = {
            "schemas/planted1.cc": private + "int planted1(int x) { return twice(x); }\n",
            "schemas/planted2.cc": "int planted2() { return 2; }\n",
            "schemas/planted3.cc": "int planted3() { return 3; }\n",
            "schemas/planted4.cc": private + "int planted4(int x) { return twice(x); }\n",
            "schemas/planted5.cc": "static int thrice(int x) { return 3 * x; }\n"
                                   "int planted5() { return thrice(1); }\n",
            "schemas/planted6.cc": "static long thrice(int x) { return 3 * x; }\n"
                                   "long planted6() { return thrice(1); }\n"}
        code, said = self.lint(texts)
        self.assertEqual(code, 0, said)
        texts["schemas/planted1.cc"] = private + (
            "int planted1(int x) {\n  if (x < 0);\n  return twice(x);\n}\n")
        texts["schemas/planted2.cc"] = "static const int kUnused = 1;\n" + texts[
            "schemas/planted2.cc"]
        texts["schemas/planted3.cc"] = "#include <vector>\nusing std::vector;\n" + texts[
            "schemas/planted3.cc"]
        code, said = self.lint(texts)
        self.assertEqual(code, 1, said)
        for found in ["planted1.cc:6", "planted2.cc:1", "planted3.cc:2"]:
            self.assertIn(found, said)
        for clean in ["batch.cc", "planted4.cc", "planted5.cc", "planted6.cc"]:
            self.assertNotIn(clean, said)


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    unittest.main(argv=sys.argv[:1], verbosity=1)
