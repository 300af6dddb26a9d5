// One turn as a strip: each stage with what it gave, how sure it was, how long it took.

import { el, ms, score, spaced } from "./elements.js";

const STAGES = { asr: "recognition", nlu: "understanding", routing: "routing", home: "home" };
const ENDS = {
  done: "done", no_answer: "no answer", offline: "unplugged", other_value: "another value", refused: "refused",
  forbidden: "forbidden", no_broker: "no broker", lost: "lost", sent: "sent", too_often: "too often",
};

function stage(name, spent, ...body) {
  return el("li", { class: "stage" },
    el("div", { class: "stage-name" }, el("h4", { text: name }), spent === undefined ? null : el("span", { class: "ms", text: ms(spent) })),
    el("div", { class: "stage-body" }, body));
}

/** Where the time went. */
function timeline(spent) {
  const parts = Object.entries(STAGES).filter(([key]) => key in spent);
  const words = parts.map(([key, name]) => `${name} ${ms(spent[key])}`).join(", ");
  return el("div", { class: "timeline", role: "img", "aria-label": `Time: ${words}` },
    parts.map(([key, name]) => el("span", {
      class: `part ${key}`, title: `${name} ${ms(spent[key])}`, vars: { "--grow": Math.max(spent[key], 0.01) },
    })));
}

function hypotheses(found) {
  const likely = found.filter((one, at) => at < 2 || one.score >= 0.005);
  return el("ol", { class: "rows" }, likely.map((one) =>
    el("li", {}, el("span", { class: "grow", text: one.text }), score(one.score, "score"))));
}

/** The sentence with a line under the words of each request. */
function chunks(text, requests) {
  const under = (word) => requests.map((request, at) => [request, at])
    .filter(([request]) => request.span.some(([from, to]) => from <= word && word < to)).map(([, at]) => at);
  return el("p", { class: "chunks" }, text.split(" ").map((word, at) =>
    el("span", { class: "word" }, word, el("span", { class: "marks" }, under(at).map((one) => el("i", { class: `hue-${one % 6}` }))))));
}

function slot(one) {
  return el("span", { class: "slot", title: `from "${one.text}", ${(100 * one.confidence).toFixed(1)} %` },
    el("b", { text: spaced(one.name) }), ` ${one.value} `, el("small", { text: one.confidence.toFixed(2) }));
}

function meaning(request, at) {
  const fine = [
    request.source === "sentence" ? "a sentence matched it whole" : null,
    request.scope ? `scope ${request.scope}` : null,
    request.excepted.length ? `without ${request.excepted.join(", ")}` : null,
  ].filter(Boolean).join(" · ");
  return el("li", {},
    el("div", { class: "rows" }, el("div", { class: "row" },
      el("span", { class: `swatch hue-${at % 6}`, "aria-hidden": "true" }),
      el("span", { class: "grow" }, el("span", { text: request.text }), " ", el("code", { text: request.intent })),
      score(request.confidence, "confidence"))),
    el("p", { class: "slots" }, request.slots.map(slot), fine ? el("span", { class: "fine", text: fine }) : null));
}

const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

function situation(strip) {
  const { room, person, now, devices, turns, habits, concepts } = strip.context;
  const fine = [
    now, room ? `in the ${room}` : "in no room", person ?? "anybody", count(devices, "device"),
    turns ? `after ${count(turns, "turn")}` : "first turn", habits ? count(habits, "habit") : null,
    concepts.length ? `knows ${concepts.join(", ")}` : null,
  ].filter(Boolean).join(" · ");
  const weighed = strip.requests.filter((request) => request.likely.length);
  return [el("p", { class: "fine", text: fine }), weighed.map((request) =>
    el("div", {}, el("p", { class: "fine" }, `“${request.text}” could mean`),
      el("ol", { class: "rows" }, request.likely.filter((one, at) => at < 3 || one.probability > 0.01).map((one) =>
        el("li", {}, el("span", { class: "grow", text: one.devices.join(", ") || "none of these" }), score(one.probability, "probability"))))))];
}

