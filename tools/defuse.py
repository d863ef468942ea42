"""Text that others wrote, made harmless: data for the model to read, never a role to obey."""

import re
import unicodedata

MAX_CHARACTERS = 2000
# Control and format characters (zero-width, direction, tags), private and unassigned ones.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Chat templates, tool calls and reasoning marks, whatever width the brackets have.
_MARKS = re.compile(
    r"[<＜]\s*[|｜][^|｜<>＜＞]{0,40}[|｜]\s*[>＞]"
    r"|[<＜]{1,2}/?\s*(?:s|sys|system|user|assistant|human|tool|tools|tool_call|tool_response|"
    r"function|function_call|think|im_start|im_end|instructions?)\b[^<>＜＞]{0,80}[>＞]{1,2}"
    r"|[\[［]/?INST[\]］]",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(\s*(?:#{1,6}\s*|\*\*)?(?:system|assistant|user|human|developer|tool)(?:\*\*)?\s*)[:：]",
    re.IGNORECASE | re.MULTILINE,
)


def defused(text: str, max_characters: int = MAX_CHARACTERS) -> str:
    """The text without invisible characters, role markers and tool tags; cut if too long.

    Chinese punctuation keeps its width: customers read this text.
    """
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character in "\n\t" or unicodedata.category(character) not in _INVISIBLE
    )
    before = ""
    while before != kept:  # taking one mark out may put another together
        before, kept = kept, _MARKS.sub(" ", kept)
    kept = _ROLE.sub(r"\1 -", kept).strip()
    return kept if len(kept) <= max_characters else kept[: max_characters - 1] + "…"
