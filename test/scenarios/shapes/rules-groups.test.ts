import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "vitest";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { virtually } from "./virtually.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };

virtually("two services of the target share a target group", async () => {
  await provenShape("shared-by-two-services", {
    cloud: {
      ...quick,
      worker: true,
      seed: "services: { noticeboard-worker: { loadBalancers: [{ targetGroup: noticeboard, container: app, port: 3000 }] } }",
    },
  });
});

virtually("a service that the target does not have is behind the leader's target group", async () => {
  await refusedShape("stranger-behind-the-group", {
    cloud: {
      ...quick,
      neighbour: true,
      // Six nodes, so that the last visitor of each address does not happen to meet the stranger.
      seed: "services: { noticeboard: { desiredCount: 6 }, wiki: { loadBalancers: [{ targetGroup: noticeboard, container: app, port: 3000 }] } }",
    },
  });
});

virtually("somebody registered a target by hand behind the leader's target group", async () => {
  await refusedShape("target-by-hand", {
    cloud: quick,
    arrange: async ({ operator }) => {
      const elb = new ElasticLoadBalancingV2Client(operator);
      const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ["noticeboard"] }));
      const { TargetGroupArn } = TargetGroups![0]!;
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: "10.9.9.9", Port: 3000 }] }));
    },
  });
});

virtually(
  "a stranger is behind a follower's target group: it is closed too, with a warning, and its delay is not lowered",
  async () => {
    const { plan } = await provenShape("stranger-behind-a-follower", {
      cloud: {
        ...quick,
        worker: true,
        neighbour: true,
        seed: `
loadBalancers:
  noticeboard:
    targetGroups: { mixed: { port: 3000, healthCheck: { path: /api/__health_check, intervalSeconds: 5 } } }
    listeners:
      - port: 8080
        default: { targetGroup: noticeboard }
        rules: [{ priority: 10, conditions: { path: ["/wiki/*"] }, action: { targetGroup: mixed } }]
services:
  wiki: { loadBalancers: [{ targetGroup: mixed, container: app, port: 3000 }] }
  noticeboard-worker: { loadBalancers: [{ targetGroup: mixed, container: app, port: 3000 }] }
`,
      },
    });
    expect(plan.checks.find(({ name }) => name === "target-groups-are-ours")).toMatchObject({ outcome: "warned" });
    const lowered = plan.mutations.filter(({ operation }) => operation === "ModifyTargetGroupAttributes");
    expect(lowered.map(({ summary }) => summary)).toEqual([
      "Lower the deregistration delay of noticeboard from 300 s to 5 s",
    ]);
  },
);
