// Where one writes: text, files, contact, commands, and the keys a bot offers.
import { computed, nextTick, onMounted, ref, watch } from "vue";
import { change, commands, press, say, shareContact, shareLocation } from "./acts.js";
import { line, t } from "./format.js";
import { Icon } from "./icons.js";
import { Menu } from "./parts.js";
import { draftKey, person, state } from "./state.js";
import { draft } from "./store.js";

export const Composer = {
  components: { Icon, Menu },
  props: { column: Object, keyboard: Object, about: Object },
  emits: ["done", "files"],
  setup(props, { emit }) {
    const { column } = props;
    const text = ref(state.drafts[draftKey(column)] || "");
    const area = ref(null);
    const picker = ref(null);
    const hidden = ref(false);
    const chosen = ref(0);

    const who = computed(() => person(column.person));
    const known = computed(() => commands(column));
    const offered = computed(() => {
      const typed = /^\/([a-z0-9_]*)$/i.exec(text.value);
      return typed ? known.value.filter((one) => one.command.startsWith(typed[1].toLowerCase())) : [];
    });
    const keys = computed(() => (hidden.value ? null : props.keyboard));
    const editing = computed(() => props.about?.kind === "edit");

    function grow() {
      const one = area.value;
      if (!one) return;
      one.style.height = "auto";
      one.style.height = `${Math.min(one.scrollHeight, 180)}px`;
    }
    watch(text, (now) => {
      chosen.value = 0;
      if (!editing.value) draft(column, now);
      nextTick(grow);
    });
    watch(() => props.keyboard, () => (hidden.value = false));
    watch(
      () => props.about,
      (now, before) => {
        if (now?.kind === "edit") text.value = now.message.text;
        else if (before?.kind === "edit") text.value = state.drafts[draftKey(column)] || "";
        nextTick(() => area.value?.focus());
      },
    );
    onMounted(grow);

    async function send() {
      const words = text.value;
      if (!words.trim()) return;
      const about = props.about;
      text.value = "";
      draft(column, "");
      emit("done");
      const done = about?.kind === "edit"
        ? await change(column, about.message.message_id, words)
        : await say(column, words, about?.message.message_id);
      if (!done && !text.value) text.value = words;
      area.value?.focus();
    }

    function complete(one) {
      text.value = `/${one.command}`;
      send();
    }

    function key(event) {
      // While Chinese is being typed, Enter belongs to the input method.
      if (event.isComposing || event.keyCode === 229) return;
      if (offered.value.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
        const step = event.key === "ArrowDown" ? 1 : -1;
        chosen.value = (chosen.value + step + offered.value.length) % offered.value.length;
        event.preventDefault();
      } else if (offered.value.length && event.key === "Tab") {
        text.value = `/${offered.value[chosen.value].command}`;
        event.preventDefault();
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        if (offered.value.length && chosen.value > 0) complete(offered.value[chosen.value]);
        else send();
      }
    }

    function pasted(event) {
      if (event.clipboardData?.files.length) {
        event.preventDefault();
        emit("files", event.clipboardData.files);
      }
    }

    function pick(accept) {
      picker.value.accept = accept;
      picker.value.click();
    }
    function picked(event) {
      emit("files", [...event.target.files]);
      event.target.value = "";
    }

    return {
      area, chosen, column, complete, editing, hidden, key, keys, known, line, offered, pasted, pick, picked, picker, press, send,
      shareContact, shareLocation, t, text, who,
      focus: () => area.value?.focus(),
      toggle: () => (hidden.value = !hidden.value),
      slash: () => {
        text.value = "/";
        area.value.focus();
      },
    };
  },
  template: /* html */ `
    <footer class="composer">
      <div v-if="offered.length" class="offered" role="listbox">
        <button v-for="(one, at) in offered" :key="one.command" type="button" role="option" :aria-selected="at === chosen" class="menu-item" @click="complete(one)">
          <b>/{{ one.command }}</b><span class="grow muted">{{ one.description }}</span>
        </button>
      </div>
      <div v-if="about" class="about">
        <Icon :name="editing ? 'edit' : 'reply'" :size="20" />
        <span class="about-body"><b>{{ editing ? t('editing') : t('reply_to', { name: about.message.from.name }) }}</b><span>{{ line(about.message) || about.message.text }}</span></span>
        <button type="button" class="round" :aria-label="t('close')" @click="$emit('done')"><Icon name="close" :size="18" /></button>
      </div>
      <div class="write">
        <Menu :label="t('attach')" align="up left">
          <template #opener><Icon name="clip" /></template>
          <button type="button" role="menuitem" class="menu-item" @click="pick('image/*,video/*')"><Icon name="picture" />{{ t('attach_photo') }}</button>
          <button type="button" role="menuitem" class="menu-item" @click="pick('')"><Icon name="file" />{{ t('attach_file') }}</button>
          <button type="button" role="menuitem" class="menu-item" @click="pick('audio/*')"><Icon name="mic" />{{ t('attach_voice') }}</button>
          <button v-if="who?.phone" type="button" role="menuitem" class="menu-item" @click="shareContact(column)"><Icon name="person" />{{ t('attach_contact') }}</button>
          <button type="button" role="menuitem" class="menu-item" @click="shareLocation(column)"><Icon name="place" />{{ t('attach_place') }}</button>
        </Menu>
        <textarea ref="area" v-model="text" rows="1" :placeholder="keyboard?.input_field_placeholder || t('message')" :aria-label="t('message')"
                  @keydown="key" @paste="pasted"></textarea>
        <button v-if="known.length && !text" type="button" class="round" :aria-label="t('commands')" :title="t('commands')" @click="slash"><Icon name="slash" /></button>
        <button v-if="keyboard" type="button" class="round" :class="{ on: keys }" :aria-label="t('keyboard')" :title="t('keyboard')" :aria-pressed="!!keys" @click="toggle"><Icon name="keys" /></button>
        <button type="button" class="round send" :disabled="!text.trim()" :aria-label="t('send')" :title="t('send')" @click="send"><Icon :name="editing ? 'check' : 'send'" /></button>
        <input ref="picker" type="file" multiple hidden @change="picked">
      </div>
      <div v-if="keys" class="reply-keys" :aria-label="t('keyboard')">
        <div v-for="(row, r) in keys.rows" :key="r" class="key-row">
          <button v-for="(button, c) in row" :key="c" type="button" class="key" :class="button.style" @click="press(column, keys, r, c)">
            <Icon v-if="button.request_contact" name="person" :size="16" /><Icon v-if="button.request_location" name="place" :size="16" /><span>{{ button.text }}</span>
          </button>
        </div>
      </div>
    </footer>`,
};
