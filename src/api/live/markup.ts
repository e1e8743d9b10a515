/** A piece of the page, the same for the server, which writes it as HTML, and for the browser, which makes elements of it. */
export type Markup = string | [tag: string, attributes: Record<string, string>, ...children: Markup[]];

const VOID = new Set(["meta", "link", "br"]);

/** As HTML. All text and all values of attributes are escaped; names of tags and attributes are this code's own. */
export function toHtml(markup: Markup): string {
  if (typeof markup === "string") return escaped(markup);
  const [tag, attributes, ...children] = markup;
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  const start = `<${tag}${written.join("")}>`;
  return VOID.has(tag) ? start : `${start}${children.map(toHtml).join("")}</${tag}>`;
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** One piece, or none. */
export const onlyIf = <Condition>(
  condition: Condition,
  piece: (so: Exclude<NonNullable<Condition>, false>) => Markup,
): Markup[] => (condition ? [piece(condition as Exclude<NonNullable<Condition>, false>)] : []);
