import { nameOf } from "../containers.ts";
import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";
import { fullCountFaults } from "./full-count.ts";
import { heldFaults } from "./held.ts";
import { changedGenerations } from "./old-version-on-old-data.ts";
import { openFaults } from "./open.ts";

/** What an ending claims and the truth does not show. */
export type Fault = { message: string; at?: string; events?: number[] };

/** 6: an operation ends in time, and what its ending claims is what is. */
export function ending(story: Story): Finding {
  const { moments, scenario, requests } = story;
  const { kind, at } = moments.ending;
  const faults: Fault[] = [];
  switch (kind) {
    case "succeeded":
      faults.push(...fullCountFaults(story, [scenario.digests.new]), ...openFaults(story));
      break;
    case "rolled-back":
      faults.push(...fullCountFaults(story, scenario.digests.old), ...openFaults(story), ...oldDataFaults(story));
      break;
    case "refused":
      faults.push(...fullCountFaults(story, scenario.digests.old), ...openFaults(story));
      break;
    case "held":
      faults.push(...heldFaults(story));
      break;
    case "none":
      faults.push({ message: "expected the operation to end or to be held, found no such claim" });
      break;
  }
  if (at && Date.parse(at) - Date.parse(moments.requestedAt) > scenario.deadlineMs)
    faults.push({
      message: `expected an end within ${scenario.deadlineMs / 1_000} s of ${moments.requestedAt}, found it at ${at}`,
    });
  const violations = faults.map(
    (fault): Violation => ({ invariant: 6, at: at ?? moments.requestedAt, events: [], ...fault }),
  );
  return {
    violations,
    looked: {
      endings: kind === "none" ? 0 : 1,
      publicRequests: requests.public.length,
      tasks: story.after.ecs.tasks.length,
    },
  };
}

function oldDataFaults(story: Story): Fault[] {
  const changed = changedGenerations(story);
  return story.containers
    .filter((life) => life.application && !life.ended && changed.has(life.generation) && story.scenario.database)
    .map((life) => ({
      message: `expected the old data after it was rolled back, found ${nameOf(life)} on ${life.generation}, which the new version may have changed`,
      events: [life.started.seq],
    }));
}
