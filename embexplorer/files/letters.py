"""Western, central European or Turkish: which of the code pages that share most letters a text was written in.

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
_TURKISH = ("çğıöşüâîûÇĞİÖŞÜ",)
_PAGES = {"cp1252": _WESTERN, "cp1250": _CENTRAL, "iso8859_2": _CENTRAL, "cp1254": _TURKISH}
# typographic signs, which both pages have at the same places, say nothing
_NEUTRAL = frozenset(
    (0x80, 0x82, *range(0x84, 0x88), 0x89, *range(0x91, 0x98), 0x99, 0xA0, 0xA7, 0xA9, 0xAB, 0xB0, 0xBB)
)
# letters of old Macs where the other pages have rare signs and letters, or nothing
_MAC_ONLY = frozenset("Éàäãåçéèêòöõúùûü".encode("mac_roman"))
_MAC_SIGNS = frozenset("–—“”‘’„…«»¿¡§°©\xa0".encode("mac_roman"))
_NEARLY_ALL = 0.97


def latin_code_page(high: list[int]) -> str:
    """The code page of which the bytes beyond ASCII are nearly all letters of one language, "" where there is none.

    One of "cp1252", "cp1250", "iso8859_2", "cp1254" and "mac_roman". Where several fit equally well it is the first,
    and "mac_roman" only where no other fits.
    """
    letters = [byte for byte in high if byte not in _NEUTRAL]
    if not letters:
        return "cp1252"
    shares = {page: max(_share(letters, page, language) for language in _PAGES[page]) for page in _PAGES}
    best = max(shares, key=lambda page: shares[page])
    if shares[best] >= _NEARLY_ALL:
        return best
    return "mac_roman" if _is_of_old_mac(high) else ""


def _is_of_old_mac(high: list[int]) -> bool:
    letters = [byte for byte in high if byte not in _MAC_SIGNS]
    if 5 * sum(byte in _MAC_ONLY for byte in high) < len(high):
        return False
    return max(_share(letters, "mac_roman", language) for language in _WESTERN[:-1]) >= _NEARLY_ALL


def _share(letters: list[int], page: str, language: str) -> float:
    """The share of the letters that the language has; letters that the page lacks count as not there."""
    known = frozenset(language.encode(page, "ignore"))
    return sum(byte in known for byte in letters) / len(letters)
