import type { CloudState } from "../../../src/sandbox/checker/cloud-state.ts";
import type { SandboxFact } from "../../../src/sandbox/cloud/event-log.ts";
import {
  call,
  claim,
  cloudWith,
  type Entry,
  ended,
  NEW,
  nodes,
  OLD,
  type Right,
  request,
  SOMEBODY,
  scenario,
  snapshot,
  started,
  timeAt,
} from "./handmade.ts";

const ENDPOINT = "127.0.0.9:5432";
const LEADER = "arn:aws:ecs:r:1:task/main/";
export const leader = { ...nodes.leader, digest: OLD };
export const back = { ...nodes.next, task: "back", digest: OLD };
export const backLeader = { ...nodes.leader, task: "back-leader", digest: OLD, address: "10.0.0.4" };

const database = (more: object): SandboxFact => ({
  kind: "database",
  identifier: "db",
  change: "status",
  status: "available",
  generation: "data-1",
  ...more,
});
const revision = (image: string) => ({
  family: "web",
  networkMode: "awsvpc",
  containerDefinitions: [{ name: "app", image, portMappings: [{ containerPort: 3000 }] }],
});
export const bypassed = (at: number, node: string, status = 200): SandboxFact =>
  request({ at, node, status, headers: { "x-intermission-bypass": "secret" } });
/** A restore that was asked for at that time, and the new instance. */
export const restore = (at: number, from: string): Entry[] => [
  { at, fact: database({ identifier: "db-restored", change: "created", generation: "data-2", status: "creating" }) },
  {
    at,
    fact: call("RestoreDBInstanceFromDBSnapshot", { DBInstanceIdentifier: "db-restored", DBSnapshotIdentifier: from }),
  },
];
/** The name goes from the present data to the restored. */
export const renames = (at: number): Entry[] => [
  { at, name: "rename", fact: database({ identifier: "db-aside", change: "renamed" }) },
  { at, name: "rename", fact: database({ change: "renamed", generation: "data-2", endpoint: ENDPOINT }) },
];

const bypassRule: Entry = {
  at: 12,
  fact: call("CreateRule", {
    Conditions: [{ HttpHeaderConfig: { HttpHeaderName: "X-Intermission-Bypass", Values: ["secret"] } }],
  }),
};
const found: Entry[] = [
  { at: 0, fact: database({ endpoint: ENDPOINT }) },
  { at: 0, fact: call("RegisterTaskDefinition", revision("old"), SOMEBODY) },
];
const backUp: Entry[] = [
  { at: 31, name: "snapshot", fact: snapshot("creating", 31) },
  { at: 40, name: "snapshot available", fact: snapshot("available", 31) },
];
const page: Entry = { at: 22, name: "page", fact: request({ at: 22 }) };
const visits = (node: string): Entry[] => [
  { at: 85, name: "visit", fact: request({ at: 85, node }) },
  { at: 95, name: "last visit", fact: request({ at: 95, node }) },
];

const requested = claim(10, { type: "requested", target: "web" });
const closed = claim(20, { type: "closed" });
const opened = [claim(80, { type: "opening-started" }), claim(84, { type: "opened" })];
const verified = (at: number, task: string) => claim(at, { type: "verified", taskArn: `${LEADER}${task}` });
const finished = (status: string) => claim(90, { type: "finished", status });
export const restored = {
  snapshot: "backup",
  database: "db",
  address: "db.internal",
  aside: "db-aside",
  different: [{ what: "DbiResourceId", before: "db-1", now: "db-2" }],
  tell: [],
};

const withDatabase = (state: CloudState, more: object = {}): CloudState => {
  Object.assign(state.rds.instances[0]!, { DbiResourceId: "db-1", reachable: true, ...more });
  return state;
};
/** The cloud after a restore by renaming. */
const restoredCloud = (node: typeof back): CloudState => {
  const state = withDatabase(cloudWith(node), { generation: "data-2", DbiResourceId: "db-2" });
  state.rds.instances.push({
    DBInstanceIdentifier: "db-aside",
    DBInstanceStatus: "available",
    generation: "data-1",
    reachable: false,
  });
  return state;
};

