import { test } from "vitest";
import { provenShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";

test("one service behind one load balancer, on one instance", { timeout: 60_000 }, () =>
  inVirtualTime(async () => void (await provenShape("plain"))),
);

test("a service and its worker on one database", { timeout: 60_000 }, () =>
  inVirtualTime(async () => void (await provenShape("worker", { cloud: { worker: true } }))),
);

test("a listener shared with another application", { timeout: 60_000 }, () =>
  inVirtualTime(async () => void (await provenShape("shared-listener", { cloud: { neighbour: true } }))),
);
