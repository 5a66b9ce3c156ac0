// Above the columns: what a demo adds, the clock, trouble on demand, language, light, the log.
import { computed, ref } from "vue";
import { barDate, barTime, clockTime, local, shortDate, span, t } from "./format.js";
import { Icon } from "./icons.js";
import { Menu } from "./parts.js";
import { state } from "./state.js";
import { addColumn, chooseLanguage, chooseTheme, link, toast } from "./store.js";

const FAULTS = [
  { key: "fault.flood", body: { error: { code: 429, retry_after: 5 }, times: 1 } },
  { key: "fault.server", body: { error: { code: 502 }, times: 3 } },
  { key: "fault.lost", body: { method: "sendMessage", error: "lost_answer", times: 1 } },
  { key: "fault.drop", body: { error: "drop", times: 3 } },
  { key: "fault.slow", body: { delay: 3, times: 10 } },
  { key: "fault.poll", body: { method: "getUpdates", error: { code: 502 }, times: 5 } },
];
const THEMES = ["auto", "light", "dark"];
const THEME_ICONS = { auto: "auto", light: "sun", dark: "moon" };

const Clock = {
  components: { Icon },
  setup() {
    const moving = ref("");
    async function advance(name, seconds) {
      if (moving.value) return;
      moving.value = name;
      try {
        const told = await link.act("/clock/advance", { seconds: Math.max(0, seconds) });
        if (told.followed && !told.caught_up) toast(t("clock.behind"));
      } catch (error) {
        toast(error.message);
      } finally {
        moving.value = "";
      }
    }
    const due = computed(() => {
      const { next_due } = state.status;
      return next_due === null || next_due < state.now - 1 ? null : next_due;
    });
    return {
      advance, barDate, barTime, clockTime, due, moving, shortDate, span, state, t,
      next: () => advance("next", state.status.next_due - state.now + 0.5),
    };
  },
  template: /* html */ `
    <div class="clock" role="group" :aria-label="t('clock')">
      <Icon name="clock" :size="17" />
      <span class="clock-now" :title="state.status.offset > 1 ? t('clock.ahead', { span: span(state.status.offset) }) : t('clock')">
        <span class="clock-date">{{ barDate(state.now) }}</span> <b>{{ state.narrow ? clockTime(state.now) : barTime(state.now) }}</b></span>
      <button type="button" class="step" :disabled="!!moving" @click="advance('hour', 3600)"><span v-if="moving === 'hour'" class="spinner"></span><template v-else>{{ t('clock.hour') }}</template></button>
      <button type="button" class="step" :disabled="!!moving" @click="advance('day', 86400)"><span v-if="moving === 'day'" class="spinner"></span><template v-else>{{ t('clock.day') }}</template></button>
      <button type="button" class="step next" :disabled="!!moving || due === null" :title="due === null ? t('clock.nothing') : t('clock.due', { when: shortDate(due, state.now), span: span(due - state.now) })" @click="next">
        <span v-if="moving === 'next'" class="spinner"></span><Icon v-else name="next" :size="14" /><span class="step-word">{{ due === null ? t('clock.next') : t('clock.next_in', { span: span(due - state.now) }) }}</span></button>
    </div>`,
};

