"""The page in a real browser, as somebody at a laptop, at a phone and at a keyboard meets it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect, sync_playwright

from simulator.studio.sources import SOUNDS
from tests.simulator.studio.visits import PATIENCE_S, Studio

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
LAPTOP = (1400, 900)
PHONE = (360, 740)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    # What is "said" into the browser's microphone.
    sound = tmp_path_factory.mktemp("sound") / "said.wav"
    _as_wav(SOUNDS / "temperature.rms.ogg", sound)
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as play:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={sound}%noloop"]
        browser = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, studio: Studio) -> Iterator[Page]:
    yield from _opened(browser, studio, LAPTOP)


@pytest.fixture
def phone(browser: Browser, studio: Studio) -> Iterator[Page]:
    yield from _opened(browser, studio, PHONE)


def _opened(browser: Browser, studio: Studio, size: tuple[int, int]) -> Iterator[Page]:
    """The page, in a fresh profile; nothing may go wrong in it unseen, or come from elsewhere."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((studio.address, "blob:", "data:"))
            else wrong.append(request.url)
        ),
    )
    page.goto(studio.address)
    page.wait_for_selector("body.ready")
    yield page
    context.close()
    assert not wrong


def _as_wav(source: Path, target: Path) -> None:
    """A recording as the browser's pretend microphone reads it: 48 kHz, with a rest behind it."""
    sound, rate_hz = soundfile.read(source)
    rest = np.zeros(48_000)
    soundfile.write(
        target, np.concatenate([soxr.resample(sound, rate_hz, 48_000), rest]), 48_000, "PCM_16"
    )


def device(page: Page, name: str) -> Locator:
    return page.locator(f'[data-device="{name}"]')


def ask(page: Page, text: str) -> Locator:
    """Type a request; gives its turn."""
    before = page.locator("article.turn").first
    known = before.get_attribute("data-turn") if before.count() else ""
    page.get_by_role("textbox", name="Request").fill(text)
    page.keyboard.press("Enter")
    newest = page.locator(f'article.turn:not([data-turn="{known}"])').first
    expect(newest.get_by_role("heading", level=3)).to_have_text(text)
    return newest


def test_a_typed_request_lights_the_lamp_and_shows_every_stage(page: Page) -> None:
    lamp = device(page, "Kitchen/Kitchen light")
    expect(lamp).not_to_have_class(re.compile("active"))

    turn = ask(page, "turn on the kitchen light and the fan")

    expect(lamp).to_have_class(re.compile("active"))
    expect(lamp.get_by_role("button", pressed=True)).to_contain_text("80 %")
    expect(turn.locator(".reply")).to_have_text(re.compile("The kitchen light and the fan are on"))
    stages = turn.locator(".stage h4").all_inner_texts()
    assert stages == ["Requests", "Meaning", "Situation", "Skill", "Home"]
    expect(turn.locator(".meanings > li")).to_have_count(2)
    expect(turn.locator(".winner")).to_have_text([re.compile("lights"), re.compile("fans")])
    expect(turn.locator(".messages .out").first).to_contain_text("zigbee2mqtt/Kitchen")
    expect(turn.locator(".end.done")).to_have_count(2)
    # Words of both requests have two lines below them, those of one have one.
    lines = turn.locator(".word").evaluate_all(
        "all => all.map(w => w.querySelectorAll('i').length)"
    )
    assert lines == [2, 2, 1, 1, 1, 0, 1, 1]


def test_the_lamp_glows_in_its_colour(page: Page) -> None:
    lamp = device(page, "Bedroom/Bedside lamp")
    level = "e => Number(e.style.getPropertyValue('--level'))"
    assert lamp.evaluate(level) == 0

    ask(page, "set the bedside lamp to green")

    expect(lamp).to_have_class(re.compile("active"))
    assert lamp.evaluate(level) == 0.3
    assert lamp.evaluate("e => e.style.getPropertyValue('--colour')") == "#00ff00"
    light = "e => getComputedStyle(e.closest('.room')).getPropertyValue('--light')"
    assert float(lamp.evaluate(light)) > 0


def test_a_recording_is_drawn_from_the_waveform_to_the_words(page: Page) -> None:
    page.get_by_label("Recording").select_option("dim_lights.awb")
    turn = page.locator("article.turn").first
    expect(turn.get_by_role("heading", level=3)).to_contain_text("dim the living room lights")

    expect(turn.get_by_role("img", name=re.compile("Waveform"))).to_be_visible()
    picture = turn.get_by_role("img", name=re.compile("Log-mel"))
    shades = """canvas => new Set(canvas.getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height).data).size"""
    assert picture.evaluate(shades) > 50
    sounds = turn.get_by_role("list", name="phonemes").get_by_role("listitem").all_inner_texts()
    assert sounds[:3] == ["D", "IH", "M"]
    words = turn.get_by_role("list", name="words").get_by_role("listitem").all_inner_texts()
    assert words == ["dim", "the", "living", "room", "lights", "to", "30", "percent"]
    expect(turn.locator(".stage h4").first).to_have_text("Sound")


