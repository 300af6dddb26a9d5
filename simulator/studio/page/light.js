// The colour of lamps.

const PALE = 0.3;

/** The colour of a black body (Tanner Helland's approximation), paled as a shade pales a bulb. */
export function ofKelvin(kelvin) {
  const t = kelvin / 100;
  const clip = (value) => Math.round(255 * PALE + (1 - PALE) * Math.min(255, Math.max(0, value)));
  const red = t <= 66 ? 255 : 329.7 * (t - 60) ** -0.1332;
  const green = t <= 66 ? 99.47 * Math.log(t) - 161.12 : 288.12 * (t - 60) ** -0.0755;
  const blue = t >= 66 ? 255 : t <= 19 ? 0 : 138.52 * Math.log(t - 10) - 305.04;
  return `rgb(${clip(red)} ${clip(green)} ${clip(blue)})`;
}

/** A lamp's colour in CSS. */
export function colourOf(values) {
  const named = values.color;
  if (typeof named === "string" && named && named !== "white" && CSS.supports("color", named)) return named;
  return ofKelvin(values.color_temperature ?? 2700);
}

/** How bright something shines, 0 to 1; 0 where it is no lamp or off. */
export function levelOf(device, values) {
  if (device.kind !== "light" || values.power !== "on") return 0;
  return Math.max(0.15, (values.brightness ?? 100) / 100);
}
