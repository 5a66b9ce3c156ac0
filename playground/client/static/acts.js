// What people do, and what comes of it.
import { chatOf, person, simChat, state } from "./state.js";
import { link, show, toast } from "./store.js";
import { t } from "./format.js";

const where = (column) => ({ chat: simChat(chatOf(column.chat)) });
const thread = (column) => (typeof column.thread === "number" && column.thread > 0 ? { thread: column.thread } : {});
const path = (column, verb) => `/people/${column.person}/${verb}`;

// Do something and say what went wrong, if something did. True when it worked.
async function trying(column, work) {
  try {
    await work();
    return true;
  } catch (error) {
    toast(error.message, column.person);
    return false;
  }
}

export const say = (column, text, replyTo = null) =>
  trying(column, () =>
    link.act(path(column, "send"), {
      ...where(column),
      ...thread(column),
      text,
      ...(replyTo ? { reply_to: replyTo } : {}),
    }),
  );

export const change = (column, id, text) =>
  trying(column, () => link.act(path(column, "edit"), { ...where(column), message_id: id, text }));

export const react = (column, id, emoji) =>
  trying(column, () => link.act(path(column, "react"), { ...where(column), message_id: id, emoji }));

export const shareContact = (column) =>
  trying(column, () => link.act(path(column, "send"), { ...where(column), ...thread(column), contact: true }));

export const shareLocation = (column) =>
  trying(column, () =>
    link.act(path(column, "send"), {
      ...where(column),
      ...thread(column),
      location: { latitude: 1.2644, longitude: 103.82 },
    }),
  );

export const setBlocked = (column, blocked) =>
  trying(column, () => link.act(path(column, blocked ? "block" : "unblock"), where(column)));

export const leave = (column) =>
  trying(column, async () => {
    await link.act(path(column, "leave"), where(column));
    show(column, null);
  });

// Press an inline button. A toast comes by itself, over the socket, to every page.
export async function tap(column, message, row, place, button) {
  if (button.disabled) return;
  if (button.pay) {
    state.sheets[column.id] = { kind: "pay", message };
    return;
  }
  if (button.copy_text) {
    await copy(button.copy_text);
    toast(t("copied"), column.person);
    return;
  }
  if (button.url) {
    await follow(column, button.url);
    return;
  }
  await trying(column, async () => {
    const told = await link.act(path(column, "tap"), {
      ...where(column),
      message_id: message.message_id,
      button: [row, place],
    });
    if (told.url) await follow(column, told.url);
  });
}

// Press a key of the reply keyboard.
export const press = (column, keyboard, row, place) =>
  trying(column, () =>
    link.act(path(column, "tap"), {
      ...where(column),
      message_id: keyboard.message_id,
      button: [row, place],
    }),
  );

export async function pay(column, message, outcome, more = {}) {
  return link.act(path(column, "pay"), { ...where(column), message_id: message.message_id, outcome, ...more });
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = document.createElement("textarea");
    box.value = text;
    box.style.position = "fixed";
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
}

// Open an address: links to bots and groups that live here open here, others in a new tab.
export async function follow(column, address) {
  let url;
  try {
    url = new URL(address, "https://t.me");
  } catch {
    return;
  }
  if (url.protocol === "tg:" && url.host === "resolve") return openName(column, url.searchParams.get("domain"), url);
  if (!["t.me", "telegram.me"].includes(url.host)) {
    if (["http:", "https:", "mailto:", "tel:"].includes(url.protocol)) window.open(address, "_blank", "noopener,noreferrer");
    return;
  }
  const parts = url.pathname.split("/").filter(Boolean);
  if (parts[0] === "c") return openGroup(column, parts);
  await openName(column, parts[0], url);
}

async function openName(column, name, url) {
  const wanted = (name || "").toLowerCase();
  const one = state.bots.find((bot) => bot.username.toLowerCase() === wanted);
  if (!one) {
    toast(t("unknown_name", { name: name || "?" }), column.person);
    return;
  }
  show(column, `${one.id}:${column.person}`);
  const start = url.searchParams.get("start");
  if (start !== null) await say(column, `/start ${start}`.trim());
}

function openGroup(column, [, number, topic]) {
  const chat = chatOf(`-100${number}`);
  if (!chat || !chat.members.some((one) => one.id === column.person)) {
    toast(t("not_inside"), column.person);
    return;
  }
  show(column, chat.key, chat.is_forum && topic ? Number(topic) : null);
}

export const mention = (column, name) =>
  openName(column, name, new URL(`https://t.me/${encodeURIComponent(name)}`));

// Send files: pictures together as one album, or everything as it is.
export async function sendFiles(column, files, { caption, asFiles, asVoice, replyTo }) {
  const base = { ...where(column), ...thread(column), ...(replyTo ? { reply_to: replyTo } : {}) };
  const send = (body) => link.act(path(column, "send"), { ...base, ...body });
  return trying(column, async () => {
    const read = await Promise.all(files.map(encoded));
    const kind = (file) => {
      if (asVoice && file.type.startsWith("audio/")) return "voice";
      return !asFiles && file.type.startsWith("image/") ? "photo" : "document";
    };
    const kinds = files.map(kind);
    const together = files.length > 1 && files.length <= 10 && !kinds.includes("voice") && new Set(kinds).size === 1;
    if (together) {
      const album = read.map((data, at) => ({ [kinds[at]]: data, ...(at === 0 && caption ? { caption } : {}) }));
      await send({ album });
      return;
    }
    for (const [at, data] of read.entries())
      await send({ [kinds[at]]: data, ...(at === 0 && caption ? { caption } : {}) });
  });
}

function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () =>
      resolve({
        name: file.name || "file",
        data: String(reader.result).split(",", 2)[1] || "",
        ...(file.type ? { mime: file.type } : {}),
      });
    reader.readAsDataURL(file);
  });
}

// Commands of a bot for this person, as the app picks them: the narrowest scope that has any.
export function commands(column) {
  const chat = chatOf(column.chat);
  const who = person(column.person);
  const one = chat && state.bots.find((bot) => (chat.type === "private" ? bot.id === chat.bot : chat.members.some((m) => m.id === bot.id)));
  if (!one || !who) return [];
  const admin = chat.type !== "private" && chat.members.some((m) => m.id === who.id && m.status !== "member");
  const scopes =
    chat.type === "private"
      ? [`chat|${who.id}|`, "all_private_chats||", "default||"]
      : [
          `chat_member|${chat.id}|${who.id}`,
          ...(admin ? [`chat_administrators|${chat.id}|`] : []),
          `chat|${chat.id}|`,
          ...(admin ? ["all_chat_administrators||"] : []),
          "all_group_chats||",
          "default||",
        ];
  for (const scope of scopes)
    for (const language of [who.language || "", ""]) {
      const found = one.commands[`${scope}|${language}`];
      if (found) return found;
    }
  return [];
}
