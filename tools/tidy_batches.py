"""Batches of source files that a linter reads as one translation unit, their headers once."""

import collections
import re

FILES_MAX = 16
PRIVATE = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.DOTALL | re.MULTILINE)
# On a line that is not indented: a type, or what stands before its parameters or its value.
DECLARED = re.compile(r"^(?:(?:struct|class|enum class|enum|using)\s+(\w+)"
                      r"|[A-Za-z][^(={;\n]*?\b(\w+)\s*[({=;\[])", re.MULTILINE)
GLOBAL = re.compile(r'^(?:extern "C" )?int (\w+)\(|^BOOST_\w*TEST_CASE\w*\((\w+)', re.MULTILINE)
OPENED = re.compile(r"^using namespace [\w:]+;", re.MULTILINE)
INCLUDED = re.compile(r"^#include (\S+)", re.MULTILINE)


class Batch:
    def __init__(self):
        self.files, self.names, self.opened, self.included = [], set(), set(), set()

    def takes(self, names, opened):
        """Whether a file with these private names, that opens these namespaces, may join."""
        return (len(self.files) < FILES_MAX and not names & self.names and
                (opened <= self.opened or self.opened <= opened))


def private_names(text):
    """What a file declares for itself alone, and what two files can therefore both declare."""
    inside = "\n".join(PRIVATE.findall(text))
    return {one or other for one, other in DECLARED.findall(inside) + GLOBAL.findall(text)}


def batches(files, text_of, arguments_of):
    """Groups files with equal compiler arguments that can stand one after the other.

    A guess from the text: two files that do not fit after all give errors of the compiler.
    """
    texts = {file: text_of(file) for file in files}
    names = {file: private_names(texts[file]) for file in files}
    shared = collections.Counter(name for file in files for name in names[file])
    groups = {}
    # Those that fit with the fewest choose first.
    for file in sorted(files, key=lambda file: -max((shared[n] for n in names[file]), default=0)):
        opened = set(OPENED.findall(texts[file]))
        included = set(INCLUDED.findall(texts[file]))
        group = groups.setdefault(tuple(arguments_of(file)), [])
        free = [batch for batch in group if batch.takes(names[file], opened)]
        if not free:
            group.append(Batch())
        batch = max(free or group[-1:], key=lambda batch: len(included & batch.included))
        batch.files.append(file)
        batch.names |= names[file]
        batch.opened |= opened
        batch.included |= included
    return [batch.files for group in groups.values() for batch in group]


def one_text(files, text_of):
    """The files' texts as one. With the #line, the compiler takes each for the main file."""
    return "".join(f'#line 1 "{file}"\n{text_of(file)}\n' for file in files)
