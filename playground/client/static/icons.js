// Line icons on a grid of 24, drawn with the colour of the text around them.
import { h } from "vue";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  down: "M6 9.5l6 6 6-6",
  send: "M4 12l16-8-5.5 16-3.2-6.8L4 12zM11.3 13.2L20 4",
  clip: "M20 11.5l-8.2 8.2a5 5 0 01-7-7l8.6-8.6a3.4 3.4 0 014.8 4.8l-8.5 8.5a1.8 1.8 0 01-2.5-2.5l7.8-7.8",
  keys: "M3.5 6.5h17v11h-17zM7 10h.01M10.3 10h.01M13.6 10h.01M17 10h.01M8.5 14h7",
  slash: "M4 4h16v16H4zM13.5 8l-3 8",
  reply: "M10 8V4.5L3.5 11l6.5 6.5V14c5 0 8 1.6 10.5 5C20 13 17 8.8 10 8z",
  pin: "M14.5 3.5l6 6-3 .8-3.6 3.6-.6 4.3-7.5-7.5 4.3-.6L13.7 6.500l.8-3zM9 15l-5 5",
  moon: "M20 14.500A8.3 8.3 0 019.5 4 8.3 8.3 0 1020 14.500z",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2.500v2M12 19.500v2M4.6 4.600L6 6M18 18l1.4 1.400M2.5 12h2M19.5 12h2M4.6 19.400L6 18M18 6l1.4-1.4",
  auto: "M12 3.500a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 3.500v17M12 7h5.500M12 11h8M12 15h7",
  log: "M4 5h16v14H4zM7.5 9.500l3 2.5-3 2.500M12.5 15h4",
  bolt: "M13 2.500L4.5 13.500H11l-1 8 8.5-11H12l1-8z",
  clock: "M12 3.500a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 7.500V12l3.2 2",
  next: "M5 5l8 7-8 7V5zM18 5v14",
  play: "M7 4.500l12 7.5-12 7.500v-15z",
  pause: "M8 5v14M16 5v14",
  stop: "M6 6h12v12H6z",
  again: "M20 5v5h-5M4.5 12A7.5 7.5 0 0118.3 8L20 10M4 19v-5h5M19.5 12A7.5 7.5 0 015.7 16L4 14",
  file: "M6 3h8l4.5 4.500V21H6zM14 3v5h4.5",
  fetch: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  mic: "M12 3a3 3 0 00-3 3v5a3 3 0 006 0V6a3 3 0 00-3-3zM5.5 11a6.5 6.5 0 0013 0M12 17.500V21",
  person: "M12 4a4 4 0 100 8 4 4 0 000-8zM4.5 20.500c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  people: "M9 5a3.5 3.5 0 100 7 3.5 3.5 0 000-7zM2.5 19.500c.5-3.5 3-5.3 6.5-5.300s6 1.8 6.5 5.300M16 5.300a3.3 3.3 0 010 6.400M18 14.600c2 .7 3.2 2.4 3.5 4.9",
  place: "M12 21s7-6.2 7-11.500A7 7 0 005 9.500C5 14.8 12 21 12 21zM12 7.200a2.5 2.5 0 100 5 2.5 2.5 0 000-5z",
  more: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  edit: "M4 20l1-4.500L16.5 4 20 7.5 8.5 19 4 20zM14 6.500l3.5 3.5",
  copy: "M8.5 8.500H20V20H8.500zM15.5 8.500V4H4v11.500h4.5",
  smile: "M12 3.500a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM8.5 14c.8 1.5 2 2.3 3.5 2.300s2.7-.8 3.5-2.300M9 9.500v.01M15 9.500v.01",
  plus: "M12 5v14M5 12h14",
  hash: "M9.5 4L7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  lock: "M6 10.500h12V20H6zM8.5 10.500V8a3.5 3.5 0 017 0v2.5",
  out: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01",
  card: "M3.5 6h17v12.500h-17zM3.5 10.500h17M7 15h4",
  stopped: "M12 3.500a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM6 6l12 12",
  warn: "M12 4L2.5 20h19L12 4zM12 10v4.500M12 17.300v.01",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  gear: "M4 7h9M17 7h3M15 4.800a2.2 2.2 0 100 4.4 2.2 2.2 0 000-4.400zM4 17h3M11 17h9M9 14.800a2.2 2.2 0 100 4.4 2.2 2.2 0 000-4.400z",
};
const SOLID = new Set(["play", "stop"]);

// A function and no more, because a chat holds hundreds of them.
export function Icon({ name, size = 20 }) {
  return h(
    "svg",
    {
      class: "icon",
      width: size,
      height: size,
      viewBox: "0 0 24 24",
      "aria-hidden": "true",
      fill: SOLID.has(name) ? "currentColor" : "none",
      stroke: "currentColor",
      "stroke-width": 1.8,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    },
    [h("path", { d: PATHS[name] || "" })],
  );
}
Icon.props = ["name", "size"];
