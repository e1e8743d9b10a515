import type { Reporter } from "../report/reporter.ts";
import type { Result } from "../result.ts";
import type { BaseName } from "../singles/bases.ts";
import { type Faulted, inWords } from "../singles/faults-on-calls.ts";
import type { Item } from "./item.ts";

/** How histories with faults are run and reported. */
export type Means = {
  run(items: Iterable<Item>, on: (item: Item, result: Result) => void): Promise<void>;
  take(item: Item, result: Result): void;
  reporter: Reporter;
};

/** How each base ends without any fault. */
export type Statuses = ReadonlyMap<BaseName, string>;

/** A fault that asking again should get past, and that led elsewhere. */
export type Elsewhere = { label: string; status: string; expected: string };

/** What is wrong beside what any history says by itself. `missed`: faults that hit nothing even alone, so that nobody knows what would come of them. */
export type Findings = { elsewhere: Elsewhere[]; missed: string[] };

/** Longer lists are of no use to anybody. */
const NAMED = 3;

export function itemOf({ base, faults, scenario }: Faulted): Item {
  const more = faults.length > NAMED ? ` and ${faults.length - NAMED} more` : "";
  return { label: `${base}: ${faults.slice(0, NAMED).map(inWords).join(", ")}${more}`, scenario };
}
