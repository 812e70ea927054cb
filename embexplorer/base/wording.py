"""Numbers as a person reads them."""

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def count(number: int, noun: str, plural: str = "") -> str:
    """count(1, "item") is "1 item", count(2310, "item") is "2,310 items"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(number_bytes: float) -> str:
    """2_400_000 is "2.4 MB"; decimal units, as file managers show them."""
    value = float(number_bytes)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("unreachable")


def duration(seconds: float) -> str:
    """41 is "0:41", 3905 is "1:05:05": what is left, or what was taken."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, seconds_left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds_left:02}" if hours else f"{minutes}:{seconds_left:02}"


def excerpt(text: str, length: int = 200) -> str:
    """The text on one line, cut at a word with an ellipsis when longer than length characters."""
    line = " ".join(text[: length * 4].split())
    if len(line) <= length:
        return line
    cut = line[:length]
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut).rstrip(" ,;:.") + "…"
