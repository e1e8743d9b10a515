import { describe, expect, test } from "vitest";
import type { OperationEvent } from "../../../src/operations/event.ts";
import type { CloudState } from "../../../src/sandbox/checker/cloud-state.ts";
import type { SandboxFact } from "../../../src/sandbox/cloud/event-log.ts";
import {
  call,
  claim,
  type Edit,
  ended,
  foundIn,
  LISTENER,
  nodes,
  OLD,
  RULE,
  request,
  SOMEBODY,
  started,
} from "./handmade.ts";

const service = (state: CloudState) => state.ecs.services[0]!;
const update = (parameters: object, caller?: string) =>
  call("UpdateService", { cluster: "main", service: "web", ...parameters }, caller);
const byOthers = (parameters: object) => update(parameters, SOMEBODY);
/** The runbook stops the nodes and starts them again. */
const ours = [
  { at: 24, fact: update({ desiredCount: 0 }) },
  { at: 58, fact: update({ desiredCount: 1, taskDefinition: "web:2" }) },
];
const endsWith = (desiredCount: number) => (state: CloudState) => {
  service(state).desiredCount = desiredCount;
};

describe("a count that somebody else gives a service", () => {
  const finds = (at: number, edit: Edit = {}) =>
    foundIn({ after: endsWith(2), ...edit, and: [...ours, { at, fact: byOthers({ desiredCount: 2 }) }] });

  test("counts before the nodes are stopped, and once the site is open again", () => {
    expect(finds(15)).toEqual([expect.stringMatching(/^6: expected 2 running nodes of web, found 1/)]);
    expect(finds(86)).toEqual([]);
  });
  test("does not count inside the window", () => {
    const found = finds(40);
    expect(found).toEqual([expect.stringMatching(/^7: expected desiredCount .* as before \(1\), found 2/)]);
    expect(finds(62)).toEqual(found);
  });
  test("is no excuse for another one", () => {
    expect(finds(86, { after: endsWith(3) })).toEqual([expect.stringMatching(/^7: .*found 3/)]);
    expect(
      finds(86, { after: (state) => void Object.assign(service(state), { deploymentConfiguration: {} }) }),
    ).toEqual(expect.arrayContaining([expect.stringMatching(/^7: .*maximumPercent/)]));
  });
  test("is none where the runbook's own registration of a scalable target moved it", () => {
    const adjusted: SandboxFact = {
      kind: "scaling",
      resourceId: "service/main/web",
      change: "adjusted",
      minCapacity: 2,
      maxCapacity: 4,
      suspended: { in: false, out: false, scheduled: false },
      desiredCount: 2,
    };
    const registers = (caller?: string) => call("RegisterScalableTarget", { ResourceId: "service/main/web" }, caller);
    const finds = (caller?: string) =>
      foundIn({
        after: endsWith(2),
        and: [...ours, { at: 86, fact: adjusted }, { at: 86, fact: registers(caller) }],
      });
    expect(finds()).toEqual([expect.stringMatching(/^7: expected desiredCount/)]);
    expect(finds(SOMEBODY)).toEqual([]);
  });
});

describe("a page of somebody else's", () => {
  const theirs = { RuleArn: `${RULE}theirs`, Priority: "5", Actions: [{ Type: "fixed-response" }] };
  const answers = (at: number) => ({ at, fact: request({ at, status: 404, ruleArn: theirs.RuleArn }) });
  const finds = (at: number, { caller }: { caller?: string } = { caller: SOMEBODY }) =>
    foundIn({
      after: ({ elbv2 }) => elbv2.loadBalancers[0]!.listeners[0]!.rules.push(theirs),
      and: [{ at, fact: call("CreateRule", { ListenerArn: LISTENER, Priority: 5 }, caller) }, answers(88), answers(96)],
    });

  test("is theirs where it came once the site was open, and to be noticed before that", () => {
    expect(finds(86)).toEqual([]);
    expect(finds(60)).toEqual([expect.stringMatching(/^6: expected the last public request .* status 404/)]);
  });
  test("is none where the runbook made it", () => {
    expect(finds(86, {})).toContainEqual(expect.stringMatching(/^6: expected the last public request .* status 404/));
  });
});

