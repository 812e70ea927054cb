"""Names of regions: texts of known topics in known places get the words of their topics."""

import random
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pytest

from embexplorer.analysis.regions import Level, find_regions
from embexplorer.analysis.regions_names import names_of
from embexplorer.analysis.regions_shown import shown_regions
from embexplorer.analysis.regions_terms import terms_of
from embexplorer.analysis.regions_tokens import tokens_of
from embexplorer.base.progress import finish

ENGLISH = {
    "delivery": ("The slow delivery took {} weeks", "slow delivery and the parcel was late", "a parcel by courier"),
    "refund": ("I want a refund of my money", "no refund after {} calls", "the refund was paid to my bank"),
    "battery": ("the battery lasts {} hours", "battery and charger are bad", "batteries that never charge"),
    "kitchen": ("a knife for the kitchen", "the pan and the knife are sharp", "kitchen pans of steel"),
    "guitar": ("the guitar sounds warm", "a song for guitar and drums", "the singer of this song"),
}
GERMAN = {
    "Zimmer": ("Das Zimmer war sauber und das Hotel ruhig", "Im Hotel gab es {} Zimmer mit Balkon"),
    "Akku": ("Der Akku hält nicht lange und das Ladegerät wird heiß", "Ein Akku mit {} Stunden, das Ladegerät fehlt"),
    "Lieferung": (
        "Die Lieferung kam zu spät, das Paket war offen",
        "Das Paket der Lieferung lag {} Tage beim Nachbarn",
    ),
}
FRENCH = {
    "livraison": ("La livraison était en retard et le colis abîmé", "Le colis de la livraison a mis {} jours"),
    "vin": ("Un vin rouge avec du fromage de chèvre", "Le vin et le fromage sont de la région"),
    "train": ("Le train est en retard de {} minutes à la gare", "La gare où le train part est loin"),
}
CHINESE = {
    "手机": ("这款手机的电池很好", "手机和电池都有问题"),
    "酒店": ("酒店的早餐很丰富", "我们在酒店吃早餐"),
    "快递": ("快递等了{}天", "快递的包裹破了"),
}


def texts_of(topics: Mapping[str, Sequence[str]], each: int = 150) -> tuple[list[str], np.ndarray]:
    """So many texts of each topic, and the topic of each."""
    draw = random.Random(4)
    texts = [draw.choice(list(said)).format(draw.randint(2, 90)) for said in topics.values() for _ in range(each)]
    return texts, np.repeat(np.arange(len(topics)), each)


def places(of: np.ndarray) -> np.ndarray:
    """Each topic at a place of its own: (0, 0), (10, 0), (20, 0) and so on."""
    spread = np.random.default_rng(3).normal(0, 0.5, (len(of), 2))
    return (np.stack([of * 10, of * 0], axis=1) + spread).astype(np.float32)


def named(texts: list[str], of: np.ndarray, titles: list[str] | None = None) -> list[str]:
    """The name at each topic's place on the whole map."""
    shown = shown_at(texts, places(of), titles).filter(pl.col("from") == 0)
    return [" & ".join(shown.filter((pl.col("x") - 10 * topic).abs() < 3)["text"]) for topic in range(of.max() + 1)]


def shown_at(texts: list[str], xy: np.ndarray, titles: list[str] | None = None) -> pl.DataFrame:
    levels, names = levels_of(texts, xy, titles)
    return shown_regions(levels, names)


def levels_of(
    texts: list[str], xy: np.ndarray, titles: list[str] | None = None
) -> tuple[tuple[Level, ...], list[list[str]]]:
    regions = find_regions(xy)
    rows = np.flatnonzero(regions.hill >= 0)
    own_titles = pl.Series(titles or [""] * len(texts), dtype=pl.String)
    tokens = finish(tokens_of(own_titles[rows], pl.Series(texts, dtype=pl.String)[rows]))
    terms = finish(terms_of(tokens, regions.hill[rows], len(regions.levels[0].of_hill)))
    return regions.levels, finish(names_of(regions.levels, terms))


@pytest.mark.parametrize("topics", [ENGLISH, GERMAN, FRENCH, CHINESE], ids=["English", "German", "French", "Chinese"])
def test_topics_get_their_words(topics: Mapping[str, Sequence[str]]) -> None:
    names = named(*texts_of(topics))
    for topic, name in zip(topics, names, strict=True):
        assert topic in name
        for other in topics:
            assert other == topic or other not in name


def test_a_pair_is_said_as_a_pair() -> None:
    assert named(*texts_of(ENGLISH))[0].startswith("slow delivery")


def test_plurals_are_the_same_word() -> None:
    name = named(*texts_of(ENGLISH))[2]
    assert "battery" in name
    assert "batteries" not in name