function routing(routes, requests) {
  return routes.map((route, at) => el("div", { class: "route" },
    routes.length > 1 ? el("p", { class: "fine" }, el("span", { class: `swatch hue-${at % 6}`, "aria-hidden": "true" }), ` ${requests[at].text}`) : null,
    el("ol", { class: "rows" }, route.candidates.map((one) =>
      el("li", { class: one.skill === route.skill ? "winner" : "" },
        el("span", { class: "grow", text: one.skill + (one.pack ? " (pack)" : "") }), score(one.score, "score")))),
    route.skill === null ? el("p", { class: "fine", text: route.tied.length ? `a tie: ${route.tied.join(", ")}` : route.candidates.length ? "none of them" : "no skill was asked" }) : null));
}

/** What the speaker tells about itself, to whoever listens; the devices do not. */
const itself = (letter) => /^(hermes|inglenook\/speaker)\//.test(letter.topic);

function messages(bus) {
  const rows = bus.filter((one) => !itself(one));
  const more = bus.length - rows.length;
  return [el("ol", { class: "messages" }, rows.map((one) =>
    el("li", { class: one.out ? "out" : "in" },
      el("span", { class: "way", "aria-label": one.out ? "sent" : "heard", text: one.out ? "→" : "←" }),
      el("span", { class: "at", text: ms(one.ms) }),
      el("span", { class: "topic", text: one.topic }), el("code", { text: one.payload })))),
  more ? el("p", { class: "fine", text: `and ${more} by which the speaker tells of the turn (Hermes, Home Assistant): see the log` }) : null];
}

function outcomes(found) {
  return el("ul", { class: "rows" }, found.map((one) =>
    el("li", {}, el("span", { class: "grow", text: `${one.device}: ${spaced(one.capability)} = ${one.value}` }),
      el("span", { class: `end ${one.kind}`, text: one.reported === null || one.kind === "done" ? ENDS[one.kind] : `${ENDS[one.kind]} (${one.reported})` }))));
}

/** The stages of a turn, in order of travel. `sound` is where the recording is drawn. */
export function drawStages(strip, sound) {
  const { record } = strip;
  const spent = record.ms;
  const heard = strip.hypotheses.length && (spent.asr !== undefined || strip.hypotheses.length > 1);
  const home = strip.outcomes.length || strip.bus.some((one) => !itself(one));
  return [
    timeline(spent),
    el("ol", { class: "stages" },
      strip.sound ? stage("Sound", undefined, sound) : null,
      heard ? stage("Words", spent.asr, hypotheses(strip.hypotheses)) : null,
      strip.requests.length ? stage("Requests", undefined, chunks(record.text, strip.requests)) : null,
      strip.requests.length ? stage("Meaning", spent.nlu, el("ol", { class: "meanings" }, strip.requests.map(meaning))) : null,
      record.text ? stage("Situation", undefined, situation(strip)) : null,
      strip.routes.length ? stage("Skill", spent.routing, routing(strip.routes, strip.requests)) : null,
      home ? stage("Home", spent.home, strip.outcomes.length ? outcomes(strip.outcomes) : null, messages(strip.bus)) : null,
      record.lists ? stage("Lists", undefined, el("p", { text: Object.entries(record.lists).map(([name, items]) => `${name}: ${items.join(", ") || "empty"}`).join(" · ") || "none" })) : null,
      record.timers ? stage("Timers", undefined, el("p", { text: record.timers.map((one) => `${one.name ?? "timer"} ${one.seconds} s`).join(", ") || "none" })) : null,
      record.concepts ? stage("Lessons", undefined, el("p", { text: record.concepts.map((one) => one.name).join(", ") || "none" })) : null,
    ),
  ];
}
