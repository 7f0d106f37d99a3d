"""Keys that sort and find Chinese names by sound; PostgreSQL without ICU has no such order."""


def key(name: str) -> str:
    """Pinyin without tones, syllables parted by blanks: "责任 A" is "ze ren a". Latin letters are
    lower-cased."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries take a third of a second to load

    return " ".join(" ".join(lazy_pinyin(name)).lower().split())[:200]
