import { type ContainerLife, nameOf } from "../containers.ts";
import { readDatabases } from "../databases.ts";
import { isRestored, touchedGenerations } from "../generations.ts";
import type { Story } from "../story.ts";
import type { Fault } from "./ending.ts";

/** Whether the nodes that run at the end are on the data that the ending claims. */
export function dataFaults(story: Story): Fault[] {
  const { scenario, moments, containers } = story;
  if (!scenario.database || moments.asItIsAt !== undefined) return [];
  const nodes = containers.filter(({ application, ended }) => application && !ended);
  const rolledBack = moments.ending.kind === "rolled-back";
  switch (scenario.procedure) {
    case "upgrade":
    case "maintenance":
      return rolledBack ? nodes.flatMap((node) => touchedFault(story, node)) : [];
    case "first-start":
      return rolledBack ? [...nodes.flatMap((node) => touchedFault(story, node)), ...touchedNameFault(story)] : [];
    case "rollback":
      return rolledBack
        ? nodes.flatMap((node) => (isRestored(story, node.generation) ? [fault("the data as found", node)] : []))
        : nodes.flatMap((node) => otherContentFault(story, node));
  }
}

const fault = (expected: string, node: ContainerLife): Fault => ({
  message: `expected ${expected}, found ${nameOf(node)} on ${node.generation}`,
  events: [node.started.seq],
});

function touchedFault(story: Story, node: ContainerLife): Fault[] {
  if (!touchedGenerations(story).has(node.generation)) return [];
  const { message, ...rest } = fault("the old data after it was rolled back", node);
  return [{ message: `${message}, which ${WHO[story.scenario.procedure]} may have changed`, ...rest }];
}
const WHO = {
  upgrade: "the new version",
  "first-start": "a node",
  maintenance: "the work",
  rollback: "the later version",
};

/** Where nothing runs at the end, the next first start will find what is under the name. */
function touchedNameFault(story: Story): Fault[] {
  const { scenario, events } = story;
  const generation = readDatabases(events).generationOf(scenario.database!, (events.at(-1)?.seq ?? 0) + 1);
  const first = touchedGenerations(story).get(generation ?? "");
  if (!first) return [];
  return [
    {
      message: `expected empty data as ${scenario.database} after a first start was rolled back, found ${generation}, which ${nameOf(first)} may have changed`,
      events: [first.started.seq],
    },
  ];
}

/** A rollback brings back what the snapshot of the operation holds that it takes back, and nothing older or later. */
function otherContentFault(story: Story, node: ContainerLife): Fault[] {
  const { restores, scenario, snapshots } = story;
  const from = restores.during.findLast(({ generation }) => generation === node.generation)?.from;
  const wanted = snapshots.findLast(({ identifier }) => identifier === scenario.restores);
  if (from && (!wanted || (from.generation === wanted.generation && from.contentAt === wanted.contentAt))) return [];
  const found = from ? `${from.identifier} of ${from.contentAt}` : "no restored data";
  return [
    {
      message: `expected the data of ${scenario.restores ?? "a snapshot"} after a rollback, found ${nameOf(node)} on ${node.generation}: ${found}`,
      events: [node.started.seq],
    },
  ];
}
