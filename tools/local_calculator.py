"""The calculator of the guest, on an X server of our own, pressed without phone or stream.

What it shows is what a phone's picture is compared with: it comes by another way in the same run.

The layout, tests/end_to_end/calculator.json, is in pixels of the phone's screen:
  program         what to run; its first word is the window's class
  open            lines of a `rookery view --script` that bring the calculator up on the phone
  window          where its window then stands; the local screen is as large as this window
  keys, display   points to press; the rectangle of the number
  window_manager, environment, home {file: text}, xvfb [arguments]   optional: as in the guest
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import picture

READY_S_MAX = 60


class LocalCalculator:
    """Use as a context. `layout` says the window's place and the keys' points on the phone;
    `folder` is made, and removed at the end."""

    def __init__(self, layout, folder):
        self.layout = layout
        self.window = layout["window"]
        self.processes = []
        self.folder = Path(folder)

    def __enter__(self):
        self.folder.mkdir(parents=True)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self, command, **more):
        process = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        self.processes.append(process)
        return process

    def _start(self):
        self.environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8",
            "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder), "NO_AT_BRIDGE": "1",
            **self.layout.get("environment", {})}
        size = f"{self.window['width']}x{self.window['height']}x24"
        display_in, display_out = os.pipe()
        self._spawn(["Xvfb", "-displayfd", str(display_out), "-screen", "0", size, "-nolisten",
                     "tcp", "-fbdir", str(self.folder), *self.layout.get("xvfb", [])],
                    pass_fds=[display_out])
        os.close(display_out)
        with os.fdopen(display_in) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb does not start")
        self.environment["DISPLAY"] = f":{number}"
        for name, text in self.layout.get("home", {}).items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self._spawn(self.layout.get("window_manager",
                                    ["matchbox-window-manager", "-use_titlebar", "no"]))
        self._spawn(self.layout["program"])
        self._xdotool("search", "--sync", "--onlyvisible", "--class", self.layout["program"][0])
        self._wait_still()
        if self.display().contrast() < picture.DIFFERENT_FROM:
            raise RuntimeError("the local calculator shows nothing")

    def _xdotool(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True,
                       stdout=subprocess.DEVNULL, timeout=READY_S_MAX)

    def _screen(self):
        return picture.read_xwd(self.folder / "Xvfb_screen0")

    def _wait_still(self):
        """Until the display shows the same for half a second."""
        until, since, last = time.monotonic() + READY_S_MAX, time.monotonic(), None
        while time.monotonic() - since < 0.5:
            if time.monotonic() > until:
                raise RuntimeError("the local calculator does not come to rest")
            time.sleep(0.05)
            now = self.display().grey
            if now != last:
                since, last = time.monotonic(), now

    def press(self, keys):
        for key in keys:
            x, y = self.layout["keys"][key]
            self._xdotool("mousemove", x - self.window["x"], y - self.window["y"], "click", 1)
        self._wait_still()

    def display(self):
        x, y, width, height = self.layout["display"]
        return self._screen().region(x - self.window["x"], y - self.window["y"], width, height)