/** An upgrade whose leader failed, and that went back to the snapshot. */
export const goneBack: Right = {
  entries: [
    ...found,
    { at: 0, fact: started(nodes.old) },
    { at: 11, fact: call("RegisterTaskDefinition", revision("new")) },
    bypassRule,
    page,
    { at: 30, fact: ended(nodes.old) },
    ...backUp,
    { at: 50, fact: started(nodes.leader) },
    { at: 58, name: "leader ends", fact: ended(nodes.leader) },
    ...restore(59, "backup"),
    ...renames(62),
    { at: 64, name: "back leader starts", fact: started(backLeader) },
    { at: 66, name: "back leader answers", fact: bypassed(66, backLeader.address) },
    { at: 68, fact: started(back) },
    { at: 70, name: "back leader ends", fact: ended(backLeader) },
    ...visits(back.address),
    { at: 89, name: "deregister", fact: call("DeregisterTaskDefinition", { taskDefinition: "web:2" }) },
  ],
  claims: [
    requested,
    closed,
    claim(56, { type: "phase-finished", phase: "migrate", outcome: "failed" }),
    claim(57, { type: "going-back", why: "the leader failed", snapshot: "backup" }),
    claim(63, { type: "database-restored", ...restored }),
    verified(67, "back-leader"),
    ...opened,
    finished("rolled-back"),
  ],
  scenario,
  before: () => withDatabase(cloudWith(nodes.old)),
  after: () => {
    const state = restoredCloud(back);
    const TagList = [{ Key: "intermission:operation", Value: "op-1" }];
    state.rds.snapshots.push({ DBSnapshotIdentifier: "backup", Status: "available", TagList });
    return state;
  },
};

const stopped = (): CloudState => {
  const state = withDatabase(cloudWith(back));
  state.ecs.tasks = [];
  state.ecs.services[0]!.desiredCount = 0;
  state.elbv2.targetGroups[0]!.targets = [];
  return state;
};
export const firstStart: Right = {
  entries: [
    ...found,
    bypassRule,
    page,
    ...backUp,
    { at: 50, name: "leader starts", fact: started(leader) },
    { at: 55, fact: bypassed(55, leader.address) },
    { at: 60, name: "next starts", fact: started(back) },
    { at: 70, name: "leader ends", fact: ended(leader) },
    ...visits(back.address),
  ],
  claims: [requested, closed, verified(56, "leader"), ...opened, finished("succeeded")],
  scenario: { ...scenario, procedure: "first-start", counts: { web: 1 }, digests: { old: [], new: OLD } },
  before: stopped,
  after: () => withDatabase(cloudWith(back)),
};

export const maintenance: Right = {
  entries: [
    ...found,
    { at: 0, fact: started(nodes.old) },
    bypassRule,
    page,
    { at: 30, name: "old ends", fact: ended(nodes.old) },
    ...backUp,
    { at: 45, name: "leader starts", fact: started(leader) },
    { at: 55, name: "leader answers", fact: bypassed(55, leader.address) },
    { at: 60, name: "next starts", fact: started(back) },
    { at: 70, name: "leader ends", fact: ended(leader) },
    ...visits(back.address),
  ],
  claims: [
    requested,
    closed,
    claim(46, { type: "waiting", for: "maintenance" }),
    claim(54, { type: "decided", decision: "proceed" }),
    verified(56, "leader"),
    ...opened,
    finished("succeeded"),
  ],
  scenario: { ...scenario, procedure: "maintenance", digests: { old: [OLD], new: OLD } },
  before: () => withDatabase(cloudWith(nodes.old)),
  after: () => withDatabase(cloudWith(back)),
};

export const rollback: Right = {
  entries: [
    ...found,
    { at: 0, fact: started(nodes.old) },
    { at: 2, fact: ended(nodes.old) },
    { at: 3, fact: snapshot("creating", 3) },
    { at: 4, fact: snapshot("available", 3) },
    { at: 4, fact: call("RegisterTaskDefinition", revision("new")) },
    { at: 5, fact: started(nodes.next) },
    bypassRule,
    page,
    { at: 30, name: "next ends", fact: ended(nodes.next) },
    ...restore(31, "backup"),
    ...renames(40),
    { at: 50, name: "leader starts", fact: started(backLeader) },
    { at: 55, fact: bypassed(55, backLeader.address) },
    { at: 60, fact: started(back) },
    { at: 70, fact: ended(backLeader) },
    ...visits(back.address),
  ],
  claims: [
    requested,
    closed,
    claim(41, { type: "database-restored", ...restored }),
    claim(42, { type: "discarded", from: timeAt(6), to: timeAt(20) }),
    verified(56, "back-leader"),
    ...opened,
    finished("succeeded"),
  ],
  scenario: {
    ...scenario,
    procedure: "rollback",
    snapshotRequired: false,
    digests: { old: [NEW], new: OLD },
    restores: "backup",
    discards: timeAt(6),
  },
  before: () => withDatabase(cloudWith(nodes.next)),
  after: () => restoredCloud(back),
};
