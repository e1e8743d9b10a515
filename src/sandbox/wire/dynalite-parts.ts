import { createRequire } from "node:module";
import { type Parser, rememberParsed } from "./dynalite-expressions.ts";
import type { DynaliteStore } from "./dynalite-store.ts";

/** How dynalite's own modules speak with one another: it exports nothing but a server. */
type Validations = {
  /** Throws refusals. */
  checkTypes(body: unknown, types: object): object;
  checkValidations(parameters: object, types: object, custom: unknown, store: DynaliteStore): void;
};
type Validation = { types: object; custom?: unknown };
type Run = (store: DynaliteStore, parameters: object, done: (error: unknown, result?: object) => void) => void;

const OPERATIONS = [
  ...["batchGetItem", "batchWriteItem", "createTable", "deleteItem", "deleteTable", "describeTable"],
  ...["describeTimeToLive", "getItem", "listTables", "listTagsOfResource", "putItem", "query", "scan"],
  ...["tagResource", "untagResource", "updateItem", "updateTable"],
];

const load = createRequire(import.meta.url);

export const validations = load("dynalite/validations") as Validations;

/** By name, as dynalite spells it. */
export const actions: Record<string, { validation: Validation; run: Run }> = Object.fromEntries(
  OPERATIONS.map((name) => [
    name,
    { validation: load(`dynalite/validations/${name}`) as Validation, run: load(`dynalite/actions/${name}`) as Run },
  ]),
);

for (const name of ["condition", "projection", "update"]) rememberParsed(load(`dynalite/db/${name}Parser`) as Parser);
