import type { DatabaseRef } from "../../aws/rds-shapes.ts";
import type { RestoreMode } from "../../operations/operation.ts";
import type { DatabaseBefore } from "../database.ts";

export type RestoreOptions = { operationId: string; snapshot: string; mode: RestoreMode; generation: number };

/** Where a database is before a restore, and where it and the one in its place are after it. */
export type Places = {
  present: DatabaseRef;
  /** Only where the present one makes room for the restored one. */
  aside?: DatabaseRef;
  restored: DatabaseRef;
  members: { present: string; aside?: string; restored: string }[];
};

/** Instances and Aurora clusters; those of a Multi-AZ DB cluster are 52. */
const LONGEST = 63;

/** Every name that a restore needs follows from what there is and from the operation, so a second run finds what the first has made. */
export function placesOf(database: DatabaseBefore, { operationId, mode, generation }: RestoreOptions): Places {
  const { kind, identifier, settings } = database;
  const of = `${shortId(operationId)}-g${generation}`;
  const aside = (name: string) => (mode === "rename" ? withSuffix(name, `-before-${of}`) : undefined);
  const restored = (name: string) => (mode === "rename" ? name : withSuffix(name, `-restored-${of}`));
  const asideName = aside(identifier);
  return {
    present: { kind, identifier },
    ...(asideName !== undefined && { aside: { kind, identifier: asideName } }),
    restored: { kind, identifier: restored(identifier) },
    members: settings.members.map((member) => ({
      present: member.identifier,
      aside: aside(member.identifier),
      restored: restored(member.identifier),
    })),
  };
}

/** Every name that a restore may give what is `identifier` now, as patterns with `*`: of the one put aside, and of one beside it. */
export function patternsOf(identifier: string): { aside: string; restored: string } {
  const pattern = (suffix: string) => {
    const plain = plainName(identifier);
    const kept = plain.slice(0, LONGEST - suffix.length - LONGEST_ID).replace(/-+$/, "");
    return kept === plain ? `${plain}${suffix}*` : `${kept}*${suffix}*`;
  };
  return { aside: pattern("-before-"), restored: pattern("-restored-") };
}

/** Six digits of an operation, and a generation of three. */
const LONGEST_ID = "abcdef-g100".length;

/** The six random digits of an operation's id. */
const shortId = (operationId: string): string => operationId.split("-").at(-1)!;

/** Without what an earlier restore appended. */
const plainName = (name: string): string => name.replace(/-(restored|before)-[0-9a-f]{6}-g\d+$/, "");

/** A long name is cut. */
const withSuffix = (name: string, suffix: string): string =>
  plainName(name)
    .slice(0, LONGEST - suffix.length)
    .replace(/-+$/, "") + suffix;
