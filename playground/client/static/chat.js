// An open chat: head, pinned bar, messages, composer; files dropped on it are sent.
import { computed, nextTick, reactive, ref, watch } from "vue";
import { copy, follow, leave, mention, react, say, setBlocked } from "./acts.js";
import { Composer } from "./composer.js";
import * as feeds from "./feeds.js";
import { line, t } from "./format.js";
import { Icon } from "./icons.js";
import { Avatar, Menu } from "./parts.js";
import { FileSheet } from "./sheets.js";
import { avatarId, bot, person, state } from "./state.js";
import { link, show, toast } from "./store.js";
import { Stream } from "./stream.js";

const EMOJI = ["👍", "❤️", "🔥", "🎉", "😁", "🤔", "👎", "🙏"];

export const Chat = {
  components: { Avatar, Composer, FileSheet, Icon, Menu, Stream },
  props: { column: Object, chat: Object, wide: Boolean },
  setup(props) {
    const { column } = props;
    const thread = column.thread === "all" ? null : column.thread;
    const feed = feeds.feed(column.chat, thread);
    const stream = ref(null);
    const composer = ref(null);
    const over = ref(0);
    // What the next message is about: {kind: "reply" | "edit", message}.
    const about = ref(null);
    const files = ref(null);
    const menu = reactive({ message: null, x: 0, y: 0 });

    async function load(until = null) {
      try {
        const told = await feeds.load(link, feed, column.person, until);
        if (!told) return 0;
        state.keyboards[`${column.chat}|${column.person}`] = told.keyboard;
        state.pinned[column.chat] = told.pinned;
        return told.count;
      } catch (error) {
        toast(error.message, column.person);
        return 0;
      }
    }
    // Asked again although it may be known: who plays here may be somebody else now.
    if (!feed.loaded) load();

    const who = computed(() => person(column.person));
    const other = computed(() => (props.chat.type === "private" ? bot(props.chat.bot) : null));
    const blocked = computed(() => other.value && who.value?.blocked.includes(other.value.id));
    const fresh = computed(() => other.value && feed.loaded && !feed.messages.length && !who.value?.started.includes(other.value.id));
    const topic = computed(() => props.chat.topics?.find((one) => one.thread === thread));
    const title = computed(() => {
      if (thread === 0) return props.chat.general || t("general");
      return topic.value ? topic.value.name : props.chat.title;
    });
    const subtitle = computed(() => {
      if (state.typing[column.chat]) return t("typing");
      if (thread !== null && props.chat.is_forum) return props.chat.title;
      if (props.chat.is_forum) return t("all_messages");
      if (other.value) return t("bot");
      return t("members", { n: props.chat.members.length });
    });
    const pinned = computed(() => {
      const all = (state.pinned[column.chat] || []).filter((one) => thread === null || (one.thread || 0) === thread);
      return all[all.length - 1];
    });
    const keyboard = computed(() => state.keyboards[`${column.chat}|${column.person}`]);
    const closed = computed(() => !!topic.value?.closed);

    async function jump(id) {
      if (feeds.indexOf(feed.messages, id) < 0) await load(id);
      stream.value?.jump(id);
    }

    function offer(event, message) {
      if (message.service) return;
      const box = stream.value.$el.getBoundingClientRect();
      menu.message = message;
      menu.x = Math.max(8, Math.min((event.clientX || box.left + 60) - box.left, box.width - 264));
      menu.y = Math.max(8, Math.min((event.clientY || box.top + 60) - box.top, box.height - 230));
      nextTick(() => document.querySelector(".context button")?.focus({ preventScroll: true }));
    }
    const close = () => (menu.message = null);
    const choose = (what) => {
      const message = menu.message;
      close();
      what(message);
      nextTick(() => composer.value?.focus());
    };
    const mine = (message) => message.from.id === column.person;

    // Everything in a message's text that can be clicked.
    function clicked(event) {
      const target = event.target.closest("a, .spoiler, blockquote.folded, code, pre");
      if (!target || (event.type === "keydown" && event.key !== "Enter")) return;
      if (target.matches(".spoiler")) target.classList.toggle("open");
      else if (target.matches("blockquote")) target.classList.toggle("open");
      else if (target.dataset.command) say(column, target.dataset.command);
      else if (target.dataset.mention) mention(column, target.dataset.mention);
      else if (target.href) follow(column, target.href);
      else if (window.getSelection().isCollapsed && target.matches("code, pre")) copy(target.textContent).then(() => toast(t("copied"), column.person));
      else return;
      event.preventDefault();
    }

    const take = (list) => {
      const found = [...list].filter((one) => one.size);
      if (found.length) files.value = found;
    };
    function dropped(event) {
      over.value = 0;
      take(event.dataTransfer.files);
    }
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    watch(() => props.chat.key, close);

    return {
      EMOJI, about, avatarId, blocked, carries, choose, clicked, close, closed, composer, copy, dropped, feed, files, follow,
      fresh, jump, keyboard, leave, line, load, menu, mine, offer, other, over, pinned, react, say, setBlocked, show,
      state, stream, subtitle, t, take, thread, title, toast, who,
      back: () => show(column, props.chat.is_forum ? column.chat : null, null),
      start: () => say(column, "/start"),
    };
  },
  template: /* html */ `
    <div class="chat" @dragenter.prevent="carries($event) && over++" @dragleave="carries($event) && over--"
         @dragover.prevent @drop.prevent="dropped" @keydown.esc="menu.message ? close() : (about = null)">
      <header class="chat-head">
        <button v-if="!wide || chat.is_forum" type="button" class="round" :aria-label="t('back')" :title="t('back')" @click="back"><Icon name="back" /></button>
        <span v-if="chat.is_forum" class="topic-mark big"><Icon name="hash" /></span>
        <Avatar v-else :id="avatarId(chat)" :name="chat.title" :size="38" />
        <div class="chat-title"><b>{{ title }}</b><span :class="{ lively: state.typing[column.chat] }">{{ subtitle }}</span></div>
        <Menu :label="t('more')">
          <template #opener><Icon name="more" /></template>
          <button v-if="other" type="button" role="menuitem" class="menu-item" @click="setBlocked(column, !blocked)"><Icon name="stopped" />{{ blocked ? t('unblock') : t('block') }}</button>
          <button v-else type="button" role="menuitem" class="menu-item" @click="leave(column)"><Icon name="leave" />{{ t('leave') }}</button>
        </Menu>
      </header>
      <button v-if="pinned" type="button" class="pinned" @click="jump(pinned.id)">
        <span class="pinned-body"><b>{{ t('pinned') }}</b><span>{{ line(pinned) }}</span></span><Icon name="pin" :size="18" />
      </button>
      <div class="stream-box" @click="clicked" @keydown="clicked">
        <Stream ref="stream" :column="column" :chat="chat" :feed="feed" :thread="thread" :load="load"
                @jump="jump" @menu="offer" @reply="about = { kind: 'reply', message: $event }; composer?.focus()" />
        <Transition name="pop">
          <div v-if="menu.message" class="context menu-list" role="menu" :style="{ left: menu.x + 'px', top: menu.y + 'px' }"
               @keydown.esc.stop="close" @focusout="$el.querySelector('.context')?.contains($event.relatedTarget) || close()">
            <div class="emoji-row">
              <button v-for="one in EMOJI" :key="one" type="button" :aria-label="one" @mousedown.prevent @click="choose((m) => react(column, m.message_id, (m.reactions?.[column.person] || [])[0] === one ? '' : one))">{{ one }}</button>
            </div>
            <button type="button" role="menuitem" class="menu-item" @mousedown.prevent @click="choose((m) => (about = { kind: 'reply', message: m }))"><Icon name="reply" />{{ t('reply') }}</button>
            <button v-if="menu.message.text" type="button" role="menuitem" class="menu-item" @mousedown.prevent @click="choose((m) => copy(m.text))"><Icon name="copy" />{{ t('copy') }}</button>
            <button v-if="mine(menu.message) && menu.message.text" type="button" role="menuitem" class="menu-item" @mousedown.prevent @click="choose((m) => (about = { kind: 'edit', message: m }))"><Icon name="edit" />{{ t('edit') }}</button>
            <div class="menu-note">#{{ menu.message.message_id }}</div>
          </div>
        </Transition>
      </div>
      <div v-if="blocked" class="instead"><button type="button" class="wide-button" @click="setBlocked(column, false)">{{ t('unblock') }}</button></div>
      <div v-else-if="fresh" class="instead"><button type="button" class="wide-button primary" @click="start">{{ t('start') }}</button></div>
      <div v-else-if="closed" class="instead"><span class="muted"><Icon name="lock" :size="16" /> {{ t('topic_closed') }}</span></div>
      <Composer v-else ref="composer" :column="column" :keyboard="keyboard" :about="about" @done="about = null" @files="take" />
      <div v-if="over > 0" class="drop"><div><Icon name="picture" :size="40" />{{ t('drop') }}</div></div>
      <FileSheet v-if="files" :column="column" :files="files" :reply-to="about?.kind === 'reply' ? about.message.message_id : null" @close="files = null" @sent="files = null; about = null" />
    </div>`,
};