describe("what somebody else deploys", () => {
  const deploys = (at: number) => ({ at, fact: byOthers({ taskDefinition: "web:1" }) });
  const unsteady = (state: CloudState) => {
    service(state).deployments = [{ status: "PRIMARY", rolloutState: "IN_PROGRESS", taskDefinition: "web:1" }];
    state.ecs.tasks[0]!.containers[0]!.imageDigest = OLD;
  };
  test("is theirs once the site is open, and not inside the window", () => {
    expect(foundIn({ after: unsteady, and: [...ours, deploys(86)] })).toEqual([]);
    const inside = foundIn({ after: unsteady, and: [...ours, deploys(62)] });
    expect(inside).toEqual(expect.arrayContaining([expect.stringMatching(/^6: expected one completed deployment/)]));
    expect(inside).toEqual(expect.arrayContaining([expect.stringMatching(/^6: .* to run sha256:new/)]));
  });
});

describe("a setting", () => {
  const target = (state: CloudState) => state.autoScaling.targets[0]!;
  const bound = (at: number, caller?: string) => ({
    at,
    fact: call("RegisterScalableTarget", { ResourceId: "service/main/web", MinCapacity: 0 }, caller),
  });
  const changed = (state: CloudState) => void Object.assign(target(state), { MinCapacity: 0 });

  test("that somebody else set last is theirs, and no other of the same thing", () => {
    expect(foundIn({ after: changed, and: [bound(45, SOMEBODY)] })).toEqual([]);
    const two = (state: CloudState) => Object.assign(target(state), { MinCapacity: 0, MaxCapacity: 9 });
    expect(foundIn({ after: two, and: [bound(45, SOMEBODY)] })).toEqual([expect.stringMatching(/^7: .*MaxCapacity/)]);
  });
  test("that the runbook set after them must be as before", () => {
    expect(foundIn({ after: changed, and: [bound(45, SOMEBODY), bound(50)] })).toEqual([
      expect.stringMatching(/^7: .*MinCapacity/),
    ]);
  });
});

describe("a start of somebody else's inside the window", () => {
  const stranger = { task: "stranger", digest: OLD, address: "10.0.0.7" };
  const starts = (
    { from, to, digest = OLD }: { from: number; to: number; digest?: string },
    ...claims: OperationEvent[]
  ) =>
    foundIn({
      and: [
        { at: from - 0.5, fact: byOthers({ desiredCount: 2 }) },
        { at: from - 0.4, fact: task(stranger.task) },
        { at: from, fact: started({ ...stranger, digest }) },
        { at: to, fact: ended({ ...stranger, digest }) },
        ...ours,
      ],
      claims: (all) => [...all, ...claims].toSorted((a, b) => a.at.localeCompare(b.at)),
    });

  test("is waited for while the nodes stop", () => {
    expect(starts({ from: 25, to: 29 })).toEqual([]);
  });
  test("is no excuse for going on before it has ended", () => {
    expect(starts({ from: 25, to: 45 })).toEqual([expect.stringMatching(/^1: .*older than the last container's end/)]);
    expect(starts({ from: 25, to: 75 })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^1: .*stranger.* running/), expect.stringMatching(/^4: /)]),
    );
  });
  test("must be noticed once the snapshot is asked for", () => {
    expect(starts({ from: 35, to: 45 })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^4: .*no reaction to .*stranger/)]),
    );
  });
  test("of the version that the data was verified under harms nobody, and before it was verified it does", () => {
    const { digest } = nodes.next;
    expect(starts({ from: 61, to: 65, digest })).toEqual([]);
    expect(starts({ from: 52, to: 53, digest })).toEqual([expect.stringMatching(/^4: .*no reaction to .*stranger/)]);
  });
});

const task = (name: string, own: { group?: string; startedBy?: string } = {}): SandboxFact => ({
  kind: "task",
  taskArn: `arn:aws:ecs:r:1:task/main/${name}`,
  group: "service:web",
  taskDefinitionArn: "arn:aws:ecs:r:1:task-definition/web:1",
  lastStatus: "PROVISIONING",
  desiredStatus: "RUNNING",
  ...own,
});

