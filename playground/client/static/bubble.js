// One message, or one album: who, what, when, and the buttons under it.
import { computed, ref } from "vue";
import { react, tap } from "./acts.js";
import { clockTime, duration, fullTime, hue, line, money, size, t } from "./format.js";
import { Icon } from "./icons.js";
import { Avatar } from "./parts.js";

// A file, a voice note or a video.
const Attachment = {
  components: { Icon },
  props: { message: Object },
  setup(props) {
    const playing = ref(false);
    const at = ref(0);
    const audio = ref(null);
    const told = computed(() => props.message.voice || props.message.audio);
    const file = computed(() => props.message.document || props.message.video || props.message.animation);
    const shown = computed(() => (playing.value && audio.value?.duration ? (at.value / audio.value.duration) * 100 : 0));
    const toggle = () => (playing.value ? audio.value.pause() : audio.value.play().catch(() => (playing.value = false)));
    return { at, audio, duration, file, playing, shown, size, t, toggle, told };
  },
  template: /* html */ `
    <div v-if="told" class="voice">
      <button type="button" class="disc" :aria-label="playing ? t('pause') : t('play')" @click.stop="toggle"><Icon :name="playing ? 'pause' : 'play'" :size="20" /></button>
      <span class="voice-body"><span class="wave" :style="{ '--played': shown + '%' }"></span>
        <small>{{ duration(playing ? at : told.duration) }} · {{ size(told.size) }}</small></span>
      <audio ref="audio" :src="told.url" preload="none" @play="playing = true" @pause="playing = false" @ended="playing = false" @timeupdate="at = $event.target.currentTime"></audio>
    </div>
    <a v-else-if="file" class="file" :href="file.url" :download="file.name" @click.stop>
      <span class="disc"><Icon :name="message.video ? 'play' : 'fetch'" :size="20" /></span>
      <span class="file-body"><b>{{ file.name }}</b><small>{{ size(file.size) }}</small></span>
    </a>`,
};

const Invoice = {
  components: { Icon },
  props: { invoice: Object },
  setup: () => ({ money, t }),
  template: /* html */ `
    <div class="invoice" :class="{ paid: invoice.paid }">
      <div class="invoice-head"><Icon name="card" :size="18" /><span>{{ t('kind.invoice') }}</span><span v-if="invoice.paid" class="stamp"><Icon name="check" :size="13" />{{ t('paid') }}</span></div>
      <b class="invoice-title">{{ invoice.title }}</b>
      <p class="invoice-text">{{ invoice.description }}</p>
      <div class="invoice-total"><span>{{ t('total') }}</span><b>{{ money(invoice.currency, invoice.total) }}</b></div>
    </div>`,
};

const Place = {
  components: { Icon },
  props: { place: Object, venue: Object },
  template: /* html */ `
    <div class="place"><span class="map"><Icon name="place" :size="26" /></span>
      <span class="file-body"><b v-if="venue">{{ venue.title }}</b><small>{{ venue ? venue.address : place.latitude.toFixed(4) + ', ' + place.longitude.toFixed(4) }}</small></span></div>`,
};

