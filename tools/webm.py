"""Counts what a WebM file holds: enough of EBML (RFC 8794) to walk segment, clusters and blocks."""

from pathlib import Path

EBML, SEGMENT, CLUSTER, SIMPLE_BLOCK, BLOCK_GROUP = (
    0x1A45DFA3, 0x18538067, 0x1F43B675, 0xA3, 0xA0)
UNKNOWN_SIZE = object()


def _number(content, at, keep_marker):
    first = content[at]
    length = 9 - first.bit_length()
    if length > 8 or at + length > len(content):
        raise ValueError("broken EBML number")
    value = int.from_bytes(content[at : at + length], "big")
    marker = 1 << (7 * length)
    if keep_marker:
        return value, at + length
    return (UNKNOWN_SIZE if value == 2 * marker - 1 else value - marker), at + length


def count_frames(path):
    """Video frames in the file; ValueError when it is no whole WebM file."""
    content = Path(path).read_bytes()
    if not content.startswith(b"\x1aE\xdf\xa3"):
        raise ValueError(f"{path} is no WebM file")
    if b"V_VP8" not in content[:4096] and b"V_VP9" not in content[:4096]:
        raise ValueError(f"{path} has no VP8 or VP9 track")
    frames, at = 0, 0
    while at < len(content):
        element, at = _number(content, at, True)
        size, at = _number(content, at, False)
        if element in (SEGMENT, CLUSTER):
            continue  # walk into it
        if size is UNKNOWN_SIZE or at + size > len(content):
            raise ValueError(f"{path} ends in the middle of an element")
        frames += element in (SIMPLE_BLOCK, BLOCK_GROUP)
        at += size
    return frames
