import { gzipSync } from "node:zlib";
import type { OperationFact } from "./event.ts";

/** With what stands around it in an item of 400 KB, and in the state that is made of it. */
const LARGEST_PACKED_BYTES = 250_000;
const PLAIN_BYTES = 64_000;
/** Several of these are in one state, and an answer of the API holds 6 MB. */
const LARGEST_BYTES = 1_000_000;
/** What texts and lists are shortened to, step by step, until it fits. */
const SHORTER = [32_000, 8_000, 2_000, 500, 100];
/** Members whose shape is nobody's: a list in them may end with a text about what was left out. */
const SHAPELESS = new Set(["details", "parameters"]);

/**
 * The fact as it is, as long as an item can hold it. One that is larger, such as a failure that quotes megabytes of a log, would fail to be written
 * for ever, and the operation with it: its longest texts are shortened, each with a word about how much was left out.
 */
export function fitting(fact: OperationFact): OperationFact {
  let fit = fact;
  for (const longest of SHORTER) {
    if (fits(fit)) return fit;
    fit = shortened(fact, longest, false) as OperationFact;
  }
  return fit;
}

function fits(fact: OperationFact): boolean {
  const text = JSON.stringify(fact);
  const bytes = Buffer.byteLength(text);
  return bytes <= PLAIN_BYTES || (bytes <= LARGEST_BYTES && gzipSync(text).byteLength <= LARGEST_PACKED_BYTES);
}

function shortened(value: unknown, longest: number, shapeless: boolean): unknown {
  if (typeof value === "string") return shortenedText(value, longest);
  if (Array.isArray(value)) return shortenedList(value, longest, shapeless);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      // The key is what makes an event the same one when it is written again.
      name === "key" ? member : shortened(member, longest, shapeless || SHAPELESS.has(name)),
    ]),
  );
}

function shortenedText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, "")} … (${text.length - longest} more characters were left out)`;
}

function shortenedList(list: readonly unknown[], longest: number, shapeless: boolean): unknown[] {
  const kept = shapeless ? list.slice(0, longest) : list;
  const left = list.length - kept.length;
  return [
    ...kept.map((each) => shortened(each, longest, shapeless)),
    ...(left > 0 ? [`(${left} more were left out)`] : []),
  ];
}
