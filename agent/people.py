"""Whether a message wants a person, or asks whether it speaks with one."""

import re

from agent.clauses import asks

# 人工 is said of what is made or done by hand, too: 人工考评, 人工草坪.
_BY_HAND = r"人工(?![智考评费草湖岛合授养种栽降呼关皮晶宝牧成拆搬打清])"
# Those whom customers ask for.
_WHO = (
    rf"(?:{_BY_HAND}(?:客服|坐席|服务)?|真人|活人|客服(?:小姐姐|小哥|人员|经理)?|小姐姐|小哥哥|经理|主管|领导"
    r"|负责人|店长|老板|工作人员|专员|同事|管事的|(?:你们|店里|门店)的?人)"
)
_TALKS = r"(?:说|讲|谈|聊|沟通|对话|通话|反映)"
_STEPS_IN = r"(?:接|来|出来|联系|处理|回复?我|回个?[话电信]|打给我|跟我|和我|听|帮我)"
_PERSON = re.compile(
    rf"(?:转接?|接[通入])(?:到|给|一?下)?{_WHO}|接一?下?人工|转接一?下|找?人工(?:客服)?(?:来|吧|啊|$)|真人|活人|换个?人(?:来|$)"
    r"|[叫找让换喊].{0,4}(?:经理|负责人|主管|领导|店长|老板|管事的)"
    rf"|[叫让换喊].{{0,3}}{_WHO}.{{0,3}}{_STEPS_IN}"
    rf"|(?:跟|和|同|与|找).{{0,4}}{_WHO}.{{0,2}}{_TALKS}"
    r"|把.{0,4}(?:经理|负责人|主管|领导|店长|老板|管事的).{0,3}[叫找喊请]"
    r"|(?:[打拨找去上]|举报)[^,，。?？]{0,3}(?:12315|12345|12378|12300|消协|消费者协会|工商局?|市场?监管?局?)"
    r"|\b(?:trading standards|small claims|ombudsman)\b"
    r"|[给要][^,，。?？]{0,3}(?:说法|交代)|派(?:个|一个)?人(?:来|给|处理|解决)"
    r"|投诉|律师|起诉|曝光|\b(?:human|real person|manager|supervisor|complaint|lawyer)\b"
    r"|\b(?:connect|transfer|put) me (?:to|with|through|thru|over)\b",
    re.IGNORECASE,
)
# Colleagues who come to the door are none of those at the desk.
_DESK = r"(?:人工|真人|活人|客服|经理|主管|领导|负责人|店长|管事的)"
# Somebody who is to come or do something is nobody to talk to.
_DOES = re.compile(
    r"\b(?:can|could|will|would|do|does) (?:someone|somebody|anyone|anybody|people) "
    r"(?:come|visit|go|be there|train|deliver|fit|install|collect|pick|carry|sign|else)\b",
    re.IGNORECASE,
)
# Said as a question, but out of politeness.
_POLITE = re.compile(
    rf"(?:能|可以|可不可以|能不能|可否|麻烦|请|劳烦).{{0,4}}(?:[转换叫找让喊请]|给我).{{0,4}}{_DESK}"
    rf"|(?:能|可以|可不可以|能不能).{{0,4}}(?:跟|和|同|与).{{0,4}}{_WHO}.{{0,2}}{_TALKS}"
    r"|(?:怎么|咋|如何)(?:才能)?(?:转|找|联系|接).{0,3}(?:人工|真人|活人)"
    r"|\b(?:can|could|may|please)\b.{0,24}"
    r"\b(?:speak|talk|chat|(?:connect|transfer|put|get|pass) me)\b.{0,16}"
    r"\b(?:human|person|someone|somebody|agent|representative|rep|manager|supervisor|staff|operator"
    r"|colleague)\b(?!')"
    r"|\b(?:is there|are there|any|get me|give me|want) .{0,12}"
    r"\b(?:actual|real|live|human|proper)\b.{0,8}"
    r"\b(?:person|human|people|someone|somebody|agent|one)\b"
    r"|(?:有没?有|有个?|在不在).{0,3}(?:真人|活人)|(?:真人|活人)在"
    r"|\b(?:get|have|ask|want|need) (?:someone|somebody|anyone|a person|a human) to "
    r"(?:ring|call|phone|contact|speak|talk)\b"
    r"|\b(?:not|don'?t want(?: to)?|stop|sick of|fed up) (?:talk|speak|chat)(?:ing)? "
    r"(?:to|with) (?:a |this )?(?:bot|robot|machine|computer)\b"
    r"|(?:不想|别|不要|懒得)(?:跟|和|让|再跟)机器人"
    r"|\b(?:can|could) (?:someone|somebody|a person)\b.{0,12}\b(?:ring|call|phone|contact) me\b",
    re.IGNORECASE,
)
# When somebody is there, and how he is reached otherwise, the knowledge tells.
_ABOUT = re.compile(
    r"几点|什么时候|多久|多长|时间|收费|多少|电话|几号|哪里|在哪"
    r"|\b(?:when|hours|phone|number|where|what time|how long)\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    rf"{_BY_HAND}|真人|活人|专人|客服|经理|主管|领导|负责人|店长|找.{0, 2}人|有人|叫人|来人"
    r"|\b(?:human|people|someone|somebody|agent|representative|rep|manager|supervisor|staff|operator)\b"
    # Not who is any: "five per person", "hand my ticket to a person I know".
    r"|(?<!per )(?<!each )(?<!another )\bperson\b(?! (?:i|who|that|on|in|with|under)\b)",
    re.IGNORECASE,
)
_WHAT = (
    r"(?:机器人|真人|人工智能|人工|活人|[Aa][Ii]|程序|自动回复|电脑|robot|bot|human|machine"
    r"|real person|computer|person)"
)
_WHAT_IT_IS = re.compile(
    r"(?:你们?|您|这边?|对面)(?:到底|究竟|现在|不会|该不会|那边)*(?:是不是|是|系)[^,，。]{0,4}?"
    rf"{_WHAT}(?:客服|在回复?)?(?:还是[^,，。]{{1,8}})?(?:吗|么|呢|吧|啊|呀|嘛)?[?？。.!！~～\s]*$"
    r"|\b(?:are you|is this|am i (?:talking|speaking|chatting) (?:to|with))"
    rf"(?: (?:a|an|some|just|really|actually|even|only))* {_WHAT}(?: or .{{1,20}})?[?.!\s]*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<=[,，。;；!！?？\n])")
_CHOICE = re.compile(r"还是|吧[?？。~～!！]*$")


def wants_person(text: str) -> bool:
    """Whether a message demands a person or threatens, and is no mere question."""
    return any(_wants(clause) for clause in _CLAUSE.split(text) if clause.strip())


def _wants(clause: str) -> bool:
    if asks_what_it_is(clause):
        return False
    if _POLITE.search(clause):
        return not _ABOUT.search(clause)
    return bool(_PERSON.search(clause)) and not asks(clause)


def names_somebody(text: str) -> bool:
    """Whether a message has any word for the people behind the counter."""
    return bool(_SOMEBODY.search(text)) and not _DOES.search(text)


def asks_what_it_is(text: str) -> bool:
    """Whether a message asks if it speaks with a person or with a program."""
    return bool(_WHAT_IT_IS.search(text)) and (asks(text) or bool(_CHOICE.search(text)))
