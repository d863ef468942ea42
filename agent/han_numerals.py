"""Chinese numerals that state a figure, as digits: 七天 is 7天, 八五折 is 8.5折, 一瓶 stays."""

import re
from collections.abc import Iterator

HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_HAN_DIGITS = {"〇": 0, "零": 0, "两": 2} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_HAN = "〇零一二两三四五六七八九十"
_RUN = re.compile(
    rf"百分之(?P<percent>[{_HAN}百]++(?:点[{_HAN}]++)?+|[0-9]++(?:\.[0-9]++)?+)"
    rf"|(?P<all>百分百)"
    rf"|(?P<run>[{_HAN}][{_HAN}百千万亿]*+(?:点[〇零一二三四五六七八九]++(?![十分]))?+)"
)
_LONGEST_RUN = 20  # beyond it, figures are spelled, not counted: 一一一一…

# Words that the rules below would take for figures. Everything else that starts with a numeral
# and is no figure (一下 一起 万一 统一 十分 三思 七夕 …) fails for want of a unit behind it.
_IDIOMS = re.compile(
    "一一|一五一十|一年四季|一年一度|一年到头|一天到晚|一天天|三三两两|三五成群|三天两头|三分钟热度"
    "|三包|三位一体|三七|五五开|七七八八|九九八十一|两码事|两回事|两个都|两款都|两种都|两件都"
    "|两瓶都|二次|三个臭皮匠|三人行|一百个放心|一万个放心"
)
# A lone numeral is a figure only with one of these behind it; a few characters have many meanings.
_UNIT = re.compile(
    r"\s?(?:[年月日天周秒点时瓶盒支件片包袋套次倍种款张条块元折码楼只双对颗粒滴勺杯桶箱位人名岁级层号度"
    r"升克斤米寸成台部辆本束枝朵份顿餐遍回档泵个]|小时|分钟|星期|毫|公斤|千克|厘米|工作日|美元|港)"
)
# 一 is mostly an article (一瓶, 一个); it counts where it measures time or a discount.
_ONE_UNIT = re.compile(
    r"(?:年|天|周|星期|小时|分钟|折|岁|工作日|自然日|个(?:半?月|小时|工作日|自然日|星期))"
    r"|月(?:[0-9一二三四五六七八九十]|份|初|底)|(?<=月一)[日号]"
)
_NOT_BEFORE_ONE = "统唯万专单同每有之逐某这那另上下前后"
_TO_NUMBER = re.compile(rf"\s?[-~—–到至]\s?[{_HAN}0-9]")
_FROM_NUMBER = re.compile(rf"[{_HAN}0-9]\s?[-~—–到至]\s?$")
_BUY = re.compile(rf"买$|买[{_HAN}0-9][送赠免]$")
_NTH = re.compile(r"\s?(?:个月|[天日件年周期代支瓶盒套份])")


def han_edits(text: str) -> Iterator[tuple[int, int, str]]:
    """Where Chinese numerals state a figure: start, end, and the digits to write there."""
    idioms = {n for match in _IDIOMS.finditer(text) for n in range(*match.span())}
    for match in _RUN.finditer(text):
        if match.start() not in idioms and (digits := _digits(match)):
            yield match.start(), match.end(), digits


def _digits(match: re.Match[str]) -> str | None:
    if percent := match["percent"]:
        value = percent if percent[0] in "0123456789" else _value(percent)
        return f"{value}%" if value else None
    if match["all"]:
        return "100%"
    before = match.string[max(0, match.start() - 4) : match.start()]
    if not _states_a_figure(match["run"], before, match):
        return None
    return _pair(match["run"], match) or _value(match["run"])


def _states_a_figure(run: str, before: str, match: re.Match[str]) -> bool:
    text, end = match.string, match.end()
    ordinal = before.endswith("第") and (run == "一" or not _NTH.match(text, end))
    vague = before.endswith(("几", "数")) and run[0] == "十"
    if ordinal or vague:
        return False
    if len(run) > 1:
        return True
    measured = (_ONE_UNIT if run == "一" else _UNIT).match(text, end)
    if before.endswith(("周", "星期", "礼拜")) and not measured:
        return False  # a day of the week
    if run == "一" and before and before[-1] in _NOT_BEFORE_ONE:
        return False
    ranged = _TO_NUMBER.match(text, end) or _FROM_NUMBER.search(before)
    bargain = _BUY.search(before) and text[end : end + 1] in {"送", "赠", "免", "", *",.;!。、 "}
    return bool(measured or ranged or bargain)


def _pair(run: str, match: re.Match[str]) -> str | None:
    """Two numerals side by side: 八五折 is 8.5折, 三五天 is from three to five."""
    if len(run) != 2:
        return None
    first, last = (_HAN_DIGITS.get(c, 0) for c in run)
    if first and last and match.string.startswith("折", match.end()):
        return f"{first}.{last}"
    return f"{first}-{last}" if first and 0 < last - first <= 2 else None


def _value(run: str) -> str | None:
    whole, _, fraction = run.partition("点")
    tail = "." + "".join(str(_HAN_DIGITS.get(c, 0)) for c in fraction) if fraction else ""
    if not any(c in HAN_UNITS for c in whole):
        return "".join(str(_HAN_DIGITS[c]) for c in whole) + tail
    value = _counted(whole) if len(whole) <= _LONGEST_RUN else None
    return None if value is None else f"{value}{tail}"


def _counted(run: str) -> int | None:
    """The value of a numeral with units (一百二十, 一百二, 三万); None if it is malformed."""
    total = section = 0
    pending: int | None = None
    step = 1
    for c in run:
        if c in _HAN_DIGITS:
            if pending:
                return None
            pending = _HAN_DIGITS[c]
            step = 1 if pending == 0 else step
        elif (unit := HAN_UNITS[c]) < 10_000:
            section += (1 if pending is None else pending) * unit
            pending, step = None, unit // 10
        else:
            total = (total + section + (pending or 0)) * unit
            section, pending, step = 0, None, unit // 10
    return total + section + (pending or 0) * max(step, 1)
