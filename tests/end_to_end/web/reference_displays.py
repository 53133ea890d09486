#!/usr/bin/env python3
"""Prints what the calculator shows for some sums, pressed without phone or stream: a JSON object of
brightness bytes in base64. Usage: reference_displays.py FOLDER SUM=KEYS…"""

import base64
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from local_calculator import LocalCalculator  # noqa: E402

layout = json.loads((ROOT / "tests" / "end_to_end" / "calculator.json").read_text())
shown = {}
with LocalCalculator(layout, Path(sys.argv[1]) / "local-calculator") as calculator:
    for word in sys.argv[2:]:
        total, keys = word.split("=", 1)
        calculator.press(["AC", *keys])
        shown[total] = base64.b64encode(calculator.display().grey).decode()
json.dump(shown, sys.stdout)
