import { describe, expect, test } from "vitest";
import type { HttpAnswer } from "../../src/targets/http.ts";
import { at, judgedUpgrade, type Meddling, refusal } from "../simulation/judged-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 60_000 }, () =>
    inVirtualTime(async () => void (await expectation(await judgedUpgrade({ cloud: quick, ...meddling })))),
  );
type Run = Awaited<ReturnType<typeof judgedUpgrade>>;

/** From this event on the calls fail as long as anybody tries. */
const outageFrom = (key: string, service: string, operation: string) =>
  at(key, (cloud) => cloud.faults.add({ service, operation, fault: "internal-error", count: 1_000 }));

/** From this event on whatever the runbook asks over HTTP is answered otherwise. */
const answersFrom = (key: string, change: (answer: HttpAnswer) => HttpAnswer) => (cloud: SimulatedCloud) => {
  const { http } = cloud.runbook;
  let changed = false;
  at(key, () => {
    changed = true;
  })(cloud);
  cloud.runbook.http = async (request) => (changed ? change(await http(request)) : http(request));
};

const takenOver = (cloud: SimulatedCloud) => {
  const { store } = cloud.runbook;
  const { control } = store;
  store.control = async (id) => ({ ...(await control(id)), epoch: 2 });
};

describe("once the application has answered the public", () => {
  virtually(
    "a bypass rule that cannot be deleted is left over: nobody closes a working site for it",
    {
      meddle: (cloud) => {
        const { loadBalancers } = cloud.runbook.aws;
        const { deleteRule } = loadBalancers;
        let deleted = 0;
        loadBalancers.deleteRule = (arn) => {
          deleted += 1;
          return deleted > 1 ? Promise.reject(refusal("AccessDeniedException")) : deleteRule(arn);
        };
      },
    },
    ({ state, violations }) => {
      expect(violations.filter(({ invariant }) => invariant !== 7)).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", site: "open" });
      expect(state.leftovers.map(({ what }) => what)).toEqual([
        "Let requests with the bypass header through on HTTP 8080 at priority 49999: not undone, AWS refused: AccessDeniedException: AccessDeniedException by hand",
      ]);
    },
  );

  virtually(
    "what could roll back a deployment stays off while one is not completed: it would start the old version on migrated data",
    {
      cloud: { ...quick, target: ["timeouts: { scaleOut: 2m }"] },
      meddle: (cloud) => {
        const { ecs } = cloud.runbook.aws;
        const { services } = ecs;
        at("open/opened", () => {
          ecs.services = async (cluster, names) =>
            (await services(cluster, names)).map((service) => ({
              ...service,
              deployments: service.deployments.map((deployment) => ({ ...deployment, rolloutState: "IN_PROGRESS" })),
            }));
        })(cloud);
      },
    },
    ({ cloud, state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", site: "open" });
      expect(state.leftovers.map(({ what }) => what)).toEqual([
        expect.stringContaining("a deployment is not completed"),
        expect.stringContaining("Switch off what would start nodes of noticeboard by itself"),
      ]);
      const { services } = cloud.ecs.state() as { services: { deploymentConfiguration: unknown }[] };
      expect(services[0]!.deploymentConfiguration).toMatchObject({ deploymentCircuitBreaker: { rollback: false } });
    },
  );
});

describe("when the application does not answer the public", () => {
  virtually(
    "and the page cannot be put up again, both failures are told",
    {
      cloud: { ...quick, target: ["timeouts: { open: 20s }"] },
      meddle: (cloud) => {
        answersFrom("open/opening", (answer) =>
          answer.status === 200 ? { ...answer, status: 500, body: "broken" } : answer,
        )(cloud);
        outageFrom("open/opening", "Elastic Load Balancing v2", "CreateRule")(cloud);
      },
    },
    ({ state }) => {
      expect(state).toMatchObject({ status: "held", site: "opening" });
      expect(state.problem?.message).toMatch(/the application answers the public.*; then closing again failed: /);
    },
  );
});

describe("a run that another has taken over", () => {
  virtually("does not finish an operation that it no longer runs", { meddle: at("finish/begin", takenOver) }, (run) => {
    expect(run.ending).toEqual({ status: "superseded" });
    expect(run.state.status).toBe("running");
    expect(run.state.leftovers).toEqual([]);
  });

  virtually(
    "does not put back what another one runs on with",
    { meddle: at("back/put-back/begin", takenOver), cloud: { ...quick, cannotStart: true } },
    (run) => {
      expect(run.ending).toEqual({ status: "superseded" });
      expect(run.state.status).toBe("running");
    },
  );
});

describe("putting back", () => {
  virtually(
    "is done when the site is open, whatever cannot be read afterwards: scaling is not resumed around a count that nobody knows",
    {
      cloud: { ...quick, cannotStart: true },
      meddle: outageFrom("back/put-back/opened", "ECS", "DescribeServices"),
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "rolled-back", site: "open" });
      expect(state.leftovers.map(({ what }) => what)).toEqual([
        expect.stringContaining("Suspend every scaling of noticeboard: not undone"),
      ]);
      expect(state.nodes.after).toHaveLength(3);
    },
  );

  virtually(
    "opens the site also where the runbook cannot see it, and says so",
    {
      meddle: answersFrom("close/closing", () => {
        throw new Error("connect EHOSTUNREACH");
      }),
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "rolled-back", problem: { code: "timed-out" } });
      expect(state.leftovers).toEqual([
        {
          what: expect.stringContaining("connect EHOSTUNREACH"),
          fix: expect.stringContaining("Ask the site yourself"),
        },
      ]);
    },
  );

  virtually(
    "leaves the page up where the closing rules cannot be deleted, and says both failures",
    {
      cloud: { ...quick, cannotStart: true },
      meddle: outageFrom("back/put-back/begin", "Elastic Load Balancing v2", "DeleteRule"),
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state.status).toBe("held");
      expect(state.problem?.message).toMatch(/the leader stopped.*; then putting back failed: /);
      expect(state.problem?.hint).toContain("No new version has touched the data");
    },
  );
});

describe("snapshots beyond those to keep", () => {
  const snapshots = ({ rds }: SimulatedCloud) =>
    (rds.state() as { snapshots: { DBSnapshotIdentifier: string }[] }).snapshots
      .map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)
      .toSorted((a, b) => a.localeCompare(b));
  const taken = async ({ runbook, world }: SimulatedCloud, identifier: string, outcome: object) => {
    const tags = {
      "intermission:operation": "op-20250101-020000-000001",
      "intermission:target": "noticeboard",
      "intermission:role": "backup",
      ...outcome,
    };
    await runbook.aws.rds.createSnapshot({
      of: { kind: "instance", identifier: "noticeboard-db" },
      identifier,
      tags,
    });
    await world.clock.sleep(60_000);
  };

  virtually(
    "are deleted, but never a copy under another name, nor one of an operation that did not succeed",
    {
      cloud: { ...quick, target: ["snapshot: { keep: 1 }"] },
      arrange: async (cloud) => {
        await taken(cloud, "intermission-op-20250101-020000-000001", { "intermission:outcome": "succeeded" });
        await taken(cloud, "before-the-audit", { "intermission:outcome": "succeeded" });
        await taken(cloud, "intermission-op-20250101-020000-000002", {
          "intermission:operation": "op-20250101-020000-000002",
        });
      },
    },
    ({ cloud, state }) => {
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(snapshots(cloud)).toEqual([
        "before-the-audit",
        "intermission-op-20250101-020000-000002",
        `intermission-${state.id}`,
      ]);
    },
  );
});
