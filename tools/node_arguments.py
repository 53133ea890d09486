"""The command line that tools/serve and tools/smoke have in common."""

import argparse
import ipaddress
import os
import sys
from pathlib import Path

PORT_MAX = 65535


def folder(text):
    """A folder that exists or can be made, and that we may write."""
    if not text:
        raise argparse.ArgumentTypeError("name a folder")
    path = Path(text).absolute()
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise argparse.ArgumentTypeError(f"{there} is no folder: name another")
    if not os.access(there, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"{there} cannot be written: name another folder")
    return path


def ip_address(text):
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no IP address: give one such as 127.0.0.1") from error


def port(text):
    if not text.isascii() or not text.isdigit() or int(text) > PORT_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number up to {PORT_MAX}")
    return int(text)


def ip_port(text):
    """"127.0.0.1:8080" or "[::1]:8080", as it was given."""
    address, colon, number = text.rpartition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"{text!r} is no IP:PORT: give one such as 127.0.0.1:8080")
    bracketed = address.startswith("[") and address.endswith("]")
    if (":" in address) != bracketed:
        raise argparse.ArgumentTypeError(f"{text!r}: write an IPv6 address in brackets")
    ip_address(address[1:-1] if bracketed else address)
    port(number)
    return text


class OneLine(argparse.ArgumentParser):
    def error(self, message):
        print(f"up: {message}; see tools/up --help", file=sys.stderr)
        sys.exit(2)


def parser(description, listen):
    """Knows what both programs take; `listen` is where the HTTP API is unless told."""
    out = OneLine(prog="tools/up", description=description, allow_abbrev=False)
    out.add_argument("--data", type=folder)
    out.add_argument("--listen", type=ip_port, default=listen)
    out.add_argument("--media-bind", type=ip_address, default="127.0.0.1")
    out.add_argument("--media-port", type=port, default=0)
    out.add_argument("--only-check-arguments", action="store_true", help=argparse.SUPPRESS)
    return out
