"""clang-format and clang-tidy over the tree, in parallel, each clean file remembered by content."""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

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


def clean_command(command):
    """The compiler's arguments as clang takes them."""
    words = shlex.split(command)
    start = next(i for i, word in enumerate(words) if re.search(r"(^|/)(c\+\+|g\+\+|clang\+\+)", word))
    out = [words[start], *COROUTINES]
    rest = iter(words[start + 1 :])
    for word in rest:
        if word == "-include":
            header = next(rest)
            if not header.endswith("cmake_pch.hxx"):
                out += [word, header]
        elif word == "-o":
            next(rest)
        elif word not in GCC_ONLY:
            out.append(word)
    return out


def check_lint(root, build, files, seen):
    """clang-tidy over the .cc files that the build knows; None when there is no deciding release."""
    tool = find_tool("clang-tidy")
    if not tool:
        return None
    database = json.loads((build / "compile_commands.json").read_text())
    commands = {}
    for entry in database:
        file = os.path.relpath(entry["file"], root)
        if file in files:
            commands[file] = {"directory": entry["directory"], "file": entry["file"],
                              "arguments": clean_command(entry["command"])}
    cleaned = build / "tidy"
    cleaned.mkdir(parents=True, exist_ok=True)
    (cleaned / "compile_commands.json").write_text(json.dumps(list(commands.values())))

    includes = Includes(root)
    checks = (root / ".clang-tidy").read_bytes()
    keys = {}
    for file, command in commands.items():
        arguments = " ".join(command["arguments"]).replace(str(root), "")
        contents = [(root / name).read_bytes() for name in [file, *includes.closure(file)]]
        keys[file] = digest("lint", checks, arguments, *contents)
    # The largest first, so that no worker is left with it at the end.
    todo = sorted((file for file in commands if not seen.has(keys[file])),
                  key=lambda file: -len(includes.closure(file)))

    def lint(file):
        run = subprocess.run([tool, "-p", str(cleaned), "--quiet", file],
                             cwd=root, capture_output=True, text=True)
        if run.returncode == 0:
            seen.add(keys[file])
            return []
        # A failure without a finding (a crash, say) must not pass for a clean file.
        text = run.stdout.strip() or run.stderr.strip() or f"exit {run.returncode}"
        return [f"{file}: clang-tidy: {text}"]

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [problem for found in pool.map(lint, todo) for problem in found]
