// A recording as the stages heard it: waveform, log-mel features, sounds of speech, words, wake score.

import { el } from "./elements.js";

/** Bytes of base64. */
function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A canvas as wide as it is shown, sharp on any screen, drawn anew when its width changes. */
function canvas(height, label, draw) {
  const found = el("canvas", { role: "img", "aria-label": label, class: "plot", vars: { "--h": `${height}px` } });
  const paint = () => {
    const width = found.clientWidth;
    if (!width) return;
    const scale = devicePixelRatio || 1;
    found.width = Math.round(width * scale);
    found.height = Math.round(height * scale);
    const context = found.getContext("2d");
    context.scale(scale, scale);
    draw(context, width, height);
  };
  new ResizeObserver(paint).observe(found);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  return found;
}

function waveform(samples) {
  return (context, width, height) => {
    const middle = height / 2;
    const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 2000);
    context.fillStyle = style("--accent");
    for (let x = 0; x < width; x += 1) {
      let low = 0;
      let high = 0;
      const end = Math.floor(((x + 1) * samples.length) / width);
      for (let at = Math.floor((x * samples.length) / width); at < end; at += 1) {
        low = Math.min(low, samples[at]);
        high = Math.max(high, samples[at]);
      }
      const top = middle - (high / peak) * middle;
      context.fillRect(x, top, 1, Math.max(1, ((high - low) / peak) * middle));
    }
  };
}

/** Colours from the page's own ground to its ember, one for each of 256 levels. */
function palette() {
  const stops = matchMedia("(prefers-color-scheme: dark)").matches
    ? [[22, 20, 18], [58, 34, 60], [150, 52, 62], [226, 116, 54], [252, 226, 150]]
    : [[250, 248, 244], [244, 222, 190], [228, 146, 84], [166, 58, 46], [52, 20, 48]];
  return Array.from({ length: 256 }, (_, level) => {
    const place = (level / 255) * (stops.length - 1);
    const at = Math.min(Math.floor(place), stops.length - 2);
    return [0, 1, 2].map((k) => stops[at][k] + (stops[at + 1][k] - stops[at][k]) * (place - at));
  });
}

function spectrogram(mel, bands) {
  return (context, width, height) => {
    const columns = mel.length / bands;
    if (!columns) return;
    const colours = palette();
    const image = new ImageData(columns, bands);
    for (let column = 0; column < columns; column += 1) {
      for (let band = 0; band < bands; band += 1) {
        const at = 4 * ((bands - 1 - band) * columns + column);
        image.data.set([...colours[mel[column * bands + band]], 255], at);
      }
    }
    const small = new OffscreenCanvas(columns, bands);
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, width, height);
  };
}

function wakeLine(wake, lengthMs) {
  return (context, width, height) => {
    const y = (score) => height - 2 - score * (height - 4);
    context.strokeStyle = style("--line-strong");
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(0, y(wake.cutoff));
    context.lineTo(width, y(wake.cutoff));
    context.stroke();
    context.setLineDash([]);
    context.strokeStyle = style("--accent");
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [atMs, score] of wake.scores) context.lineTo((atMs / lengthMs) * width, y(score));
    context.stroke();
  };
}

/** Pieces of speech over time: [text, start, end, how sure]. */
function lane(name, pieces, lengthMs) {
  return el("ol", { class: `lane ${name}`, "aria-label": name }, pieces.map(([text, start, end, sure]) =>
    el("li", {
      title: `${text} ${start} to ${end} ms, ${(sure * 100).toFixed(0)} %`,
      vars: {
        "--from": `${(100 * start) / lengthMs}%`, "--wide": `${(100 * (end - start)) / lengthMs}%`,
        "--sure": (0.25 + 0.75 * sure).toFixed(2),
      },
    }, text)));
}

function ruler(lengthMs) {
  const step = [100, 200, 500, 1000, 2000, 5000].find((one) => lengthMs / one <= 8) ?? 10000;
  const marks = Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, at) => at * step);
  return el("div", { class: "ruler", "aria-hidden": "true" },
    marks.map((at) => el("span", { vars: { "--from": `${(100 * at) / lengthMs}%` } }, `${at / 1000} s`)));
}

/** Let the recording be heard. */
function play(samples) {
  const context = new AudioContext();
  const buffer = context.createBuffer(1, samples.length, 16000);
  buffer.copyToChannel(Float32Array.from(samples, (one) => one / 32768), 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  source.addEventListener("ended", () => context.close());
  source.start();
}

/** Everything about a recording on one axis of time.
 *  `words` are those of the best hypothesis, timed from the beginning of the request. */
export function drawSound(told, words) {
  const samples = new Int16Array(bytes(told.pcm).buffer);
  const begin = told.speech[0]?.[0] ?? 0;
  const placed = words.map(([text, start, end, sure]) => [text, begin + start, begin + end, sure]);
  const seconds = (told.ms / 1000).toFixed(1);
  return el("div", { class: "sound" },
    el("div", { class: "axis" },
      canvas(44, `Waveform, ${seconds} seconds`, waveform(samples)),
      canvas(80, "Log-mel features of the acoustic model", spectrogram(bytes(told.mel), told.mels)),
      told.wake && canvas(34, `Score of the wake word ${told.wake.model}`, wakeLine(told.wake, told.ms)),
      lane("phonemes", told.phonemes, told.ms),
      placed.length ? lane("words", placed, told.ms) : null,
      told.speech.map(([start, end]) => el("span", {
        class: "request-span", "aria-hidden": "true",
        vars: { "--from": `${(100 * start) / told.ms}%`, "--wide": `${(100 * (end - start)) / told.ms}%` },
      })),
      ruler(told.ms)),
    el("button", { type: "button", class: "small", onclick: () => play(samples) }, "Play the sound"));
}
