// What is asked over a column: paying, sending files, a new person.
import { computed, onBeforeUnmount, onMounted, reactive, ref } from "vue";
import { pay, sendFiles } from "./acts.js";
import { money, size, t } from "./format.js";
import { Icon } from "./icons.js";
import { Avatar, Sheet } from "./parts.js";
import { bot, person, state } from "./state.js";
import { link, play, resetColumns, toast } from "./store.js";

export const PaySheet = {
  components: { Avatar, Icon, Sheet },
  props: { column: Object, message: Object },
  emits: ["close"],
  setup(props, { emit }) {
    const invoice = computed(() => props.message.invoice);
    const who = computed(() => person(props.column.person));
    const stars = computed(() => invoice.value.currency === "XTR");
    const state_ = reactive({ busy: "", done: null, error: "", more: false, amount: "" });

    async function go(outcome, more = {}) {
      if (state_.busy) return;
      state_.busy = outcome;
      state_.error = "";
      try {
        const told = await pay(props.column, props.message, outcome, more);
        if (told.result === "abandoned") emit("close");
        else if (["paid", "late"].includes(told.result)) {
          state_.done = told.result;
          setTimeout(() => emit("close"), 1400);
        } else state_.error = told.error_message || t(`pay.${told.result}`);
      } catch (error) {
        state_.error = error.message;
      } finally {
        state_.busy = "";
      }
    }
    const other = () => {
      const minor = Math.round(Number(state_.amount));
      return go("other_amount", minor > 0 ? { amount: minor } : {});
    };
    const leave = () => (state_.done ? emit("close") : go("abandon"));
    return { bot, go, invoice, leave, money, other, stars, state_, t, who };
  },
  template: /* html */ `
    <Sheet :title="t('checkout')" @close="invoice.paid ? $emit('close') : leave()">
      <div v-if="state_.done" class="paid-mark"><span><Icon name="check" :size="44" /></span><b>{{ t('pay.' + state_.done) }}</b></div>
      <div v-else class="sheet-body">
        <div class="goods"><Avatar :id="message.from.id" :name="message.from.name" :size="44" />
          <div><b>{{ invoice.title }}</b><p class="muted">{{ invoice.description }}</p></div></div>
        <dl class="bill">
          <template v-for="(price, at) in invoice.prices" :key="at"><dt>{{ price.label }}</dt><dd>{{ money(invoice.currency, price.amount) }}</dd></template>
          <dt class="sum">{{ t('total') }}</dt><dd class="sum">{{ money(invoice.currency, invoice.total) }}</dd>
        </dl>
        <div class="means"><Icon name="card" /><span class="grow">{{ stars ? t('stars_balance') : t('test_card') }}</span><span class="muted">{{ who?.name }}</span></div>
        <p v-if="invoice.paid" class="note ok"><Icon name="check" :size="16" />{{ t('already_paid') }}</p>
        <p v-if="state_.error" class="note bad" role="alert"><Icon name="warn" :size="16" />{{ state_.error }}</p>
        <footer class="sheet-foot">
          <button v-if="!invoice.paid" type="button" class="wide-button primary" data-first :disabled="!!state_.busy" @click="go('approve')">
            <span v-if="state_.busy === 'approve'" class="spinner"></span><template v-else>{{ t('pay', { amount: money(invoice.currency, invoice.total) }) }}</template>
          </button>
          <div v-if="!invoice.paid" class="pair">
            <button type="button" class="wide-button" :disabled="!!state_.busy" @click="go('decline')">{{ t('decline') }}</button>
            <button type="button" class="wide-button" :disabled="!!state_.busy" @click="go('abandon')">{{ t('walk_away') }}</button>
          </div>
          <button type="button" class="link-button" :aria-expanded="state_.more" @click="state_.more = !state_.more">{{ t('rare_outcomes') }}</button>
          <div v-if="state_.more" class="rare">
            <button type="button" class="chip" :disabled="!!state_.busy || invoice.paid" @click="go('duplicate')">{{ t('pay_twice') }}</button>
            <button type="button" class="chip" :disabled="!!state_.busy || invoice.paid" @click="go('late')">{{ t('pay_late') }}</button>
            <button type="button" class="chip" :disabled="!!state_.busy" @click="go('again')">{{ t('pay_again') }}</button>
            <form class="pair" @submit.prevent="other"><input v-model="state_.amount" inputmode="numeric" :placeholder="t('minor_units')" :aria-label="t('minor_units')">
              <button type="submit" class="chip" :disabled="!!state_.busy || invoice.paid">{{ t('pay_other') }}</button></form>
          </div>
        </footer>
      </div>
    </Sheet>`,
};

