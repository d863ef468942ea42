"""How something of one's own stands: "done yet?", "几点能去拿", and what is a question of rules."""

import re

from knowledge.brand import OrderStatus

_WHEN = r"(?:什么时候|啥时候?|几时|何时|哪[天日]|几[号点]|多会儿?|(?:周|星期|礼拜)几)"
_HOW_LONG = r"(?:多久|多长时间|多少天|几天)"
_COMES = r"(?:到|发|寄|送|取|拿|提|退|收|好|审|批|出|上门|装|来|去|修|回)"
_SOON = r"(?:[今明][天日早晚]|后天|这?周[一二三四五六日末]|上午|下午|晚上)"
_CAME = (
    r"(?:arriv\w+|shipped|dispatched|despatched|delivered|sent|posted|ready"
    r"|(?:done|finished)(?! (?:at|by|for|in|on|with)\b)"
    r"|on (?:its|their|the) way|moved|left|leaving|came|com(?:e|ing)(?! (?:in|to|with|as)\b)"
    r"|gone (?:out|through)|refund\w*|packed|process(?:ed|ing)|received|collected|delayed"
    r"|approved(?! (?:for|by|in)\b)|booked|due|turn(?:ed|ing)? up|(?:got|get) here|here"
    r"|credited|glazed|fixed|repaired|out for delivery)"
)


def _any(*wordings: str) -> re.Pattern[str]:
    return re.compile("|".join(wordings), re.IGNORECASE)


