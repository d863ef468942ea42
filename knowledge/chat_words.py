"""Words that tell what a line of a chat is: small talk, a question, an order, a price, a link."""

import re

# Longer ones first: what was taken is never tried otherwise (`++`), so no line costs much time.
_COURTESIES = (
    "请问有什么(?:可以|能)?(?:帮到?|帮助|为)您?(?:服务|效劳)?的?吗?|有什么可以帮(?:到|助)?您?的?吗?|很高兴为您服务|欢迎光临",
    "感谢您?的?(?:咨询|支持|理解|耐心等待)|祝您?(?:生活|购物)愉快|让您久等了?|久等了|不好意思|稍等一下|请?稍等|等一下",
    "(?:这边|我)?(?:帮您?|为您)(?:看|查)(?:一?下)?|转人工|人工客服|人工|有人吗|在吗|在的|在呢|您好|你好|哈喽|嗨|请问",
    "亲爱的|亲|小主|宝贝|谢谢您?|多谢|感谢|不客气|不用谢|再见|拜拜|辛苦了|明白了?|知道了|了解了?|收到|可以的?|好的|好",
    "早上好|下午好|晚上好|嗯+|哦+|噢+|哈+|行|的|呢|啊|呀|~|～",
    "whatcanidoforyou|how(?:can|may)ihelp(?:you)?(?:today)?|youarewelcome|you'?rewelcome|onemoment|pleasewait",
    "thankyou(?:somuch)?|thanks?|thx|good(?:morning|afternoon|evening)|hello|hey|hi|okay|ok|bye|sure|there",
)
SMALL_TALK = re.compile(rf"(?:{'|'.join(_COURTESIES)})++", re.IGNORECASE)
OPENING = re.compile(
    r"^(?:(?:亲爱的|亲|您好|你好|请问(?:一下)?|hello|hi)[,，!！。\s~～]*)+(?=\S)", re.IGNORECASE
)
_ASKS = (
    r"[?？]\s*$|(?:吗|么|呢|嘛|不|没)[。.!！~～\s]*$|多少|怎么|怎样|如何|什么|哪|几[天个点号日月年次种款]",
    r"多久|多大|多长|多重|能不能|可不可以|是不是|有没有|要不要|会不会|是否|可否|能否|啥|咋",
    r"^(?:how|what|when|where|which|who|why|can|could|do|does|did|is|are|will|would|may|should)\b",
)
QUESTION = re.compile("|".join(_ASKS), re.IGNORECASE)
_OWN_MATTERS = (
    r"我的(?:订单|快递|包裹|货|退款)|我(?:昨天|前天|上周|刚|今天)?(?:买了|买的|拍了|拍的|下了?单|付款|付了)|订单号|单号",
    r"帮我(?:查|看|催|改|取消)|(?:我|你)们?.{0,6}(?:还没|没有?)(?:收到|发货|到账)|(?:到|走到)(?:哪|那)里?了|物流信息",
    r"改一?下?地址|催(?:一下|件|发货)|您的?这?个?(?:订单|包裹|快递|退款)|已经?(?:为您|帮您|给您)",
    r"给您(?:补|退|备注|登记|申请|查)|帮您(?:登记|备注|申请|催)|my (?:order|package|parcel|refund)",
    r"order (?:number|no\b|#)|tracking|your (?:order|package|parcel|refund)",
)
ORDER = re.compile("|".join(_OWN_MATTERS), re.IGNORECASE)
_AMOUNTS = (
    r"[¥￥$€£]\s?\d|\d[\d,.]*\s?(?:元|块|圆|rmb|cny|usd|hkd|dollars?|yuan)",
    r"(?:便宜|优惠|立减|返现?|券后|到手价?|现价|售价|价格是?|满|只要|才|仅需?|一共|总共|补差价?)\s?\d+"
    r"(?!\d*\s?(?:[天个件小时月年日号点%度岁次瓶盒]|(?:ml|kg|g|cm|mm|l)\b))",
    r"\d+(?:\.\d)?\s?折|\A\W*\d+(?:\.\d+)?\W*\Z",
    r"[一二两三四五六七八九十百千]+(?:元|块钱?)",
)
PRICE = re.compile("|".join(_AMOUNTS), re.IGNORECASE)
ASKS_PRICE = re.compile(r"多少钱|什么价|啥价|价格|价钱|几块|几元|怎么卖|how much|price|cost", re.I)
LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|org|top|shop)\b", re.IGNORECASE)
DATE = re.compile(r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?|\d{1,2}:\d{2}(?::\d{2})?")
LONG_NUMBER = re.compile(
    r"\d(?:[\s-]?\d){6,}|(?=[A-Z0-9-]{0,30}\d{4})[A-Z]{1,4}-?\d[A-Z0-9-]{6,}", re.IGNORECASE
)
SALUTATION = re.compile(
    r"^[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|太太|老师|同学)(?:您好|你好)?[,，:：!！。\s]+"
)
NAMED = re.compile(r"[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|太太)|\b(?:Mr|Ms|Mrs|Dear)\.?\s[A-Z]\w+")
POINTING = re.compile(
    r"这个|这款|那个|那款|这瓶|这件|这种|它|上面|刚才|如图|见图|看图|\b(?:this|that|it)\b", re.I
)
PLACEHOLDER = re.compile(
    r"\[[^\[\]\n]{1,8}\]|【[^】\n]{0,6}(?:图片|表情|语音|视频)】|<[^<>\n]{1,40}(?:omitted|已省略)>"
    r"|(?:image|video|audio|sticker) omitted|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]",
    re.IGNORECASE,
)
