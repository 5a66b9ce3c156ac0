// The messages of a chat. Only a window of them stands in the page; it moves as one scrolls.
import { computed, nextTick, onBeforeUnmount, onMounted, ref, watch } from "vue";
import { Bubble } from "./bubble.js";
import { dayKey, dayName, service, t } from "./format.js";
import { Icon } from "./icons.js";
import { state } from "./state.js";
import { link } from "./store.js";
import { indexOf } from "./feeds.js";

const WINDOW = 100;
const STEP = 24;
//: Pixels from an end at which more is fetched, and within which the end is followed.
const NEAR = 900;
const END = 80;
//: Seconds within which messages of one author stand together.
const TOGETHER = 300;
//: Milliseconds after a key, a wheel or a finger within which scrolling is a person's.
const TOUCHED = 1200;

export const Stream = {
  components: { Bubble, Icon },
  props: { column: Object, chat: Object, feed: Object, thread: Number, load: Function },
  emits: ["jump", "menu", "reply"],
  setup(props) {
    const box = ref(null);
    const inner = ref(null);
    const from = ref(0);
    const to = ref(0);
    const atEnd = ref(true);
    const missed = ref(0);
    const lit = ref(0);
    const floating = ref(0);
    let fading;
    let touched = 0;
    let following = true;
    let busy = false;
    let top = 0;
    let observer;

    const messages = computed(() => props.feed.messages);
    const speaking = computed(() => state.speaking[`${props.column.chat}|${props.column.person}`]);
    const group = computed(() => props.chat.type !== "private");

    // Rows to draw: days, service messages, bubbles; pictures of an album together.
    const rows = computed(() => {
      const shown = messages.value.slice(from.value, to.value);
      const found = [];
      let day = null;
      let before = null;
      for (const message of shown) {
        const today = dayKey(message.date);
        if (today !== day) {
          found.push({ key: `day ${today}`, kind: "day", date: message.date });
          day = today;
          before = null;
        }
        if (message.service) {
          found.push({ key: message.message_id, kind: "service", message });
          before = null;
          continue;
        }
        const album = message.media_group_id;
        if (before && album && before.message.media_group_id === album && before.message.from.id === message.from.id) {
          before.album.push(message);
          continue;
        }
        const joined = before && !before.keyed && before.message.from.id === message.from.id && message.date - before.message.date < TOGETHER;
        if (joined) before.last = false;
        before = {
          key: message.message_id,
          kind: "bubble",
          message,
          album: album ? [message] : null,
          keyed: message.buttons.length > 0,
          first: !joined,
          last: true,
          own: message.from.id === props.column.person,
        };
        found.push(before);
      }
      return found;
    });

    const bottom = () => {
      if (box.value) box.value.scrollTop = box.value.scrollHeight;
    };

    // Move the window and keep what one looks at where it is.
    async function move(start, end) {
      const view = box.value;
      const top = view.getBoundingClientRect().top;
      const anchor = [...inner.value.querySelectorAll("[data-id]")].find((one) => one.getBoundingClientRect().bottom > top);
      const id = anchor?.dataset.id;
      const offset = anchor?.getBoundingClientRect().top;
      from.value = Math.max(0, start);
      to.value = Math.min(messages.value.length, end);
      await nextTick();
      const again = id && inner.value.querySelector(`[data-id="${id}"]`);
      if (again) view.scrollTop += again.getBoundingClientRect().top - offset;
    }

    // While one scrolls, the day of the topmost message is shown over the messages.
    function tellDay(view) {
      const edge = view.getBoundingClientRect();
      const dated = document.elementFromPoint(edge.left + edge.width / 2, edge.top + 60)?.closest(".stream-inner > *");
      const message = dated?.dataset.id && messages.value[indexOf(messages.value, Number(dated.dataset.id))];
      if (message) floating.value = message.date;
      clearTimeout(fading);
      fading = setTimeout(() => (floating.value = 0), 900);
    }

    async function scrolled() {
      const view = box.value;
      if (!view) return;
      const below = view.scrollHeight - view.scrollTop - view.clientHeight;
      // A chat that became lower (a keyboard came up) has not been scrolled away from its end.
      if (below < END && to.value === messages.value.length) following = true;
      else if (view.scrollTop < top - 1 || to.value < messages.value.length) following = false;
      if (performance.now() - touched < TOUCHED) tellDay(view);
      top = view.scrollTop;
      atEnd.value = following;
      if (following) seen();
      if (busy) return;
      busy = true;
      try {
        if (view.scrollTop < NEAR && from.value > 0) {
          const start = from.value - STEP;
          await move(start, Math.min(to.value, start + WINDOW + STEP));
        } else if (view.scrollTop < NEAR && from.value === 0 && props.feed.loaded && !props.feed.complete) {
          await older();
        } else if (below < NEAR && to.value < messages.value.length) {
          const end = to.value + STEP;
          await move(Math.max(from.value, end - WINDOW - STEP), end);
        }
      } finally {
        busy = false;
      }
    }

    // Older messages were put before those that are shown: the window moves with its content.
    async function older() {
      const count = await props.load();
      if (!count) return;
      await nextTick();
      await move(from.value - Math.min(count, STEP), to.value);
    }

    function seen() {
      missed.value = 0;
      if (document.hidden) return;
      const newest = messages.value[messages.value.length - 1];
      if (!newest) return;
      const threads = props.thread === null && props.chat.is_forum
        ? Object.keys(props.chat.unread[props.column.person] || {}).map(Number)
        : [props.thread ?? 0];
      const counts = props.chat.unread[props.column.person] || {};
      for (const thread of threads)
        if (counts[thread]) link.ask({ what: "read", person: props.column.person, chat: props.chat.key, thread, upto: newest.message_id });
    }

    watch(
      messages,
      async (now, old) => {
        const grown = now.length - old.length;
        if (!old.length) {
          to.value = now.length;
          from.value = Math.max(0, now.length - WINDOW);
          await nextTick();
          bottom();
          seen();
          return;
        }
        const newest = now[now.length - 1];
        const came = grown > 0 && newest.message_id > old[old.length - 1].message_id;
        if (grown > 0 && !came) {
          // Older ones came in front: the same messages stay in the window.
          const shift = indexOf(now, old[0].message_id);
          from.value += shift;
          to.value += shift;
          return;
        }
        const mine = came && newest.from.id === props.column.person;
        if (following || mine) {
          to.value = now.length;
          if (to.value - from.value > WINDOW + STEP) from.value = to.value - WINDOW;
          await nextTick();
          bottom();
          seen();
        } else {
          if (to.value >= old.length || to.value > now.length) to.value = now.length;
          if (came) missed.value += 1;
        }
      },
      { flush: "pre" },
    );
    // What was unread when the chat was opened may be told after the messages.
    watch(() => props.chat.unread[props.column.person], () => following && seen(), { deep: true });

    async function toEnd() {
      to.value = messages.value.length;
      from.value = Math.max(0, to.value - WINDOW);
      await nextTick();
      bottom();
    }

    async function jump(id) {
      const at = indexOf(messages.value, id);
      if (at < 0) return;
      if (at < from.value || at >= to.value) {
        from.value = Math.max(0, at - WINDOW / 2);
        to.value = Math.min(messages.value.length, at + WINDOW / 2);
        await nextTick();
      }
      const row = inner.value.querySelector(`[data-id="${id}"]`);
      if (!row) return;
      following = false;
      row.scrollIntoView({ block: "center" });
      lit.value = id;
      setTimeout(() => (lit.value = 0), 1600);
    }

    // Arrow keys go from message to message; Enter opens what can be done with one.
    function walk(event, step) {
      const all = [...inner.value.querySelectorAll(".msg[data-id]")];
      const at = all.indexOf(event.target.closest(".msg"));
      if (at < 0 && event.target !== box.value) return;
      const next = at < 0 ? all[all.length - 1] : all[at + step];
      if (!next) return;
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
      event.preventDefault();
    }

    const visible = () => following && seen();
    onMounted(() => {
      to.value = messages.value.length;
      from.value = Math.max(0, to.value - WINDOW);
      nextTick(() => {
        bottom();
        seen();
      });
      observer = new ResizeObserver(() => following && bottom());
      observer.observe(inner.value);
      observer.observe(box.value);
      document.addEventListener("visibilitychange", visible);
    });
    onBeforeUnmount(() => {
      observer?.disconnect();
      document.removeEventListener("visibilitychange", visible);
    });

    return { atEnd, box, dayName, floating, group, inner, jump, lit, missed, rows, scrolled, service, speaking, state, t, toEnd, touch: () => (touched = performance.now()), walk };
  },
  template: /* html */ `
    <div class="stream-frame"><Transition name="fade"><div v-if="floating" class="floating-day"><span class="pill">{{ dayName(floating, state.now) }}</span></div></Transition>
    <div ref="box" class="stream" role="log" :aria-label="t('messages')" tabindex="0" @scroll.passive="scrolled"
         @wheel.passive="touch" @touchmove.passive="touch"
         @keydown.up="walk($event, -1)" @keydown.down="walk($event, 1)">
      <div ref="inner" class="stream-inner">
        <div v-if="!feed.loaded" class="loading"><span class="spinner"></span></div>
        <div v-else-if="!rows.length" class="hush"><span class="pill">{{ t('no_messages') }}</span></div>
        <template v-for="row in rows" :key="row.key">
          <div v-if="row.kind === 'day'" class="day"><span class="pill">{{ dayName(row.date, state.now) }}</span></div>
          <div v-else-if="row.kind === 'service'" class="service" :data-id="row.message.message_id">
            <span class="pill">{{ service(row.message, row.message.from.name) }}</span>
          </div>
          <Bubble v-else :message="row.message" :album="row.album" :first="row.first" :last="row.last" :own="row.own"
                  :column="column" :group="group" :lit="lit === row.message.message_id"
                  @jump="$emit('jump', $event)" @menu="(event, message) => $emit('menu', event, message)" @reply="$emit('reply', $event)" />
        </template>
        <div v-if="speaking" class="msg theirs first last"><div class="stack"><div class="bubble speaking"><div class="text"><span v-html="speaking.html"></span></div></div></div></div>
        <div v-else-if="state.typing[column.chat]" class="msg theirs first last"><div class="stack"><div class="bubble dots" :aria-label="t('typing')"><i></i><i></i><i></i></div></div></div>
      </div>
    </div>
    <Transition name="pop">
      <button v-if="!atEnd" type="button" class="to-end" :aria-label="t('to_end')" :title="t('to_end')" @click.stop="toEnd">
        <span v-if="missed" class="count">{{ missed }}</span><Icon name="down" :size="22" />
      </button>
    </Transition>
    </div>`,
};
