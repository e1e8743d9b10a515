import type { Markup } from "../markup.ts";

/** A part of the page, under its heading. */
export const section = (id: string, heading: string, ...children: Markup[]): Markup => [
  "section",
  { id, class: "card", "aria-labelledby": `${id}-heading` },
  ["h2", { id: `${id}-heading` }, heading],
  ...children,
];

/** A mark that says by its form what its colour says too; words beside it say it to those who see neither. Most are drawn: few fonts have them. */
export const mark = (kind: "done" | "failed" | "warned" | "under-way" | "to-come" | "closed"): Markup => [
  "span",
  { class: `mark ${kind}`, "aria-hidden": "true" },
  { failed: "×", warned: "!", done: "", "under-way": "", "to-come": "", closed: "" }[kind],
];