export const Bar = {
  components: { Clock, Icon, Menu },
  setup() {
    const pressing = ref(-1);
    async function press(number) {
      if (pressing.value >= 0) return;
      pressing.value = number;
      try {
        const { error } = await link.ask({ what: "press", button: number });
        if (error) toast(error);
      } catch (error) {
        toast(error.message);
      } finally {
        pressing.value = -1;
      }
    }
    const safely = (work) => work.catch((error) => toast(error.message));
    const faultName = (fault) => [fault.method || t("fault.any"), fault.error || (fault.delay ? `${fault.delay} s` : "")].filter(Boolean).join(" · ") + ` ×${fault.times}`;
    const waiting = computed(() => state.status.faults.reduce((sum, one) => sum + one.times, 0));
    return {
      FAULTS, THEME_ICONS, addColumn, chooseLanguage, faultName, local, press, pressing, state, t, waiting,
      add: (fault) => safely(link.act("/faults", fault.body)),
      clear: () => safely(link.act("/faults", {}, "DELETE")),
      pace: () => safely(link.act("/pace", { on: !state.status.pace })),
      turn: () => chooseTheme(THEMES[(THEMES.indexOf(state.theme) + 1) % THEMES.length]),
      log: () => (state.callsOpen = !state.callsOpen),
    };
  },
  template: /* html */ `
    <header class="bar">
      <div class="brand"><span class="mark" aria-hidden="true"></span><b>{{ local(state.panel.title) || t('title') }}</b></div>
      <div class="bar-demo">
        <button v-for="(button, at) in state.panel.buttons" :key="at" type="button" class="bar-button" :class="button.style" :title="local(button.hint)" :disabled="pressing >= 0" @click="press(at)">
          <span v-if="pressing === at" class="spinner"></span><Icon v-else-if="button.icon" :name="button.icon" :size="15" />{{ local(button.label) }}</button>
        <a v-for="one in state.panel.links" :key="one.url" class="bar-link" :href="one.url" target="_blank" rel="noopener noreferrer">{{ local(one.label) }}<Icon name="out" :size="12" /></a>
      </div>
      <Clock />
      <div class="bar-end">
        <Menu :label="t('faults')" @open="() => {}">
          <template #opener><Icon name="bolt" :size="18" /><span v-if="waiting || state.status.pace" class="dot" :class="{ bad: waiting }"></span></template>
          <div class="menu-title">{{ t('faults') }}</div>
          <div data-stay>
            <button v-for="fault in FAULTS" :key="fault.key" type="button" role="menuitem" class="menu-item" @click="add(fault)"><span class="grow">{{ t(fault.key) }}<small>{{ t(fault.key + '.help') }}</small></span></button>
            <button type="button" role="menuitemcheckbox" :aria-checked="state.status.pace" class="menu-item" @click="pace"><span class="grow">{{ t('pace') }}<small>{{ t('pace.help') }}</small></span><span class="switch" :class="{ on: state.status.pace }"></span></button>
            <template v-if="state.narrow"><hr><button type="button" role="menuitem" class="menu-item" @click="turn"><Icon :name="THEME_ICONS[state.theme]" />{{ t('theme.' + state.theme) }}</button></template>
            <template v-if="waiting"><hr><div class="menu-note" v-for="(fault, at) in state.status.faults" :key="at">{{ faultName(fault) }}</div>
              <button type="button" role="menuitem" class="menu-item bad" @click="clear"><Icon name="close" />{{ t('faults.clear') }}</button></template>
          </div>
        </Menu>
        <button v-if="!state.narrow" type="button" class="round wide-only" :aria-label="t('add_column')" :title="t('add_column')" @click="addColumn"><Icon name="plus" :size="18" /></button>
        <button v-if="!state.narrow" type="button" class="round" :aria-label="t('theme.' + state.theme)" :title="t('theme.' + state.theme)" @click="turn"><Icon :name="THEME_ICONS[state.theme]" :size="18" /></button>
        <div class="languages" role="group" :aria-label="t('language')">
          <button v-if="!state.narrow || state.language === 'en'" type="button" :aria-pressed="state.language === 'zh'" aria-label="中文" lang="zh-CN" @click="chooseLanguage('zh')">中</button>
          <button v-if="!state.narrow || state.language === 'zh'" type="button" :aria-pressed="state.language === 'en'" aria-label="English" lang="en" @click="chooseLanguage('en')">EN</button>
        </div>
        <button type="button" class="round" :class="{ on: state.callsOpen }" :aria-label="t('calls')" :title="t('calls')" :aria-pressed="state.callsOpen" @click="log"><Icon name="log" :size="18" /><span v-if="state.trouble.failed || state.trouble.warned" class="dot" :class="{ bad: state.trouble.failed }"></span></button>
      </div>
    </header>`,
};
