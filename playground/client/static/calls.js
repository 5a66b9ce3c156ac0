// The log of every Bot API call, newest first, with its warnings.
import { computed, nextTick, onBeforeUnmount, onMounted, ref } from "vue";
import { barTime, t } from "./format.js";
import { Icon } from "./icons.js";
import { state } from "./state.js";
import { link, toast } from "./store.js";

const SHOWN = 150;
const QUIET = new Set(["getUpdates"]);

export const CallLog = {
  components: { Icon },
  setup() {
    const search = ref("");
    const onlyTrouble = ref(false);
    const polls = ref(false);
    const open = ref(0);
    const panel = ref(null);

    onMounted(async () => {
      nextTick(() => panel.value?.focus({ preventScroll: true }));
      try {
        const told = await link.ask({ what: "calls", on: true });
        state.calls = told.rows;
        state.trouble = { failed: 0, warned: 0 };
      } catch (error) {
        toast(error.message);
      }
    });
    onBeforeUnmount(() => {
      link.ask({ what: "calls", on: false });
      state.trouble = { failed: 0, warned: 0 };
    });

    const bad = (call) => !call.ok || call.warnings.length > 0;
    const rows = computed(() => {
      const wanted = search.value.trim().toLowerCase();
      const found = [];
      for (let at = state.calls.length - 1; at >= 0 && found.length < SHOWN; at -= 1) {
        const call = state.calls[at];
        if (!polls.value && QUIET.has(call.method) && !bad(call)) continue;
        if (onlyTrouble.value && !bad(call)) continue;
        if (wanted && !`${call.method} ${JSON.stringify(call.params)}`.toLowerCase().includes(wanted)) continue;
        found.push(call);
      }
      return found;
    });
    const gist = (call) => {
      const { chat_id, text, caption, title, message_id } = call.params;
      return [chat_id, message_id && `#${message_id}`, text || caption || title].filter(Boolean).join(" ").slice(0, 90);
    };
    return { barTime, close: () => (state.callsOpen = false), gist, onlyTrouble, open, panel, polls, rows, search, t };
  },
  template: /* html */ `
    <aside ref="panel" class="calls" tabindex="-1" :aria-label="t('calls')" @keydown.esc="close">
      <header class="sheet-head"><h2>{{ t('calls') }}</h2>
        <button type="button" class="round" :aria-label="t('close')" :title="t('close')" @click="close"><Icon name="close" :size="18" /></button></header>
      <div class="calls-filter">
        <input v-model="search" class="field" type="search" :placeholder="t('calls.search')" :aria-label="t('calls.search')">
        <label class="tick"><input v-model="onlyTrouble" type="checkbox">{{ t('calls.trouble') }}</label>
        <label class="tick"><input v-model="polls" type="checkbox">getUpdates</label>
      </div>
      <ol class="calls-list">
        <li v-for="call in rows" :key="call.n" class="call" :class="{ bad: !call.ok, warned: call.warnings.length }">
          <button type="button" class="call-line" :aria-expanded="open === call.n" @click="open = open === call.n ? 0 : call.n">
            <span class="call-mark"></span><b>{{ call.method }}</b><span class="call-gist">{{ gist(call) }}</span><small>{{ call.ms < 10 ? call.ms.toFixed(1) : Math.round(call.ms) }} ms</small><time>{{ barTime(call.at) }}</time>
          </button>
          <p v-if="call.error" class="call-note bad">{{ call.error }}</p>
          <p v-for="(warning, at) in call.warnings" :key="at" class="call-note warn">{{ warning }}</p>
          <pre v-if="open === call.n">{{ JSON.stringify(call.params, null, 2) }}</pre>
        </li>
        <li v-if="!rows.length" class="empty muted">{{ t('calls.none') }}</li>
      </ol>
    </aside>`,
};
