"""The encodings in which Vietnamese offices wrote text before Unicode.

windows-1258 is a code page; TCVN3 (TCVN 5712:1993, the “.Vn” fonts) and VNI-Windows are
fonts over Latin bytes. Nothing in a file says which it is, so each reading is scored by
how much of it is Vietnamese: letters of the alphabet, with one tone to a syllable.
"""

import codecs
import re
import unicodedata
from typing import Final

_TCVN3: Final = str.maketrans(
    dict(
        zip(
            "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦§",
            "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
            strict=True,
        )
    )
)
_TONES: Final = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_ROOF: Final = dict(zip("âáàåãä", ("", *_TONES.values()), strict=True))
_BREVE: Final = dict(zip("êéèúüë", ("", *_TONES.values()), strict=True))
_ALONE: Final = {"æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}
_VNI: Final = re.compile("[aeouyôöAEOUYÔÖ][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]")
_LETTERS: Final = frozenset(
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
)
_COMMON: Final = frozenset("–—‘’“”…•°§«»×\xa0€₫")
_TONE_MARKS: Final = frozenset(_TONES.values())
_WORD: Final = re.compile(r"[^\W\d_]+")
#: So much of a file tells in which encoding it is.
_SAMPLE: Final = 200_000


def decode(content: bytes) -> tuple[str, str, frozenset[int]]:
    """The text of a file, the name of its encoding, and lines with unreadable bytes."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decoded(content, name)
    zeros = content[:_SAMPLE:2].count(0), content[1:_SAMPLE:2].count(0)
    if max(zeros) * 8 > min(len(content), _SAMPLE):
        return _decoded(content, "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be")
    try:
        return content.decode("utf-8"), "utf-8", frozenset()
    except UnicodeDecodeError as error:
        # A damaged byte does not make a whole file another encoding.
        if _mostly_utf_8(content, error.start):
            return _decoded(content, "utf-8")
    return _legacy(content)


def _decoded(content: bytes, name: str) -> tuple[str, str, frozenset[int]]:
    text = content.decode(name, "replace")
    if "\ufffd" not in text:
        return text, name, frozenset()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    bad = (number for number, line in enumerate(lines, start=1) if "\ufffd" in line)
    return text, name, frozenset(bad)


def _mostly_utf_8(content: bytes, start: int) -> bool:
    sample = content[max(0, start - _SAMPLE) : start + _SAMPLE].decode(
        "utf-8", "replace"
    )
    good = sum(one > "\x7f" and one != "\ufffd" for one in sample)
    return good > 4 * sample.count("\ufffd")


def _legacy(content: bytes) -> tuple[str, str, frozenset[int]]:
    latin = content[:_SAMPLE].decode("latin-1")
    readings = {
        "windows-1258": _decoded(content[:_SAMPLE], "cp1258")[0],
        "TCVN3": tcvn3(latin),
        "VNI": vni(latin),
    }
    name = max(readings, key=lambda one: _score(readings[one]))
    if name == "windows-1258":
        text, _, bad = _decoded(content, "cp1258")
        return unicodedata.normalize("NFC", text), name, bad
    whole = content.decode("latin-1")
    return (tcvn3 if name == "TCVN3" else vni)(whole), name, frozenset()


def tcvn3(text: str) -> str:
    """Text of a `.Vn` font, given as Latin-1."""
    return text.translate(_TCVN3)


def vni(text: str) -> str:
    """Text of a VNI font, given as Latin-1."""
    found = _VNI.sub(lambda match: _pair(match[0]), text)
    alone = {**_ALONE, **{key.upper(): one.upper() for key, one in _ALONE.items()}}
    # Letters with their marks are whole by now; those of the font stand alone.
    made = "".join(one if one in _MADE else alone.get(one, one) for one in found)
    return unicodedata.normalize("NFC", made.translate(_UNMARK))


#: Letters that are made of a pair stand in the private area until all are made.
_PRIVATE: Final = 0xE000
_MADE: Final = frozenset(chr(_PRIVATE + one) for one in range(0x100))
_WHOLE: Final = sorted(_LETTERS | {one.upper() for one in _LETTERS})
_UNMARK: Final = str.maketrans(
    {chr(_PRIVATE + index): one for index, one in enumerate(_WHOLE)}
)


def _pair(pair: str) -> str:
    base, mark = pair[0], pair[1].lower()
    plain = _ALONE.get(base.lower(), base.lower())
    tone = _TONES.get(mark)
    if tone is not None:
        made = plain + tone
    elif plain in "aeo" and mark in _ROOF:
        made = plain + "\u0302" + _ROOF[mark]
    elif plain == "a" and mark in _BREVE:
        made = plain + "\u0306" + _BREVE[mark]
    else:
        return pair
    letter = unicodedata.normalize("NFC", made)
    letter = letter.upper() if base.isupper() else letter
    return chr(_PRIVATE + _WHOLE.index(letter)) if letter in _WHOLE else pair


def _score(text: str) -> int:
    """How Vietnamese a text is."""
    found = unicodedata.normalize("NFC", text)
    score = 0
    for one in found.lower():
        if one > "\x7f":
            score += 1 if one in _LETTERS else 0 if one in _COMMON else -3
    for word in set(_WORD.findall(found)):
        tones = sum(
            one in _TONE_MARKS for one in unicodedata.normalize("NFD", word.lower())
        )
        score -= 4 * max(0, tones - 1)
        # Capitals in the middle of a word are bytes of a font.
        score -= 2 * (not word.isupper() and word[1:] != word[1:].lower())
    return score
