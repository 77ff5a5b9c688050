"""Grade the sample calls and keep the reports that test_golden.py holds later ones against.

python tests/remake_golden.py [NAME ...]
"""

import json
import sys

from conftest import grade_sample
from test_golden import GOLDEN, NAMES, compact


def rounded(value: object) -> object:
    """Numbers as short as a comparison needs."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return round(value, 3) if isinstance(value, float) else value


def main(names: list[str]) -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name in names or NAMES:
        report = rounded(compact(grade_sample(name)))
        assert isinstance(report, dict)
        lines = json.dumps(report, ensure_ascii=False, indent=1)
        (GOLDEN / f"{name}.json").write_text(lines + "\n", encoding="utf-8", newline="\n")
        print(f"{name}: overall {report['overall']['score']}")


if __name__ == "__main__":
    main(sys.argv[1:])
