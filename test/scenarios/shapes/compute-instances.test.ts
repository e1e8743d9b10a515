import { expect, test } from "vitest";
import { provenShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";

/** The noticeboard on two container instances, in a network that is not the tasks' own. */
const onInstances = (
  network: "bridge" | "host",
  { hostPort, instances = 4 }: { hostPort?: number; instances?: number } = {},
) => `
containerInstances: [${Array.from({ length: instances }, () => "{ cluster: noticeboard }").join(", ")}]
taskDefinitions:
  noticeboard:
    network: ${network}
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        ${hostPort ? `hostPort: ${hostPort}` : ""}
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
services:
  noticeboard: { launchType: EC2 }
`;

const virtually = (name: string, run: () => Promise<void>) => test(name, { timeout: 60_000 }, () => inVirtualTime(run));

virtually("in a bridge network each node has a port of its own on an instance, the leader too", async () => {
  const { plan, state } = await provenShape("bridge-network", {
    cloud: { seed: onInstances("bridge", { instances: 2 }) },
  });
  const registers = (mutations: typeof plan.mutations) =>
    mutations.find(({ operation }) => operation === "RegisterTargets")!.parameters.Targets;
  expect(registers(plan.mutations)).toEqual([{ Id: "the leader's instance", Port: "the leader's port there" }]);
  expect(registers(state.mutations)).toEqual([{ Id: expect.stringMatching(/^i-/), Port: 32_768 }]);
});

virtually("in a bridge network with a fixed port, with an instance to spare for the leader", async () => {
  await provenShape("bridge-network-fixed-port", { cloud: { seed: onInstances("bridge", { hostPort: 8081 }) } });
});

virtually("in the hosts' own network, with an instance to spare for the leader", async () => {
  await provenShape("host-network", { cloud: { seed: onInstances("host") } });
});
