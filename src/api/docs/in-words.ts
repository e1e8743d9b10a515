import { html } from "hono/html";

/** Descriptions are Markdown, of which they use one thing. */
export const inWords = (text: string) =>
  text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));
