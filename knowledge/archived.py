"""Documents that are only kept: by the folder they lie in, or by what stands at their head."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from knowledge.passages import Passage

_FOLDER = re.compile(
    r"(?:\d{4}年?)?(?:归档|存档|已归档|历史(?:版本|文件|资料|政策)?|旧版(?:本|文件)?|作废|已作废|已废止|停用)"
    r"|archived?|archives|obsolete|superseded|deprecated|old[ _-](?:versions?|rules|policies|docs)",
    re.IGNORECASE,
)
# Not 仅供参考, nor "for reference only": pictures and prices are so, too.
_KEPT = re.compile(
    r"仅供(?:核对|查询|查阅)?(?:旧|历史|以往|过往)|仅供(?:存档|备查|查档)|(?:存档|归档)备查|仅作(?:存档|备查|历史)"
    r"|\b(?:kept|retained|archived) for (?:reference|the record|our records|historical)"
    r"|\barchived? (?:copy|version)\b|\bhistorical (?:copy|version) only\b",
    re.IGNORECASE,
)
_HEAD = 160


def is_archived(source: str, passages: Sequence[Passage]) -> bool:
    """Whether the document is kept only for what was: it must not answer what holds today."""
    folders = PurePosixPath(source).parent.parts[1:]
    if any(_FOLDER.fullmatch(folder.strip()) for folder in folders):
        return True
    head = "\n".join((*passages[0].heading, passages[0].text[:_HEAD])) if passages else ""
    return bool(_KEPT.search(head))
