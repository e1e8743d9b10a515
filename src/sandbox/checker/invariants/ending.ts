import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";
import { dataFaults } from "./data-at-the-end.ts";
import { fullCountFaults } from "./full-count.ts";
import { earlierHoldFaults, heldFaults } from "./held.ts";
import { openFaults } from "./open.ts";
import { startedAnewFaults } from "./started-anew.ts";

/** What an ending claims and the truth does not show. */
export type Fault = { message: string; at?: string; events?: number[] };

/** 6: an operation ends in time, and what its ending claims is what is. */
export function ending(story: Story): Finding {
  const { moments, scenario, requests } = story;
  const { kind, at } = moments.ending;
  const { digests } = scenario;
  const faults: Fault[] = [];
  switch (kind) {
    case "succeeded":
      faults.push(...fullCountFaults(story, [digests.new]), ...openFaults(story));
      faults.push(...dataFaults(story), ...startedAnewFaults(story));
      break;
    case "rolled-back":
      faults.push(...fullCountFaults(story, digests.old), ...openFaults(story), ...dataFaults(story));
      break;
    case "refused":
      faults.push(...fullCountFaults(story, digests.old), ...openFaults(story));
      break;
    case "held":
      faults.push(...heldFaults(story));
      break;
    case "none":
      faults.push({ message: "expected the operation to end or to be held, found no such claim" });
      break;
  }
  const violations = [...faults, ...earlierHoldFaults(story), ...lateFaults(story)].map(
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

/** Each run of the operation counts for itself, and what people take to decide is theirs. */
const lateFaults = ({ moments, scenario }: Story): Fault[] =>
  moments.runs.flatMap(({ from, to, waitedMs }) =>
    to && Date.parse(to) - Date.parse(from) - waitedMs > scenario.deadlineMs
      ? [{ message: `expected an end within ${scenario.deadlineMs / 1_000} s of ${from}, found it at ${to}`, at: to }]
      : [],
  );