# Words by which somebody asks how far something has got.
_PROGRESS = _any(
    r"到哪|[发寄送到签退批审办做修装取拿收打出备好完成约排补改开理][^,，。?？\s]{0,6}?(?:了[没吗嘛]|没有?(?:\W|$))",
    r"(?:还|一直|怎么|咋)还?[没不][^,，。?？]{0,4}(?:[发寄送到退审批好出来修装]|动静|消息|收到|下文)",
    rf"{_SOON}[^,，。?？下买拍]{{0,4}}能[^,，。?？]{{0,4}}{_COMES}|{_WHEN}[^,，。?？]{{0,12}}{_COMES}",
    rf"{_HOW_LONG}[^,，。?？]{{0,8}}{_COMES}",
    rf"(?:约|订|退款?|退的?钱|送|到|发|取|拿|提|改|排)[^,，。?？]{{0,8}}{_WHEN}",
    r"单号|运单|物流|快递[^,，。?？]{0,4}[到走发哪是]|哪家快递|走的?[哪什啥]|谁家?送",
    r"没[^,，。?？]{0,3}(?:发我|给我|拿到|收到|到货|来)|等[^,，。?？]{0,3}(?:多久|[天周月]了|礼拜)",
    r"(?:为[啥何]|为什么|怎么|咋)[^,，。?？]{0,4}(?:取消|退|关闭|改|没)[^,，。?？]{0,4}了",
    r"动静|下文|进度|审核|状态|卡在|哪一?步|谁签收|签收了但|[直都]不动|没动|停了|[怎咋]么?样了|办到|到底([退发送来给])不\1|催",
    r"\b(?:has|have|had|did|is|are|was|were|hasn'?t|haven'?t|didn'?t|isn'?t|aren'?t|will|would)\b"
    rf"[^.?!]{{0,60}}?\b{_CAME}\b",
    r"\bwhen\b[^.?!]{0,60}\b(?:arriv\w+|com(?:e|ing)|here|ready|turn\w* up|due|land|show\w* up"
    r"|pick\w*|collect\w*|get|expect|deliver\w*|ship\w*|see|money|refund\w*|back|booked)\b",
    r"\bwhat (?:time|day|date|slot)s?\b|\bany (?:news|idea|update|word|sign|joy)\b",
    r"\bwhere(?:'?s|'?ve|'?re|abouts|\b.{0,12} is| are| has| have)\b|\bhow'?s\b",
    r"\bhow (?:far|much longer|come)\b|\bnever (?:came|arriv\w+)\b|\bstill waiting\b",
    r"\bhow (?:is|are)\b[^.?!]{0,40}\b(?:doing|going|coming|getting)\b",
    r"\bwait(?:ing|ed) (?:on|for)\b|\bheard nothing\b|\bno sign\b|\btrack(?:ing|ed)?\b",
    r"\bwh(?:ich|at|o)\b.{0,16}\b(?:courier|carrier|delivering|bringing)\b",
    r"\bwhat'?s (?:going on|happening|up with|the (?:delay|hold-?up))\b",
    r"\bnot here\b|\bhaven'?t (?:got|had)\b|\bdid\b.{0,40}\bget to\b",
    r"\b(?:supposed|meant) to (?:be|come)\b|\bsays (?:processing|delivered|delayed)\b",
    r"\bproblem with my\b|\bupdate on\b|\beta\b|\bcourier ref\w*",
    r"\bstatus\b|\bprogress\b|\byet\b|\bever (?:refund|ship|send|post)\w*",
)
# Words of rules, of conditions, of what a thing is, and of what is not ordered yet.
_RULE = _any(
    r"如果|要是|假如|万一|的话|一般|通常|正常|平时|平常|规定|政策|规则|流程|最[晚多长迟快早]|[以之]内|内[可能要]",
    r"(?:能|可以|可|能不能|可不可以|是否)[^,，。?？]{0,4}(?:[退换改用吃寄送开让叫代找赔加]|取消|指定)"
    r"[^,，。?？]{0,10}[吗不么嘛没]",
    r"怎么(?:[退换改用吃寄开赔算收存办]|取消|保存|处理)(?![^,，。?？]{0,4}了)",
    r"多少钱|[退赔扣收付交]多少|费[^,，。?？]{0,4}多少|运费|邮费|收费|手续费|押金|补货|到货|有货|上架|上新|留多[久长少]"
    r"|新款|质保|保修|保质|过期",
    r"(?:今|明|现在|早上|晚上|下午|点前?)[^,，。?？]{0,2}(?:下单|付款|拍|买)"
    r"|点半?前?[后]?(?:下的单|[付拍买]的)[^,，。?？]{0,8}(?:能|可以|会|算)",
    r"活动|优惠|促销|打折|现在[下买订拍]|[下买订拍]单?(?:[以之]后|的话|后)|(?:付款|收到|签收)[以之]?后",
    r"\bif\b|\bhow long (?:do|does|would|can|should|is the|are the)\b|\b(?:un)?till? when\b",
    r"\b(?:usually|normally|typically|generally|policy|allowed|available|warranty|guarantee\w*)\b",
    r"\b(?:costs?|charges?|prices?|how much|set me back|free|offers?|sale|discount\w*)\b",
    r"\b(?:in stock|restock\w*|the next|suitable|safe|compatible|made|serial)\b",
    r"\bwhere.{0,40} on an?\b",
    r"\b(?:should i|do (?:you|i|they)|does|could (?:i|we)|how (?:do|to|can|would|should))\b",
    r"\bcan (?:i|we|you|they|someone|somebody|it)\b",
    r"\bhow (?:is|are) .{0,30}\b(?:delivered|sent|posted)\b",
    r"\b(?:is|are) (?!my\b|our\b)(?:\w+ ){1,4}?(?:sent|posted|shipped|delivered|packed)"
    r" (?:with|in|by|from|as|to)\b",
)
# Asked politely, or for the hour of one's own: no question of rules.
_POLITE = _any(
    rf"{_SOON}[^,，。?？下买拍]{{0,4}}能[^,，。?？]{{0,4}}{_COMES}",
    r"\b(?:can|could) i (?:please |just )?(?:get|have) an? (?:update|eta)\b",
    r"\bdo you know\b|\b(?:check|see|know|tell me|find out|wondering|ask|asking) if\b",
    r"\b(?:can|could) i (?:please |just )?(?:ask|know|check|see|find|track|chase)\b",
    r"\b(?:can|could|would) (?:you|someone|anyone|somebody) (?:please |just )?"
    r"(?:tell|check|see|find|let|look|say|chase|give|confirm)\b",
    r"\b(?:when|what (?:time|day|date)) (?:can|could|do|should|might) (?:i|we)\b",
    r"\b(?:where|how) (?:can|do) i (?:track|follow)\b",
    r"\bwhen (?:do|will|are|would) (?:you|they) (?:going to )?"
    r"(?:pay|refund|send|ship|post|deliver|dispatch|return)\w* (?:me|us|it|them|my|our)\b",
)
_OTHERS = (
    r"(?:lad|son|daughter|kids?|mum|mom|dad|wife|husband|partner|friend|mate|street|area|town|house"
    r"|flat|gp|doctor)"
)
_OWN = _any(
    r"我[们俺]?的|我[们俺]?.{0,4}(?:买|订|拍|下单|退|寄|申请|办|约|报|付)|[那这上][一个单次笔份]",
    r"昨天|前天|上周|上次|之前|刚才|了[没吗嘛]|还[没不]|一直没|好几天|没收到|单号",
    r"[\d一二两三四五六七八九十几]个?[天周月]了",
    rf"\bm[ye]\b(?! {_OTHERS}\b)|\bmine\b|\bours?\b|\byet\b|\bstill\b|\bha(?:s|ve)n'?t\b|\bever\b",
    r"\bi(?:'ve| have|'d|'m)?\b.{0,20}\b(?:order|bought|sent|post|return|paid|book|wait)\w*",
    r"\b(?:is|are|did|has|have|was|were|will|where'?s|where'?ve|'s)\s+(?:\w+\s+){0,3}?"
    r"(?:the|them|those|that)\b",
)
_CLAUSE = re.compile(r"[,，。.;；!！?？\n]+|\b(?:and|but|so)\b")
_ORDER = _any(r"订单|单子|[那这]单", r"\borders\b|\b(?:my|our|the|this|that) order\b")
_LASTS = _any(_HOW_LONG, r"\bhow long\b")
_CALLED_OFF = _any(r"取消了|没了|关闭了", r"\bcancell?ed\b")
_MONEY = _any(
    r"退款|退的?钱|退了|退货|退不退|[钱款].{0,4}[退回到]|退.{0,3}[没下到]|赔|到账",
    r"\b(?:refund\w*|money|reimburs\w*|credited|return(?:ed|s)?|(?:sent|posted) .{0,40}\bback)\b",
)
# What an order may be asked about where nothing else is known of it.
_MATTER = _any(
    r"发货|配送|送货|送到|取货|自提|快递|物流|退款|到账|预约|约的|[拿取提]得?到",
    _WHEN,
    r"\b(?:when|what (?:time|day|date)s?|deliver\w*|arriv\w*|collect\w*|pick\w* up|ship\w*)\b",
    r"\b(?:courier|refund\w*|slots?|ready|appointments?|booked|booking)\b",
)
_PAID_BACK: frozenset[OrderStatus] = frozenset({"refunding", "refunded", "cancelled"})
_UNDER_WAY: frozenset[OrderStatus] = frozenset({"paid", "packed", "shipped"})


