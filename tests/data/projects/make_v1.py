"""Makes v1.embx, the kept project file of format 1. Run once, when format 1 was settled; never again.

python tests/data/projects/make_v1.py
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[1] / "store")]

import sample_project  # noqa: E402

sample_project.make(HERE / "v1.embx")
