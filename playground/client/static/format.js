// Words, times, names and amounts, in the language of the client.
import { state } from "./state.js";

let WORDS = {};

export function useWords(words) {
  WORDS = words;
}

// A text of the client by its key, with {names} filled in.
export function t(key, values = {}) {
  const found = (values.n === 1 && WORDS[`${key}.one`]) || WORDS[key];
  if (!found) return key;
  let text = found[state.language];
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, value);
  return text;
}

// A text a panel gave: for every language, or one per language.
export function local(words) {
  if (words === null || words === undefined) return "";
  if (typeof words !== "object") return String(words);
  return words[state.language] ?? words.en ?? Object.values(words)[0] ?? "";
}

const locale = () => (state.language === "zh" ? "zh-CN" : "en-GB");
const cache = new Map();

function formatter(kind, options) {
  const key = locale() + kind + JSON.stringify(options);
  if (!cache.has(key)) cache.set(key, new Intl[kind](locale(), options));
  return cache.get(key);
}

const at = (seconds) => new Date(seconds * 1000);
const sameDay = (a, b) => at(a).toDateString() === at(b).toDateString();

export const clockTime = (seconds) =>
  formatter("DateTimeFormat", { hour: "2-digit", minute: "2-digit", hour12: false }).format(at(seconds));

export const fullTime = (seconds) =>
  formatter("DateTimeFormat", { dateStyle: "full", timeStyle: "medium", hour12: false }).format(at(seconds));

export function dayName(seconds, now) {
  if (sameDay(seconds, now)) return t("today");
  if (sameDay(seconds, now - 86400)) return t("yesterday");
  const year = at(seconds).getFullYear() === at(now).getFullYear() ? {} : { year: "numeric" };
  return formatter("DateTimeFormat", { month: "long", day: "numeric", ...year }).format(at(seconds));
}

export const dayKey = (seconds) => at(seconds).toDateString();

// As chat lists tell it: the time today, the weekday this week, else the date.
export function shortDate(seconds, now) {
  if (sameDay(seconds, now)) return clockTime(seconds);
  if (now - seconds < 6 * 86400 && now >= seconds)
    return formatter("DateTimeFormat", { weekday: "short" }).format(at(seconds));
  return formatter("DateTimeFormat", { month: "numeric", day: "numeric" }).format(at(seconds));
}

export const barDate = (seconds) =>
  formatter("DateTimeFormat", { weekday: "short", month: "short", day: "numeric" }).format(at(seconds));

export const barTime = (seconds) =>
  formatter("DateTimeFormat", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }).format(
    at(seconds),
  );

// How long until something: 3 min, 2 h, 5 days.
export function span(seconds) {
  const units = [
    [86400, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ];
  const [size, unit] = units.find(([one]) => seconds >= one * 1.5) || units[units.length - 1];
  const count = Math.max(1, Math.round(seconds / size));
  return formatter("NumberFormat", { style: "unit", unit, unitDisplay: "short" }).format(count);
}

export function money(currency, minor) {
  if (currency === "XTR") return `⭐ ${formatter("NumberFormat", {}).format(minor)}`;
  try {
    const shown = formatter("NumberFormat", { style: "currency", currency });
    const digits = shown.resolvedOptions().maximumFractionDigits;
    return shown.format(minor / 10 ** digits);
  } catch {
    return `${currency} ${(minor / 100).toFixed(2)}`;
  }
}

export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// One or two letters for an avatar: 林晓 → 林, Anna Lee → AL.
export function initials(name) {
  const words = String(name || "?")
    .replace(/[^\p{L}\p{N}\s]/gu, " ")
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  if (!words.length) return "?";
  const first = [...words[0]][0];
  if (/\p{Script=Han}/u.test(first) || words.length === 1) return first.toUpperCase();
  return (first + [...words[words.length - 1]][0]).toUpperCase();
}

// One of seven colours, the same for the same id everywhere.
export const hue = (id) => Math.abs(Number(id) || 0) % 7;

const KINDS = ["photo", "video", "animation", "voice", "audio", "document", "sticker", "video_note", "contact", "venue", "location"];

// A message in one line, as lists and replies show it.
export function line(preview) {
  if (!preview) return "";
  if (preview.kind === "service") return service(preview, preview.from.name);
  if (preview.kind === "invoice") return `${t("kind.invoice")} · ${preview.text}`;
  if (KINDS.includes(preview.kind)) {
    const word = preview.name || t(`kind.${preview.kind}`);
    return preview.text ? `${word}, ${preview.text}` : word;
  }
  return preview.text || t("kind.other");
}

// What a service message says.
export function service(message, name) {
  const told = message.service || {};
  const detail = told[told.kind] ?? {};
  switch (told.kind) {
    case "successful_payment":
      return t("service.paid", { name, amount: money(detail.currency, detail.total_amount) });
    case "refunded_payment":
      return t("service.refunded", { amount: money(detail.currency, detail.total_amount) });
    case "pinned_message":
      return message.about ? t("service.pinned", { name, text: line(message.about) }) : t("service.pinned_gone", { name });
    case "new_chat_members":
      return t("service.joined", { names: detail.map((one) => one.first_name).join(", ") });
    case "left_chat_member":
      return t("service.left", { name: detail.first_name });
    case "new_chat_title":
      return t("service.title", { name, title: detail });
    case "forum_topic_created":
      return t("service.topic", { name, topic: detail.name });
    case "forum_topic_edited":
      return detail && detail.name
        ? t("service.topic_renamed", { name, topic: detail.name })
        : t("service.topic_edited", { name });
    case "forum_topic_closed":
      return t("service.topic_closed", { name });
    case "forum_topic_reopened":
      return t("service.topic_reopened", { name });
    default:
      return t(`service.${told.kind}`, { name }).replace(/^service\..*/, t("service.other"));
  }
}
