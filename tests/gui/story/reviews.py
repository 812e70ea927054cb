"""A table as people have them: reviews with a kind, stars and a day."""

import csv
import random
from pathlib import Path

from embexplorer.operations.selftest import sample_folder

_MOST = 400


def write_reviews(path: Path, number: int = _MOST) -> Path:
    """Glosses of the sample as reviews with a category, stars and a day each."""
    chance = random.Random(1)
    with next(sample_folder("wordnet").glob("*.csv")).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[:number]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["title", "review", "kind", "stars", "published"])
        for row in rows:
            day = f"2024-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            writer.writerow([row["title"], row["gloss"], row["part of speech"], chance.randint(1, 5), day])
    return path
