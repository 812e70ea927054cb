"""A table in an old code page is read in that one, however short it is and however often it repeats itself."""

import pytest

from embexplorer.files.encodings import find_encoding

TEXTS = {
    "French": (
        "cp1252",
        "Le garçon était déjà là où la forêt s'élève, à côté de l'hôtel où il fut très bien reçu.",
    ),
    "French review": ("cp1252", "très bon produit, livré à l'heure, merci à vous; où est la notice ? – 12 €"),
    "Spanish": ("cp1252", "El niño comió una piña en el jardín; ¿qué pasó después? Mañana será otro día."),
    "Portuguese": ("cp1252", "Não há coração que não sinta a solidão; são João é amanhã, à noite."),
    "German": ("cp1252", "„Schöne Grüße aus Köln“, die Straße ist naß und die Bäume grün."),
    "Italian": ("cp1252", "La città è più bella perché c'è già il sole, così è la libertà."),
    "Swedish": ("cp1252", "Ärliga människor går på små vägar över ån i Åmål."),
    "Polish": ("cp1250", "Zażółć gęślą jaźń, proszę państwa, łódź płynie w ciąg dalszy."),
    "Czech": ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy, říká se v Čechách."),
    "Hungarian": ("cp1250", "Árvíztűrő tükörfúrógép, őszi eső és hűvös szél."),
    "Russian": ("cp1251", "Съешь же ещё этих мягких французских булок, да выпей чаю."),
    "Turkish": ("cp1254", "Pijamalı hasta yağız şoföre çabucak güvendi, ışıklı yağmurlu bir gün."),
}


@pytest.mark.parametrize("rows", [1, 3, 60])
@pytest.mark.parametrize("language", TEXTS)
def test_old_code_pages(language: str, rows: int) -> None:
    encoding, text = TEXTS[language]
    raw = ("name,body\n" + "".join(f"n{row},{text}\n" for row in range(rows))).encode(encoding)
    assert raw.decode(find_encoding(raw)) == raw.decode(encoding)
