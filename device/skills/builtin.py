"""The skills that every speaker has."""

from device.skills.alarms import Alarms, Reminders
from device.skills.announcements import Announcements
from device.skills.climate import Climate
from device.skills.clock import Clock
from device.skills.concepts import Concepts
from device.skills.covers import Covers
from device.skills.delays import Delays
from device.skills.fans import Fans
from device.skills.lessons import Lessons
from device.skills.lights import Lights
from device.skills.lists import Lists
from device.skills.locks import Locks
from device.skills.media import Media
from device.skills.past import Past
from device.skills.privacy import Privacy
from device.skills.pronunciation import Pronunciation
from device.skills.skill import Skill
from device.skills.skillbook import Skillbook
from device.skills.speaker import Speaker
from device.skills.states import States
from device.skills.switches import House, Scenes, Switches
from device.skills.timers import Timers
from device.skills.vacuums import Vacuums
from device.skills.volume import Volume
from device.skills.weather import Weather


def builtin_skills() -> tuple[Skill, ...]:
    """All of them; the order says who goes first where two fit equally."""
    return (
        Lights(),
        Switches(),
        Covers(),
        Climate(),
        Fans(),
        Locks(),
        Vacuums(),
        Media(),
        Scenes(),
        House(),
        Concepts(),
        States(),
        Past(),
        Timers(),
        Delays(),
        Alarms(),
        Reminders(),
        Lists(),
        Clock(),
        Weather(),
        Volume(),
        Privacy(),
        Pronunciation(),
        Speaker(),
        Announcements(),
        Skillbook(),
        Lessons(),
    )
