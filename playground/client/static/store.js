// What the server tells, put into the state; what people choose, remembered.
import { watch } from "vue";
import * as feeds from "./feeds.js";
import { makeLink } from "./link.js";
import { bot, chatOf, draftKey, keep, state } from "./state.js";

export let link = null;
let toastNumber = 1;
let columnNumber = 1;
const CALLS_KEPT = 500;
const TYPING_SECONDS = 5;

export function connect(emit) {
  link = makeLink(emit);
  link.ask({ what: "hello" });
}

export function receive(operations) {
  for (const one of operations) OPERATIONS[one.op]?.(one);
}

const OPERATIONS = {
  world(told) {
    state.people = told.people;
    state.bots = told.bots;
    state.chats = Object.fromEntries(told.chats.map((chat) => [chat.key, chat]));
    takeStatus(told.status);
    takePanel(told.panel, true);
    state.ready = true;
  },
  people: (told) => {
    const first = !state.people.length;
    state.people = told.people;
    if (first) fillColumns();
  },
  bots: (told) => {
    state.bots = told.bots;
    fillColumns();
  },
  chat: (told) => {
    state.chats[told.chat.key] = told.chat;
  },
  message(told) {
    feeds.upsert(told.chat, told.message);
    if (!told.message.from.bot) return;
    delete state.typing[told.chat];
    for (const key of Object.keys(state.speaking)) if (key.startsWith(`${told.chat}|`)) delete state.speaking[key];
  },
  draft(told) {
    const key = `${told.chat}|${told.person}`;
    if (!told.draft) {
      delete state.speaking[key];
      return;
    }
    const shown = told.draft;
    state.speaking[key] = shown;
    setTimeout(() => {
      if (state.speaking[key]?.html === shown.html) delete state.speaking[key];
    }, shown.left * 1000);
  },
  deleted: (told) => feeds.remove(told.chat, told.id),
  keyboard: (told) => {
    state.keyboards[`${told.chat}|${told.person}`] = told.keyboard;
  },
  pinned: (told) => {
    state.pinned[told.chat] = told.pinned;
  },
  action(told) {
    const mark = {};
    state.typing[told.chat] = { action: told.action, mark };
    setTimeout(() => {
      if (state.typing[told.chat]?.mark === mark) delete state.typing[told.chat];
    }, TYPING_SECONDS * 1000);
  },
  toast: (told) => {
    // Nobody waits for what is said to somebody who is not shown.
    if (told.text && state.columns.some((one) => one.person === told.person)) toast(told.text, told.person, told.alert);
  },
  status: (told) => takeStatus(told.status),
  calls(told) {
    if (state.callsOpen) {
      state.calls = [...state.calls, ...told.rows].slice(-CALLS_KEPT);
    } else {
      state.trouble.failed += told.trouble.failed;
      state.trouble.warned += told.trouble.warned;
    }
  },
  panel: (told) => takePanel(told.panel, false),
  answer: (told) => link.answered(told),
};

function takeStatus(status) {
  state.status = status;
  state.ahead = status.now - Date.now() / 1000;
  state.now = status.now;
}

// --- what is said for a moment ---------------------------------------------------------------

export function toast(text, person = null, alert = false) {
  const one = { id: toastNumber++, text, person, alert };
  state.toasts.push(one);
  if (!alert) setTimeout(() => dismiss(one.id), Math.min(8000, 2600 + text.length * 45));
}

export function dismiss(id) {
  state.toasts = state.toasts.filter((one) => one.id !== id);
}

// --- columns ---------------------------------------------------------------------------------

const personIn = (spec) =>
  typeof spec.person === "object"
    ? (spec.person[state.language] ?? Object.values(spec.person)[0])
    : spec.person;

const privateKey = (personId) => (state.bots.length ? `${state.bots[0].id}:${personId}` : null);

function fromSpec(spec) {
  const personId = personIn(spec);
  let chat = String(spec.chat);
  if (spec.chat === null || spec.chat === undefined) chat = privateKey(personId);
  else if (bot(spec.chat)) chat = `${spec.chat}:${personId}`;
  return newColumn(personId, chat, spec.thread ?? null, spec.title);
}

const newColumn = (personId, chat, thread = null, role = null) => ({
  id: columnNumber++,
  person: personId,
  chat,
  // A forum's topic, "all", or null for the list of topics.
  thread,
  role,
});

// What the columns were made from: another panel makes them anew.
const origin = () => JSON.stringify(state.panel.columns.map((spec) => [personIn(spec), spec]));

function takePanel(panel, first) {
  state.panel = panel;
  if (panel.language && !state.languageChosen) state.language = panel.language;
  const kept = first ? restored() : null;
  if (kept) {
    state.columns = kept;
  } else if (first || lastOrigin !== origin()) {
    resetColumns();
  }
  lastOrigin = origin();
}
let lastOrigin = "";

function restored() {
  try {
    const kept = JSON.parse(localStorage.getItem("playground.columns"));
    if (!kept || kept.origin !== origin() || !kept.columns.length) return null;
    const known = new Set(state.people.map((one) => one.id));
    if (!kept.columns.every((one) => known.has(one.person))) return null;
    return kept.columns.map((one) =>
      newColumn(one.person, chatOf(one.chat) ? one.chat : null, one.thread, one.role),
    );
  } catch {
    return null;
  }
}

export function resetColumns() {
  state.columns = state.panel.columns.length
    ? state.panel.columns.map(fromSpec)
    : state.people.slice(0, 1).map((one) => newColumn(one.id, privateKey(one.id)));
  state.active = Math.min(state.active, Math.max(0, state.columns.length - 1));
}

function fillColumns() {
  if (!state.columns.length) resetColumns();
  for (const column of state.columns) if (!column.chat) column.chat ??= privateKey(column.person);
}

export function addColumn() {
  const taken = new Set(state.columns.map((one) => one.person));
  const free = state.people.find((one) => !taken.has(one.id)) || state.people[0];
  if (free) state.columns.push(newColumn(free.id, null));
  state.active = state.columns.length - 1;
}

export function closeColumn(id) {
  state.columns = state.columns.filter((one) => one.id !== id);
  state.active = Math.min(state.active, Math.max(0, state.columns.length - 1));
}

export function show(column, chat, thread = null) {
  column.chat = chat;
  column.thread = thread;
}

export function play(column, personId) {
  column.person = personId;
  column.role = null;
  const chat = chatOf(column.chat);
  const inside = chat && chat.type !== "private" && chat.members.some((one) => one.id === personId);
  if (!inside) show(column, privateKey(personId));
}

// --- preferences -----------------------------------------------------------------------------

export function chooseLanguage(language) {
  state.language = language;
  state.languageChosen = true;
  keep("language", language);
  if (lastOrigin !== origin()) {
    resetColumns();
    lastOrigin = origin();
  }
}

export function chooseTheme(theme) {
  state.theme = theme;
  keep("theme", theme);
}

export function draft(column, text) {
  if (text) state.drafts[draftKey(column)] = text;
  else delete state.drafts[draftKey(column)];
  keep("drafts", state.drafts);
}

export function remember() {
  watch(
    () => state.columns,
    (columns) => keep("columns", { origin: origin(), columns }),
    { deep: true },
  );
}
