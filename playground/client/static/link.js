// Asking the server: questions over the page's socket, acts over the control API.
import { t } from "./format.js";

export function makeLink(emit) {
  let next = 1;
  const waiting = new Map();

  return {
    // A question over the socket; its answer comes in the order of everything else that is told.
    ask(question) {
      const number = next++;
      return new Promise((resolve, reject) => {
        waiting.set(number, { resolve, reject });
        emit(number, question);
      });
    },

    answered({ to, value, error }) {
      const one = waiting.get(to);
      waiting.delete(to);
      if (!one) return;
      if (error === undefined) one.resolve(value);
      else one.reject(new Error(error));
    },

    // An act of a person, or of whoever runs the playground. Throws with the server's words.
    async act(path, body = {}, method = "POST") {
      const response = await fetch(`/sim${path}`, {
        method,
        headers: { "Content-Type": "application/json" },
        body: method === "POST" ? JSON.stringify(body) : undefined,
      }).catch(() => {
        throw new Error(t("offline"));
      });
      const told = await response.json().catch(() => ({}));
      if (!response.ok) throw new Error(told.error || `HTTP ${response.status}`);
      return told;
    },
  };
}
