import { expect, test } from "vitest";
import { onAurora, onMultiAzCluster } from "../../simulation/database-seeds.ts";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const virtually = (name: string, body: () => Promise<unknown>) =>
  test(name, { timeout: 60_000 }, () => inVirtualTime(async () => void (await body())));

virtually("an Aurora cluster with a writer and a reader", async () => {
  const { cloud } = await provenShape("aurora", {
    cloud: { seed: onAurora(), target: ["snapshot: { warmUp: true }"] },
  });
  const { clusterSnapshots } = cloud.rds.state() as { clusterSnapshots: { Status: string }[] };
  expect(clusterSnapshots.map(({ Status }) => Status)).toEqual(["available"]);
});

virtually("a Multi-AZ DB cluster", () => provenShape("multi-az-cluster", { cloud: { seed: onMultiAzCluster } }));

virtually("a member of a cluster named as if it were an instance", () =>
  refusedShape("cluster-member", {
    cloud: {
      seed: onAurora().replace("{ instance: null, cluster: noticeboard-aurora }", "{ instance: noticeboard-1 }"),
    },
  }),
);

virtually("a cluster named as an instance", () =>
  refusedShape("cluster-as-instance", {
    cloud: {
      seed: onAurora().replace("{ instance: null, cluster: noticeboard-aurora }", "{ instance: noticeboard-aurora }"),
    },
  }),
);

virtually("an instance named as a cluster", () =>
  refusedShape("instance-as-cluster", {
    cloud: {
      seed: "intermission: { targets: { noticeboard: { database: { instance: null, cluster: noticeboard-db } } } }",
    },
  }),
);

virtually("a database that does not exist, though another nearly does", () =>
  refusedShape("no-such-database", {
    cloud: { seed: "intermission: { targets: { noticeboard: { database: { instance: noticeboard-bd } } } }" },
  }),
);
