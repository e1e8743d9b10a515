import type { Question } from "./event.ts";

/** Whoever waits for another of these waits for a person. */
export type AskedOfPeople = Exclude<Question, "start" | "turn">;
export const asksPeople = (question: Question): question is AskedOfPeople =>
  question !== "start" && question !== "turn";

/** What is true while a question is open, in words that follow "waits for a decision". */
export const questionInWords: Record<AskedOfPeople, string> = {
  "before-window": "before the site closes: nothing has changed for visitors yet",
  "before-scale-out": "before the other nodes start: the first one is verified, and the page is up",
  "before-open": "before the site opens: what will serve is verified, and the page is still up",
  maintenance: "when the work on the one node is done",
};
