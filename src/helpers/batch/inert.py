"""Text from files stays text, wherever it is written: in a log or a workbook.

Nothing here judges what a text means. Each function gives the form of it that the product in question cannot
run.
"""

from __future__ import annotations

import re
import unicodedata

_FORMULA_STARTS = frozenset("=+-@＝＋－＠")
_TERMINAL_CODE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # window title, links
    r"|\x1b[ -/]*[0-~]"
)


def plain_text(value: object) -> str:
    """Give the text without the characters that XML forbids or nobody can see, line ends as one newline.

    Control characters other than tab and newline, lone surrogates, U+FFFE and U+FFFF are taken out.
    """
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isprintable() else "".join(filter(_is_plain, text))


def _is_plain(character: str) -> bool:
    if character in "\t\n":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"


def begins_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet program could take the text for a formula or a command.

    That is a text whose first visible character is ``=``, ``+``, ``-`` or ``@`` (also in full width), or one
    that begins with a tab or a line end (OWASP, "CSV Injection").
    """
    if text[:1] in ("\t", "\r", "\n"):
        return True
    return next((character for character in text if _is_visible(character)), "") in _FORMULA_STARTS


def _is_visible(character: str) -> bool:
    return character.isprintable() and not character.isspace()


def log_safe(text: object, *, limit: int = 500) -> str:
    """Give the text as one line for a log or a terminal.

    Terminal codes and invisible format characters (also those that turn the direction of writing) are taken
    out, line ends and tabs become a space, other control characters ``�``; what is longer than ``limit``
    characters is cut. Square brackets stay: a console that reads mark-up in them has to be told not to.
    """
    line = _TERMINAL_CODE.sub("", str(text)[: 20 * limit])
    line = " ".join("".join(map(_log_character, line)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _log_character(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    return character if character.isprintable() else "�"
