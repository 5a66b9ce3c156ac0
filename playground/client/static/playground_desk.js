// What NiceGUI knows of the client: an element that loads it and carries its messages.
export default {
  props: { base: String, words: Object },
  emits: ["ask"],
  template: '<div class="desk-root"></div>',
  data: () => ({ early: [], receiver: null }),
  async mounted() {
    const { mount } = await import(`${this.base}/desk.js`);
    this.receiver = mount(this.$el, {
      words: this.words,
      ask: (number, question) => this.$emit("ask", number, question),
    });
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
