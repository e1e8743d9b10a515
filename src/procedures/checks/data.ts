import type { Check } from "./check.ts";
import { databaseChecks } from "./database.ts";
import { databaseUserChecks } from "./database-users.ts";
import { snapshotChecks } from "./snapshots.ts";
import { storageChecks } from "./storage.ts";

/** What keeps the data. */
export const dataChecks: Check[] = [...databaseChecks, ...snapshotChecks, ...databaseUserChecks, ...storageChecks];
