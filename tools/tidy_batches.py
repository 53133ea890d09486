"""Batches of source files that a linter reads as one translation unit, their headers once."""

import collections
import re

FILES_MAX = 32
PRIVATE = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.DOTALL | re.MULTILINE)
# On a line that is not indented: a type, or what stands before its parameters or its value.
DECLARED = re.compile(r"^(?:(?:struct|class|enum class|enum)\s+(\w+)|using (\w+) ="
                      r"|(?!using )[A-Za-z][^(={;\n]*?\b(\w+)\s*[({=;\[])", re.MULTILINE)
GLOBAL = re.compile(r'^(?:extern "C" )?int (\w+)\(|^BOOST_\w*TEST_CASE\w*\((\w+)|^\S+ fuzz::(\w+)\(',
                    re.MULTILINE)
OPENED = re.compile(r"^using namespace [\w:]+;", re.MULTILINE)
INCLUDED = re.compile(r"^#include (\S+)", re.MULTILINE)
# Somebody else's name, perhaps: a member, or what a namespace holds.
QUALIFIED = re.compile(r"(?:\.|->|::)\s*(\w+)")
CODE_LINE = re.compile(r"^(?!\s*#\s*include).*$", re.MULTILINE)


class Source:
    """What decides which files can stand one after the other."""

    def __init__(self, text, arguments):
        inside = "\n".join(PRIVATE.findall(text))
        # What the file declares for itself alone, and what two files can therefore both declare.
        self.names = {"".join(found) for found in DECLARED.findall(inside) + GLOBAL.findall(text)}
        self.fixed = self.names & set(QUALIFIED.findall(text))
        self.opened = set(OPENED.findall(text))
        self.included = set(INCLUDED.findall(text))
        self.macros, self.folders, self.rest = split_arguments(arguments)


class Batch:
    def __init__(self, source):
        self.files, self.names, self.fixed = [], set(), set()
        self.opened, self.included = set(), set()
        self.macros, self.folders, self.rest = {}, [], source.rest

    def takes(self, source):
        """Whether the file may join: another may have the same private names only if they can be
        changed in one of them."""
        return (len(self.files) < FILES_MAX and source.rest == self.rest and
                not source.fixed & self.names and not source.names & self.fixed and
                (source.opened <= self.opened or self.opened <= source.opened) and
                all(self.macros.get(name, value) == value for name, value in source.macros.items()))

    def add(self, file, source):
        self.files.append(file)
        self.names |= source.names
        self.fixed |= source.fixed
        self.opened |= source.opened
        self.included |= source.included
        self.macros.update(source.macros)
        self.folders += [folder for folder in source.folders if folder not in self.folders]


def split_arguments(words):
    """A compiler's arguments: macros with their values, include folders, and the others."""
    macros, folders, rest = {}, [], []
    following = iter(words)
    for word in following:
        if word.startswith("-D"):
            name, _, value = word[2:].partition("=")
            macros[name] = value
        elif word == "-isystem":
            folders.append((word, next(following)))
        elif word.startswith("-I"):
            folders.append((word,))
        else:
            rest.append(word)
    return macros, folders, tuple(rest)


def batches(files, text_of, arguments_of):
    """Groups of files that can stand one after the other.

    A guess from the text: two files that do not fit after all give errors of the compiler.
    """
    sources = {file: Source(text_of(file), arguments_of(file)) for file in files}
    shared = collections.Counter(name for source in sources.values() for name in source.fixed)
    found = []
    # Those that fit with the fewest choose first.
    for file in sorted(files, key=lambda file: -max((shared[n] for n in sources[file].fixed),
                                                    default=0)):
        source = sources[file]
        free = [batch for batch in found if batch.takes(source)]
        if not free:
            free = [Batch(source)]
            found += free
        max(free, key=lambda batch: len(source.included & batch.included)).add(file, source)
    return [batch.files for batch in found]


def one_text(files, text_of):
    """The files' texts as one. With the #line, the compiler takes each for the main file. A private
    name that an earlier file has, too, gets a number."""
    taken, texts = set(), []
    for number, file in enumerate(files):
        text = text_of(file)
        names = Source(text, []).names
        if names & taken:
            twice = re.compile(r"\b(" + "|".join(sorted(names & taken)) + r")\b")
            text = CODE_LINE.sub(lambda line: twice.sub(rf"\1_{number}", line[0]), text)
        taken |= names
        texts.append(f'#line 1 "{file}"\n{text}\n')
    return "".join(texts)


def one_list(files, arguments_of):
    """The compiler's arguments for all these files together."""
    macros, folders, rest = {}, [], []
    for file in files:
        more, its_folders, rest = split_arguments(arguments_of(file))
        macros.update(more)
        folders += [folder for folder in its_folders if folder not in folders]
    # A main that has another name than that must return something.
    return ["-Wno-return-type", *(f"-D{name}={value}" if value else f"-D{name}" for name, value in macros.items()),
            *(word for folder in folders for word in folder), *rest]
