import type { InvariantNumber } from "../../../src/sandbox/checker/verdict.ts";
import type { Restriction } from "../scenario-of-seed.ts";

/** A mistake that somebody could make in production code, and that the simulator must find. */
export type PlantedBug = {
  /** kebab-case */
  name: string;
  /** What the code does wrong. */
  what: string;
  edits: [Edit, ...Edit[]];
  /** By which of these it may be found. `hang`: an operation that never ends, or that no offered decision leads out of. */
  foundBy: (InvariantNumber | "hang")[];
  /** Histories in which the code that is wrong runs at all. */
  restriction?: Restriction;
};

/** What a piece of production code is replaced by, before its types are stripped. */
export type Edit = {
  /** Below src/. */
  file: string;
  /** Is in the file exactly once. */
  find: string;
  put: string;
};
