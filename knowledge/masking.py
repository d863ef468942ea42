"""What lists show of a customer's words: whatever may be somebody's is hidden.

Stricter than `knowledge.personal`, which must leave a shop its own numbers and addresses: here a
word too many is hidden rather than one too few, and whoever needs it opens the conversation.
"""

import re
from collections.abc import Callable

from knowledge.personal import masked

# Full-width letters, digits and signs are read as plain ones; each stays one character.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN_NUMBERS = {code: _PLAIN[code] for code in map(ord, "０１２３４５６７８９－＠＋")}
_HAN = "\u4e00-\u9fff"
_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|东方|独孤|南宫|"
    "[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗凤"
    "花方俞任袁柳鲍史唐费薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余卜顾孟黄穆萧尹姚邵汪祁毛狄米贝明臧戴宋庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房丁邓洪包左石崔吉龚程邢裴"
    "陆翁荀甄曲封芮靳段焦侯宁甘武刘景龙叶司黎白蒲邰赖卓乔翟谭冉桑桂牛边燕冀尚温庄晏瞿阎连习艾容向古易廖耿匡文"
    "寇广东欧聂敖冷辛饶曾关查游权岳帅涂肖付闫代候褚仇])"
)
_GIVEN = f"[{_HAN}·]"
# After a name: the end, a sign, or what a sentence goes on with.
_OVER = rf"(?=$|[^{_HAN}]|[的在想要买昨今上刚也和住收还又有]|手机|电话|地址|订单|下单)"
_PLACE = rf"[{_HAN}A-Za-z0-9]"
_ROAD = r"(?:大道|小区|花园|公寓|新村|广场|大厦|胡同|路|街|巷|弄|村|苑|镇|乡|里|园)"
_NUMBERED = (
    r"[A-Za-z0-9一二三四五六七八九十百零]{1,6}\s*(?:号楼|号院|号|栋|幢|座|弄|单元|室|户|楼|层)"
    r"(?![码色款线])"
)

_LANDLINE = re.compile(
    r"(?<![\dA-Za-z-])(?:\(0\d{2,3}\)|0\d{2,3})[- ]?[2-9]\d{2,3}[- ]?\d{4}(?:-\d{1,5})?(?![\d-])"
)
_FOREIGN = re.compile(
    r"(?<![\dA-Za-z])(?:\+\d{1,3}(?:[ -]?\(?\d{1,4}\)?){2,5}"
    r"|\(?(?!400|800)[2-9]\d{2}\)?[-. ]\d{3}[-. ]\d{4})(?![\d-])"
)
_HANDLE = re.compile(
    r"(?P<label>(?:微信号?|V信|QQ号?|扣扣|wechat(?: id)?|whatsapp|支付宝账?号?)\s*"
    r"(?:[:是为加]|is)?\s*)"
    r"(?P<said>[A-Za-z0-9][A-Za-z0-9_-]{4,29})",
    re.IGNORECASE,
)
_LABELLED_PLACE = re.compile(
    r"(?P<label>(?:地址|住址|住所|\baddress)\s*:\s*)(?P<said>[^。;\n]{4,80})", re.IGNORECASE
)
_CHINESE_PLACE = re.compile(
    rf"(?:(?<=[到在是往住寄送址:])|(?<!{_PLACE}))"
    rf"(?![到在是往住寄送])(?P<said>(?:(?![到在是往住寄送我你]){_PLACE}){{1,30}}?{_ROAD}"
    rf"[东南西北中一二三四五六七八九十段 ]{{0,3}}(?:\s*[{_HAN}]{{0,8}}?\s*{_NUMBERED})+"
    r"(?:[- ]*\d{2,4}(?!\d))?)"
)
_BUILDING = re.compile(
    rf"(?P<said>{_PLACE}{{0,20}}?(?<!\d)\d{{1,4}}\s?(?:号楼|栋|幢|座)\s?(?:[\dA-Za-z一二三四五六七八九十]{{1,4}}\s?单元\s?)?"
    r"\d{2,5}\s?(?:室|号|户)?)"
)
_ENGLISH_PLACE = re.compile(
    r"(?P<said>\b\d{1,6}[A-Za-z]?\s(?:[A-Z][\w'.-]*\s){1,4}"
    r"(?:street|avenue|road|lane|drive|boulevard|blvd|st|ave|rd|way|court)\b\.?"
    r"(?:,?\s(?:apt|unit|suite|floor|#)\.?\s*\w{1,6})?)",
    re.IGNORECASE,
)
_NAME_LABEL = (
    r"(?:姓名|收件人|收货人|寄件人|联系人|签收人|客户名|顾客名|户名|持卡人|(?:我|本人)(?:的)?名字)"
)
_CHINESE_NAMES = (
    rf"(?P<label>{_NAME_LABEL}\s*(?:[:是为叫]|\s)\s*(?:[:是为叫]\s*)?)"
    rf"(?P<said>(?!什么|谁|哪|否|不){_GIVEN}{{2,4}}|[A-Z][\w'-]+(?: [A-Z][\w'-]+){{0,2}})",
    rf"(?P<label>{_NAME_LABEL})(?P<said>{_SURNAME}{_GIVEN}{{1,2}}){_OVER}",
    rf"(?P<label>(?:我|本人|名)叫\s*)"
    rf"(?P<said>(?!什么|你|了|人工|客服|不|他|她|它|到|得|过|一|快递|顺丰|外卖)"
    rf"(?:{_SURNAME}{_GIVEN}{{1,2}}|{_GIVEN}{{2,3}}|[A-Z][\w'-]+(?: [A-Z][\w'-]+){{0,2}}))",
    rf"(?P<label>(?:我是|这里是|我姓)\s*)(?P<said>{_SURNAME}{_GIVEN}{{0,2}}?){_OVER}",
)
_ENGLISH_NAMES = (
    r"(?P<label>(?i:my name(?: is|'s)|name's|(?:full |first |last |sur|recipient )?(?<!product )"
    r"(?<!\w)name\s*:|(?:recipient|consignee|attn)\s*:|(?:call me))\s*)"
    r"(?P<said>[A-Za-z][\w'-]+(?: [A-Z][\w'-]+){0,2})",
    r"(?P<label>\b(?:I am|I'm|[Tt]his is) )(?P<said>[A-Z][a-z'-]+ [A-Z][\w'-]+)\b",
)
_NAMES = tuple(re.compile(one) for one in (*_CHINESE_NAMES, *_ENGLISH_NAMES))


def masked_strictly(text: str) -> str:
    """The text without numbers, handles, addresses and names that may be somebody's."""
    for pattern, hidden in _HIDERS:
        # Read anew for each: what was hidden before is no part of anything else.
        for match in reversed(list(pattern.finditer(text.translate(_PLAIN)))):
            start, end = match.span("said" if "said" in pattern.groupindex else 0)
            text = text[:start] + hidden(text[start:end]) + text[end:]
    plain = text.translate(_PLAIN_NUMBERS)
    hidden_in_plain = masked(plain)
    return text if hidden_in_plain == plain else hidden_in_plain


def _ends(said: str) -> str:
    return f"{said[:2]}****{said[-2:]}"


def _first(said: str) -> str:
    return f"{said[:1]}**"


def _all(_: str) -> str:
    return "***"


_HIDERS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (_LABELLED_PLACE, _all),
    (_CHINESE_PLACE, _all),
    (_BUILDING, _all),
    (_ENGLISH_PLACE, _all),
    *((pattern, _first) for pattern in _NAMES),
    (_HANDLE, _ends),
    (_LANDLINE, _ends),
    (_FOREIGN, _ends),
)
