// The whole page: the bar, the columns (tabs where it is narrow), the log of calls.
import { computed, createApp, onBeforeUnmount, onMounted, watchEffect } from "vue";
import { Bar } from "./bar.js";
import { CallLog } from "./calls.js";
import { Column } from "./column.js";
import { local, t, useWords } from "./format.js";
import { Icon } from "./icons.js";
import { Avatar } from "./parts.js";
import { Newcomer } from "./sheets.js";
import { person, state, unreadOf } from "./state.js";
import { connect, dismiss, receive, remember } from "./store.js";

const NARROW = "(max-width: 760px)";

const Desk = {
  components: { Avatar, Bar, CallLog, Column, Icon, Newcomer },
  setup() {
    const screen = matchMedia(NARROW);
    const fit = () => (state.narrow = screen.matches);
    fit();
    screen.addEventListener("change", fit);
    const tick = setInterval(() => (state.now = Date.now() / 1000 + state.ahead), 1000);
    onBeforeUnmount(() => clearInterval(tick));
    onMounted(remember);

    watchEffect(() => {
      const root = document.documentElement;
      root.lang = state.language === "zh" ? "zh-CN" : "en";
      if (state.theme === "auto") delete root.dataset.theme;
      else root.dataset.theme = state.theme;
      document.title = local(state.panel.title) || t("title");
    });

    const shown = computed(() => (state.narrow ? state.columns.slice(state.active, state.active + 1) : state.columns));
    const everybody = computed(() => state.toasts.filter((one) => one.person === null));
    return { dismiss, everybody, local, person, shown, state, t, unreadOf };
  },
  template: /* html */ `
    <div class="desk" :class="{ narrow: state.narrow }">
      <Bar />
      <nav v-if="state.narrow && state.columns.length > 1" class="tabs" role="tablist">
        <button v-for="(column, at) in state.columns" :key="column.id" type="button" role="tab" class="tab"
                :aria-selected="at === state.active" @click="state.active = at">
          <Avatar :id="column.person" :name="person(column.person)?.name" :size="22" />
          <span class="tab-name">{{ local(column.role) || person(column.person)?.name }}</span>
          <span v-if="unreadOf(column.person) && at !== state.active" class="count">{{ unreadOf(column.person) }}</span>
        </button>
      </nav>
      <main v-if="state.ready" class="columns">
        <Column v-for="column in shown" :key="column.id" :column="column" />
        <Newcomer v-if="!state.columns.length" class="lonely" :inline="true" />
      </main>
      <CallLog v-if="state.callsOpen" />
      <Transition name="fade"><div v-if="!state.connected" class="lost" role="status"><span class="spinner"></span>{{ t('lost') }}</div></Transition>
      <TransitionGroup name="rise" tag="div" class="toasts everybody" aria-live="polite">
        <button v-for="one in everybody" :key="one.id" type="button" class="toast" @click="dismiss(one.id)">{{ one.text }}</button>
      </TransitionGroup>
    </div>`,
};

// Draw the page into an element; returns what takes the server's operations, and news of the line.
export function mount(element, { words, ask }) {
  useWords(words);
  connect(ask);
  createApp(Desk).mount(element);
  return { receive, connected: (now) => (state.connected = now) };
}
