import { describe, expect, test } from "vitest";
import type { CloudState } from "../../../src/sandbox/checker/cloud-state.ts";
import { call, claim, cloudWith, type Edit, foundIn, nodes, request, SOMEBODY, scenario } from "./handmade.ts";

const clusterSnapshot = (identifier: string, tags: Record<string, string> = {}, status = "available") => ({
  DBClusterSnapshotIdentifier: identifier,
  DBClusterIdentifier: "cluster",
  Status: status,
  TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
const service = (state: CloudState) => state.ecs.services[0]!;

describe("7: afterwards everything is as before, but for what the operation is for", () => {
  test.each<[string, (state: CloudState) => void, string]>([
    [
      "a count",
      (state) => {
        service(state).desiredCount = 2;
      },
      "desiredCount of .*web as before \\(1\\), found 2",
    ],
    [
      "a setting",
      (state) => {
        service(state).deploymentConfiguration = { maximumPercent: 100 };
      },
      "maximumPercent",
    ],
    [
      "a tag",
      (state) => {
        service(state).tags = [{ key: "a", value: "b" }];
      },
      "tags",
    ],
    [
      "a scalable target",
      (state) => {
        state.autoScaling.targets[0]!.MinCapacity = 0;
      },
      "MinCapacity",
    ],
    [
      "an attribute",
      (state) => {
        state.elbv2.targetGroups[0]!.attributes = { "deregistration_delay.timeout_seconds": "5" };
      },
      "deregistration_delay",
    ],
    [
      "a rule",
      (state) =>
        void state.elbv2.loadBalancers[0]!.listeners[0]!.rules.unshift({ RuleArn: "r", Priority: "1", Actions: [] }),
      "existence of r ",
    ],
    [
      "a registration",
      (state) =>
        void state.elbv2.targetGroups[0]!.targets.push({
          id: "10.0.0.2",
          port: 3000,
          registeredBy: "caller",
          State: "unhealthy",
        }),
      "targets.10.0.0.2:3000",
    ],
    [
      "the database",
      (state) => {
        state.rds.instances[0]!.generation = "data-2";
      },
      "generation of db",
    ],
    [
      "somebody's snapshot",
      (state) => void state.rds.snapshots.push({ DBSnapshotIdentifier: "s", Status: "available", TagList: [] }),
      "existence of s ",
    ],
    [
      "a cluster",
      (state) => {
        state.rds.clusters[0]!.generation = "data-2";
      },
      "generation of cluster",
    ],
    ["a cluster that is gone", (state) => void state.rds.clusters.pop(), "existence of cluster"],
    [
      "somebody's snapshot of a cluster",
      (state) => void state.rds.clusterSnapshots.push(clusterSnapshot("s")),
      "existence of s ",
    ],
    [
      "what a proxy leads to",
      (state) => {
        state.rds.proxies[0]!.targets = [{ RdsResourceId: "db-2" }];
      },
      "targets.* of proxy",
    ],
  ])("finds %s that is another", (_case, after, words) => {
    expect(foundIn({ after })).toEqual([expect.stringMatching(new RegExp(`^7: .*${words}`))]);
  });
  describe("of EventBridge", () => {
    const Arn = "arn:aws:events:r:1:rule/nightly";
    const once = { ScheduleExpression: "at(2026-01-01T00:01:00)", ActionAfterCompletion: "DELETE" };
    const before = {
      ...cloudWith(nodes.old),
      eventBridge: { rules: [{ Arn, State: "ENABLED" }] },
      scheduler: { schedules: [{ Arn: "arn:aws:scheduler:r:1:schedule/default/once", ...once }] },
    };
    const after = (change: Partial<CloudState>) => (state: CloudState) => {
      Object.assign(state, { eventBridge: before.eventBridge, scheduler: before.scheduler, ...change });
    };
    const disabled = { eventBridge: { rules: [{ Arn, State: "DISABLED" }] } };

    test("finds a rule that was not enabled again", () => {
      expect(foundIn({ input: { before }, after: after(disabled) })).toEqual([
        expect.stringMatching(/^7: expected State of .*nightly as before \("ENABLED"\), found "DISABLED"/),
      ]);
    });
    test("finds a schedule that lost a setting", () => {
      const schedules = [{ ...before.scheduler.schedules[0]!, ActionAfterCompletion: "NONE" }];
      expect(foundIn({ input: { before }, after: after({ scheduler: { schedules } }) })).toEqual([
        expect.stringMatching(/^7: expected ActionAfterCompletion of .*once/),
      ]);
    });
    test("allows what somebody else did, and that AWS deletes a schedule after its one time", () => {
      const and = [{ at: 30, fact: call("DisableRule", { Name: "nightly" }, SOMEBODY) }];
      const gone = { ...disabled, scheduler: { schedules: [] } };
      expect(foundIn({ input: { before }, after: after(gone), and })).toEqual([]);
    });
  });
  test("allows the operation's own snapshot, a target that drains, and a breaker with ECS's defaults spelled out", () => {
    const breaker = (more: object) => ({ deploymentCircuitBreaker: { enable: true, rollback: true, ...more } });
    const before = cloudWith(nodes.old);
    service(before).deploymentConfiguration = breaker({});
    const after = (state: CloudState) => {
      const TagList = [{ Key: "intermission:operation", Value: "op-1" }];
      state.rds.snapshots.push({ DBSnapshotIdentifier: "backup", Status: "available", TagList });
      state.elbv2.targetGroups[0]!.targets.push({
        id: "10.0.0.2",
        port: 3000,
        registeredBy: "caller",
        State: "draining",
      });
      const thresholdConfiguration = { type: "BOUNDED_PERCENT", value: 50 };
      service(state).deploymentConfiguration = breaker({ resetOnHealthyTask: true, thresholdConfiguration });
    };
    expect(foundIn({ after, input: { before } })).toEqual([]);
  });
  test("finds more than the image changed in the new revision", () => {
    const register = (change: object) => ({
      at: 11,
      fact: call("RegisterTaskDefinition", {
        family: "web",
        networkMode: "awsvpc",
        containerDefinitions: [
          {
            name: "app",
            image: "new",
            cpu: 0,
            essential: true,
            portMappings: [{ containerPort: 3000, hostPort: 3000, protocol: "tcp" }],
            mountPoints: [],
            ...change,
          },
        ],
      }),
    });
    expect(foundIn({ without: ["register"], and: [register({})] })).toEqual([]);
    expect(foundIn({ without: ["register"], and: [register({ environment: [{ name: "A", value: "b" }] })] })).toEqual([
      expect.stringMatching(/^7: .*containers.app.environment/),
    ]);
  });
  test("a leftover accounts for one resource that it names", () => {
    const after = (state: CloudState) => {
      state.elbv2.targetGroups[0]!.attributes = { "deregistration_delay.timeout_seconds": "5" };
      state.autoScaling.targets[0]!.MinCapacity = 0;
    };
    const leftover = (what: string) =>
      ending(claim(89, { type: "leftover", what, fix: "" }), claim(90, { type: "finished", status: "succeeded" }));
    expect(foundIn({ after, claims: leftover("the delay of web") })).toHaveLength(1);
    expect(foundIn({ after, claims: leftover("the delay of something") })).toHaveLength(2);
  });
  test.each([
    [
      "a rule of others",
      "ModifyRule",
      { RuleArn: cloudWith(nodes.old).elbv2.loadBalancers[0]!.listeners[0]!.rules[0]!.RuleArn },
    ],
    ["tags of others", "AddTags", { ResourceArns: scenario.targetGroupArns }],
  ])("finds %s touched, even where it is put back", (_case, operation, parameters) => {
    expect(foundIn({ and: [{ at: 15, fact: call(operation, parameters) }] })).toEqual([
      expect.stringMatching(new RegExp(`^7: .*left alone, found ${operation}`)),
    ]);
  });
  test("finds a standalone node left over", () => {
    const after = (state: CloudState) =>
      void state.ecs.tasks.push({ ...cloudWith(nodes.leader).ecs.tasks[0]!, group: "family:web" });
    expect(foundIn({ after })).toEqual([expect.stringMatching(/^7: expected status of .*leader/)]);
  });
  test("a refused operation touched nothing", () => {
    const refused: Edit = {
      without: [
        "page",
        "old ends",
        "snapshot",
        "snapshot available",
        "leader starts",
        "leader answers",
        "next starts",
        "leader ends",
        "visit",
        "last visit",
        "register",
      ],
      and: [{ at: 15, fact: request({ at: 15, node: nodes.old.address }) }],
      claims: ([requested]) => [requested!, claim(12, { type: "finished", status: "refused" })],
    };
    expect(foundIn({ ...refused, input: { after: cloudWith(nodes.old) } })).toEqual([]);
    const changed = cloudWith(nodes.old);
    service(changed).desiredCount = 2;
    expect(foundIn({ ...refused, input: { after: changed } })).toEqual([expect.stringMatching(/^7: .*desiredCount/)]);
  });
});

const ending =
  (...last: ReturnType<typeof claim>[]): Edit["claims"] =>
  (claims) => [...claims.filter(({ type }) => type !== "finished"), ...last];

describe("7: snapshots of clusters", () => {
  const ours = { "intermission:operation": "op-1" };
  const putBack: Edit["claims"] = (claims) => [
    ...claims.filter(({ type }) => type !== "finished"),
    claim(90, { type: "finished", status: "rolled-back" }),
  ];
  const of7 = (edit: Edit) => foundIn(edit).filter((found) => found.startsWith("7:"));

  test("allows the operation's own, but not a second one, nor one that has failed", () => {
    const after =
      (...snapshots: ReturnType<typeof clusterSnapshot>[]) =>
      (state: CloudState) =>
        void state.rds.clusterSnapshots.push(...snapshots);
    expect(of7({ after: after(clusterSnapshot("a", ours)) })).toEqual([]);
    expect(of7({ after: after(clusterSnapshot("a", ours), clusterSnapshot("b", ours)) })).toHaveLength(1);
    expect(of7({ after: after(clusterSnapshot("a", ours, "failed")) })).toHaveLength(1);
  });

  test("allows a cluster to be busy with the operation's own after everything was put back, and with nothing else", () => {
    const busy = (tags: Record<string, string>) => (state: CloudState) => {
      state.rds.clusters[0]!.Status = "backing-up";
      state.rds.clusterSnapshots.push(clusterSnapshot("a", tags, "creating"));
    };
    expect(of7({ claims: putBack, after: busy(ours) }).filter((found) => found.includes("cluster"))).toEqual([]);
    expect(of7({ claims: putBack, after: busy({}) })).toContainEqual(expect.stringContaining("Status of cluster"));
  });

  test("finds one of an earlier operation that is gone, unless that operation had succeeded", () => {
    const before = (tags: Record<string, string>) => {
      const state = cloudWith(nodes.old);
      state.rds.clusterSnapshots.push(clusterSnapshot("earlier", tags));
      return state;
    };
    expect(of7({ input: { before: before({ "intermission:outcome": "succeeded" }) } })).toEqual([]);
    expect(of7({ input: { before: before({}) } })).toEqual([expect.stringContaining("existence of earlier")]);
  });

  const named = { DBClusterSnapshotIdentifier: "earlier" };

  test("allows those that somebody else took or deleted meanwhile", () => {
    const before = cloudWith(nodes.old);
    before.rds.clusterSnapshots.push(clusterSnapshot("earlier"));
    const deleted = { at: 30, fact: call("DeleteDBClusterSnapshot", named, SOMEBODY) };
    expect(of7({ input: { before }, and: [deleted] })).toEqual([]);
    const taken = { at: 30, fact: call("CreateDBClusterSnapshot", named, SOMEBODY) };
    const after = (state: CloudState) => {
      state.rds.clusters[0]!.Status = "backing-up";
      state.rds.clusterSnapshots.push(clusterSnapshot("earlier", {}, "creating"));
    };
    expect(of7({ after, and: [taken] })).toEqual([]);
    expect(of7({ after })).toHaveLength(2);
  });

  test("finds the operation's own backup deleted by the operation", () => {
    const Tags = [{ Key: "intermission:role", Value: "backup" }];
    const taken = { at: 30, fact: call("CreateDBClusterSnapshot", { ...named, Tags }) };
    const deleted = { at: 80, fact: call("DeleteDBClusterSnapshot", named) };
    expect(of7({ and: [taken] })).toEqual([]);
    expect(of7({ and: [taken, deleted] })).toEqual([expect.stringContaining("existence of earlier")]);
  });
});
