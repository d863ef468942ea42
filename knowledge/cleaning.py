"""Text of any origin, made safe to index and to show: it is data, never an instruction."""

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# What a chat template would read as structure. Plain words such as "system:" stay words.
_TEMPLATE_TOKENS = re.compile(
    r"<[|｜][^|｜<>\n]{0,60}[|｜]>|\[/?(?:INST|SYS(?:TEM)?|TOOL_CALLS|AVAILABLE_TOOLS)\]|<</?SYS>>"
    r"|</?(?:s|bos|eos|pad|unk|think|tools?|tool_calls?|tool_response|function_calls?)>",
    re.IGNORECASE,
)
_EMPTY_LINES = re.compile(r"\n{3,}")
_BRACKETS = re.compile(r"<(?=[|｜])|(?<=[|｜])>|<(?=<|/?\w)|\[(?=/?[A-Z])")
_PASSES = 8
# Control, format, surrogate and private characters: invisible, or meaningless in another font.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co"})
# What nearly all text is made of stays as it is; only other characters need a look.
_SUSPECT = re.compile(r"[^\n -~\u3400-\u9fff，。、；：？！“”‘’（）《》【】…—]")
# Radicals that NFKC leaves, or makes a Traditional character of: those that fonts for Simplified
# Chinese have as the same glyph as the character (Unicode's EquivalentUnifiedIdeograph).
_RADICALS = dict(
    zip(
        "⺁⺌⺝⺟⺠⺶⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳⼾",
        "厂小月母民羊西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟户",
        strict=True,
    )
)
_WIDE_SIGNS = "％＋－．／＠＃＆＝＿"


def clean(raw: str) -> str:
    """The text with plain letters, digits and line ends, without anything invisible.

    Chinese punctuation stays as written; full-width letters and digits, ligatures and the radicals
    that PDF files use in place of characters become the ordinary ones.
    """
    text = _SUSPECT.sub(lambda found: _plain(found.group()), _LINE_ENDS.sub("\n", raw))
    text = _without_template_tokens(text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", text).strip("\n")


def clean_line(raw: str) -> str:
    """The cleaned text on one line."""
    return " ".join(clean(raw).split())


def _plain(char: str) -> str:
    if char.isascii():
        return char if char == "\n" or char.isprintable() else " " if char == "\t" else ""
    category = unicodedata.category(char)
    if (
        category in _UNWANTED
        or "\U000e0100" <= char <= "\U000e01ef"
        or "\ufdd0" <= char <= "\ufdef"
    ):
        return ""
    if category == "Zs":
        return " "
    if char in _RADICALS:
        return _RADICALS[char]
    return unicodedata.normalize("NFKC", char) if _is_odd_form(char) else char


def _is_odd_form(char: str) -> bool:
    return (
        "０" <= char <= "９"
        or "Ａ" <= char <= "Ｚ"
        or "ａ" <= char <= "ｚ"
        or char in _WIDE_SIGNS
        or "\u2e80" <= char <= "\u2fdf"
        or "\uf900" <= char <= "\ufaff"
        or "\ufb00" <= char <= "\ufb06"
    )


def _without_template_tokens(text: str) -> str:
    # What is left after one removal may form the next token, so until nothing is found; a text
    # nested deeper than anybody writes by accident loses the brackets instead of our time.
    if "<" not in text and "[" not in text:
        return text
    for _ in range(_PASSES):
        text, found = _TEMPLATE_TOKENS.subn("", text)
        if not found:
            return text
    return _BRACKETS.sub(" ", text) if _TEMPLATE_TOKENS.search(text) else text
