"""Shopping, to-do and other lists."""

from collections.abc import Sequence

from device.context import Context
from device.effects import Plan, Question, WriteNotebook
from device.events import Ask, Outcome, Request
from device.skills.notebook import with_list
from device.skills.phrases import capital, counted, listed

SHOPPING = "shopping"
TODO = "to-do"

MOST = 500
"""How many items a list may hold."""

_SAME = {
    "groceries": SHOPPING,
    "grocery": SHOPPING,
    "shop": SHOPPING,
    "todo": TODO,
    "to do": TODO,
    "do": TODO,
    "todos": TODO,
    "task": TODO,
    "tasks": TODO,
    "chores": TODO,
}
"""Other words for the lists that every home has."""


class Lists:
    """Adds, ticks off, tells and clears."""

    name = "lists"
    intents = frozenset(
        {
            "HassShoppingListAddItem",
            "HassShoppingListCompleteItem",
            "HassListAddItem",
            "HassListCompleteItem",
            "HassListRemoveItem",
            "ListItems",
            "ListHasItem",
            "ClearList",
        }
    )
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """The notebook with the list as it should be, and what to say."""
        title = list_name(request)
        items = context.notebook.lists.get(title, ())
        if request.intent == "ListItems":
            return Plan(reply=_told(title, items, context), shows_lists=True)
        if request.intent == "ClearList":
            return _clear(title, items, context)
        item = request.slot("item")
        if item is None or not str(item).strip():
            question = Question(
                kind=Ask.MISSING, text=_which_item(request, title), request=request, slot="item"
            )
            return Plan(question=question)
        words = " ".join(str(item).split())
        if request.intent.endswith("AddItem"):
            return _add(title, items, words, context)
        if request.slot("name") is None and _find(items, words) is None:
            # Where no list was named, the one that holds the item is meant.
            lists = context.notebook.lists
            title = next((t for t, kept in lists.items() if _find(kept, words)), title)
            items = lists.get(title, ())
        if request.intent == "ListHasItem":
            there = f"{words} is on the {title} list."
            reply = f"Yes, {there}" if _find(items, words) else f"No, there is no {words}."
            return Plan(reply=reply, shows_lists=True)
        return _take_off(title, items, words, request, context)

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What was planned to be said."""
        return plan.reply


def list_name(request: Request) -> str:
    """Which list a request means.

    Example: HassShoppingListAddItem -> "shopping", name "My groceries list" -> "shopping",
    no name -> "to-do".
    """
    said = request.slot("name")
    if said is None:
        return (
            SHOPPING if "Shopping" in request.intent or request.domain == "shopping_list" else TODO
        )
    words = str(said).casefold().split()
    kept = [w for w in words if w not in ("list", "lists", "the", "my", "our")]
    name = " ".join(kept) or TODO
    return _SAME.get(name, name)


def _which_item(request: Request, title: str) -> str:
    if request.intent.endswith("AddItem"):
        return f"What should I put on the {title} list?"
    return "Which item?"


def _find(items: Sequence[str], words: str) -> str | None:
    """The item that these words mean: the same, or one is the plural of the other."""
    wanted = _singular(words)
    return next((item for item in items if _singular(item) == wanted), None)


def _singular(words: str) -> str:
    folded = " ".join(w for w in words.casefold().split() if w not in ("the", "a", "an", "some"))
    for ending, kept in (("ies", "y"), ("oes", "o"), ("s", "")):
        if len(folded) > len(ending) + 2 and folded.endswith(ending) and not folded.endswith("ss"):
            return folded[: -len(ending)] + kept
    return folded


def _add(title: str, items: tuple[str, ...], words: str, context: Context) -> Plan:
    there = _find(items, words)
    if there is not None:
        return Plan(reply=f"{capital(there)} is already on the {title} list.", shows_lists=True)
    if len(items) >= MOST:
        return Plan(reply=f"The {title} list is full, it holds {MOST} items.", shows_lists=True)
    book = with_list(context.notebook, title, (*items, words))
    return Plan(
        reply=f"Added {words} to the {title} list.",
        effects=(WriteNotebook(notebook=book),),
        shows_lists=True,
    )


def _take_off(
    title: str, items: tuple[str, ...], words: str, request: Request, context: Context
) -> Plan:
    there = _find(items, words)
    if there is None:
        return Plan(reply=f"There is no {words} on the {title} list.", shows_lists=True)
    book = with_list(context.notebook, title, tuple(i for i in items if i != there))
    done = request.intent.endswith("CompleteItem")
    return Plan(
        reply=f"Crossed {there} off the {title} list."
        if done
        else f"Removed {there} from the {title} list.",
        effects=(WriteNotebook(notebook=book),),
        shows_lists=True,
    )


def _told(title: str, items: Sequence[str], context: Context) -> str:
    if items:
        return f"On the {title} list: {listed(items)}."
    if title not in context.notebook.lists and title not in (SHOPPING, TODO):
        return f"There is no {title} list."
    return f"The {title} list is empty."


def _clear(title: str, items: tuple[str, ...], context: Context) -> Plan:
    if not items:
        return Plan(reply=_told(title, items, context), shows_lists=True)
    book = with_list(context.notebook, title, ())
    return Plan(
        reply=f"I cleared the {title} list, {counted(len(items), 'item')}.",
        effects=(WriteNotebook(notebook=book),),
        shows_lists=True,
    )
