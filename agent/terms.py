"""The things a question is about: its nouns and names, without small words and product names."""

import re
from collections.abc import Iterable

import rjieba

from agent.spelling import is_common_english
from tools.catalog import CatalogIndex

# Parts of speech of jieba's tag set that name a thing; verbs and adjectives vary too much.
_NAMING = {"n", "nz", "nt", "nr", "ns", "l", "i", "j", "eng", "nrt", "nrfg", "vn"}
# What anything may have: asked for alone, it is asked of what was named before.
_ATTRIBUTE = re.compile(
    "时候|时间|价格|价钱|费用|收费|价位|金额|押金|折扣|优惠|地址|位置|地方|电话|材料|资料|手续|流程"
    "|条件|要求|期限|有效期|比例|额度|上限|次数|数量|颜色|尺寸|规格|大小|区别|原因|结果|好处|限制"
    "|怎么办|多少钱|消费|名额|步骤|运费|邮费|快递费|手续费|工本费|服务费"
)
_ASKS_ALONE = re.compile(
    r"(?:\W|\b(?:how|much|many|long|soon|what|whats|when|where|why|which|is|are|was|do|does|did|can"
    r"|could|would|will|i|we|me|us|a|an|the|any|and|or|so|to|for|of|in|on|at|by|be|have|has|get|got"
    r"|cost|costs|price|prices|charge|charges|fee|fees|pay|extra|deposit|meet|take|takes|need"
    r"|please|though|then|exactly|roughly|about)\b)+",
    re.IGNORECASE,
)
# Verbs that say of no matter what is done with it.
_HELPING = re.compile("可以|需要|想要|能够|应该|请问|知道|是否|有没有|可能|使用|觉得|看看|问问")
_SMALL = "能内会要有含用款可想吗呢吧的了是没在我你您里几多少"
_DATED = re.compile(r"[一二三四五六七八九十\d]+(?:月|日|号|年|点|份)")
_TOPIC = 3
_LATIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]|['’](?=[a-z])){2,}")


def key_terms(question: str, catalog: CatalogIndex, everyday: frozenset[str]) -> tuple[str, ...]:
    """Content nouns of the question, in order, each once.

    Names of products are left out: which product is meant is settled by the catalogue. `everyday`
    are words that name no particular matter.
    """
    text = without_products(question, catalog)
    if re.search(r"[一-鿿]", text):
        nouns = (_bare(word) for word, tag in rjieba.tag(text) if tag in _NAMING)
        return _unique(
            noun
            for noun in nouns
            if len(noun) > 1 and noun not in everyday and not _DATED.search(noun)
        )
    words = (_plain(word) for word in _LATIN.findall(text))
    named = (word for word in words if len(word) > 2 and word not in everyday)
    return _unique(word for word in named if not is_common_english(word))


def nouns(text: str) -> tuple[str, ...]:
    """The things a text names, in order, each once."""
    return _unique(word for word, tag in rjieba.tag(text) if tag in _NAMING and len(word) > 1)


def own_matters(text: str) -> tuple[str, ...]:
    """The things a text names, but for attributes that it must have something else to be of.

    English takes common words for things: there every word counts that asks for no attribute.
    """
    if text.isascii():
        return () if _ASKS_ALONE.fullmatch(text) else tuple(text.split())
    return tuple(noun for noun in nouns(text) if not _ATTRIBUTE.fullmatch(noun))


def topic_of(text: str) -> str:
    """What a Chinese question is about, in as few words as it takes: 营业厅 停车."""
    told = [
        word
        for word in matters(text)
        if not _ATTRIBUTE.fullmatch(word) and not _HELPING.fullmatch(word)
    ]
    return " ".join(told[:_TOPIC])


def matters(text: str) -> tuple[str, ...]:
    """The things a Chinese text names, and what it says is done, without small words; each once."""
    said = (
        _bare(word)
        for word, tag in rjieba.tag(text)
        if tag in _NAMING or (tag == "v" and len(word) > 1)
    )
    return _unique(word for word in said if len(word) > 1)


def _plain(word: str) -> str:
    return word.lower().replace("’", "'").removesuffix("'s")


def _bare(word: str) -> str:
    """A noun without the small words that segmentation leaves on it: 含酒精 is 酒精."""
    return word.strip(_SMALL)


def without_products(text: str, catalog: CatalogIndex) -> str:
    """The text with every product name blanked out."""
    # Several products may go by one name.
    for start, end in sorted({(m.start, m.end) for m in catalog.mentions(text)}, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
