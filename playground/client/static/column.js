// One column: who is played, the list of chats, the open chat.
import { computed, onBeforeUnmount, onMounted, ref } from "vue";
import { Chat } from "./chat.js";
import { local, t } from "./format.js";
import { Icon } from "./icons.js";
import { ChatList, TopicList } from "./lists.js";
import { Avatar, Menu, Sheet } from "./parts.js";
import { Newcomer, PaySheet } from "./sheets.js";
import { bot, chatOf, person, state, unreadOf } from "./state.js";
import { closeColumn, dismiss, play } from "./store.js";

const WIDE = 860;

export const Column = {
  components: { Avatar, Chat, ChatList, Icon, Menu, Newcomer, PaySheet, Sheet, TopicList },
  props: { column: Object },
  setup(props) {
    const element = ref(null);
    const wide = ref(false);
    let observer;
    onMounted(() => {
      observer = new ResizeObserver(([entry]) => (wide.value = entry.contentRect.width >= WIDE));
      observer.observe(element.value);
    });
    onBeforeUnmount(() => observer?.disconnect());

    const who = computed(() => person(props.column.person));
    const chat = computed(() => chatOf(props.column.chat));
    const view = computed(() => {
      if (!chat.value) return "chats";
      return chat.value.is_forum && props.column.thread === null ? "topics" : "chat";
    });
    const mine = computed(() => state.toasts.filter((one) => one.person === props.column.person));
    const sheet = computed(() => state.sheets[props.column.id]);
    const close = () => delete state.sheets[props.column.id];
    return {
      bot, chat, close, closeColumn, dismiss, element, local, mine, play, sheet, state, t, unreadOf, view, who, wide,
      alert: computed(() => mine.value.find((one) => one.alert)),
      passing: computed(() => mine.value.filter((one) => !one.alert)),
      addPerson: () => (state.sheets[props.column.id] = { kind: "newcomer" }),
    };
  },
  template: /* html */ `
    <section ref="element" class="column" :class="{ wide }" :data-person="column.person"
             :aria-label="[local(column.role), who?.name].filter(Boolean).join(' · ')">
      <header class="persona">
        <span class="role">{{ local(column.role) || t('playing') }}</span>
        <Menu :label="t('play_somebody')" align="right" quiet>
          <template #opener>
            <Avatar :id="column.person" :name="who?.name" :size="22" />
            <span class="persona-name">{{ who?.name }}</span><Icon name="down" :size="14" />
          </template>
          <div class="menu-title">{{ t('play_somebody') }}</div>
          <button v-for="one in state.people" :key="one.id" type="button" role="menuitemradio"
                  :aria-checked="one.id === column.person" class="menu-item" @click="play(column, one.id)">
            <Avatar :id="one.id" :name="one.name" :size="26" />
            <span class="grow">{{ one.name }}<small v-if="one.username">@{{ one.username }}</small></span>
            <span v-if="unreadOf(one.id)" class="count">{{ unreadOf(one.id) }}</span>
            <Icon v-if="one.id === column.person" name="check" :size="16" />
          </button>
          <hr>
          <button type="button" role="menuitem" class="menu-item" @click="addPerson"><Icon name="plus" />{{ t('new_person') }}</button>
          <button v-if="state.columns.length > 1" type="button" role="menuitem" class="menu-item" @click="closeColumn(column.id)"><Icon name="close" />{{ t('close_column') }}</button>
        </Menu>
      </header>
      <div class="panes">
        <aside v-if="wide || view === 'chats'" class="pane list-pane"><ChatList :column="column" :wide="wide" /></aside>
        <div v-if="view === 'topics'" class="pane"><TopicList :column="column" :chat="chat" :wide="wide" /></div>
        <Chat v-else-if="view === 'chat'" :key="column.person + '|' + column.chat + '|' + column.thread"
              class="pane" :column="column" :chat="chat" :wide="wide" />
        <div v-else-if="wide" class="pane nothing"><span class="pill">{{ t('choose_chat') }}</span></div>
      </div>
      <TransitionGroup name="rise" tag="div" class="toasts" aria-live="polite">
        <button v-for="one in passing" :key="one.id" type="button" class="toast" role="status" @click="dismiss(one.id)">{{ one.text }}</button>
      </TransitionGroup>
      <Transition name="fade">
        <Sheet v-if="alert" :title="chat?.type === 'private' ? bot(chat.bot)?.name : chat?.title" @close="dismiss(alert.id)">
          <p class="sheet-text">{{ alert.text }}</p>
          <footer class="sheet-foot"><button type="button" class="wide-button primary" data-first @click="dismiss(alert.id)">{{ t('ok') }}</button></footer>
        </Sheet>
        <PaySheet v-else-if="sheet?.kind === 'pay'" :column="column" :message="sheet.message" @close="close" />
        <Newcomer v-else-if="sheet?.kind === 'newcomer'" :column="column" @close="close" />
      </Transition>
    </section>`,
};
