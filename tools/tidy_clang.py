"""clang-format and clang-tidy over the tree, in parallel, each clean file remembered by content."""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import tidy_batches

# Both tools answer differently from release to release: this one (Debian 12's) decides.
DECIDING_RELEASE = 14
# What g++ understands and clang does not, and the precompiled headers, which are g++'s.
GCC_ONLY = {"-fpch-preprocess", "-Winvalid-pch"}
# clang 14 has coroutines, but neither libstdc++ nor Boost.Asio 1.74 believes it; told so, Asio
# forgets a header that it needs.
COROUTINES = ["-include", "utility", "-D__cpp_impl_coroutine=201902L",
              "-DBOOST_ASIO_HAS_CO_AWAIT=1", "-DBOOST_ASIO_HAS_STD_COROUTINE=1"]


def find_tool(name):
    """The tool's path; nothing when this machine has no deciding release of it."""
    for candidate in (f"{name}-{DECIDING_RELEASE}", name):
        path = shutil.which(candidate)
        if path:
            text = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            if re.search(rf"version {DECIDING_RELEASE}\.", text):
                return path
    return None


class Seen:
    """Remembers clean files in a folder: one empty file for each content hash."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def has(self, key):
        path = self.folder / key
        if not path.exists():
            return False
        os.utime(path)
        return True

    def add(self, key):
        (self.folder / key).touch()


def digest(*parts):
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part if isinstance(part, bytes) else str(part).encode())
        sha.update(b"\0")
    return sha.hexdigest()


def check_format(root, files, seen, fix):
    tool = find_tool("clang-format")
    if not tool:
        return None
    style = (root / ".clang-format").read_bytes()
    keys = {file: digest("format", style, (root / file).read_bytes()) for file in files}
    todo = [file for file in files if not seen.has(keys[file])]
    if not todo:
        return []
    if fix:
        subprocess.run([tool, "-i", "--style=file", *todo], cwd=root, check=True)
        return []
    run = subprocess.run(
        [tool, "--style=file", "--dry-run", "-Werror", *todo],
        cwd=root, capture_output=True, text=True)
    bad = sorted(set(re.findall(r"^([^\s:][^:\n]*):\d+:\d+: error:", run.stderr, re.MULTILINE)))
    if run.returncode != 0 and not bad:
        return [f"clang-format failed: {run.stderr.strip()}"]
    for file in todo:
        if file not in bad:
            seen.add(keys[file])
    return [f"{file}:1: not formatted: run tools/tidy --fix" for file in bad]


class Includes:
    """Our own headers that a file includes, directly or not."""

    def __init__(self, root):
        self.root = root
        self.direct = {}

    def _read(self, file):
        if file not in self.direct:
            text = (self.root / file).read_text(errors="replace")
            names = re.findall(r'^\s*#\s*include\s*"([^"]+)"', text, re.MULTILINE)
            self.direct[file] = [name for name in names if (self.root / name).is_file()]
        return self.direct[file]

    def closure(self, file):
        found, waiting = set(), [file]
        while waiting:
            for name in self._read(waiting.pop()):
                if name not in found:
                    found.add(name)
                    waiting.append(name)
        return sorted(found)


def clean_arguments(command, file):
    """The compiler's arguments as clang takes them, without the file that they compile."""
    words = shlex.split(command)
    start = next(i for i, word in enumerate(words) if re.search(r"(^|/)(c\+\+|g\+\+|clang\+\+)", word))
    out = [*COROUTINES]
    rest = iter(words[start + 1 :])
    for word in rest:
        if word == "-include":
            header = next(rest)
            if not header.endswith("cmake_pch.hxx"):
                out += [word, header]
        elif word == "-o":
            next(rest)
        elif word not in GCC_ONLY | {"-c", file}:
            out.append(word)
    return out


class Lint:
    """clang-tidy over batches of files; a batch that is not clean is halved until one is left."""

    def __init__(self, tool, root, folder, arguments):
        self.tool, self.root, self.folder, self.arguments = tool, root, folder, arguments

    def text_of(self, file):
        return (self.root / file).read_text(errors="replace")

    def _says(self, files):
        """What clang-tidy says; nothing when all are clean."""
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            source = self.root / files[0]
            if len(files) > 1:
                source = Path(scratch) / "batch.cc"
                source.write_text(tidy_batches.one_text(files, self.text_of))
            run = subprocess.run(
                ["nice", "-n", "19", self.tool, "--quiet",
                 f"--config-file={self.root / '.clang-tidy'}", str(source), "--",
                 *tidy_batches.one_list(files, self.arguments.get)],
                cwd=self.folder, capture_output=True, text=True)
        if run.returncode == 0:
            return ""
        # A failure without a finding (a crash, say) must not pass for a clean file.
        return run.stdout.strip() or run.stderr.strip() or f"exit {run.returncode}"

    def problems(self, files):
        """Of these files: one text for each that is not clean."""
        said = self._says(files)
        if not said:
            return {}
        # What stands in a header is not the batch's doing, unless it does not even compile.
        in_header = re.search(r":\d+:\d+: (?:warning|error): ", said) and not re.search(
            r"/batch\.cc:|\[clang-diagnostic-error\]", said)
        if len(files) == 1 or in_header:
            return dict.fromkeys(files, f"{files[0]}: clang-tidy: {said}")
        half = len(files) // 2
        return {**self.problems(files[:half]), **self.problems(files[half:])}


def check_lint(root, build, files, seen):
    """clang-tidy over the .cc files that the build knows; None when there is no deciding release."""
    tool = find_tool("clang-tidy")
    if not tool:
        return None
    database = json.loads((build / "compile_commands.json").read_text())
    arguments = {}
    for entry in database:
        file = os.path.relpath(entry["file"], root)
        if file in files:
            arguments[file] = clean_arguments(entry["command"], entry["file"])

    includes = Includes(root)
    checks = (root / ".clang-tidy").read_bytes()
    keys = {}
    for file, words in arguments.items():
        contents = [(root / name).read_bytes() for name in [file, *includes.closure(file)]]
        keys[file] = digest("lint", checks, " ".join(words).replace(str(root), ""), *contents)
    todo = sorted(file for file in arguments if not seen.has(keys[file]))
    lint = Lint(tool, root, build / "tidy", arguments)
    # The largest first, so that no worker is left with it at the end.
    work = sorted(tidy_batches.batches(todo, lint.text_of, arguments.get), key=len, reverse=True)

    def check(batch):
        problems = lint.problems(batch)
        for file in batch:
            if file not in problems:
                seen.add(keys[file])
        return sorted(set(problems.values()))

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [problem for found in pool.map(check, work) for problem in found]
