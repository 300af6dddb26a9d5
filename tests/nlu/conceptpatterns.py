"""Sentences that use a taught name X, and what they ask for.

Written by hand in the furnished house before they were tried; nothing is trained with them.
Each request is INTENT slot=value ...; its slot `concept` is the name.
"""

PATTERNS = """
X | SetConcept
X please | SetConcept
please X now | SetConcept
could I have X | SetConcept
give me X | SetConcept
I'd like X | SetConcept
I would like to have X in here | SetConcept
let's go for X | SetConcept
turn on X | SetConcept
turn X on | SetConcept
switch on X please | SetConcept
switch to X | SetConcept
go to X | SetConcept
activate X | SetConcept
enable X in the office | SetConcept area=Office
start X in the kitchen | SetConcept area=Kitchen
run X | SetConcept
do X in the bedroom | SetConcept area=Bedroom
apply X to the office | SetConcept area=Office
apply X to the desk lamp | SetConcept name=Desk lamp
use X for the star lamp | SetConcept name=Star lamp
X in the garage | SetConcept area=Garage
X for the bathroom | SetConcept area=Bathroom
bedroom X | SetConcept area=Bedroom
kitchen to X | SetConcept area=Kitchen
in the hallway X please | SetConcept area=Hallway
X upstairs | SetConcept floor=Upstairs
X on the lights | SetConcept domain=light
lights X | SetConcept domain=light
lights to X | SetConcept domain=light
lights in X | SetConcept domain=light
lamp to X | SetConcept domain=light
set X | SetConcept
set the lights to X | SetConcept domain=light
set the light to X please | SetConcept domain=light
set all the lights in the office to X | SetConcept area=Office domain=light
set the office light to X | SetConcept area=Office domain=light
set the desk lamp to X | SetConcept name=Desk lamp
set the bedroom to X | SetConcept area=Bedroom
set kitchen to X | SetConcept area=Kitchen
put the kitchen in X | SetConcept area=Kitchen
put the lights on X | SetConcept domain=light
put the bedside lamp into X | SetConcept name=Bedside lamp
change the kids room to X | SetConcept area=Kids Room
change the light in the hallway to X | SetConcept area=Hallway domain=light
switch the bedroom lights to X | SetConcept area=Bedroom domain=light
switch the office over to X | SetConcept area=Office
turn the bedroom lights to X | SetConcept area=Bedroom domain=light
turn the kitchen to X | SetConcept area=Kitchen
make the kitchen X | SetConcept area=Kitchen
make the lights X | SetConcept domain=light
make it X | SetConcept
can you set the bathroom light to X | SetConcept name=Bathroom light
would you put the bedroom in X please | SetConcept area=Bedroom
I want the bedroom in X | SetConcept area=Bedroom
I want X for the office | SetConcept area=Office
we need X in the kitchen | SetConcept area=Kitchen
the bedroom lights should be in X | SetConcept area=Bedroom domain=light
it's time for X | SetConcept
time for X in the kids room | SetConcept area=Kids Room
X time | SetConcept
get the office ready for X | SetConcept area=Office
adjust the lights to X | SetConcept domain=light
set the living room thermostat to X | SetConcept name=Living room thermostat
set the fan to X | SetConcept name=Fan
put the tv in X | SetConcept name=TV
X for an hour | SetConcept hours=1
X for the next twenty minutes | SetConcept minutes=20
X in the office for half an hour | SetConcept area=Office minutes=30
turn on X for 45 minutes | SetConcept minutes=45
set the bedroom to X for two hours please | SetConcept area=Bedroom hours=2
for ten minutes X | SetConcept minutes=10
put the kitchen lights in X for an hour and a half | SetConcept area=Kitchen domain=light hours=1 minutes=30
X until nine | SetConcept time=09:00
keep the office in X until half past ten | SetConcept area=Office time=10:30
X till 11 pm | SetConcept time=23:00 meridiem=pm
turn off X | LeaveConcept
turn X off | LeaveConcept
switch X off please | LeaveConcept
stop X | LeaveConcept
end X | LeaveConcept
leave X | LeaveConcept
exit X | LeaveConcept
cancel X | LeaveConcept
deactivate X in the office | LeaveConcept area=Office
disable X | LeaveConcept
no more X | LeaveConcept
turn off X in the bedroom | LeaveConcept area=Bedroom
get out of X | LeaveConcept
take the office out of X | LeaveConcept area=Office
I don't want X any more | LeaveConcept
is X on | ConceptState
is X still on | ConceptState
is X active | ConceptState
are we in X | ConceptState
is the light in X | ConceptState domain=light
are the lights in X | ConceptState domain=light
is the office in X | ConceptState area=Office
is the desk lamp in X | ConceptState name=Desk lamp
is the desk lamp set to X | ConceptState name=Desk lamp
are the bedroom lights on X | ConceptState area=Bedroom domain=light
is the kitchen light still in X | ConceptState name=Kitchen light
is X on in the bedroom | ConceptState area=Bedroom
did you put the office in X | ConceptState area=Office
have you turned on X | ConceptState
put the bedroom in X and close the blinds | SetConcept area=Bedroom ; HassTurnOff domain=cover device_class=blind
close the blinds and turn on X | HassTurnOff domain=cover device_class=blind ; SetConcept
turn on X and turn off the tv | SetConcept ; HassTurnOff name=TV
turn off the tv and set the lights to X | HassTurnOff name=TV ; SetConcept domain=light
X in the kitchen and the office | SetConcept area=Kitchen ; SetConcept area=Office
set the kitchen and the bedroom to X | SetConcept area=Kitchen ; SetConcept area=Bedroom
set the desk lamp and the star lamp to X | SetConcept name=Desk lamp ; SetConcept name=Star lamp
X and lock the front door | SetConcept ; HassTurnOn name=Front door
lock the front door, X and turn off the radio | HassTurnOn name=Front door ; SetConcept ; HassTurnOff name=Radio
turn off X and open the curtains | LeaveConcept ; HassTurnOn domain=cover device_class=curtain
set all the lights but the desk lamp to X | SetConcept domain=light
"""


def patterns() -> list[tuple[str, list[tuple[str, dict[str, object]]]]]:
    """Each sentence with its requests: intent and slots besides the name."""
    found = []
    for line in filter(None, PATTERNS.splitlines()):
        sentence, _, wanted = line.partition(" | ")
        requests = []
        for one in wanted.split(" ; "):
            intent, *rest = one.split(" ", 1)
            requests.append((intent, _slots(rest[0] if rest else "")))
        found.append((sentence, requests))
    return found


def _slots(text: str) -> dict[str, object]:
    """Example: "area=Office hours=1" -> {"area": "Office", "hours": 1}."""
    found: dict[str, object] = {}
    name = ""
    for word in text.split():
        if "=" in word:
            name, _, value = word.partition("=")
            found[name] = int(value) if value.isdigit() else value
        else:
            found[name] = f"{found[name]} {word}"
    return found
