"""The table of everything that can be asked: intent -> domain and allowed slots.

Names of intents, slots and slot values are Home Assistant's where it has one, so that its
users, sentences and tools fit. Its conventions hold too: opening a cover and locking a lock
are `HassTurnOn`, closing and unlocking are `HassTurnOff`; "the lights" is the slot
`domain = "light"`, "the blinds" is `domain = "cover"` with `device_class = "blind"`.
What Home Assistant has no word for follows the same pattern in plain words (`SetAlarm`).

Values that slots carry, after `device.nlu.values`:

    name area floor zone item concept words   text in the home's own spelling where it is known
    domain device_class                       Home Assistant's words: light, cover; blind, garage
    brightness position percentage            0 to 100, numbers; values out of range stay;
                                              fractions are rounded ("a third" is 33)
    volume_level                              0 to 100
    *_step                                    "up", "down", or a signed number in the same unit
    temperature                               degrees as said; kelvin for HassLightSet
    color                                     a CSS colour name
    hours minutes seconds (also start_*)      numbers; one spoken duration fills those it names
    time                                      "07:30"; 24-hour where `meridiem` is present
    meridiem                                  "am" or "pm", only where it was said or implied
    date                                      "2026-11-21"
    days                                      weekdays of a repeating alarm: "monday tuesday"
    state                                     on off open closed locked unlocked opening closing;
                                              of a binary sensor on (open, detected) and off
    mode fan_mode                             a thermostat's mode: heat cool auto off dry fan_only
    attribute                                 capability asked for: brightness, position, battery
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

OUT_OF_SCOPE = "OutOfScope"
"""What is not for the speaker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentKind:
    """One row of the table."""

    name: str
    domain: str
    """Home Assistant domain of the request while no device, class or domain was named."""
    slots: frozenset[str]
    """Slots that a request of this intent can carry."""


_PLACE = "name area floor"
_COVERS = "name area floor domain device_class"
_DURATION = "hours minutes seconds"
_START = "start_hours start_minutes start_seconds"
_TIMER = f"name area {_START}"
_WHEN = f"time meridiem date days {_DURATION}"

_FRAGMENT = (
    f"{_COVERS} concept item brightness color temperature volume_step state "
    f"time meridiem date {_DURATION}"
)

_NEW_VALUE = "attribute brightness brightness_step color color_temperature target_temperature power"

