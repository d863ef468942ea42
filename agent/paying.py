"""Questions about how one may pay, which are no wish to pay something now."""

import re

from agent.clauses import asks

# Of means of payment: "can I pay with a voucher", "支持花呗付款吗".
_MEANS = re.compile(
    r"(?:用|拿|刷|走|支持|收|接受)[^,，。?？]{1,10}(?:付|支付|结账|结算|分期)|(?:付款|支付|缴费)(?:方式|渠道|途径)"
    r"|分[几期]|(?:微信|支付宝|花呗|白条|云闪付|信用卡|银行卡|医保卡?|数字人民币|现金|转账|对公|货到)[^,，。?？]{0,2}(?:付|支付|结)"
    r"|\bpay\b(?: \w+){0,5} (?:with|wiv|wi|by|via|using)\b"
    r"|\bpay\b(?: \w+)? (?:in|on|through|off|over|cash|later|monthly)\b"
    r"|\bpay\b(?: [\w'-]+){0,5} (?:off|monthly|weekly|over (?:a|the|\w+) (?:years?|months?))\b"
    r"|\bpay (?:cash|later|monthly|half|part)\b|\bdo you (?:take|accept)\b"
    r"|\b(?:instalments?|installments?|finance)\b",
    re.IGNORECASE,
)
_OWED = re.compile(
    r"[没未待忘]了?付|忘.{0,4}付|那[单笔个]|订单|链接"
    r"|\b(?:unpaid|forgot|owe|my order|link|haven'?t paid)\b",
    re.IGNORECASE,
)


def asks_how_one_may_pay(text: str) -> bool:
    """Whether a message asks by which means one may pay, and not to pay something now."""
    return asks(text) and bool(_MEANS.search(text)) and not _OWED.search(text)
