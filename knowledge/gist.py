"""What a passage says, in one number: two with the same say the same to a customer.

Politeness, punctuation, script, form of letters and filling words do not count; numbers, dates,
names, negations and every other word do. A passage that differs in one of those is no duplicate but
a contradiction, an update, or about something else (`knowledge/nearly.py` reports them).
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import rjieba

from knowledge.passages import Passage
from knowledge.simplified import simplified
from knowledge.spelt import spelt

# Words that a text may have or not have without saying anything else.
_FILLING = """
的 了 吧 呢 哦 啊 呀 哈 嘛 啦 喔 哟 哒 呐 噢 亲 亲们 亲亲 亲爱 您 您好 你 你好 请 可 可以 均
均可 都 就 即 即可 也 将 会 一下 温馨 提示 温馨提示 友情提示 谢谢 感谢 理解 支持 与 和 及
以及 并 并且 且 我 我们 咱们 咱 本 该 这 此 是 为 the a an please you can may will your our
we us is are be to of and that this it in at on for
"""
_NEGATING = "不 没 没有 无 未 别 勿 非 莫 not no never"
# Shops' and offices' own words for the same thing.
_SAME_THING = """本店 我店 小店 店铺 本铺 店家 商家
顾客 客户 买家 用户 消费者
商品 产品 宝贝 货品
如 如果 若 假如 倘若 要是
需 需要 须 必须
联系 咨询 联络
当天 当日
邮费 运费"""
# Headings that say what sort of text it is, not what it is about.
_OF_A_SORT = """
常见 常见问题 问题 解答 问答 问答集 答疑 使用说明 使用指南 服务须知 购物须知 帮助中心 服务中心
公告 通知 须知 说明 指南 政策 规则 规定 服务 帮助 中心 官网 首页 关于
简介 手册 详情 页 文档 资料 内容 副本 备份 问 答 faq copy help center about page index
readme home policy guide info information questions question answers q
"""
_SILENT, _NEGATIONS = frozenset(_FILLING.split()), frozenset(_NEGATING.split())
_GENERIC = frozenset(_OF_A_SORT.split())
FILLING_CHARACTERS = frozenset(word for word in _SILENT if len(word) == 1 and word > "\u3400")
_COUNTED_AS: Mapping[str, str] = {
    **{name: names.split()[0] for names in _SAME_THING.split("\n") for name in names.split()},
    **dict.fromkeys(_SILENT, ""),
}
_WORD = re.compile(
    r"\d+(?:[.:/]\d+)*%?|[a-z]+|[\u3400-\u9fff]+|(?<=\d)[~—–-](?=\d)|[+=<>≤≥℃¥$€£±×÷]"
)
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_HAN_FROM = "\u3400"
_BATCH = 256
_SHORTEST = 4  # words: less says too little to be the same


def gists_of(passages: Sequence[Passage]) -> list[int]:
    """Equal for passages that say the same about the same; 0 for what is compared with nothing."""
    return [
        number
        for start in range(0, len(passages), _BATCH)
        for number in _gists(passages[start : start + _BATCH])
    ]


def _gists(passages: Sequence[Passage]) -> Iterator[int]:
    headings = dict.fromkeys(" ".join(passage.heading) for passage in passages)
    above = dict(zip(headings, map(naming, words_in(tuple(headings))), strict=True))
    texts = words_in([passage.text for passage in passages])
    for passage, text in zip(passages, texts, strict=True):
        yield _gist(passage, text, above[" ".join(passage.heading)])


def _gist(passage: Passage, text: Sequence[str], above: frozenset[str]) -> int:
    if passage.kind == "product" or len("".join(text)) < _SHORTEST:
        return 0
    parts = (passage.kind, passage.sku or "", *text, "\x1e", *sorted(above.difference(text)))
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "little") or 1


def naming(words: Iterable[str]) -> frozenset[str]:
    """Those words of a heading that say what it is about."""
    return frozenset(words) - _GENERIC


def words_of(text: str) -> tuple[str, ...]:
    """The words that count, in order, in one spelling."""
    return words_in((text,))[0]


def words_in(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """The same of each text, taken together: it is the number of calls that costs the time."""
    runs = [_WORD.findall(_THOUSANDS.sub("", text)) for text in spelt(texts)]
    cut = _cut([run for own in runs for run in own if run[0] >= _HAN_FROM])
    return [
        _counting([w for run in own for w in (next(cut) if run[0] >= _HAN_FROM else (run,))])
        for own in runs
    ]


def _cut(runs: Sequence[str]) -> Iterator[list[str]]:
    """The dictionary's words of each run of Han characters."""
    words = [*rjieba.cut("\n".join(runs), hmm=False), "\n"]
    start = 0
    for _ in runs:
        end = words.index("\n", start)
        yield words[start:end]
        start = end + 1


def plain(text: str) -> str:
    """The text in Simplified script, lower case, without forms of letters that look the same."""
    return simplified(unicodedata.normalize("NFKC", text)).lower()


def _counting(words: Sequence[str]) -> tuple[str, ...]:
    if _NEGATIONS.isdisjoint(words):
        return tuple([said for word in words if (said := _COUNTED_AS.get(word, word))])
    return tuple(_negating(words))


def _negating(words: Iterable[str]) -> Iterator[str]:
    negated = ""
    for word in words:
        # `不可以` and `可以不` are made of the same words.
        said = negated + word
        negated = said if word in _NEGATIONS else ""
        if not negated and (counted := _COUNTED_AS.get(said, said)):
            yield counted
    if negated:
        yield negated
