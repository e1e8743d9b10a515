import { hanging } from "./wrap.ts";

/** What is known, by name. What is not known is left out. */
export type Facts = [name: string, fact: string | undefined][];

/** A name and what is known a line, longer texts broken at the right of the names; but an address that people click stays whole. */
export function factsAsText(facts: Facts): string[] {
  const known = facts.flatMap(([name, fact]): [string, string][] => (fact === undefined ? [] : [[name, fact]]));
  const indent = Math.max(...known.map(([name]) => name.length)) + 2;
  return known.flatMap(([name, fact]) =>
    /^\S*\/live\//.test(fact) ? [`${name.padEnd(indent)}${fact}`] : hanging(name, fact, indent),
  );
}
