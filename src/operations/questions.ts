import type { Question } from "./event.ts";

/** What is true while a question is open, in words that follow "waits for a decision". */
export const questionInWords: Record<Exclude<Question, "start">, string> = {
  "before-window": "before the site closes: nothing has changed for visitors yet",
  "before-scale-out": "before the other nodes start: the first one is verified, and the page is up",
  "before-open": "before the site opens: what will serve is verified, and the page is still up",
  maintenance: "when the work on the one node is done",
};
