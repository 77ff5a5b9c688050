"""Ask the ITU's own program for the active speech level of the signals that test_active_level.py holds ours against.

python tests/remake_active_level.py ACTLEV

ACTLEV is the program ``actlev`` of ITU-T G.191 (module sv56), built from its source, https://github.com/openitu/STL.
It is handed each signal as the Recommendation has it, 16-bit samples, one channel; what it prints is kept in
voicecoach/validation/active_level_sv56.toml. The program itself is no part of this project (ITU-T General Public
License).
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from test_active_level import signals

import voicecoach.validation

KNOWN = Path(voicecoach.validation.__file__).with_name("active_level_sv56.toml")

HEADER = """\
# What ITU-T's speech voltmeter says of known signals: G.191 (STL), sv56, sv-p56.c version 2.3 of 19 May 2005
# (openitu/STL, commit 429a5bd), 15 thresholds, 16-bit samples, in blocks of 256; gcc 12 -O2. Its functions were
# called through a reader of our own that prints as actlev does. Made by
#     python tests/remake_active_level.py ACTLEV
# Recipes: of sample calls in tests/test_active_level.py, of the others in voltmeter.py beside this.
# level: active speech level, dBov; activity: %.
"""


def main(actlev: str) -> None:
    lines = [HEADER]
    for name, sr, make in signals():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "signal.raw")
            make().tofile(path)
            command = [actlev, "-q", "-sf", str(sr), str(path)]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = re.search(r"ActLev\[dB\]: *(\S+) *%Active: *(\S+)", said)
        if not found:
            raise SystemExit(f"{actlev} said: {said}")
        lines.append(f'"{name}" = {{ level = {found[1]}, activity = {found[2]} }}\n')
    KNOWN.write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