def test_what_is_said_into_the_browsers_microphone_is_heard(page: Page) -> None:
    button = page.get_by_role("button", name="Hold to talk")
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    expect(page.get_by_role("button", name="Listening")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(4_500)  # As long as it takes to say it.
    page.mouse.up()
    turn = page.locator("article.turn").first

    expect(turn).to_contain_text("microphone")
    expect(turn.get_by_role("heading", level=3)).to_contain_text("temperature")
    expect(page.get_by_role("button", name="Hold to talk")).to_be_visible()


def test_a_click_on_a_device_is_a_hand_on_it(page: Page) -> None:
    window = device(page, "Bedroom/Bedroom window")
    window.locator(".thing").click()
    expect(window).to_contain_text("open")

    ask(page, "is the bedroom window open")
    expect(page.locator(".reply").first).to_contain_text("Yes")


def test_the_panel_of_a_device_sets_values_and_faults(page: Page) -> None:
    page.get_by_role("button", name="More of Star lamp").click()
    panel = page.get_by_role("dialog", name="Star lamp")
    panel.get_by_label("power").select_option("on")
    panel.get_by_role("slider", name="brightness").fill("35")
    expect(device(page, "Kids Room/Star lamp")).to_contain_text("35 %")
    panel.get_by_label("it is").select_option("silent")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(device(page, "Kids Room/Star lamp")).to_contain_text("silent")

    turn = ask(page, "turn off the star lamp")
    expect(turn.locator(".end.no_answer")).to_have_text(re.compile("no answer"))
    page.get_by_role("tab", name="Faults").click()
    page.get_by_role("button", name="Mend Kids Room/Star lamp").click()
    expect(device(page, "Kids Room/Star lamp")).not_to_contain_text("silent")


def test_a_broken_sound_is_one_sentence_on_the_page(page: Page) -> None:
    page.locator("#upload").set_input_files(
        {"name": "broken.wav", "mimeType": "audio/wav", "buffer": b"nothing to hear"}
    )

    notice = page.locator(".notice.error")
    expect(notice).to_contain_text("broken.wav cannot be read as sound")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)


def test_a_broker_that_is_gone_is_seen_and_comes_back(page: Page) -> None:
    page.get_by_role("tab", name="Faults").click()
    runs = page.get_by_role("switch", name="The broker runs")
    runs.uncheck()
    expect(page.locator("#broker")).to_have_text("broker is gone")
    turn = ask(page, "turn on the desk lamp")
    expect(turn.locator(".reply")).to_contain_text("broker")
    runs.check()
    expect(page.locator("#broker")).to_contain_text("at 127.0.0.1")


def test_a_lost_connection_is_said_and_comes_back_with_all_that_was(page: Page) -> None:
    routes: list[WebSocketRoute] = []
    away = False

    def met(route: WebSocketRoute) -> None:
        if away:
            route.close()
        else:
            routes.append(route)
            route.connect_to_server()

    page.route_web_socket(re.compile("socket$"), met)
    page.reload()
    ask(page, "what time is it")
    away = True
    routes[0].close()
    expect(page.locator("#wire")).to_contain_text("connection lost")
    page.get_by_role("textbox", name="Request").fill("turn on the mirror light")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.error")).to_contain_text("nothing was sent")
    away = False
    expect(page.locator("#wire")).to_have_text("connected")
    page.keyboard.press("Enter")

    expect(device(page, "Bathroom/Mirror light")).to_have_class(re.compile("active"))
    titles = page.locator("article.turn h3").all_inner_texts()
    assert titles.count("turn on the mirror light") == 1
    assert titles.count("what time is it") == 1


def test_a_second_page_shows_the_same_house_and_both_say_so(page: Page, phone: Page) -> None:
    expect(page.locator("#watchers")).to_have_text("2 pages show this house")
    ask(phone, "turn on the garage light")

    expect(device(page, "Garage/Garage light")).to_have_class(re.compile("active"))
    expect(page.locator("article.turn h3").first).to_have_text("turn on the garage light")


def test_a_lesson_is_held_and_stands_on_the_desk(page: Page) -> None:
    taught = ask(page, "set the reading lamp to owl light")
    expect(taught.locator(".asks")).to_have_text("asks for a lesson")
    ask(page, "oh that's twenty percent and orange")
    ask(page, "yes")
    ask(page, "add milk to my shopping list")
    ask(page, "set a timer for 5 minutes")
    page.get_by_role("tab", name="Lessons, lists").click()
    panel = page.get_by_role("tabpanel", name="Lessons, lists")

    expect(panel).to_contain_text("owl light is brightness 20, color orange")
    expect(panel).to_contain_text("milk")
    expect(panel).to_contain_text(re.compile(r"0[45]:\d\d"))
    expect(device(page, "Living Room/Reading lamp")).to_contain_text("20 %")


