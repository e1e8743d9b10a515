import type { Configuration } from "../../src/targets/schema.ts";
import { announcing, durableRun, networkInterfaces, readingDeadLetters, startingRuns, wakingRuns } from "./engine.ts";
import {
  type FunctionName,
  functionNames,
  functionsInNetwork,
  type Grant,
  type OwnResources,
  type Permissions,
} from "./grant.ts";
import { images } from "./images.ts";
import { leader, revisions } from "./leader.ts";
import { containersLines, ownLines } from "./logs.ts";
import { looking, lookingAtTasks, lookingInARun } from "./looking.ts";
import { lookingAtDatabases } from "./looking-at-databases.ts";
import { encryption, memory, memoryToFinish } from "./memory.ts";
import { named } from "./named.ts";
import type { Names } from "./names.ts";
import { nodes, scaling, targetGroups } from "./nodes.ts";
import { lookingForWriters, pausingWriters } from "./other-writers.ts";
import { movingPriorities, page } from "./page.ts";
import { restoringDatabases } from "./restoring.ts";
import { snapshots } from "./snapshots.ts";

/**
 * What each function may do, and nothing beyond: the targets' resources by name, and each call only where some target's configuration
 * needs it. Throws one Error that names everything that the configuration does not say yet.
 */
export function permissionsOf({
  configuration,
  own,
}: {
  configuration: Configuration;
  own: OwnResources;
}): Permissions {
  const names = named(configuration);
  const inNetwork = configuration.deployment?.network !== undefined;
  const functions = Object.fromEntries(
    functionNames.map((name) => [
      name,
      needed([
        ...grantsOf[name](names, own),
        ...ownLines(own, name),
        ...(inNetwork && functionsInNetwork.includes(name) ? networkInterfaces() : []),
      ]),
    ]),
  ) as Record<FunctionName, Grant[]>;
  return {
    ...functions,
    optional: {
      movePriorities: needed(movingPriorities(names)),
      restoreDatabases: needed(restoringDatabases(names)),
    },
  };
}

const grantsOf: Record<FunctionName, (names: Names, own: OwnResources) => Grant[]> = {
  api: (names, own) => [
    ...planning(names),
    ...lookingAtTasks(names),
    ...memory(own),
    ...encryption(names, own, ["dynamodb"]),
    ...startingRuns(own),
    ...wakingRuns(own),
  ],
  runbook: (names, own) => [
    ...planning(names),
    ...lookingInARun(),
    ...containersLines(names),
    ...revisions(names),
    ...leader(names),
    ...nodes(names),
    ...scaling(names),
    ...page(names),
    ...targetGroups(names),
    ...pausingWriters(names),
    ...snapshots(names),
    ...memory(own),
    ...encryption(names, own, ["dynamodb", "sqs"]),
    ...durableRun(own),
  ],
  "execution-ended": (names, own) => [
    ...memory(own),
    ...encryption(names, own, ["dynamodb", "sqs"]),
    ...startingRuns(own),
    ...readingDeadLetters(own),
  ],
  announce: (names, own) => [...announcing(own), ...encryption(names, own, ["dynamodb"])],
  watch: (names, own) => [...memoryToFinish(own), ...encryption(names, own, ["dynamodb"]), ...startingRuns(own)],
};

/** Everything that a plan looks at, and preflight with it. */
const planning = (names: Names): Grant[] => [
  ...looking(names),
  ...lookingAtDatabases(names),
  ...lookingForWriters(names),
  ...images(names),
];

/** A grant on nothing is none. */
const needed = (grants: Grant[]): Grant[] => grants.filter(({ resources }) => resources.length > 0);
