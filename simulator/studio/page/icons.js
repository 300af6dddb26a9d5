// One small drawing for each kind of device, 20 by 20, in lines of the text's colour.

const PATHS = {
  light: "M10 2.5a5 5 0 0 0-3 9c.7.6 1 1.2 1 2h4c0-.8.3-1.4 1-2a5 5 0 0 0-3-9zM8 16h4M9 18h2",
  outlet: "M7 2.5v4M13 2.5v4M5 6.5h10v3a5 5 0 0 1-10 0zM10 14.5v3",
  switch: "M4.5 3.5h11v13h-11zM10 6.5v7M8 9h4",
  fan: "M10 10m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M10 8.5c-2-3 0-6 2-5.5s1 4-2 5.5M11.300 10.800c3.5-.2 5 3 3.5 4.300s-4-1-3.5-4.300M8.700 10.800c-1.600 3.100-5.200 2.700-5.5.7s3-3 5.5-.7",
  cover: "M3.5 3.5h13M4.5 3.5v13M15.5 3.5v13M4.5 6.5h11M4.5 9.5h11M4.5 12.5h11",
  garage: "M3 9l7-5 7 5v8H3zM6 17v-5h8v5M6 14.5h8",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9M10 12v2",
  unlock: "M5 9h10v8H5zM7 9V6a3 3 0 0 1 5.800-1M10 12v2",
  contact: "M5 3h10v14H5zM12.5 10v1",
  ajar: "M5 3h10v14H5zM5 3l6.5 2.5V19L5 17M9.5 11v1",
  climate: "M8.5 12V4.5a1.5 1.5 0 0 1 3 0V12a3 3 0 1 1-3 0zM10 8v6M13.5 5H16M13.5 8H15",
  temperature: "M8.5 12V4.5a1.5 1.5 0 0 1 3 0V12a3 3 0 1 1-3 0zM10 9v5",
  humidity: "M10 3c3 4 4.5 6 4.5 8.5a4.5 4.5 0 0 1-9 0C5.5 9 7 7 10 3z",
  motion: "M10 4.5m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M10 8v4l2 5M10 12l-2 5M7 9.5l3-1.5 3 1.5",
  smoke: "M4 15c2-1 2-3 0-4s-2-3 0-4M9 15c2-1 2-3 0-4s-2-3 0-4M14 15c2-1 2-3 0-4s-2-3 0-4",
  media_player: "M3 4.5h14v9H3zM7 17h6M10 13.5V17",
  speaker: "M5.5 2.5h9v15h-9zM10 12m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M10 6h.01",
  vacuum: "M10 10m-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M7 7.5h6M10 12h.01",
  lawn_mower: "M3 12h9l3-6h2M4 12V9h6v3M6 14.5m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M12 14.5m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0",
  valve: "M3 12h4l3-3 3 3h4M10 9V5M7 5h6M10 15h.01",
  alarm_control_panel: "M10 2.5l6 2v5c0 4-3 6.5-6 8-3-1.5-6-4-6-8v-5z",
  scene: "M10 3l1.800 4.5L16.5 8l-3.5 3 1 4.800L10 13l-4 2.800L7 11 3.5 8l4.700-.5z",
  sensor: "M10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5.5 14.5a6.5 6.5 0 0 1 0-9M14.5 5.5a6.5 6.5 0 0 1 0 9",
};

const OF_CLASS = {
  outlet: "outlet", garage: "garage", temperature: "temperature", humidity: "humidity",
  moisture: "humidity", motion: "motion", occupancy: "motion", smoke: "smoke", speaker: "speaker",
};
const OF_KIND = {
  siren: "smoke", script: "scene", button: "scene", water_heater: "climate", humidifier: "humidity",
  binary_sensor: "sensor", weather: "temperature", select: "switch",
};

/** The drawing of a device as it stands. */
export function icon(device, values) {
  let name = OF_CLASS[device.class] ?? OF_KIND[device.kind] ?? device.kind;
  if (device.kind === "lock") name = values.lock === "locked" ? "lock" : "unlock";
  if ("contact" in values) name = values.contact === "open" ? "ajar" : "contact";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.switch);
  svg.append(path);
  return svg;
}
