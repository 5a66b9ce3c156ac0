// Small pieces that everything is made of.
import { nextTick } from "vue";
import { hue, initials, t } from "./format.js";
import { Icon } from "./icons.js";

export const Avatar = {
  components: { Icon },
  props: { id: [Number, String], name: String, size: { type: Number, default: 40 }, icon: String },
  setup: () => ({ hue, initials }),
  template: /* html */ `
    <span class="avatar" :class="'hue' + hue(id)" aria-hidden="true"
          :style="{ width: size + 'px', height: size + 'px', fontSize: size * 0.4 + 'px' }">
      <Icon v-if="icon" :name="icon" :size="size * 0.55" /><template v-else>{{ initials(name) }}</template>
    </span>`,
};

// A button with a list that opens under it. Esc and a click elsewhere close it.
export const Menu = {
  components: { Icon },
  props: { label: String, align: { type: String, default: "right" }, quiet: Boolean },
  emits: ["open"],
  data: () => ({ open: false }),
  methods: {
    toggle() {
      this.open = !this.open;
      if (!this.open) return;
      this.$emit("open");
      nextTick(() => this.$refs.list?.querySelector("button, input, a")?.focus({ preventScroll: true }));
    },
    close(event) {
      if (!this.open) return;
      this.open = false;
      if (event && event.type === "keydown") {
        event.stopPropagation();
        this.$refs.opener.focus();
      }
    },
    left(event) {
      if (!this.$el.contains(event.relatedTarget)) this.open = false;
    },
    move(event, step) {
      const all = [...this.$refs.list.querySelectorAll("button:not(:disabled), a")];
      const at = all.indexOf(document.activeElement);
      all[(at + step + all.length) % all.length]?.focus();
      event.preventDefault();
    },
  },
  mounted() {
    this.outside = (event) => this.open && !this.$el.contains(event.target) && (this.open = false);
    document.addEventListener("pointerdown", this.outside);
  },
  beforeUnmount() {
    document.removeEventListener("pointerdown", this.outside);
  },
  template: /* html */ `
    <div class="menu" @keydown.esc="close" @focusout="left">
      <button ref="opener" type="button" class="menu-opener" :class="{ quiet }" :aria-label="label"
              :title="label" aria-haspopup="menu" :aria-expanded="open" @click="toggle"><slot name="opener" /></button>
      <Transition name="pop">
        <div v-if="open" ref="list" class="menu-list" :class="align" role="menu"
             @keydown.down="move($event, 1)" @keydown.up="move($event, -1)" @click="$event.target.closest('[data-stay]') || close()">
          <slot />
        </div>
      </Transition>
    </div>`,
};

// A sheet over a column: darkens what is behind, holds the focus, closes with Esc.
export const Sheet = {
  components: { Icon },
  props: { title: String },
  emits: ["close"],
  setup: () => ({ t }),
  mounted() {
    this.before = document.activeElement;
    nextTick(() => (this.$el.querySelector("[data-first]") || this.$refs.sheet)?.focus({ preventScroll: true }));
  },
  beforeUnmount() {
    if (this.before?.isConnected) this.before.focus({ preventScroll: true });
  },
  methods: {
    hold(event) {
      const all = [...this.$refs.sheet.querySelectorAll("button, input, textarea, a[href], select")].filter((one) => !one.disabled);
      if (!all.length) return;
      const [first, last] = [all[0], all[all.length - 1]];
      const from = document.activeElement;
      if (event.shiftKey && (from === first || from === this.$refs.sheet)) {
        last.focus();
        event.preventDefault();
      } else if (!event.shiftKey && from === last) {
        first.focus();
        event.preventDefault();
      }
    },
  },
  template: /* html */ `
    <div class="veil" @pointerdown.self="$emit('close')" @keydown.esc.stop="$emit('close')" @keydown.tab="hold">
      <div ref="sheet" class="sheet" role="dialog" aria-modal="true" :aria-label="title" tabindex="-1">
        <header v-if="title" class="sheet-head">
          <h2>{{ title }}</h2>
          <button type="button" class="round" :aria-label="t('close')" :title="t('close')" @click="$emit('close')"><Icon name="close" :size="18" /></button>
        </header>
        <slot />
      </div>
    </div>`,
};
