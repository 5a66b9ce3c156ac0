// Messages of the chats that are open, oldest first, as far back as somebody has looked.
import { shallowReactive } from "vue";

const feeds = new Map();
const keyOf = (chat, thread) => `${chat}#${thread ?? "all"}`;

// The feed of a chat, or of one topic of it (thread 0 is the general one, null is everything).
export function feed(chat, thread) {
  const key = keyOf(chat, thread);
  if (!feeds.has(key))
    feeds.set(key, shallowReactive({ chat, thread, messages: [], loaded: false, loading: false, complete: false }));
  return feeds.get(key);
}

const of = (chat) => [...feeds.values()].filter((one) => one.chat === chat && one.loaded);

// Where a message with this id is, or would be.
function place(messages, id) {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle].message_id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const indexOf = (messages, id) => {
  const at = place(messages, id);
  return messages[at] && messages[at].message_id === id ? at : -1;
};

function put(one, message) {
  const messages = one.messages;
  const at = place(messages, message.message_id);
  const known = messages[at] && messages[at].message_id === message.message_id;
  if (known) {
    if (messages[at].version > message.version) return;
    one.messages = messages.with(at, Object.freeze(message));
    return;
  }
  // Older than all that was loaded: it comes when somebody scrolls there.
  if (at === 0 && !one.complete && messages.length) return;
  one.messages = messages.toSpliced(at, 0, Object.freeze(message));
}

export function upsert(chat, message) {
  for (const one of of(chat))
    if (one.thread === null || one.thread === (message.thread || 0)) put(one, message);
}

export function remove(chat, id) {
  for (const one of of(chat)) {
    const at = indexOf(one.messages, id);
    if (at >= 0) one.messages = one.messages.toSpliced(at, 1);
  }
}

// Fetch what is older, at least back to `until`. Returns how many messages came.
export async function load(link, one, personId, until = null) {
  if (one.loading || one.complete) return 0;
  one.loading = true;
  try {
    const question = { what: "history", person: personId, chat: one.chat, thread: one.thread };
    if (one.messages.length) question.before = one.messages[0].message_id;
    if (until !== null) question.until = until;
    const told = await link.ask(question);
    const known = new Set(one.messages.map((message) => message.message_id));
    const older = told.messages.filter((message) => !known.has(message.message_id)).map(Object.freeze);
    one.messages = [...older, ...one.messages].sort((a, b) => a.message_id - b.message_id);
    one.complete = told.complete;
    one.loaded = true;
    return { count: older.length, ...told };
  } finally {
    one.loading = false;
  }
}

export function forget() {
  feeds.clear();
}
