import { z } from "zod";
import { firstStartRequestSchema } from "../operations/operation.ts";

/** GitHub knows texts only: a list's items are separated by commas or line breaks. */
const items = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== "");

const MOST_NODES = 1000;

/** `crm-web=3, crm-worker=1`. */
export const countsSchema = z.string().transform((text, check) => {
  const counts = new Map<string, number>();
  const refuse = (message: string) => check.issues.push({ code: "custom", message, input: text });
  for (const item of items(text)) {
    const [, service, number] = /^([\w-]+)\s*=\s*(\d{1,4})$/.exec(item) ?? [];
    if (service === undefined || number === undefined)
      refuse(`expected a service and a number, such as crm-web=3, at ${JSON.stringify(item)}`);
    else if (counts.has(service)) refuse(`expected ${service} once`);
    else if (Number(number) > MOST_NODES) refuse(`expected at most ${MOST_NODES} nodes at ${JSON.stringify(item)}`);
    else counts.set(service, Number(number));
  }
  return Object.fromEntries(counts);
});

const grounds = firstStartRequestSchema.shape.evenIf.unwrap().element.options;
const isGround = (text: string): text is (typeof grounds)[number] => (grounds as readonly string[]).includes(text);

/** `runs, not-empty`. */
export const evenIfSchema = z.string().transform((text, check) => {
  const given = items(text);
  const wrong = given.filter((item) => !isGround(item));
  if (wrong.length > 0) {
    const message = `expected a list of ${grounds.join(", ")}, at ${wrong.map((item) => JSON.stringify(item)).join(", ")}`;
    check.issues.push({ code: "custom", message, input: text });
  }
  return [...new Set(given.filter(isGround))];
});
