import type { OperationStatus } from "../operations/operation.ts";
import type { SandboxEvent } from "../sandbox/cloud/event-log.ts";
import { RUNBOOK_FUNCTION } from "../sandbox/own-plan.ts";

const REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
const REPOSITORY = `${REGISTRY}/noticeboard`;
export const OLD_IMAGE = `${REPOSITORY}:1.4.2`;
export const NEW_IMAGE = `${REPOSITORY}:2.0.0`;

export type Ending = Extract<OperationStatus, "succeeded" | "refused" | "rolled-back" | "held">;

/** How the demonstration goes, and how it must end. */
export type Course = {
  /** What goes wrong, in words. */
  what: string;
  ending: Ending;
  /** What the operation must say is wrong; undefined where nothing is. */
  problem?: string;
  /** Why it ends so. */
  because: string;
  image?: string;
  /** Members of sandbox.yml that are not as they stand there. */
  changes?: { path: string[]; value: unknown }[];
  /** Something that happens in the middle, once the sandbox's log has an event. */
  meddling?: { when: (event: SandboxEvent) => boolean; says: string; act: (hand: Hand) => Promise<void> };
  /** The step in the workflow ends red although the upgrade succeeds. */
  jobIsCancelled?: boolean;
};

/** What a course can do in the middle. */
export type Hand = {
  kill(what: { function: string }): Promise<void>;
  cancelJob(): Promise<void>;
  decide(decision: "cancel", comment: string): Promise<void>;
};

export const undisturbed: Course = {
  what: "nothing",
  ending: "succeeded",
  because: "every phase did what it should",
};

const newImage = (member: string) => ["images", NEW_IMAGE, ...member.split(".")];
const breakApplication = (how: string) => [{ path: newImage("environment.NOTICEBOARD_BREAK"), value: how }];
const target = (member: string) => ["intermission", "targets", "noticeboard", ...member.split(".")];

const snapshotBegins = (event: SandboxEvent) => event.kind === "snapshot" && event.status === "creating";
const nodesAreTold = (event: SandboxEvent) =>
  event.kind === "container" && event.change === "signalled" && event.group.startsWith("service:");

/** What `--break` can break. */
export const breakages: Record<string, Course> = {
  image: {
    what: "the image that is asked for does not exist",
    ending: "refused",
    problem: "preflight-failed",
    because: "the checks before an upgrade find it, so nothing is touched",
    image: `${REPOSITORY}:2.0.1`,
  },
  snapshot: {
    what: "the database's snapshot takes longer than it may",
    ending: "rolled-back",
    problem: "timed-out",
    because: "no new version has touched the data yet, so the old nodes start again on it",
    changes: [
      { path: ["latencies", "rds", "snapshotMs"], value: 25_000 },
      { path: target("timeouts.snapshot"), value: "5s" },
    ],
  },
  start: {
    what: "the new version's container cannot be started",
    ending: "rolled-back",
    problem: "leader-never-ran",
    because: "its program never ran, so the data is still the old version's",
    changes: [{ path: newImage("command"), value: ["noticeboard-is-not-installed"] }],
  },
  cancel: {
    what: "someone decides to cancel while the snapshot is taken",
    ending: "rolled-back",
    problem: "cancelled",
    because: "a cancel before the point of no return puts everything back",
    meddling: {
      when: snapshotBegins,
      says: "an operator decides: cancel",
      act: (hand) => hand.decide("cancel", "The quarterly report must go out first"),
    },
  },
  migration: {
    what: "the migration fails half-way, and the application says so",
    ending: "held",
    problem: "migration-failed",
    because: "the data is half migrated: neither version may serve it, and trying again would migrate it twice",
    changes: breakApplication("migration"),
  },
  crash: {
    what: "the node that migrates dies half-way",
    ending: "held",
    problem: "leader-stopped",
    because: "the data is half migrated, and a second start would migrate the first half again",
    changes: breakApplication("crash"),
  },
  version: {
    what: "the image holds another version than its tag says",
    ending: "held",
    problem: "wrong-version",
    because: "what runs is not what was asked for, and it may have changed the data",
    changes: [{ path: newImage("command"), value: ["node", "v1.ts"] }],
  },
  followers: {
    what: "the migration succeeds, but no further node of the new version starts",
    ending: "held",
    problem: "deployment-failed",
    because: "the migrated data is verified and kept, but there are not enough nodes to open with",
    changes: breakApplication("followers"),
  },
  worker: {
    what: "the runbook's process is killed while nodes stop",
    ending: "succeeded",
    because: "the runbook is durable: another process goes on where it was",
    meddling: {
      when: nodesAreTold,
      says: "the runbook's process is killed",
      act: (hand) => hand.kill({ function: RUNBOOK_FUNCTION }),
    },
  },
  job: {
    what: "the job is cancelled on GitHub while nodes stop",
    ending: "succeeded",
    because: "a cancelled job leaves the operation alone, which ends by itself",
    jobIsCancelled: true,
    meddling: {
      when: nodesAreTold,
      says: "the job is cancelled on GitHub",
      act: (hand) => hand.cancelJob(),
    },
  },
};
