"""The turn as a LangGraph graph: decide -> act -> answer -> check (and once more, if need be)."""

from dataclasses import asdict, replace
from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent.act import Actor, focus_of, with_orders
from agent.asked_orders import own_order_instead, with_own_orders
from agent.asked_pictures import with_pictures
from agent.bind import bind
from agent.check import evidence_texts, support
from agent.choosing import offered, taken
from agent.clauses import asks, asks_at_length, questions
from agent.consent import consent
from agent.cues import is_chat, tells_trouble, wants_list
from agent.decide import Plan, Proposal, decide_request, plan_of
from agent.facts import unsupported
from agent.follow_up import whole_question, with_subject
from agent.knowing import answer_question
from agent.leaning import fact_search, leaning_search, thread_after
from agent.model import ModelDownError
from agent.native import native_request
from agent.people import asks_what_it_is
from agent.second_look import looked_again
from agent.spelt_search import spelt
from agent.sureness import PLAINLY
from agent.terms import nouns
from agent.turn_state import Draft, Focus, Result, Sentence, TurnContext, TurnState
from agent.wording import talk, told, unknown
from agent.words import words_of
from tools.artifacts import Evidence, HandOff

# Small talk that a question may hide in.
_MAYBE_ASKED = {"chat", "thanks", "greeting", "bye"}
_OF_ORDERS = {"lookup_order", "list_orders", "verify_order"}
TurnGraph = CompiledStateGraph[TurnState, TurnContext, TurnState, TurnState]


def build_graph() -> TurnGraph:
    """The compiled graph; it holds nothing, everything comes with the context of a turn."""
    graph = StateGraph(TurnState, context_schema=TurnContext)
    graph.add_node("decide", decide)
    graph.add_node("act", act)
    graph.add_node("answer", answer)
    graph.add_node("check", check)
    graph.add_edge(START, "decide")
    graph.add_edge("decide", "act")
    graph.add_edge("act", "answer")
    graph.add_edge("answer", "check")
    graph.add_conditional_edges("check", _after_check, {"answer": "answer", "end": END})
    return graph.compile()


