import type { Restored } from "../../../operations/event.ts";
import type { CloudState } from "../cloud-state.ts";
import type { Story } from "../story.ts";
import type { Change } from "./as-before.ts";
import { compare } from "./service-changes.ts";

/** An instance or a cluster, as the cloud describes it. */
type Database = Record<string, unknown> & {
  DBInstanceIdentifier?: string;
  DBClusterIdentifier?: string;
  generation: string;
};

/** What no restore can keep, or what only the sandbox knows. Everything else that differs must be listed. */
const NEW_WITH_EVERY_RESTORE =
  /^(generation|InstanceCreateTime|ClusterCreateTime|LatestRestorableTime|EarliestRestorableTime)\b/;
/** How what is put aside is kept out of reach. */
const FENCE = /^(VpcSecurityGroups|reachable)\b/;
/** What goes with the name. */
const NAMES = /^(DB(Instance|Cluster)(Identifier|Arn)|Endpoint|ReaderEndpoint|DBClusterMembers)\b/;

/** How instances and clusters differ from before: a restored one may where the receipt lists it, and nobody may reach the data put aside. */
export function instanceAndClusterChanges(story: Story, after: CloudState): Change[] {
  const { before, moments, scenario } = story;
  const changes = [
    ...compare(before.rds.instances, after.rds.instances, nameOf),
    ...compare(before.rds.clusters, after.rds.clusters, nameOf),
  ];
  const restored = moments.restored.at(-1);
  if (!restored || scenario.database === undefined) return changes;
  const [was, is] = [databasesOf(before), databasesOf(after)];
  const names = { original: scenario.database, ...restored };
  const belongTo = (name: string | undefined) =>
    new Set([...was, ...is].filter((one) => name && [nameOf(one), one.DBClusterIdentifier].includes(name)).map(nameOf));
  // Where it was restored more than once, the first that was put aside is the data as it was, and each later one a restored database.
  const [first, ...later] = [...new Set(moments.restored.flatMap(({ aside }) => aside ?? []))];
  const ofRestored = belongTo(restored.database);
  const ofAside = new Set([first, ...later].flatMap((name) => [...belongTo(name)]));
  const isNew = restored.database !== names.original;
  return [
    ...changes.filter((change) => {
      const appeared = change.what === "existence" && change.before === undefined;
      if (ofRestored.has(change.resource)) return !(isNew && appeared) && !isListed(restored, change);
      return !(ofAside.has(change.resource) && (appeared || FENCE.test(change.what)));
    }),
    ...(isNew ? changesBesideNames(was, is, names).filter((change) => !isListed(restored, change)) : []),
    ...asideChanges(was, is, { ...names, aside: first }),
  ];
}

const isListed = ({ different }: Restored, { what }: Change): boolean => {
  const member = what.split(".")[0]!.toLowerCase();
  return NEW_WITH_EVERY_RESTORE.test(what) || different.some((each) => each.what.toLowerCase().includes(member));
};

type Names = { original: string; database: string; aside?: string };

/** A database that was restored beside the original one, and stays there, stands for it. */
function changesBesideNames(was: Database[], is: Database[], { original, database }: Names): Change[] {
  const pick = (all: Database[], name: string) => all.filter((one) => nameOf(one) === name);
  return compare(pick(was, original), pick(is, database), () => database).filter(({ what }) => !NAMES.test(what));
}

/** The data as it was before the restore: still there, as it was, and out of everybody's reach. */
function asideChanges(was: Database[], is: Database[], { original, aside }: Names): Change[] {
  if (aside === undefined) return [];
  const before = was.find((one) => nameOf(one) === original);
  const kept = is.find((one) => nameOf(one) === aside);
  const change = { resource: aside, name: aside };
  if (!kept) return [{ ...change, what: "existence", before: "the data before the restore", after: undefined }];
  const isOther = kept.generation !== before?.generation;
  const isOpen = kept.reachable !== false;
  return [
    ...(isOther ? [{ ...change, what: "generation", before: before?.generation, after: kept.generation }] : []),
    ...(isOpen ? [{ ...change, what: "fence", before: "nobody reaches it", after: "it can be reached" }] : []),
  ];
}

const databasesOf = ({ rds }: CloudState): Database[] => [...rds.instances, ...rds.clusters];
const nameOf = ({ DBInstanceIdentifier, DBClusterIdentifier }: Partial<Database>): string =>
  DBInstanceIdentifier ?? DBClusterIdentifier ?? "";