export const Bubble = {
  components: { Attachment, Avatar, Icon, Invoice, Place },
  props: { message: Object, album: Array, first: Boolean, last: Boolean, own: Boolean, column: Object, group: Boolean, lit: Boolean },
  emits: ["jump", "menu", "reply"],
  setup(props, { emit }) {
    const waiting = ref("");
    // Under the pointer: what can be done with it is shown beside it.
    const near = ref(false);
    const pictures = computed(() =>
      (props.album || [props.message]).filter((one) => one.photo).map((one) => ({ id: one.message_id, ...one.photo })),
    );
    const others = computed(() => (props.album || [props.message]).filter((one) => one.document || one.video || one.voice || one.audio || one.animation));
    const worded = computed(() => (props.album || [props.message]).find((one) => one.html));
    const bare = computed(() => pictures.value.length && !worded.value && !others.value.length);
    const rows = computed(() => {
      const { message } = props;
      const { invoice } = message;
      if (!invoice) return message.buttons;
      if (!message.own_keyboard && !invoice.paid) return [[{ text: t("pay", { amount: money(invoice.currency, invoice.total) }), pay: true }]];
      // What is paid offers its receipt in the place of the payment.
      return message.buttons.map((row) => row.map((one) => (one.pay && invoice.paid ? { ...one, text: t("receipt"), receipt: true } : one)));
    });
    const reactions = computed(() => {
      const counts = new Map();
      for (const [who, emojis] of Object.entries(props.message.reactions || {}))
        for (const one of emojis) {
          const found = counts.get(one) || { emoji: one, count: 0, mine: false };
          found.count += 1;
          found.mine ||= Number(who) === props.column.person;
          counts.set(one, found);
        }
      return [...counts.values()];
    });
    const origin = computed(() => {
      const from = props.message.forward_origin;
      if (!from) return "";
      return from.sender_user?.first_name || from.sender_user_name || from.sender_chat?.title || from.chat?.title || "?";
    });
    const shape = (picture) => {
      const width = picture.width || 4;
      const height = picture.height || 3;
      const ratio = Math.min(Math.max(width / height, 0.6), 2.4);
      return { aspectRatio: String(ratio), width: props.album || worded.value ? undefined : `${Math.max(160, Math.min(360, 300 * ratio))}px` };
    };

    async function press(row, place, button) {
      const key = `${row}.${place}`;
      if (waiting.value === key) return;
      waiting.value = key;
      try {
        await tap(props.column, props.message, row, place, button);
      } finally {
        if (waiting.value === key) waiting.value = "";
      }
    }
    const menu = (event) => {
      if (event.target.closest("a[href], audio")) return;
      event.preventDefault();
      emit("menu", event, props.message);
    };
    // Fingers have no second button: a long press opens the menu.
    let held;
    const hold = (event) => {
      if (event.pointerType !== "touch") return;
      held = setTimeout(() => emit("menu", event, props.message), 480);
    };
    const release = () => clearTimeout(held);
    return {
      bare, clockTime, fullTime, hold, hue, line, menu, near, origin, others, pictures, press, react, reactions, release, rows, shape, t, waiting, worded,
    };
  },
  template: /* html */ `
    <div class="msg" :class="{ own, theirs: !own, first, last, lit }" :data-id="message.message_id" tabindex="-1" @contextmenu="menu"
         @keydown.enter.self.stop="menu" @pointerenter="near = true" @pointerleave="near = false" @pointerdown="hold" @pointerup="release" @pointermove="release" @pointercancel="release">
      <span v-if="group && !own" class="side"><Avatar v-if="last" :id="message.from.id" :name="message.from.name" :size="32" /></span>
      <div class="stack" :class="{ keyed: rows.length, pictured: pictures.length, worded, many: pictures.length > 1 }">
        <article class="bubble" :class="{ bare, wordless: !bare && !worded && others.length }">
          <div v-if="group && !own && first" class="author" :class="'ink' + hue(message.from.id)">{{ message.from.name }}<span v-if="message.from.bot" class="tag-bot">bot</span></div>
          <div v-if="origin" class="origin">{{ t('forwarded', { name: origin }) }}</div>
          <button v-if="message.reply" type="button" class="quote" :class="'ink' + hue(message.reply.from.id)" @click.stop="$emit('jump', message.reply.id)">
            <b>{{ message.reply.from.name }}</b><span>{{ line(message.reply) }}</span>
          </button>
          <div v-if="pictures.length" class="pictures" :class="'n' + Math.min(pictures.length, 4)">
            <a v-for="picture in pictures" :key="picture.id" :href="picture.url" target="_blank" rel="noopener" :style="shape(picture)" @click.stop>
              <img :src="picture.url" :alt="t('kind.photo')" loading="lazy" decoding="async">
            </a>
          </div>
          <Attachment v-for="one in others" :key="one.message_id" :message="one" />
          <Invoice v-if="message.invoice" :invoice="message.invoice" />
          <div v-if="message.contact" class="file"><span class="disc"><Icon name="person" :size="20" /></span>
            <span class="file-body"><b>{{ message.contact.first_name }} {{ message.contact.last_name }}</b><small>{{ message.contact.phone_number }}</small></span></div>
          <Place v-if="message.venue || message.location" :place="message.location || message.venue.location" :venue="message.venue" />
          <div class="text"><span v-if="worded" v-html="worded.html"></span><span v-else-if="message.kind === 'other' || (message.kind === 'text' && !message.text)" class="muted">{{ t('kind.other') }}</span>
            <span class="meta" :title="fullTime(message.date)"><Icon v-if="message.pinned" name="pin" :size="11" /><span v-if="message.edited">{{ t('edited') }}</span><time>{{ clockTime(message.date) }}</time></span></div>
          <div v-if="reactions.length" class="reactions">
            <button v-for="one in reactions" :key="one.emoji" type="button" class="reaction" :class="{ mine: one.mine }" :aria-pressed="one.mine"
                    @click.stop="react(column, message.message_id, one.mine ? '' : one.emoji)">{{ one.emoji }}<span>{{ one.count }}</span></button>
          </div>
        </article>
        <div v-if="rows.length" class="keys">
          <div v-for="(buttons, row) in rows" :key="row" class="key-row">
            <button v-for="(button, place) in buttons" :key="place" type="button" class="key" :class="[button.style, { busy: waiting === row + '.' + place, pay: button.pay && !button.receipt }]"
                    :disabled="!!button.disabled" :aria-busy="waiting === row + '.' + place" @click.stop="press(row, place, button)">
              <span>{{ button.text }}</span><Icon v-if="button.url" name="out" :size="11" class="corner" /><Icon v-else-if="button.copy_text" name="copy" :size="11" class="corner" />
            </button>
          </div>
        </div>
        <div v-if="near" class="tools">
          <button type="button" class="tool" tabindex="-1" :aria-label="t('reply')" :title="t('reply')" @click.stop="$emit('reply', message)"><Icon name="reply" :size="16" /></button>
          <button type="button" class="tool" tabindex="-1" :aria-label="t('more')" :title="t('more')" aria-haspopup="menu" @click.stop="menu"><Icon name="more" :size="16" /></button>
        </div>
      </div>
    </div>`,
};
