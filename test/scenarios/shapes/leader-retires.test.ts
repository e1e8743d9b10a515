import { expect, test } from "vitest";
import { judgedUpgrade } from "../../simulation/judged-upgrade.ts";
import { provenShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const virtually = (name: string, run: () => Promise<void>) =>
  test(name, { timeout: 120_000 }, () => inVirtualTime(run));

const onInstances = ({ network, instances, cpu = 2048 }: { network: string; instances: number; cpu?: number }) => `
containerInstances: [${Array.from({ length: instances }, () => `{ cluster: noticeboard, cpu: ${cpu} }`).join(", ")}]
taskDefinitions:
  noticeboard:
    network: ${network}
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
services:
  noticeboard: { launchType: EC2 }
`;

virtually(
  "where host ports are fixed and there is no instance to spare, the verified leader makes room first",
  async () => {
    await provenShape("host-network-full", { cloud: { seed: onInstances({ network: "host", instances: 3 }) } });
  },
);

virtually(
  "where ECS finds no room beside the leader, it makes room then, and the page is up all the while",
  async () => {
    // Each node takes 256 of 768 CPU units: three fit, the leader beside them does not.
    const { state, violations, events, visitors } = await judgedUpgrade({
      cloud: { seed: onInstances({ network: "bridge", instances: 1, cpu: 768 }) },
    });
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
    const said = events.flatMap((event) =>
      event.type === "progress" && event.phase === "scale-out" ? [event.message] : [],
    );
    expect(said).toContainEqual(expect.stringMatching(/^ECS: .*unable to place a task .* insufficient CPU units/));
    expect(said).toContain("the leader retires first: a node cannot be placed beside it");
    expect(visitors.statuses.at(-1)).toMatchObject({ status: 201 });
  },
);