def test_words_are_written_as_they_are_written_mostly() -> None:
    topics = {
        "space": ("NASA sent a probe to Mars", "A probe of NASA on Mars", "nasa lost the probe near Mars, said NASA"),
        "sea": ("The McDonald reef has corals", "Corals of the McDonald reef", "the reef of corals, said McDonald"),
    }
    space, sea = named(*texts_of(topics))
    assert "NASA" in space
    assert "McDonald" in sea


def test_what_names_nothing_is_left_out() -> None:
    texts, of = texts_of(ENGLISH)
    spoilt = [f"<p>{text}</p> https://shop.example/{row}?ref=12 kundo@shop.example 4711 &nbsp; Sent from my Pocketphone"
              for row, text in enumerate(texts)]  # fmt: skip
    clean, names = named(texts, of), named(spoilt, of)
    for rubbish in ("http", "shop", "example", "4711", "nbsp", "Pocketphone", "Sent", "the ", "kundo"):
        assert not any(rubbish in name for name in names)
    assert [name.split(" · ")[0] for name in names] == [name.split(" · ")[0] for name in clean]


def test_frequent_words_of_a_language_without_a_list_are_left_out() -> None:
    topics = {"koira": ("koira ja kissa ovat pihalla", "koira on pihalla ja haukkuu"),
              "auto": ("auto ja moottori ovat rikki", "auto on tiellä ja moottori käy"),
              "kirja": ("kirja ja kynä ovat pöydällä", "kirja on hyvä ja kynä lyhyt")}  # fmt: skip
    for topic, name in zip(topics, named(*texts_of(topics)), strict=True):
        assert topic in name
        assert not {"ja", "on", "ovat"} & set(name.split(" "))


def test_titles_count_more() -> None:
    of = np.repeat(np.arange(2), 200)
    draw = random.Random(1)
    titles = ["Harbour" if topic == 0 else "Mountain" for topic in of]
    texts = [draw.choice(["ships and boats", "ships and nets"]) if topic == 0 else "snow and rocks" for topic in of]
    harbour, mountain = named(texts, of, titles)
    assert harbour.startswith("Harbour")
    assert mountain.startswith("Mountain")


def test_no_name_says_the_same_twice_and_none_is_given_twice() -> None:
    levels, names = levels_of(*_grid())
    for level, texts in zip(levels, names, strict=True):
        said = [text.casefold() for text in texts if text]
        assert len(level) == len(texts)
        assert len(said) == len(set(said))
        for text in said:
            words = text.replace(" · ", " ").split()
            assert len(words) == len(set(words))


def test_finer_regions_are_named_by_what_sets_them_apart() -> None:
    texts, xy = _grid()
    shown = shown_at(texts, xy)
    assert shown["level"].n_unique() >= 2
    coarse = " ".join(shown.filter(pl.col("level") == 1)["text"])
    fine = " ".join(shown.filter(pl.col("level") > 1)["text"])
    assert sum(f"topic{chr(97 + a)}" in coarse for a in range(14)) >= 12
    assert sum(f"part{chr(97 + a)}{chr(97 + b)}" in fine for a in range(14) for b in range(4)) >= 40
    for row in shown.iter_rows(named=True):
        assert row["from"] < row["to"]
        assert row["level"] > 1 or row["from"] == 0


def _grid() -> tuple[list[str], np.ndarray]:
    """Fourteen topics in a row, each of four parts that lie close together."""
    spread = np.random.default_rng(8)
    draw = random.Random(2)
    texts, xy = [], []
    for a in range(14):
        for b in range(4):
            for _ in range(150):
                filler = draw.choice(["green", "yellow", "purple", "orange"])
                texts.append(f"{filler} topic{chr(97 + a)} with part{chr(97 + a)}{chr(97 + b)}")
                middle = (a % 5 * 20 + b % 2 * 4, a // 5 * 20 + b // 2 * 4)
                xy.append(np.array(middle) + spread.normal(0, 0.5, 2))
    return texts, np.array(xy, np.float32)


def test_the_same_texts_give_the_same_names() -> None:
    texts, xy = _grid()
    assert shown_at(texts, xy).equals(shown_at(list(texts), xy.copy()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a" * 1_000_000,
        "\x00\x01\x1e\x1f\x7f",
        "\ud83d\ude00",
        "1 2 3",
        "?!",
        "<" * 5_000,
        "的" * 1_000,
        "\u202e",
    ],
    ids=["empty", "blank", "one long word", "control", "emoji", "numbers", "marks", "brackets", "one letter", "turned"],
)
def test_texts_that_say_nothing_do_no_harm(text: str) -> None:
    good, of = texts_of(ENGLISH)
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16")
    names = named([one if row % 10 else clean for row, one in enumerate(good)], of)
    assert all(topic in name for topic, name in zip(ENGLISH, names, strict=True))
    nothing = named([clean] * len(good), of)
    assert nothing == [""] * len(ENGLISH)


@pytest.mark.parametrize("items", [3, 300])
def test_one_region_has_nothing_to_stand_out_from(items: int) -> None:
    assert shown_at(["the cat sat"] * items, np.zeros((items, 2), np.float32)).height == 0