_TABLE = {
    # Devices. The domain is replaced by the kind of the device that was named.
    "HassTurnOn": ("homeassistant", _COVERS),
    "HassTurnOff": ("homeassistant", _COVERS),
    "HassToggle": ("homeassistant", _COVERS),
    "HassGetState": ("homeassistant", f"{_COVERS} state attribute zone"),
    "HassLightSet": (
        "light",
        f"{_PLACE} domain brightness brightness_step color temperature temperature_step",
    ),
    "HassSetPosition": ("cover", f"{_COVERS} position position_step"),
    "HassStopMoving": ("cover", _COVERS),
    "HassClimateSetTemperature": ("climate", f"{_PLACE} domain temperature temperature_step"),
    "HassClimateGetTemperature": ("climate", f"{_PLACE} domain"),
    "HassClimateSetFanMode": ("climate", f"{_PLACE} domain fan_mode"),
    "ClimateSetMode": ("climate", f"{_PLACE} domain mode"),
    "HassFanSetSpeed": ("fan", f"{_PLACE} domain percentage percentage_step"),
    "HassVacuumStart": ("vacuum", f"{_PLACE} domain"),
    "HassVacuumReturnToBase": ("vacuum", f"{_PLACE} domain"),
    "HassVacuumCleanArea": ("vacuum", f"{_PLACE} domain"),
    "HassLawnMowerStartMowing": ("lawn_mower", f"{_PLACE} domain"),
    "HassLawnMowerDock": ("lawn_mower", f"{_PLACE} domain"),
    "HassMediaPause": ("media_player", f"{_PLACE} domain"),
    "HassMediaUnpause": ("media_player", f"{_PLACE} domain"),
    "HassMediaNext": ("media_player", f"{_PLACE} domain"),
    "HassMediaPrevious": ("media_player", f"{_PLACE} domain"),
    "HassMediaPlayerMute": ("media_player", f"{_PLACE} domain"),
    "HassMediaPlayerUnmute": ("media_player", f"{_PLACE} domain"),
    "HassMediaSearchAndPlay": ("media_player", f"{_PLACE} domain search_query media_class"),
    # Volume: the speaker's own where no player or room is named.
    "HassSetVolume": ("media_player", f"{_PLACE} volume_level"),
    "HassSetVolumeRelative": ("media_player", f"{_PLACE} volume_step"),
    "GetVolume": ("media_player", _PLACE),
    # Timers.
    "HassStartTimer": ("timer", f"{_DURATION} name conversation_command"),
    "HassIncreaseTimer": ("timer", f"{_DURATION} {_TIMER}"),
    "HassDecreaseTimer": ("timer", f"{_DURATION} {_TIMER}"),
    "HassPauseTimer": ("timer", _TIMER),
    "HassUnpauseTimer": ("timer", _TIMER),
    "HassCancelTimer": ("timer", _TIMER),
    "HassCancelAllTimers": ("timer", "area"),
    "HassTimerStatus": ("timer", _TIMER),
    # A request for later: in a while (as Home Assistant's `HassStartTimer`) or at a time of day.
    "ScheduleCommand": ("timer", "conversation_command time meridiem date"),
    # Alarms and reminders; `words` is what to be reminded of.
    "SetAlarm": ("alarm", f"{_WHEN} name"),
    "CancelAlarm": ("alarm", "time meridiem date days name"),
    "CancelAllAlarms": ("alarm", ""),
    "AlarmStatus": ("alarm", "time meridiem date name"),
    "SnoozeAlarm": ("alarm", _DURATION),
    "StopRinging": ("alarm", ""),
    "SetReminder": ("reminder", f"{_WHEN} words"),
    "CancelReminder": ("reminder", "words time meridiem date"),
    "CancelAllReminders": ("reminder", ""),
    "ReminderStatus": ("reminder", "words date"),
    # Lists. Where `name` is missing outside the shopping list, the to-do list is meant.
    "HassShoppingListAddItem": ("shopping_list", "item"),
    "HassShoppingListCompleteItem": ("shopping_list", "item"),
    "HassListAddItem": ("todo", "item name"),
    "HassListCompleteItem": ("todo", "item name"),
    "HassListRemoveItem": ("todo", "item name"),
    "ListItems": ("todo", "name"),
    "ListHasItem": ("todo", "item name"),
    "ClearList": ("todo", "name"),
    # Fragments; `device.nlu.followups` makes whole requests of them before anybody sees them.
    "Continue": ("conversation", _FRAGMENT),
    "Correct": ("conversation", _FRAGMENT),
    # Time, weather, talk.
    "HassGetCurrentTime": ("time", ""),
    "HassGetCurrentDate": ("time", "date"),
    "HassGetWeather": ("weather", "name date"),
    "HassBroadcast": ("assist_satellite", "message area"),
    "HassNevermind": ("conversation", ""),
    "HassRespond": ("conversation", ""),
    "Undo": ("conversation", ""),
    "RepeatThat": ("conversation", ""),
    "WhatCanYouDo": ("conversation", ""),
    # Privacy. Without a day or a time span everything that was said is meant.
    "MuteMicrophone": ("assist_satellite", ""),
    "UnmuteMicrophone": ("assist_satellite", ""),
    "DeleteRecords": ("conversation", f"date {_DURATION}"),
    # How a name is said; `word` is a name of the home or a word of one.
    "LearnPronunciation": ("conversation", "word"),
    "ForgetPronunciation": ("conversation", "word"),
    # How the home stood before: what devices reported, and when.
    "LastChange": ("homeassistant", "name state"),
    "HowLong": ("homeassistant", "name state"),
    "PastValue": ("homeassistant", "name area attribute date period"),
    # What was taught; `concept` is its name. Time and meridiem are when a use of it ends, a value
    # is another than its own, for this once.
    "SetConcept": (
        "homeassistant",
        f"concept {_COVERS} {_DURATION} time meridiem date brightness brightness_step color",
    ),
    "LeaveConcept": ("homeassistant", f"concept {_COVERS}"),
    "ConceptState": ("homeassistant", f"concept {_COVERS}"),
    # Skills: another one than answered, which there are, which were turned down.
    "OtherSkill": ("conversation", "skill"),
    "WhichSkills": ("conversation", ""),
    "WhichSkill": ("conversation", ""),
    "Refusals": ("conversation", ""),
    "ForgetRefusals": ("conversation", "refused"),
    # What was taught (`concept` by name), and who speaks.
    "WhatTaught": ("conversation", ""),
    "WhatLiked": ("conversation", "about"),
    "LearnPreferences": ("conversation", ""),
    "DescribeConcept": ("conversation", "concept"),
    "TeachConcept": ("conversation", "word definition unsplit"),
    "ChangeConcept": ("conversation", f"concept name area definition part value {_NEW_VALUE}"),
    "ForgetConcept": ("conversation", "concept about"),
    "ForgetLastConcept": ("conversation", ""),
    "ForgetAllConcepts": ("conversation", ""),
    "NotMeant": ("conversation", ""),
    "SetPerson": ("conversation", "person denied"),
    "WhoAmI": ("conversation", ""),
    OUT_OF_SCOPE: ("", ""),
}

INTENTS: Mapping[str, IntentKind] = MappingProxyType(
    {
        name: IntentKind(name=name, domain=domain, slots=frozenset(slots.split()))
        for name, (domain, slots) in _TABLE.items()
    }
)
"""Every intent by name; the tagger answers with those that are not VERBATIM."""

VERBATIM = frozenset(
    {"LearnPronunciation", "ForgetPronunciation", "LastChange", "HowLong", "PastValue"}
    | {"OtherSkill", "WhichSkills", "WhichSkill", "Refusals", "ForgetRefusals"}
    | {"WhatTaught", "WhatLiked", "LearnPreferences", "DescribeConcept", "ChangeConcept"}
    | {"ForgetConcept", "TeachConcept"}
    | {"ForgetLastConcept", "ForgetAllConcepts", "NotMeant", "SetPerson", "WhoAmI"}
)
"""Intents that are understood by their sentences alone, word for word: they are about the very
words that a model is least sure of, or few and fixed. No model is trained with them."""

USES = frozenset({"SetConcept", "LeaveConcept", "ConceptState"})
"""Intents of requests that use what was taught. No model is trained with them:
`device.nlu.conceptreading` makes them of what the tagger reads in place of a name."""

SCOPES = ("all", "any", "which", "how_many", "other", "here", "it", "implied")
"""How a request counts what it names (`Request.scope`): "all" for "all the lights" and
"everything", "other" for "the other lamp", "here" for "in this room", "it" for what was spoken
of, "implied" where a deed stands for the device that does it ("brew some coffee"); the question
words for questions. Home Assistant has no slot for these, so they are none."""

CONTINUED = "Continue"
CORRECTED = "Correct"
"""What goes on from the last request, with its own words or with others in their place."""
