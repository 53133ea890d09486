#!/usr/bin/env python3
"""Writes a C++ source that holds every file of a folder, for web_page_files.h.

  embed_page.py FOLDER SOURCE    without FOLDER's existence: no files
A file's compressed forms stand beside it as NAME.gz and NAME.br.
"""

import hashlib
import sys
from pathlib import Path

FORMS = ("", ".gz", ".br")


def label(index, form):
    return f"rookery_page_{index}_{FORMS.index(form)}"


def files(folder):
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")
                   if path.is_file())
    for name in found:
        if not name.endswith((".gz", ".br")):
            yield name, [form for form in FORMS if name + form in found]


def source(folder):
    assembly, declarations, entries = [], [], []
    for index, (name, forms) in enumerate(files(folder)):
        views = []
        for form in FORMS:
            if form not in forms:
                views.append("{}")
                continue
            path, symbol = folder / (name + form), label(index, form)
            # The hash makes the source another one when only the bytes change.
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            assembly.append(f'asm(".section .rodata\\n"  // {digest}\n'
                            f'    "{symbol}: .incbin \\"{path}\\"\\n"\n'
                            f'    "{symbol}_end: .byte 0\\n"\n'
                            f'    ".previous\\n");\n')
            declarations.append(f'extern const char {symbol}[] asm("{symbol}");\n'
                                f'extern const char {symbol}_end[] asm("{symbol}_end");\n')
            views.append(f"{{{symbol}, static_cast<std::size_t>({symbol}_end - {symbol})}}")
        entries.append(f'      {{"{name}", {", ".join(views)}}},\n')
    return "".join([
        '#include "tools/rookeryd/web_page_files.h"\n\n', *assembly, "\nnamespace rookery {\n\n",
        *declarations, "\nstd::vector<PageFile> web_page_files() {\n  return {\n", *entries,
        "  };\n}\n\n}  // namespace rookery\n"])


def main():
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.write_text(source(folder.resolve()))


if __name__ == "__main__":
    main()
