"""Western or central European: which of the two code pages that share most letters a text was written in.

Statistics over characters take French for Slovak as soon as a sample is long or repeats itself ("très" for "trčs").
Alphabets don't: a text whose letters beyond ASCII all belong to one language is written in that language's code page.
"""

_WESTERN = (
    "éèàêçùâîôûœëïÿæÉÈÀÊÇÙÂÎÔÛŒ",  # French
    "äöüßÄÖÜéà",  # German
    "áéíóúñü¿¡ªºÁÉÍÓÚÑÜ",  # Spanish
    "àéèíïóòúüç·ÀÉÈÍÓÒÚÇ",  # Catalan
    "ãõçáéíóúâêôàªºÃÕÇÁÉÍÓÚÂÊÔÀ",  # Portuguese
    "àèéìòùîÀÈÉÌÒÙ",  # Italian
    "åäöéÅÄÖÉ",  # Swedish, Finnish
    "æøåéÆØÅÉ",  # Danish, Norwegian
    "éëïöüèêáóÉË",  # Dutch
    "áðéíóúýþæöÁÐÉÍÓÚÝÞÆÖ",  # Icelandic
)
_CENTRAL = (
    "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",  # Polish
    "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ",  # Czech
    "áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĽŇÓÔŠŤÚÝŽ",  # Slovak
    "áéíóöőúüűÁÉÍÓÖŐÚÜŰ",  # Hungarian
    "čćđšžČĆĐŠŽ",  # Croatian, Slovene
    "ăâîşţĂÂÎŞŢ",  # Romanian
)
_PAGES = {"cp1252": _WESTERN, "cp1250": _CENTRAL}
# typographic signs, which both pages have at the same places, say nothing
_NEUTRAL = frozenset(
    (0x80, 0x82, *range(0x84, 0x88), 0x89, *range(0x91, 0x98), 0x99, 0xA0, 0xA7, 0xA9, 0xAB, 0xB0, 0xBB)
)
_NEARLY_ALL = 0.97


def latin_code_page(high: list[int]) -> str:
    """ "cp1252" or "cp1250" where the bytes beyond ASCII are nearly all letters of one of its languages, else "".

    Where both fit equally well it is the western one, which is far more common.
    """
    letters = [byte for byte in high if byte not in _NEUTRAL]
    if not letters:
        return "cp1252"
    shares = {page: max(_share(letters, page, language) for language in _PAGES[page]) for page in _PAGES}
    best = max(shares, key=lambda page: shares[page])
    return best if shares[best] >= _NEARLY_ALL else ""


def _share(letters: list[int], page: str, language: str) -> float:
    known = frozenset(language.encode(page))
    return sum(byte in known for byte in letters) / len(letters)
