"""What the smoke judges by: pictures, recordings, and that it says no when it should."""

import importlib.machinery
import importlib.util
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

TOOLS = Path(sys.argv[1]) / "tools"
sys.path.insert(0, str(TOOLS))

import picture  # noqa: E402
import webm  # noqa: E402
from node import NodeError  # noqa: E402

WIDTH, HEIGHT = 40, 30


def smoke_module():
    loader = importlib.machinery.SourceFileLoader("smoke", str(TOOLS / "smoke"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("smoke", loader))
    loader.exec_module(module)
    return module


def chunk(kind, content):
    return (struct.pack(">I", len(content)) + kind + content +
            struct.pack(">I", zlib.crc32(kind + content)))


def png(rows, filters, step=3):
    """A PNG whose row i is written with filter filters[i % len]."""
    raw, above = b"", bytes(len(rows[0]))
    for number, row in enumerate(rows):
        kind = filters[number % len(filters)]
        raw += bytes([kind])
        for i, value in enumerate(row):
            left = row[i - step] if i >= step else 0
            corner = above[i - step] if i >= step else 0
            up, guess = above[i], 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            elif kind == 4:
                near = left + up - corner
                guess = min((left, up, corner), key=lambda v: abs(near - v))
            raw += bytes([(value - guess) & 255])
        above = row
    header = struct.pack(">IIBBBBB", len(rows[0]) // step, len(rows), 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
            chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def rows(mark=0):
    """A picture with structure; `mark` sets so many pixels of the first rows to the opposite."""
    out = []
    for y in range(HEIGHT):
        row = bytearray()
        for x in range(WIDTH):
            value = (x * 5 + y * 3) % 120
            if y * WIDTH + x < mark:
                value += 120
            row += bytes([value] * 3)
        out.append(bytes(row))
    return out


def element(kind, content):
    return kind + struct.pack(">Q", len(content) | 1 << 56) + content


def recording(frames, cut=0):
    track = element(b"\x16\x54\xae\x6b", element(b"\x86", b"V_VP8"))
    cluster = element(b"\x1f\x43\xb6\x75", element(b"\xa3", b"frame") * frames)
    whole = element(b"\x1a\x45\xdf\xa3", b"") + element(b"\x18\x53\x80\x67", track + cluster)
    return whole[: len(whole) - cut]


class Evidence(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        self.addCleanup(self.scratch.cleanup)

    def write(self, name, content):
        file = self.folder / name
        file.write_bytes(content)
        return file

    def test_png_is_read_whatever_its_filters(self):
        plain = picture.read_png(self.write("a.png", png(rows(), [0])))
        self.assertEqual((plain.width, plain.height), (WIDTH, HEIGHT))
        self.assertEqual(plain.grey, b"".join(row[::3] for row in rows()))
        for kind in range(5):
            filtered = picture.read_png(self.write("b.png", png(rows(), [kind, 0, 4])))
            self.assertEqual(filtered.grey, plain.grey, f"filter {kind}")

    def test_a_damaged_png_is_refused(self):
        content = bytearray(png(rows(), [0]))
        content[60] ^= 1
        with self.assertRaises(ValueError):
            picture.read_png(self.write("a.png", content))

    def test_xwd_is_read_like_png(self):
        header = struct.pack(">25I", 100, 7, 2, 24, WIDTH, HEIGHT, 0, 0, 32, 0, 32, 32, WIDTH * 4,
                             4, 0, 0, 0, 8, 256, 2, WIDTH, HEIGHT, 0, 0, 0)
        pixels = b"".join(bytes([v, v, v, 0]) for row in rows() for v in row[::3])
        read = picture.read_xwd(self.write("a.xwd", header + bytes(24) + pixels))
        self.assertEqual(read.grey, b"".join(row[::3] for row in rows()))

    def test_regions_are_cut_and_checked(self):
        whole = picture.read_png(self.write("a.png", png(rows(), [0])))
        part = whole.region(2, 1, 3, 2)
        self.assertEqual(part.grey, whole.grey[42:45] + whole.grey[82:85])
        with self.assertRaises(ValueError):
            whole.region(38, 0, 3, 1)

    def test_frames_of_a_recording_are_counted(self):
        self.assertEqual(webm.count_frames(self.write("a.webm", recording(7))), 7)
        for content in (recording(7, cut=3), b"no webm", b""):
            with self.assertRaises(ValueError):
                webm.count_frames(self.write("a.webm", content))

    def test_the_smoke_accepts_only_the_right_sum(self):
        smoke = object.__new__(smoke_module().Smoke)
        smoke.layout = {"display": [0, 0, WIDTH, HEIGHT]}
        twelve = picture.read_png(self.write("12.png", png(rows(), [0])))
        thirteen = picture.read_png(self.write("13.png", png(rows(mark=178), [0])))
        smoke.reference = {"12": twelve, "13": thirteen}
        smoke.shows(self.folder / "12.png", "12")
        smoke.shows(self.folder / "13.png", "13")
        nearly = self.write("nearly.png", png(rows(mark=10), [0]))
        smoke.shows(nearly, "12")
        between = self.write("between.png", png(rows(mark=60), [0]))
        for file, wanted in [(self.folder / "13.png", "12"), (self.folder / "12.png", "13"),
                             (between, "12"), (between, "13")]:
            with self.assertRaises(NodeError):
                smoke.shows(file, wanted)


class DataFolderTest(unittest.TestCase):
    def test_a_node_s_data_is_not_taken_away(self):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder, "data")
            data.mkdir()
            kept = data / "first-accounts.json"
            kept.write_text("{}")
            run = subprocess.run([TOOLS / "smoke", "--smoke", folder], capture_output=True,
                                 text=True)
            self.assertEqual(run.returncode, 2)
            self.assertIn("is not empty", run.stderr)
            self.assertEqual(kept.read_text(), "{}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
