import type { Settings } from "../../aws/rds-settings.ts";
import type { Database } from "../../aws/rds-shapes.ts";
import type { Restored } from "../../operations/event.ts";
import type { DatabaseBefore } from "../database.ts";
import { placesOf, type RestoreOptions } from "./names.ts";

type Difference = Restored["different"][number];

/** What the restored database has not as the present one had it, in the words of RDS's requests. Names and addresses are told apart. */
export function differencesOf(before: DatabaseBefore, now: Database, options: RestoreOptions): Difference[] {
  const places = placesOf(before, options);
  const members = before.settings.members.flatMap(({ identifier, resourceId, settings }, index): Difference[] => {
    const name = places.members[index]!.restored;
    const made = now.settings.members.find((each) => each.identifier === name);
    return made
      ? [
          { what: `${name}: DbiResourceId`, before: resourceId, now: made.resourceId },
          ...compared(settings, made.settings, `${name}: `),
        ]
      : [{ what: `instance ${identifier}`, before: "there", now: "none" }];
  });
  const endpoints = before.settings.customEndpoints
    .filter((endpoint) => !now.settings.customEndpoints.includes(endpoint))
    .map((endpoint) => ({ what: "custom endpoint", before: endpoint, now: "none" }));
  // RDS makes the instances of a Multi-AZ DB cluster, and gives them names and settings.
  const own = String(before.settings.own.Engine).startsWith("aurora") || before.kind === "instance" ? members : [];
  const what = before.kind === "instance" ? "DbiResourceId" : "DbClusterResourceId";
  const identity = { what, before: before.settings.resourceId, now: now.settings.resourceId };
  return [identity, ...compared(before.settings.own, now.settings.own), ...own, ...endpoints];
}

function compared(before: Settings, now: Settings, prefix = ""): Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted().flatMap((name) => {
    const [was, is] = [inWords(name, before[name]), inWords(name, now[name])];
    return was === is ? [] : [{ what: prefix + (name === "Tags" ? "TagList" : name), before: was, now: is }];
  });
}

function inWords(name: string, value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (name === "Tags") {
    const tags = (value as { Key: string; Value?: string }[]).map(({ Key, Value = "" }) => `${Key}=${Value}`);
    return tags.toSorted().join(", ") || "none";
  }
  if (Array.isArray(value))
    return value
      .map((each) => inWords("", each))
      .toSorted()
      .join(", ");
  if (typeof value === "object") return JSON.stringify(value, Object.keys(value).toSorted());
  return typeof value === "string" ? value : JSON.stringify(value);
}