def asks_progress(text: str) -> bool:
    """Whether a text asks how far something has got, and is no question of rules."""
    return bool(_PROGRESS.search(text)) and not asks_rules(text)


def may_ask_progress(text: str) -> bool:
    """Whether a text has any word of what an order can be asked about, and none of rules."""
    return bool(_PROGRESS.search(text) or _MATTER.search(text)) and not asks_rules(text)


def asks_rules(text: str) -> bool:
    """Whether a text asks what holds in general, what a thing is, or what would be if."""
    return bool(_RULE.search(_POLITE.sub(" ", text)))


def asks_only_rules(text: str) -> bool:
    """Whether a text asks for rules, and no clause of it how something stands."""
    return asks_rules(text) and not any(map(_asks_of_own, _CLAUSE.split(text)))


def _asks_of_own(clause: str) -> bool:
    """Whether a clause asks for progress; how long a thing takes is asked of one's own only."""
    return asks_progress(clause) and (is_of_own(clause) or not _LASTS.search(clause))


def speaks_of_an_order(text: str) -> bool:
    """Whether a text says itself that it is about an order."""
    return bool(_ORDER.search(text))


def is_of_own(text: str) -> bool:
    """Whether a text speaks of something that the customer has already."""
    return bool(_OWN.search(text))


def may_be_asked_of(status: OrderStatus, text: str) -> bool:
    """Whether what a text asks can be asked of an order in this state.

    When money comes back is asked of what was returned or cancelled, when a parcel comes of what
    is under way. How long something takes is a question of rules, whatever the state.
    """
    if _LASTS.search(text):
        return False
    if _CALLED_OFF.search(text):
        return status in _PAID_BACK
    return status in (_PAID_BACK if _MONEY.search(text) else _UNDER_WAY)