async def decide(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:  # noqa: ARG001
    """Propose calls: by the model, unless code knows already what the message means."""
    turn = runtime.context
    memory, message = turn.memory, turn.message
    if plan := _plain_to_code(turn):
        return {"plan": plan}
    tools = turn.brand.tools
    native = turn.decisions == "native"
    request = (native_request if native else decide_request)(
        turn.prompts, memory, message.text, tools
    )
    try:
        plan = plan_of(await turn.asking.ask("decide", request), tools)
    except ModelDownError as error:
        await turn.journal.note("fault", {"where": "decide", "error": str(error)})
        return {"plan": Plan((), "down"), "model_down": True}
    question = whole_question(message.text, memory, turn.catalog)
    if "search_knowledge" in tools and question != message.text and not _acts(plan):
        plan = Plan((Proposal("search_knowledge", {"query": question}),))
    else:
        plan = _leaning(_reconsidered(plan, turn) if plan.talk else plan, turn)
    words = words_of(message.text, turn.catalog)
    signed_in = turn.tools.caller.customer is not None
    calls = bind(plan.calls, words, memory, signed_in=signed_in)
    if not words.order_numbers and (calls or plan.talk == "other"):
        calls = await with_own_orders(calls, turn)
    calls = with_pictures(calls, turn)
    calls = tuple([await spelt(call, turn) for call in calls])
    return {"plan": replace(plan, calls=calls, talk=None if calls else plan.talk)}


def _plain_to_code(turn: TurnContext) -> Plan | None:
    """What a message means that answers what the customer was asked, or says nothing to act on."""
    memory, message = turn.memory, turn.message
    if message.trouble:
        return Plan((), message.trouble)
    pending = memory.pending
    if pending and (answer_to_summary := consent(message.text, pending.quantity)):
        live = turn.journal.now < pending.expires_at
        kind = "confirmed" if live else "expired"
        return Plan((), kind if answer_to_summary == "yes" else "cancelled")
    if memory.choice and (call := taken(memory.choice, message.text, turn.brand)):
        return Plan((call,))
    if asks_what_it_is(message.text) and not questions(message.text):
        return Plan((), "identity")
    return None


def _reconsidered(plan: Plan, turn: TurnContext) -> Plan:
    """A small model waves questions away that a tool answers; code sees if one does."""
    text, tools = turn.message.text, turn.brand.tools
    if plan.talk == "other" and wants_list(text) and "list_orders" in tools:
        return Plan((Proposal("list_orders", {}),))
    if plan.talk == "other" and consent(text) == "yes":
        return Plan((), "chat")
    kind = "chat" if plan.talk == "other" and is_chat(text) else plan.talk
    names_something = bool(nouns(text) or turn.catalog.mentions(text) or tells_trouble(text))
    maybe = (
        asks(text) or names_something if plan.talk == "other" else asks(text) and names_something
    )
    if "search_knowledge" not in tools or not maybe:
        return Plan((), kind)
    query = with_subject(text, turn.memory, turn.catalog)
    search = Proposal("search_knowledge", {"query": query} if query != text else {})
    if (plan.talk == "other" and (asks(text) or tells_trouble(text))) or asks_at_length(text):
        return Plan((search,))
    return Plan((search,), otherwise=kind) if kind in _MAYBE_ASKED else Plan((), kind)


def _leaning(plan: Plan, turn: TurnContext) -> Plan:
    """The plan with a search behind what was asked before, where the message leans on that."""
    if not plan.calls or _acts(plan):
        return plan
    text, thread = turn.message.text, turn.memory.thread
    search = fact_search(text, thread, turn.brand, turn.catalog)
    search = search or leaning_search(text, thread, turn.prompts.everyday)
    return replace(plan, calls=(search,)) if search else plan


def _acts(plan: Plan) -> bool:
    """Whether anything but an answer from the knowledge was proposed."""
    return any(call.tool != "search_knowledge" for call in plan.calls)


async def act(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Carry the calls out and note what the next turn may lean on."""
    turn = runtime.context
    plan, memory = state["plan"], turn.memory
    await turn.journal.note(
        "decision", {"calls": [asdict(call) for call in plan.calls], "talk": plan.talk}
    )
    actor = Actor(turn)
    if plan.talk == "confirmed" and memory.pending:
        results = await actor.confirm(memory.pending)
    elif plan.talk == "down":
        results = await actor.run((Proposal("hand_off_to_human", {"reason": "model_down"}),))
    else:
        results = await actor.run(plan.calls)
    pending = None if plan.talk in {"confirmed", "cancelled", "expired"} else memory.pending
    mentioned = words_of(turn.message.text, turn.catalog).products
    focus = focus_of(results, mentioned, Focus(pending=pending))
    choice = offered(results, turn.brand)
    focus = replace(focus, choice=choice, thread=thread_after(memory.thread, plan))
    return {"results": results, "focus": focus, "repaired": False}


async def answer(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Say what code knows, then answer from the knowledge."""
    turn = runtime.context
    brand, language = turn.brand, turn.language
    said: list[Sentence] = []
    if kind := _talk(state):
        said.append(Sentence(talk(kind, brand, language)))
    for result in state["results"]:
        quiet = state.get("model_down", False) and isinstance(result.artifact, HandOff)
        said += [] if quiet else [Sentence(text) for text in told(result, brand, language)]
    if not state["repaired"]:
        for sentence in said:
            turn.speak(sentence.text)
    drafts, results = await _looked_up(turn, state)
    # What is known comes first; that something else is not known is said once, at the end.
    for draft in sorted(drafts, key=lambda draft: draft.unanswered):
        said += [sentence for sentence in draft.sentences if sentence not in said]
    done = any(
        result.ok and not isinstance(result.artifact, Evidence) for result in state["results"]
    )
    unanswered = not done and bool(drafts) and all(draft.unanswered for draft in drafts)
    focus = with_orders(state["focus"], results)
    return {"draft": Draft(tuple(said), unanswered), "results": results, "focus": focus}


async def _looked_up(turn: TurnContext, state: TurnState) -> tuple[list[Draft], tuple[Result, ...]]:
    """A draft for each search, and the results with what was found besides.

    Where the knowledge does not say, an order of the customer's own may, if none was told yet.
    """
    drafts: list[Draft] = []
    results: list[Result] = []
    repair, otherwise = state["repaired"], state["plan"].otherwise
    told_of_order = any(result.tool in _OF_ORDERS for result in state["results"])
    for result in state["results"]:
        if isinstance(result.artifact, Evidence):
            draft, result = await _known(
                turn, result, result.artifact, repair=repair, sure=bool(otherwise)
            )
            mine = draft.unanswered and not told_of_order
            if own := await own_order_instead(turn, result) if mine else ():
                results += own
                told_of_order = True
                texts = (text for one in own for text in told(one, turn.brand, turn.language))
                draft = Draft(tuple(map(Sentence, texts)))
            elif draft.unanswered and otherwise:
                draft = Draft((Sentence(talk(otherwise, turn.brand, turn.language)),))
            elif draft.unanswered:
                draft = replace(draft, sentences=(Sentence(unknown(turn.brand, turn.language)),))
            drafts.append(draft)
        results.append(result)
    return drafts, tuple(results)


async def _known(
    turn: TurnContext, result: Result, found: Evidence, *, repair: bool, sure: bool
) -> tuple[Draft, Result]:
    """The answer to one search; only a `sure` one where a message may be no question at all."""
    draft = Draft((), unanswered=True)
    try:
        at_least = PLAINLY if sure else 0.0
        draft = await answer_question(turn, found, repair=repair, at_least=at_least)
        if not sure:
            draft, result = await looked_again(turn, result, draft)
    except ModelDownError as error:
        await turn.journal.note("fault", {"where": "answer", "error": str(error)})
    return draft, result


def _talk(state: TurnState) -> str | None:
    kind = state["plan"].talk
    return None if kind == "confirmed" else kind


async def check(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Hold every sentence against this turn's evidence; what it does not hold is not said."""
    turn = runtime.context
    given = [*evidence_texts(state["results"], turn.brand.timezone), *support(turn)]
    products = turn.brand.products
    kept: list[Sentence] = []
    faults: list[str] = []
    for sentence in state["draft"].sentences:
        bad = unsupported(sentence.text, given, products) if sentence.source else ()
        faults += [fact.shown for fact in bad]
        kept += [] if bad else [sentence]
    draft = Draft(tuple(kept), state["draft"].unanswered)
    if not kept:
        draft = Draft((Sentence(unknown(turn.brand, turn.language)),), unanswered=True)
    for sentence in draft.sentences:
        turn.speak(sentence.text)
    verdict: dict[str, Any] = {"faults": faults, "unanswered": draft.unanswered}
    await turn.journal.note("verdict", verdict)
    repair = bool(faults) and not state["repaired"] and turn.style == "write"
    return {"draft": draft, "faults": tuple(faults), "repaired": repair}


def _after_check(state: TurnState) -> Literal["answer", "end"]:
    return "answer" if state["repaired"] else "end"
