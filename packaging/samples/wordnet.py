"""WordNet's glosses as a table: the bundled sample of 2,000, or with --all the whole of it for development.

    python packaging/samples/wordnet.py resources/samples/wordnet/glosses.csv
    python packaging/samples/wordnet.py --all wordnet.csv

Reads the files of the Debian package wordnet-base. Their form is described in wndb(5WN).
"""

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

NUMBER = 2000
SEED = 20
PARTS = {"noun": "noun", "verb": "verb", "adj": "adjective", "adv": "adverb"}
# lexnames(5WN), in the order of their numbers
CATEGORIES = (
    "adjective (general)",
    "adjective (of or about)",
    "adverb",
    "noun (top level)",
    "noun: act",
    "noun: animal",
    "noun: artifact",
    "noun: attribute",
    "noun: body",
    "noun: cognition",
    "noun: communication",
    "noun: event",
    "noun: feeling",
    "noun: food",
    "noun: group",
    "noun: location",
    "noun: motive",
    "noun: object",
    "noun: person",
    "noun: phenomenon",
    "noun: plant",
    "noun: possession",
    "noun: process",
    "noun: quantity",
    "noun: relation",
    "noun: shape",
    "noun: state",
    "noun: substance",
    "noun: time",
    "verb: body",
    "verb: change",
    "verb: cognition",
    "verb: communication",
    "verb: competition",
    "verb: consumption",
    "verb: contact",
    "verb: creation",
    "verb: emotion",
    "verb: motion",
    "verb: perception",
    "verb: possession",
    "verb: social",
    "verb: stative",
    "verb: weather",
    "adjective (participle)",
)
HEADER = ("title", "gloss", "category", "part of speech", "words", "senses")


class Gloss(NamedTuple):
    """senses: how many meanings the first word has in this part of speech."""

    title: str
    gloss: str
    category: str
    part: str
    words: str
    senses: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    parser.add_argument("--all", action="store_true", help="write all glosses, not only a sample")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    arguments = parser.parse_args()
    glosses = [gloss for part in PARTS for gloss in read_part(arguments.wordnet, part)]
    chosen = glosses if arguments.all else spread(glosses, NUMBER)
    arguments.target.parent.mkdir(parents=True, exist_ok=True)
    with arguments.target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(chosen)
    print(f"{len(chosen):,} of {len(glosses):,} glosses written to {arguments.target}")


def read_part(folder: Path, part: str) -> Iterator[Gloss]:
    senses = dict(read_senses(folder / f"index.{part}"))
    for line in (folder / f"data.{part}").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            continue  # the licence
        columns, _, gloss = line.partition("|")
        cells = columns.split()
        lemmas = [cells[4 + 2 * position] for position in range(int(cells[3], 16))]
        # adjectives bear a mark of their place in the sentence: "galore(ip)"
        lemmas = [lemma.partition("(")[0] for lemma in lemmas]
        words = [lemma.replace("_", " ") for lemma in lemmas]
        number = senses.get(lemmas[0].lower(), 1)
        yield Gloss(words[0], gloss.strip(), CATEGORIES[int(cells[1])], PARTS[part], ";".join(words), number)


def read_senses(path: Path) -> Iterator[tuple[str, int]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("  "):
            cells = line.split()
            yield cells[0], int(cells[2])


def spread(glosses: list[Gloss], number: int) -> list[Gloss]:
    """As many from small categories as they have, the rest shared evenly, in a fixed random order."""
    chance = random.Random(SEED)
    by_category: dict[str, list[Gloss]] = defaultdict(list)
    for gloss in glosses:
        by_category[gloss.category].append(gloss)
    chosen: list[Gloss] = []
    waiting = sorted(by_category.values(), key=len)
    for position, group in enumerate(waiting):
        share = (number - len(chosen)) // (len(waiting) - position)
        chosen.extend(chance.sample(group, min(share, len(group))))
    chance.shuffle(chosen)
    return chosen


if __name__ == "__main__":
    main()
