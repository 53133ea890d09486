"""Pictures as grey pixels: read PNG and X window dumps, compare a region. Standard library only."""

import struct
import zlib
from pathlib import Path

# Brightness apart (of 255) from which two pixels differ for a person; a lossy codec stays below.
DIFFERENT_FROM = 64


class Picture:
    def __init__(self, width, height, grey):
        self.width, self.height, self.grey = width, height, grey

    def region(self, x, y, width, height):
        if x < 0 or y < 0 or x + width > self.width or y + height > self.height:
            raise ValueError(f"region {x},{y} {width}x{height} lies outside "
                             f"{self.width}x{self.height}")
        rows = [self.grey[row * self.width + x : row * self.width + x + width]
                for row in range(y, y + height)]
        return Picture(width, height, b"".join(rows))

    def contrast(self):
        return max(self.grey) - min(self.grey)


def different_pixels(a, b):
    """How many pixels of two equally large pictures differ for a person."""
    if (a.width, a.height) != (b.width, b.height):
        raise ValueError(f"{a.width}x{a.height} and {b.width}x{b.height} cannot be compared")
    return sum(abs(p - q) > DIFFERENT_FROM for p, q in zip(a.grey, b.grey))


def _grey(red, green, blue):
    return bytes((r * 77 + g * 150 + b * 29) >> 8 for r, g, b in zip(red, green, blue))


def _unfilter(kind, line, above, step):
    # PNG (ISO 15948) section 9: the five filters.
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up = above[i]
        if kind == 1:
            line[i] = (line[i] + left) & 255
        elif kind == 2:
            line[i] = (line[i] + up) & 255
        elif kind == 3:
            line[i] = (line[i] + (left + up) // 2) & 255
        elif kind == 4:
            corner = above[i - step] if i >= step else 0
            guess = left + up - corner
            near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up),
                       (abs(guess - corner), 2, corner))
            line[i] = (line[i] + near[2]) & 255


def read_png(path):
    """An 8-bit RGB or RGBA picture without interlacing."""
    content = Path(path).read_bytes()
    if content[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError(f"{path} is no PNG")
    at, pixels, header = 8, b"", None
    while at + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        chunk = content[at + 8 : at + 8 + length]
        if struct.unpack(">I", content[at + 8 + length : at + 12 + length])[0] != zlib.crc32(
                kind + chunk):
            raise ValueError(f"{path} is damaged")
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", chunk)
        elif kind == b"IDAT":
            pixels += chunk
        at += 12 + length
    width, height, depth, colors, _, _, interlace = header
    if depth != 8 or colors not in (2, 6) or interlace:
        raise ValueError(f"{path}: only 8-bit RGB or RGBA is read")
    step = 3 if colors == 2 else 4
    raw, stride = zlib.decompress(pixels), width * step
    above, grey = bytearray(stride), bytearray()
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        if raw[start]:
            _unfilter(raw[start], line, above, step)
        grey += _grey(line[0::step], line[1::step], line[2::step])
        above = line
    return Picture(width, height, bytes(grey))


def read_xwd(path):
    """The screen file of `Xvfb -fbdir`: an X window dump, 32 bits a pixel (XWDFile.h, version 7)."""
    content = Path(path).read_bytes()
    fields = struct.unpack(">25I", content[:100])
    header_size, width, height, order = fields[0], fields[4], fields[5], fields[7]
    bits, stride, colors = fields[11], fields[12], fields[19]
    if bits != 32:
        raise ValueError(f"{path}: {bits} bits a pixel; only 32 are read")
    start = header_size + 12 * colors
    red, blue = (2, 0) if order == 0 else (1, 3)
    green = 1 if order == 0 else 2
    grey = bytearray()
    for row in range(height):
        line = content[start + row * stride : start + row * stride + 4 * width]
        grey += _grey(line[red::4], line[green::4], line[blue::4])
    return Picture(width, height, bytes(grey))
