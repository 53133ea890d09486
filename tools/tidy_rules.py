"""Rules that need only the text of a source file: sizes, includes, words."""

import re
from pathlib import Path

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600
COLUMNS_MAX = 100  # clang-format sees to C++
CPP = {".h", ".cc"}
SOURCE = CPP | {".py", ".sh", ".cmake", ".ts", ".js", ".html", ".css"}

# Which top-level folders a folder may include, beside itself.
MAY_INCLUDE = {
    "schemas": set(),
    "eventstore": {"schemas"},
    "media": {"schemas"},
    "guest-agent": {"schemas"},
    "actors": {"eventstore", "schemas"},
    "tools": {"actors", "eventstore", "guest-agent", "media", "schemas"},
    "tests": {"actors", "eventstore", "guest-agent", "media", "schemas", "tools"},
}
# The domain is pure: no engine, no store, no other part of actors.
DOMAIN = "actors/domain/"
DOMAIN_MAY_INCLUDE = (DOMAIN, "schemas/")
# A library, and the only places that may include it. A benchmark's baseline needs the real thing.
DOORS = {
    "caf/": ("actors/runtime/actor_engine.h", "media/actor_engine.h"),
    "rocksdb/": ("eventstore/", "tests/unit/eventstore/", "tests/bench/", "tests/faults/"),
}

# Written in halves, so that this file does not contain them.
WORDS = {
    "TO" + "DO": r"\bTO" + r"DO\b",
    "FIX" + "ME": r"\bFIX" + r"ME\b",
    "a path of one machine": r"(?<![\w.}$])/(?:wo" + r"rk|ho" + r"me|ro" + r"ot)/\w",
}
VAGUE_NAME = re.compile(r"\b(?:class|struct)\s+(\w*(?:Manager|Helper|Util|Utils|Impl))\b")

TOKEN = re.compile(
    r'R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"'  # raw string
    r'|//[^\n]*|/\*.*?\*/'  # comments
    r'|"(?:\\.|[^"\\\n])*"'  # string
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"  # character, not a digit separator
    r"|^[ \t]*\#(?:\\\n|[^\n])*",  # preprocessor line with its continuations
    re.DOTALL | re.MULTILINE,
)


def code_only(text):
    """The text with comments, literals and preprocessor lines blanked, line for line."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))

    return TOKEN.sub(blank, text)


def functions(text):
    """Yields (first line, number of lines, head) of every function body of a C++ file."""
    code = code_only(text)
    scopes = []  # of the blocks around: "declarations", or (line of the brace, head)
    depth_inside = 0  # braces open inside a function body
    head_start = 0
    for position, character in enumerate(code):
        if character not in "{};":
            continue
        if depth_inside:
            if character == "{":
                depth_inside += 1
            elif character == "}":
                depth_inside -= 1
                if depth_inside == 0:
                    line, head = scopes.pop()
                    following = code[position + 1 :].lstrip()[:1]
                    if following not in (",", "{"):  # those end a member's initializer
                        yield line, code.count("\n", 0, position) + 2 - line, head
                        head_start = position + 1
            continue
        if character == "{":
            head = " ".join(code[head_start:position].split())
            if "(" in re.sub(r"\b(?:alignas|requires|decltype)\s*\([^)]*\)", "", head):
                scopes.append((code.count("\n", 0, position) + 1, head))
                depth_inside = 1
            else:
                scopes.append("declarations")
                head_start = position + 1
        else:
            if character == "}" and scopes:
                scopes.pop()
            head_start = position + 1


def check_includes(path, text):
    folder = path.split("/")[0]
    if folder not in MAY_INCLUDE:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if not match:
            continue
        ours, target = match.group(1) == '"', match.group(2)
        for library, places in DOORS.items():
            if target.startswith(library) and not path.startswith(places):
                yield number, f"{target} may be included only in {', '.join(places)}"
        if not ours:
            continue
        top = target.split("/")[0]
        if top not in MAY_INCLUDE:
            yield number, f'write "{target}" from the root of the tree, or in <> if it is a library'
        elif top != folder and top not in MAY_INCLUDE[folder]:
            yield number, f"{folder} may not include {target}: dependencies point the other way"
        elif path.startswith(DOMAIN) and not target.startswith(DOMAIN_MAY_INCLUDE):
            yield number, f"the domain is pure: it may not include {target}"


def check_text(path, text):
    """Yields (line, message) for every broken rule of one file; `path` is from the root."""
    for number, line in enumerate(text.splitlines(), 1):
        for name, pattern in WORDS.items():
            if re.search(pattern, line):
                yield number, f"remove {name}"
        if path.endswith(".ts") and len(line) > COLUMNS_MAX:
            yield number, f"{len(line)} columns; a line has at most {COLUMNS_MAX}: break it"
    suffix = Path(path).suffix
    first_line = text.split("\n", 1)[0]
    if suffix in SOURCE or first_line.startswith("#!"):
        lines = text.count("\n")
        if lines > FILE_LINES_MAX:
            yield 1, f"{lines} lines; a file has at most {FILE_LINES_MAX}: split it"
    if suffix in CPP or suffix == ".ts":
        for line, length, head in functions(text):
            # A suite is a list of tests, not a function that is read as one.
            if length > FUNCTION_LINES_MAX and not re.search(r"\bdescribe\($|\bdescribe\( ", head):
                name = re.sub(r"\(.*", "", head).split(" ")[-1]
                yield line, f"{name} has {length} lines; at most {FUNCTION_LINES_MAX}: split it"
    if suffix in CPP:
        yield from check_includes(path, text)
        for match in VAGUE_NAME.finditer(code_only(text)):
            number = text.count("\n", 0, match.start()) + 1
            yield number, f"{match.group(1)} says nothing: name it by what it does in the domain"
