"""Which intents of the public sets ask for the same thing: written by hand, open to argument.

Each need here is one request that people make of any assistant, under the names that HWU64,
CLINC150 and SNIPS give it. A skill that serves the need serves all of these sentences. What is not
named here is a need of its own. Where intents overlap only in part ("order": food in one set,
goods in the other) they stay apart; a figure against the full truth is then too low, never too
high.
"""

from collections.abc import Mapping

SAME: Mapping[str, tuple[str, ...]] = {
    "add to a list": (
        "hwu64:lists_createoradd", "clinc150:shopping_list_update", "clinc150:todo_list_update",
    ),
    "add to a playlist": ("clinc150:update_playlist", "snips:AddToPlaylist"),
    "book a restaurant": ("clinc150:restaurant_reservation", "snips:BookRestaurant"),
    "call a taxi": ("hwu64:transport_taxi", "clinc150:uber"),
    "change the calendar": ("hwu64:calendar_set", "clinc150:reminder_update"),
    "change the volume": (
        "hwu64:audio_volume_up", "hwu64:audio_volume_down", "clinc150:change_volume",
    ),
    "convert currencies": ("hwu64:qa_currency", "clinc150:exchange_rate"),
    "define a word": ("hwu64:qa_definition", "clinc150:definition"),
    "do sums": ("hwu64:qa_maths", "clinc150:calculator"),
    "find a recipe": ("hwu64:cooking_recipe", "clinc150:recipe"),
    "find a restaurant": ("hwu64:recommendation_locations", "clinc150:restaurant_suggestion"),
    "find films that are shown": ("hwu64:recommendation_movies", "snips:SearchScreeningEvent"),
    "have no preference": ("hwu64:general_dontcare", "clinc150:maybe"),
    "know the song": ("hwu64:music_query", "clinc150:what_song"),
    "know the time and the date": (
        "hwu64:datetime_query", "clinc150:time", "clinc150:date",
    ),
    "know the traffic": ("hwu64:transport_traffic", "clinc150:traffic"),
    "know the weather": ("hwu64:weather_query", "clinc150:weather", "snips:GetWeather"),
    "play music": ("hwu64:play_music", "clinc150:play_music", "snips:PlayMusic"),
    "read a list": ("hwu64:lists_query", "clinc150:shopping_list", "clinc150:todo_list"),
    "read the calendar": (
        "hwu64:calendar_query", "clinc150:calendar", "clinc150:meeting_schedule",
    ),
    "refuse": ("hwu64:general_negate", "clinc150:no"),
    "agree": ("hwu64:general_affirm", "clinc150:yes"),
    "say it again": ("hwu64:general_repeat", "clinc150:repeat"),
    "set an alarm": ("hwu64:alarm_set", "clinc150:alarm"),
    "stop": ("hwu64:general_commandstop", "clinc150:cancel"),
    "tell a joke": ("hwu64:general_joke", "clinc150:tell_joke"),
    "thank": ("hwu64:general_praise", "clinc150:thank_you"),
}  # fmt: skip

LEFT_OUT = frozenset({"hwu64:general_quirky", "clinc150:smart_home"})
"""Grab bags whose sentences belong to a dozen other needs, which no label tells."""

_NEED = {intent: need for need, intents in SAME.items() for intent in intents}


def need_of(source: str, intent: str) -> str | None:
    """What a set's intent asks for; None where it is left out.

    Example: ("clinc150", "alarm") -> "set an alarm".
    """
    named = f"{source}:{intent}"
    return None if named in LEFT_OUT else _NEED.get(named, named)
