"""Which encoding a text is in, told from its bytes.

A byte order mark decides; then UTF-8, if every byte fits; then UTF-16 and UTF-32 by their zero bytes. What is left is
an old one-byte encoding: the one in which the letters beyond ASCII make up the alphabet of one language. On a few words
``charset-normalizer`` is wrong more often than right ("José" in Mac Roman, Swedish in cp1252), so it is asked last.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice

from helpers.ingest.books import Refusal

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN = [  # German, Dutch, French, Spanish, Italian, Swedish, Danish and Norwegian, Portuguese, Catalan
    "äöüß", "éëïöüèê", "àâçéèêëîïôùûüœ", "áéíóúñü", "àáèéìíòóùú", "åäöé", "æøåé", "ãõáâàçéêíóôúü", "àçèéíïòóúü",
]  # fmt: skip
CENTRAL = [  # Polish, Czech, Slovak, Slovene and Croatian, Hungarian, Romanian
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "čšžćđ", "áéíóöőúüű", "ăâîşţ",
]  # fmt: skip
BALTIC = ["ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"]  # Lithuanian, Latvian, Estonian
ALPHABETS = {
    "cp1252": WESTERN,
    "cp1250": CENTRAL,
    "cp1257": BALTIC,
    "mac_roman": WESTERN,
    "cp850": WESTERN,
    "cp1253": ["αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ"],
    "cp1251": ["абвгдежзийклмнопрстуфхцчшщъыьэюяѝёіїєґ"],
    "cp1255": ["אבגדהוזחטיךכלםמןנסעףפץצקרשת"],
}
IN_WORDS = "‘’·"
PUNCTUATION = IN_WORDS + "“”„–—…•°§£€«»½¼¾²³©®™¡¿\u00a0"
CONVINCING = 0.8
SAMPLED = 5_000
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and, where its encoding had to be guessed, the name of that encoding (else "").

    Raises
    ------
    Refusal
        file-encoding where no encoding fits.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decode_marked(data, encoding), ""
    wide = _wide(data)
    if wide:
        return _decode_marked(data, wide), wide
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        _check_not_spoilt(data, error.start)
    encoding = _best(data) or _ask_library(data)
    if not encoding:
        raise Refusal("file-encoding", "the text is in no encoding that is known", expected="UTF-8")
    return data.decode(encoding), encoding


def _decode_marked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        message = f"the text is not the {encoding.removesuffix('-sig').upper()} that its first bytes announce"
        raise Refusal("file-encoding", message, expected="UTF-8") from None


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: zero bytes stand in some places of each character and never in the others."""
    sample = data[: 1 << 16]
    share = [sample[place::4].count(0) / max(1, len(sample[place::4])) for place in range(4)]
    if len(data) % 4 == 0 and len(data) >= 8:
        if min(share[2:]) == 1 and share[0] < 1:
            return "utf-32-le"
        if min(share[:2]) == 1 and share[3] < 1:
            return "utf-32-be"
    if len(data) % 2 == 0 and max(share[0], share[2]) == 0 and min(share[1], share[3]) > 0.1:
        return "utf-16-le"
    if len(data) % 2 == 0 and max(share[1], share[3]) == 0 and min(share[0], share[2]) > 0.1:
        return "utf-16-be"
    return ""


def _check_not_spoilt(data: bytes, first: int) -> None:
    """Refuse UTF-8 with a few damaged bytes: read as anything else, all its letters would be wrong."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    if len(BEYOND_ASCII.findall(text)) - wrong > wrong:
        line = data.count(b"\n", 0, first) + 1
        message = f"the text is UTF-8 except for some bytes; the first stands in line {line:,}"
        raise Refusal("file-encoding", message, expected="UTF-8")


def _best(data: bytes) -> str:
    scores = {encoding: _score(data, encoding) for encoding in ALPHABETS}
    best = max(scores, key=scores.__getitem__)  # the first of the best, in the order of ALPHABETS
    return best if scores[best] >= CONVINCING else ""


def _score(data: bytes, encoding: str) -> float:
    """The share of the characters beyond ASCII that belong to one language written in this encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0
    found = [match.start() for match in islice(BEYOND_ASCII.finditer(text), SAMPLED)]
    letters = [_letter(text, place) for place in found]
    known = (sum(letter in alphabet + PUNCTUATION for letter in letters) for alphabet in ALPHABETS[encoding])
    return max(known) / len(found)


def _letter(text: str, place: int) -> str:
    """The small form of a character; nothing for what does not stand inside a word: a capital, a dash, a quotation."""
    character, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if character.isupper() and before.islower():
        return "\0"
    if not character.isalpha() and character not in IN_WORDS and before.isalpha() and after.isalpha():
        return "\0"
    return character.lower()


def _ask_library(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return best.encoding if best else ""