def test_the_log_is_filtered_as_one_types(page: Page) -> None:
    ask(page, "turn on the towel heater")
    log = page.locator("#log li:visible")
    expect(log.filter(has_text="cmnd/bathroom_towel_heater").first).to_be_visible()
    page.get_by_role("searchbox", name="Filter").fill("towel_heater")

    texts = log.all_inner_texts()
    assert texts
    assert all("towel_heater" in row for row in texts)
    page.get_by_label("in", exact=True).uncheck()
    assert {row[0] for row in log.all_inner_texts()} == {"→"}


def test_a_turn_is_saved_as_a_scenario(page: Page) -> None:
    turn = ask(page, "turn on the counter lights")
    turn.get_by_role("button", name="Save as a scenario").click()
    dialog = page.get_by_role("dialog", name="As a scenario")

    expect(dialog).to_contain_text('say = "turn on the counter lights"')
    with page.expect_download() as download:
        dialog.get_by_role("link", name=re.compile("Download")).click()
    assert download.value.suggested_filename == "turn-on-the-counter-lights.toml"


def test_a_scenario_is_played_from_the_desk(page: Page) -> None:
    page.get_by_role("tab", name="Scenarios").click()
    page.get_by_role("button", name="Play broker-gone").click()

    expect(page.locator(".result").filter(has_text="passed")).to_contain_text("✓")


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the request")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Request")).to_be_focused()
    page.keyboard.type("turn on the office ceiling light")
    page.keyboard.press("Enter")
    lamp = device(page, "Office/Ceiling light")
    expect(lamp).to_have_class(re.compile("active"))
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("textbox", name="Request")).to_have_value(
        "turn on the office ceiling light"
    )
    lamp.locator(".thing").focus()
    page.keyboard.press("Space")
    expect(lamp).not_to_have_class(re.compile("active"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Ceiling light")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="MQTT").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Lessons, lists")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Lessons, lists")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Request")).to_be_focused()
    outline = "e => getComputedStyle(e).outlineStyle"
    assert page.get_by_role("textbox", name="Request").evaluate(outline) == "solid"


def test_whatever_can_be_used_has_a_name_and_the_parts_have_roles(page: Page) -> None:
    ask(page, "turn on the kitchen light")
    nameless = page.locator("button, input, select, a[href], dialog, [role]").evaluate_all(
        """all => all.filter(e => e.checkVisibility() && !(e.ariaLabel || e.innerText?.trim()
            || e.getAttribute('aria-labelledby') || e.labels?.length || e.role === 'status'
            || e.role === 'presentation')).map(e => e.outerHTML)"""
    )
    snapshot = page.locator("body").aria_snapshot()

    assert nameless == []
    for line in (
        "- banner",
        '- heading "Inglenook studio" [level=1]',
        "- main",
        '- tab "MQTT" [selected]',
        '- region "Kitchen"',
        '- textbox "Request"',
        '- button "Hold to talk"',
    ):
        assert line in snapshot
    levels = [int(found) for found in re.findall(r"\[level=(\d)\]", snapshot)]
    assert set(levels) == {1, 2, 3, 4}
    expect(page.locator("#answer")).to_have_attribute("aria-live", "assertive")
    expect(page.locator("#answer")).to_have_text("The kitchen light is on.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Page, scheme: str) -> None:
    """Contrast of at least 4.5 to 1, as WCAG 2.2 asks for."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    pairs = [("--ink", "--surface"), ("--soft", "--ground"), ("--soft", "--surface"),
             ("--accent-ink", "--surface"), ("--bad", "--bad-ground"), ("--on-accent", "--accent"),
             ("--good", "--surface")]  # fmt: skip
    contrast = """pairs => {
        const style = getComputedStyle(document.documentElement);
        const light = (name) => {
            const given = style.getPropertyValue(name).trim();
            const hex = given.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
            const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
                .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05;
        };
        return pairs.map(([ink, ground]) => {
            const [a, b] = [light(ink), light(ground)];
            return [ink, ground, Math.max(a, b) / Math.min(a, b)];
        });
    }"""

    found = page.evaluate(contrast, pairs)

    assert [one for one in found if not one[2] >= 4.5] == []


def test_on_a_phone_nothing_runs_out_of_the_screen(phone: Page) -> None:
    ask(phone, "turn on the kitchen light and the fan")
    phone.get_by_label("Recording").select_option("light_and_thermostat.slt")
    expect(phone.locator("canvas").first).to_be_visible()
    phone.get_by_role("tab", name="Faults").click()

    width = "[document.documentElement.scrollWidth, innerWidth]"
    assert phone.evaluate(width) == [PHONE[0], PHONE[0]]
    columns = phone.locator("#ask, #house, #talk, #desk").evaluate_all(
        "all => new Set(all.map(e => Math.round(e.getBoundingClientRect().left))).size"
    )
    assert columns == 1
    expect(phone.get_by_role("navigation", name="Parts of the page")).to_be_visible()
    expect(phone.locator("#answer")).to_contain_text("The kitchen light is on")