describe("values that are not what was written", () => {
  const theirs = { task: "theirs", digest: OLD, address: "10.0.0.8", group: "family:web" };
  const starts = (at: number) => [
    { at, fact: call("RunTask", { startedBy: "theirs" }, SOMEBODY) },
    { at, fact: task("theirs", { group: "family:web", startedBy: "theirs" }) },
    { at: at + 1, fact: started(theirs) },
    { at: at + 2, fact: ended(theirs) },
  ];
  const acknowledged = [{ key: "a", value: "1" }];
  const finds = (edit: Edit, found = [{ key: "a", value: "2" }]) =>
    foundIn({ ...edit, input: { writes: { acknowledged, found } } }).filter((each) => each.startsWith("8: "));

  test("are theirs who started another version on the open site, and nobody else's", () => {
    expect(finds({ and: starts(86) })).toEqual([]);
    expect(finds({ and: starts(62) })).toEqual([expect.stringMatching(/1 changed/)]);
    expect(finds({})).toEqual([expect.stringMatching(/1 changed/)]);
    expect(finds({ and: starts(86) }, [])).toEqual([expect.stringMatching(/1 lost/)]);
  });
  test("are taken as they are by whoever takes the data so, and none may be lost", () => {
    const asItIs = { type: "decided", decision: "rollback", data: "as-it-is" } as const;
    const claims = (before: OperationEvent[]) => before.toSpliced(3, 0, claim(70, asItIs));
    expect(finds({ claims })).toEqual([]);
    expect(finds({ claims }, [])).toEqual([expect.stringMatching(/1 lost/)]);
  });
});

describe("what nobody could prevent", () => {
  const stranger = { task: "stranger", digest: nodes.next.digest, address: "10.0.0.7", group: "family:web" };
  const asked = (name: string, startedBy: string) => task(name, { group: "family:web", startedBy });
  const runs = (at: number, to: number) => [
    { at: at - 0.5, fact: call("RunTask", { startedBy: "alice" }, SOMEBODY) },
    { at: at - 0.4, fact: asked(stranger.task, "alice") },
    { at, fact: started(stranger) },
    { at: to, fact: ended(stranger) },
  ];
  test("is the later version that somebody starts beside nodes that ran already; what starts after it could be prevented", () => {
    const again = { task: "again", digest: OLD, address: "10.0.0.8" };
    const of5 = (edit: Edit) => foundIn(edit).filter((found) => found.startsWith("5"));
    expect(of5({ and: runs(26, 29) })).toEqual([]);
    const starts = [
      { at: 27, fact: started(again) },
      { at: 29, fact: ended(again) },
    ];
    expect(of5({ and: [...runs(26, 28), ...starts] })).toEqual([expect.stringMatching(/^5: .*again/)]);
  });

  test("is a task that ECS was told to run before somebody else's had been there for ten seconds", () => {
    const theirs = { task: "theirs", digest: OLD, address: "10.0.0.9" };
    const finds = (launchedAt: number) =>
      foundIn({
        and: [
          { at: 31.5, fact: byOthers({ desiredCount: 2 }) },
          { at: 31.6, fact: task(theirs.task) },
          { at: 32, fact: started(theirs) },
          { at: launchedAt, fact: asked("leader", "intermission/op-1") },
          { at: 52, fact: ended(theirs) },
        ],
      }).filter((found) => /^[14]: .*leader/.test(found));
    expect(finds(41)).toEqual([]);
    expect(finds(45)).toEqual([expect.stringMatching(/^1: /), expect.stringMatching(/^4: /)]);
  });

  test("is a snapshot that is deleted when the leader has been asked for already", () => {
    const finds = (launchedAt: number, caller?: string) =>
      foundIn({
        and: [
          { at: launchedAt, fact: asked("leader", "intermission/op-1") },
          { at: 45, fact: call("DeleteDBSnapshot", { DBSnapshotIdentifier: "backup" }, caller) },
        ],
      });
    expect(finds(44, SOMEBODY)).toEqual([]);
    for (const found of [finds(46, SOMEBODY), finds(44)])
      expect(found).toEqual([expect.stringMatching(/^1: .*deleted before/)]);
  });

  test("is a node that drains when ECS has replaced it, and no other that runs without a task", () => {
    const next = { task: "further", digest: nodes.next.digest, address: "10.0.0.10" };
    const drains = (digest: string) => (state: CloudState) =>
      void state.ecs.tasks.push({
        ...state.ecs.tasks[0]!,
        taskArn: "arn:aws:ecs:r:1:task/main/further",
        lastStatus: "DEACTIVATING",
        desiredStatus: "STOPPED",
        containers: [{ name: "app", imageDigest: digest, networkBindings: [], networkInterfaces: [] }],
      });
    const and = [{ at: 63, fact: started(next) }];
    expect(foundIn({ and, after: drains(nodes.next.digest) })).toEqual([]);
    expect(foundIn({ and, after: drains(OLD) })).toEqual([expect.stringMatching(/^6: .*running container/)]);
    expect(foundIn({ and })).toEqual([expect.stringMatching(/^6: .*running container/)]);
  });
});