export const FileSheet = {
  components: { Icon, Sheet },
  props: { column: Object, files: Array, replyTo: Number },
  emits: ["close", "sent"],
  setup(props, { emit }) {
    const caption = ref("");
    const pictures = props.files.filter((one) => one.type.startsWith("image/"));
    const sounds = props.files.filter((one) => one.type.startsWith("audio/"));
    const asFiles = ref(false);
    const asVoice = ref(sounds.length === props.files.length);
    const busy = ref(false);
    const previews = new Map(pictures.map((one) => [one, URL.createObjectURL(one)]));
    onBeforeUnmount(() => previews.forEach((url) => URL.revokeObjectURL(url)));
    const box = ref(null);
    onMounted(() => box.value?.focus());
    async function go() {
      if (busy.value) return;
      busy.value = true;
      const done = await sendFiles(props.column, props.files, {
        caption: caption.value.trim(), asFiles: asFiles.value, asVoice: asVoice.value, replyTo: props.replyTo,
      });
      busy.value = false;
      if (done) emit("sent");
    }
    return { asFiles, asVoice, box, busy, caption, go, pictures, previews, size, sounds, t };
  },
  template: /* html */ `
    <Sheet :title="t('send_files', { n: files.length })" @close="$emit('close')">
      <form class="sheet-body" @submit.prevent="go">
        <div class="previews" :class="{ one: files.length === 1 }">
          <template v-for="file in files" :key="file.name + file.size">
            <img v-if="previews.has(file) && !asFiles" :src="previews.get(file)" :alt="file.name">
            <div v-else class="file"><span class="disc"><Icon :name="file.type.startsWith('audio/') ? 'mic' : 'file'" /></span><span class="file-body"><b>{{ file.name }}</b><small>{{ size(file.size) }}</small></span></div>
          </template>
        </div>
        <label v-if="pictures.length" class="tick"><input v-model="asFiles" type="checkbox">{{ t('as_files') }}</label>
        <label v-if="sounds.length" class="tick"><input v-model="asVoice" type="checkbox">{{ t('as_voice') }}</label>
        <input ref="box" v-model="caption" class="field" data-first maxlength="1024" :placeholder="t('caption')" :aria-label="t('caption')">
        <footer class="sheet-foot"><button type="submit" class="wide-button primary" :disabled="busy"><span v-if="busy" class="spinner"></span><template v-else>{{ t('send') }}</template></button></footer>
      </form>
    </Sheet>`,
};

export const Newcomer = {
  components: { Sheet },
  props: { column: Object, inline: Boolean },
  emits: ["close"],
  setup(props, { emit }) {
    const form = reactive({ name: "", language: state.language, phone: "" });
    const error = ref("");
    async function go() {
      if (!form.name.trim()) return;
      try {
        const { id } = await link.act("/people", {
          name: form.name.trim(), language_code: form.language, ...(form.phone.trim() ? { phone: form.phone.trim() } : {}),
        });
        // The list of people comes over the socket and may come later than this answer.
        for (let tries = 0; !person(id) && tries < 40; tries += 1) await new Promise((next) => setTimeout(next, 50));
        if (props.column) play(props.column, id);
        else resetColumns();
        emit("close");
      } catch (problem) {
        error.value = problem.message;
        toast(problem.message, props.column?.person ?? null);
      }
    }
    return { error, form, go, t };
  },
  template: /* html */ `
    <component :is="inline ? 'section' : 'Sheet'" :title="inline ? undefined : t('new_person')" :class="{ 'sheet welcome': inline }" @close="$emit('close')">
      <h2 v-if="inline">{{ t('welcome') }}</h2>
      <p v-if="inline" class="muted">{{ t('welcome_help') }}</p>
      <form class="sheet-body" @submit.prevent="go">
        <label class="labelled">{{ t('name') }}<input v-model="form.name" class="field" data-first maxlength="64" required></label>
        <label class="labelled">{{ t('language') }}<select v-model="form.language" class="field"><option value="zh">中文</option><option value="en">English</option></select></label>
        <label class="labelled">{{ t('phone') }}<input v-model="form.phone" class="field" inputmode="tel" :placeholder="t('optional')"></label>
        <p v-if="error" class="note bad" role="alert">{{ error }}</p>
        <footer class="sheet-foot"><button type="submit" class="wide-button primary">{{ t('create') }}</button></footer>
      </form>
    </component>`,
};
