"""Encodings of scripts that statistics over characters take for others, told by how their letters are put together."""

import re

_HEBREW = frozenset(range(0xE0, 0xFB))
_POINTED = frozenset((*range(0xC0, 0xD4), 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xA0, 0xA4))
_HEBREW_FINALS = re.compile(rb"[\xea\xed\xef\xf3\xf5]")
_FINAL_WITHIN_WORD = re.compile(rb"[\xea\xed\xef\xf3\xf5](?=[\xe0-\xfa])")
_ARABIC = frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيًٌٍَُِّْ،؛؟پچژگ".encode("cp1256"))
_ARABIC_COMMON = frozenset("لمنهوىي".encode("cp1256"))
_THAI = frozenset((*range(0xA1, 0xDB), *range(0xDF, 0xFC)))
# consonants, then a vowel above or below, then a tone; vowels that are written first precede a consonant
_THAI_MARK = re.compile(rb"[\xd1\xd4-\xda\xe7-\xee]")
_THAI_MARK_IN_PLACE = re.compile(rb"(?<=[\xa1-\xce\xd1\xd4-\xda\xe7-\xee])[\xd1\xd4-\xda\xe7-\xee]")
_THAI_TWO_MARKS = re.compile(rb"[\xd1\xd4-\xda][\xe7-\xee]")
_THAI_FIRST = re.compile(rb"[\xe0-\xe4]")
_THAI_FIRST_IN_PLACE = re.compile(rb"[\xe0-\xe4](?=[\xa1-\xce])")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_FEWEST_BYTES = 20
_NEARLY_ALL = 0.97


def script_encoding(sample: bytes) -> str:
    """ "cp1255", "cp1256", "cp874" or "euc_jp" for a sample that is certainly written in it, else ""."""
    high = [byte for byte in sample if byte >= 0x80]
    if len(high) < _FEWEST_BYTES:
        return ""
    for name, is_written in (("cp874", _is_thai), ("cp1255", _is_hebrew), ("cp1256", _is_arabic)):
        if is_written(sample, high):
            return name
    return "euc_jp" if _is_japanese(sample) else ""


def _is_hebrew(sample: bytes, high: list[int]) -> bool:
    """Five letters have a form that ends words; Cyrillic and Greek have letters of all words at their places."""
    letters = sum(byte in _HEBREW for byte in high)
    if letters + sum(byte in _POINTED for byte in high) < _NEARLY_ALL * len(high) or 2 * letters < len(high):
        return False
    finals, within = len(_HEBREW_FINALS.findall(sample)), len(_FINAL_WITHIN_WORD.findall(sample))
    return finals > 0 and within <= 0.05 * finals


def _is_arabic(_: bytes, high: list[int]) -> bool:
    """KOI8 has its small letters where Arabic has half of its letters, and capitals where the commonest others are."""
    common = sum(byte in _ARABIC_COMMON for byte in high) / len(high)
    return 0.2 <= common <= 0.7 and sum(byte in _ARABIC for byte in high) >= _NEARLY_ALL * len(high)


def _is_thai(sample: bytes, high: list[int]) -> bool:
    """Pairs of bytes in Korean look like consonants with marks; but there no mark follows another."""
    if sum(byte in _THAI for byte in high) < _NEARLY_ALL * len(high):
        return False
    marks, first = len(_THAI_MARK.findall(sample)), len(_THAI_FIRST.findall(sample))
    in_place = len(_THAI_MARK_IN_PLACE.findall(sample)) + len(_THAI_FIRST_IN_PLACE.findall(sample))
    tones = len(_THAI_TWO_MARKS.findall(sample))
    return marks >= 0.08 * len(high) and tones >= 0.01 * len(high) and in_place >= _NEARLY_ALL * (marks + first)


def _is_japanese(sample: bytes) -> bool:
    """A quarter of hiragana, many of them: Chinese has next to none, and Korean has single letters at their places,
    of which people write but a few."""
    text = sample.decode("euc_jp", "replace")
    characters = sum(character > "\x7f" for character in text)
    hiragana = _HIRAGANA.findall(text)
    return 4 * len(hiragana) >= characters and len(set(hiragana)) >= 10 and 50 * text.count("\ufffd") <= characters
