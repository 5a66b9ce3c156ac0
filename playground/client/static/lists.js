// Lists of chats, and of the topics of a forum.
import { computed } from "vue";
import { line, shortDate, t } from "./format.js";
import { Icon } from "./icons.js";
import { Avatar } from "./parts.js";
import { avatarId, chatsOf, person, state, unread } from "./state.js";
import { show } from "./store.js";

const Row = {
  components: { Avatar, Icon },
  props: {
    id: [Number, String], name: String, icon: String, color: Number, last: Object, count: Number, selected: Boolean,
    mine: Boolean, group: Boolean, closed: Boolean, typing: Boolean, size: { type: Number, default: 46 },
  },
  setup: () => ({ line, shortDate, state, t }),
  template: /* html */ `
    <button type="button" class="chat-row" :class="{ selected }">
      <span v-if="icon" class="topic-mark" :style="color ? { '--topic': '#' + color.toString(16).padStart(6, '0') } : {}"><Icon :name="icon" :size="18" /></span>
      <Avatar v-else :id="id" :name="name" :size="size" />
      <span class="chat-row-body">
        <span class="chat-row-top"><b>{{ name }}</b><Icon v-if="closed" name="lock" :size="13" /><time v-if="last">{{ shortDate(last.date, state.now) }}</time></span>
        <span class="chat-row-bottom">
          <span v-if="typing" class="preview typing-word">{{ t('typing') }}</span>
          <span v-else class="preview"><span v-if="last && last.kind !== 'service' && (mine || group)" class="preview-name">{{ mine ? t('you') : last.from.name }}: </span>{{ last ? line(last) : t('no_messages') }}</span>
          <span v-if="count" class="count">{{ count > 99 ? '99+' : count }}</span>
        </span>
      </span>
    </button>`,
};

export const ChatList = {
  components: { Icon, Row },
  props: { column: Object, wide: Boolean },
  setup(props) {
    const chats = computed(() => chatsOf(props.column.person));
    return { avatarId, chats, person, show, state, t, unread };
  },
  template: /* html */ `
    <div class="list">
      <header class="list-head"><h1>{{ t('chats') }}</h1></header>
      <div class="list-body">
        <Row v-for="chat in chats" :key="chat.key" :id="avatarId(chat)" :name="chat.title" :last="chat.last"
             :count="unread(chat, column.person)" :selected="chat.key === column.chat" :group="chat.type !== 'private'"
             :mine="chat.last?.from.id === column.person" :typing="!!state.typing[chat.key]" @click="show(column, chat.key)" />
        <div v-if="!chats.length" class="empty">
          <Icon name="people" :size="34" />
          <p>{{ t('no_bot') }}</p><p class="muted">{{ t('no_bot_help') }}</p><code>{{ location }}/bot&lt;token&gt;/…</code>
        </div>
      </div>
    </div>`,
  computed: { location: () => window.location.origin },
};

export const TopicList = {
  components: { Icon, Row },
  props: { column: Object, chat: Object, wide: Boolean },
  setup(props) {
    const topics = computed(() => {
      const { chat } = props;
      const all = [{ thread: 0, name: chat.general || t("general"), icon: "hash" }, ...chat.topics].map((topic) => ({
        ...topic,
        last: chat.newest?.[topic.thread] || null,
        count: unread(chat, props.column.person, topic.thread),
      }));
      return all.sort((a, b) => (b.last?.id || b.thread) - (a.last?.id || a.thread));
    });
    return { line, show, t, topics, unread };
  },
  template: /* html */ `
    <div class="list topics">
      <header class="chat-head">
        <button v-if="!wide" type="button" class="round" :aria-label="t('back')" :title="t('back')" @click="show(column, null)"><Icon name="back" /></button>
        <div class="chat-title"><b>{{ chat.title }}</b><span>{{ t('topics', { n: topics.length }) }}</span></div>
      </header>
      <div class="list-body">
        <Row id="all" icon="log" :name="t('all_messages')" :last="chat.last" group :mine="chat.last?.from.id === column.person"
             :count="unread(chat, column.person)" @click="show(column, chat.key, 'all')" />
        <Row v-for="topic in topics" :key="topic.thread" :id="topic.thread" icon="hash" :color="topic.color" :name="topic.name"
             :last="topic.last" group :mine="topic.last?.from.id === column.person" :count="topic.count" :closed="topic.closed"
             @click="show(column, chat.key, topic.thread)" />
      </div>
    </div>`,
};
