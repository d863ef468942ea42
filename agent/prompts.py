"""The prompts: Markdown files, the brand's examples filled in, the same for every turn."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.brand import Brand, Example, ExampleCall, Language

_FOLDER = Path(__file__).parent / "texts"
_MAX_BRAND_EXAMPLES = 10
HAND_OFF_REASONS = ("asked", "complaint", "claim", "unwell", "unsolved")


@dataclass(frozen=True, slots=True)
class Prompts:
    """Fixed texts of the model calls, in the brand's language."""

    language: Language
    decide: str
    answer: str
    write: str
    native: str
    customer: str
    restate: str = ""
    everyday: frozenset[str] = frozenset()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Changes whenever a prompt does."""
        texts = (self.decide, self.answer, self.write, self.restate)
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def load_prompts(brand: Brand, version: Path | None = None) -> Prompts:
    """Read the prompt files for the brand's language and add its own examples.

    `version` is a folder with other files of the same names; what it has not is as in ours.
    """
    return prompts_in(brand.language, brand.examples, version)


def prompts_in(
    language: Language, examples: tuple[Example, ...] = (), version: Path | None = None
) -> Prompts:
    """The prompts of a language, with a brand's examples or without any."""

    def text_of(name: str) -> str:
        other = version / name if version else None
        return (other if other and other.is_file() else _FOLDER / name).read_text("utf-8")

    customer = "顾客：" if language == "zh" else "Customer: "
    shared = text_of(f"examples.{language}.jsonl").splitlines()
    shown = [_shown(json.loads(line), customer, language) for line in shared]
    shown += [_shown(_plain(one), customer, language) for one in chosen(examples)]
    decide = text_of(f"decide.{language}.md") + "\n".join(filter(None, shown))
    answer = text_of(f"answer.{language}.md")
    write = text_of(f"write.{language}.md")
    native = text_of(f"native.{language}.md")
    restate = text_of(f"restate.{language}.md")
    everyday = " ".join(file.read_text("utf-8") for file in sorted(_FOLDER.glob("everyday.*.txt")))
    small = frozenset(everyday.split())
    texts = (decide, answer, write, native, customer, restate)
    return Prompts(language, *texts, everyday=small, synonyms=_synonyms())


def answer_digest(language: Language) -> str:
    """Of the prompt by which evidence is judged: another one moves the model's state."""
    return hashlib.sha256(prompts_in(language).answer.encode()).hexdigest()[:12]


def _synonyms() -> dict[str, tuple[str, ...]]:
    """For a customer's everyday word, those that documents use; the first of a line leads it."""
    lines = (_FOLDER / "synonyms.zh.txt").read_text("utf-8").splitlines()
    return {words[0]: tuple(words[1:]) for line in lines if (words := line.split())}


def chosen(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """A spread of the brand's examples: every combination of tools in turn, in the file's order."""
    groups: dict[tuple[str, ...], list[Example]] = {}
    for example in examples:
        groups.setdefault(tuple(call.tool for call in example.calls), []).append(example)
    picked: list[Example] = []
    rounds = max((len(group) for group in groups.values()), default=0)
    for place in range(rounds):
        picked += [group[place] for group in groups.values() if place < len(group)]
    return tuple(picked[:_MAX_BRAND_EXAMPLES])


def _plain(example: Example) -> dict[str, Any]:
    calls: list[dict[str, Any]] = []
    for call in example.calls:
        shown = {"tool": call.tool, **_shown_args(call, example.text)}
        if shown not in calls:
            calls.append(shown)
    return {"text": example.text, "calls": calls} if calls else {}


def _shown_args(call: ExampleCall, text: str) -> dict[str, str]:
    """Only what the model is to write: the rest is read from the customer's words by code."""
    match call.tool:
        case "search_knowledge":
            return {"query": str(call.args.get("query", text))}
        case "create_payment_link":
            return {"for": "order" if "order_id" in call.args else "new"}
        case "hand_off_to_human":
            reason = str(call.args.get("reason", ""))
            return {"reason": reason if reason in HAND_OFF_REASONS else "asked"}
        case _:
            return {}


def _shown(example: dict[str, Any], customer: str, language: Language) -> str:
    if not example:
        return ""
    before = ""
    if "history" in example:
        who = ("顾客：", "客服：") if language == "zh" else ("Customer: ", "Agent: ")
        lines = "".join(f"{who[0]}{past[0]} {who[1]}{past[1]}\n" for past in example["history"])
        before = f"（上文：\n{lines}）\n" if language == "zh" else f"(Before:\n{lines})\n"
    answer = {key: value for key, value in example.items() if key in {"calls", "talk"}}
    compact = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return f"{before}{customer}{example['text']}\n{compact}"
