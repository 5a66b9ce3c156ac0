// What NiceGUI knows of the client: an element that loads it and carries its messages.
export default {
  props: { base: String, words: Object },
  emits: ["ask"],
  template: '<div class="desk-root"></div>',
  data: () => ({ early: [], receiver: null }),
  async mounted() {
    const { mount } = await import(`${this.base}/desk.js`);
    const { receive, connected } = mount(this.$el, {
      words: this.words,
      ask: (number, question) => this.$emit("ask", number, question),
    });
    this.receiver = receive;
    window.socket?.on("disconnect", () => connected(false));
    window.socket?.on("connect", () => connected(true));
    this.early.forEach((operations) => this.receiver(JSON.parse(operations)));
    this.early = [];
  },
  methods: {
    receive(operations) {
      if (this.receiver) this.receiver(JSON.parse(operations));
      else this.early.push(operations);
    },
  },
};
