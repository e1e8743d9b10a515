import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";

/** 8: what the application acknowledged is there at the end of (a) and (b), with the value it had. */
export function writesKept({ writes, moments }: Story): Finding {
  const { kind, at } = moments.ending;
  if (!writes) return { violations: [], looked: { acknowledged: 0, found: 0 } };
  const looked = { acknowledged: writes.acknowledged.length, found: writes.found.length };
  if (kind === "held" || kind === "none") return { violations: [], looked };
  const violations: Violation[] = [];
  const add = (message: string) => violations.push({ invariant: 8, at: at ?? "", message, events: [] });
  if (writes.acknowledged.length === 0) add("expected acknowledged writes to judge by, found none");
  const values = new Map(writes.found.map(({ key, value }) => [key, value]));
  const lost = writes.acknowledged.filter(({ key }) => !values.has(key));
  const changed = writes.acknowledged.filter(({ key, value }) => values.has(key) && values.get(key) !== value);
  const count = writes.acknowledged.length;
  if (lost[0]) add(`expected all ${count} acknowledged writes, found ${lost.length} lost; the first is ${lost[0].key}`);
  if (changed[0]) {
    const { key, value } = changed[0];
    add(
      `expected all ${count} acknowledged writes as they were, found ${changed.length} changed; ${key} was ${value} and is ${values.get(key)}`,
    );
  }
  return { violations, looked };
}
