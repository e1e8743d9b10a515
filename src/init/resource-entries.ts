import type { Resources } from "../targets/resources-schema.ts";
import type { Entry } from "./entry.ts";

/** What is empty is left out: that is the default. */
export const resourceEntries = (resources: Resources): Entry[] =>
  Object.entries(resources).flatMap(([key, value]) =>
    value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [{ key, value }],
  );
