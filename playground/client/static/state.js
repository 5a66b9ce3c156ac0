// Everything the page knows, in one reactive place. store.js changes it, components show it.
import { reactive } from "vue";

const kept = (name, otherwise) => {
  try {
    return JSON.parse(localStorage.getItem(`playground.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
};

export const keep = (name, value) => {
  try {
    localStorage.setItem(`playground.${name}`, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still shows everything.
  }
};

const browserLanguage = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";

export const state = reactive({
  ready: false,
  connected: true,
  language: kept("language", null) || browserLanguage,
  // Whether somebody chose the language here; otherwise a panel may.
  languageChosen: kept("language", null) !== null,
  theme: kept("theme", "auto"),
  people: [],
  bots: [],
  // Chat key → the chat as lists show it.
  chats: {},
  panel: { title: null, language: null, columns: [], links: [], buttons: [] },
  status: { offset: 0, followed: false, next_due: null, faults: [], pace: false, now: Date.now() / 1000 },
  // Virtual seconds minus this machine's seconds.
  ahead: 0,
  // Seconds of the virtual clock, once a second.
  now: Date.now() / 1000,
  columns: [],
  active: 0,
  // "chat|person" → the reply keyboard shown, what a bot is about to say;
  // chat → what is pinned, who types.
  keyboards: {},
  speaking: {},
  pinned: {},
  typing: {},
  // [{id, person, text, alert}]; person null is for everybody.
  toasts: [],
  drafts: kept("drafts", {}),
  calls: [],
  callsOpen: false,
  trouble: { failed: 0, warned: 0 },
  // A column's id → what is asked in it: {kind, …}.
  sheets: {},
  narrow: false,
});

export const byId = (list, id) => list.find((one) => one.id === id);
export const person = (id) => byId(state.people, id);
export const bot = (id) => byId(state.bots, id);

// Chats of a person, newest first, private ones with bots that were never written to at the end.
export function chatsOf(personId) {
  const found = Object.values(state.chats).filter((chat) =>
    chat.type === "private"
      ? chat.person === personId
      : chat.members.some((member) => member.id === personId) && !chat.migrated_to,
  );
  const met = new Set(found.map((chat) => chat.bot));
  const fresh = state.bots
    .filter((one) => !met.has(one.id))
    .map((one) => emptyChat(one, personId));
  const when = (chat) => (chat.last ? chat.last.date : 0);
  return [...found, ...fresh].sort((a, b) => when(b) - when(a));
}

const emptyChat = (one, personId) => ({
  key: `${one.id}:${personId}`,
  id: personId,
  type: "private",
  title: one.name,
  bot: one.id,
  person: personId,
  last: null,
  unread: {},
});

// A chat by its key, also a private one that nobody has opened yet.
export function chatOf(key) {
  if (!key) return null;
  if (state.chats[key]) return state.chats[key];
  const [botId, personId] = key.split(":");
  const one = personId && bot(Number(botId));
  return one ? emptyChat(one, Number(personId)) : null;
}

export function unread(chat, personId, thread = null) {
  const counts = (chat && chat.unread[personId]) || {};
  if (thread !== null) return counts[thread] || 0;
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}

export const unreadOf = (personId) =>
  Object.values(state.chats).reduce((sum, chat) => sum + unread(chat, personId), 0);

export const avatarId = (chat) => (chat.type === "private" ? chat.bot : chat.id);

// How /sim names a chat: a bot's id for the private chat with it.
export const simChat = (chat) => (chat.type === "private" ? chat.bot : chat.id);

export const draftKey = (column) => `${column.person}|${column.chat}|${column.thread ?? ""}`;
