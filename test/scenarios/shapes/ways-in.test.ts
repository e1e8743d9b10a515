import { expect, test } from "vitest";
import type { SimulatedResponse } from "../../../src/sandbox/substrate/simulated/hosts.ts";
import { at, judgedUpgrade, type Meddling } from "../../simulation/judged-upgrade.ts";
import { provenShape } from "../../simulation/proven-shape.ts";
import { OPERATION } from "../../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const quick = { migrationMs: 20_000, latencies: ["rds: { snapshotMs: 5000 }"] };

test("a url with a path, which the application serves below", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    await provenShape("url-with-a-path", {
      cloud: {
        publicPath: "/board",
        seed: `
loadBalancers:
  noticeboard:
    targetGroups:
      noticeboard: { port: 3000, healthCheck: { path: /board/api/__health_check, intervalSeconds: 5 } }
      wiki: { port: 3000 }
intermission: { targets: { noticeboard: { url: "{loadBalancer.noticeboard.url}/board" } } }`,
      },
    });
  }),
);

test("HTTPS, with a listener beside it that only redirects there", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    await provenShape("https-with-a-redirect", {
      cloud: {
        seed: `
loadBalancers:
  noticeboard:
    listeners:
      - { port: 443, protocol: https, default: { targetGroup: noticeboard } }
      - { port: 80, default: { redirect: { to: "https://crm.example.com/", status: 301 } } }
intermission: { targets: { noticeboard: { url: "https://{loadBalancer.noticeboard.dnsName}" } } }`,
      },
    });
  }),
);

const A_NODES: SimulatedResponse = { status: 200, headers: {}, body: "ok" };
/** The load balancer takes up another address, which answers so. */
const anotherAddress =
  (answer: () => SimulatedResponse) =>
  ({ hosts, values }: SimulatedCloud) => {
    const { dnsName } = values.loadBalancer.noticeboard!;
    hosts.listen("198.18.9.9", 8080, async () => answer());
    hosts.name(dnsName, [...hosts.resolve(dnsName), "198.18.9.9"]);
  };
const whileMigrating = (act: (cloud: SimulatedCloud) => unknown): Meddling => ({
  cloud: quick,
  meddle: at("migrate/says/the leader answers 503 migrating prices, 30 %", act),
});

test(
  "an address that the load balancer takes up in the window and that knows no page: held within ten seconds",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      let since = 0;
      const { state, events } = await judgedUpgrade(
        whileMigrating((cloud) => {
          since = cloud.world.clock.now();
          anotherAddress(() => A_NODES)(cloud);
        }),
      );
      expect(state).toMatchObject({ status: "held", problem: { code: "page-was-gone" } });
      expect(state.problem!.message).toContain("198.18.9.9 port 8080");
      expect(Date.parse(events.find(({ type }) => type === "held")!.at) - since).toBeLessThanOrEqual(10_000);
    }),
);

test("an address that shows the application once and the page ever after ends nothing", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    let asked: number | undefined;
    const run = await judgedUpgrade({
      cloud: quick,
      meddle(cloud) {
        const { http } = cloud.runbook;
        cloud.runbook.http = async (request) => {
          const answer = await http(request);
          if (asked === undefined || !answer.body.includes(OPERATION)) return answer;
          asked += 1;
          return asked === 1 ? A_NODES : answer;
        };
        at("stop/quiet", () => {
          asked = 0;
        })(cloud);
      },
    });
    expect(asked).toBeGreaterThan(2);
    expect(run.violations).toEqual([]);
    expect(run.state.status).toBe("succeeded");
  }),
);

/** A client that keeps a websocket, and connects again a second after it was cut. */
function stayConnected({ hosts, world, configuration }: SimulatedCloud, address: string) {
  const { host } = new URL(configuration.targets.get("noticeboard")!.url);
  const seen: { at: number; event: "connected" | "cut" }[] = [];
  let going = true;
  const connect = async (): Promise<void> => {
    if (!going) return;
    const request = {
      method: "GET",
      path: "/ws",
      headers: { host, upgrade: "websocket" },
      remoteAddress: "203.0.113.8",
    };
    const { socket } = await hosts.send(address, 8080, request).catch(() => ({ socket: undefined }));
    const again = () => void world.clock.sleep(1_000).then(connect);
    if (!socket) return again();
    seen.push({ at: world.clock.now(), event: "connected" });
    socket.onClose(() => {
      seen.push({ at: world.clock.now(), event: "cut" });
      again();
    });
  };
  void connect();
  return {
    seen,
    stop() {
      going = false;
    },
  };
}

test(
  "websockets live until their node ends, nobody gets one in the window, and all come back",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      let clients: ReturnType<typeof stayConnected>[] = [];
      const { state, violations, events } = await judgedUpgrade({
        cloud: quick,
        arrange(cloud) {
          const addresses = cloud.hosts.resolve(cloud.values.loadBalancer.noticeboard!.dnsName);
          clients = [0, 1, 2, 3, 4, 5].map((index) => stayConnected(cloud, addresses[index % addresses.length]!));
        },
      });
      for (const client of clients) client.stop();
      expect(violations).toEqual([]);
      expect(state.status).toBe("succeeded");
      const [closed, quiet, opening] = ["closed", "quiet", "opening-started"].map((type) =>
        Date.parse(events.find((event) => event.type === type)!.at),
      ) as [number, number, number];
      for (const { seen } of clients) {
        expect(seen.map(({ event }) => event)).toEqual(["connected", "cut", "connected"]);
        const [first, cut, second] = seen.map((each) => each.at) as [number, number, number];
        expect(first).toBeLessThan(closed);
        expect(cut).toBeGreaterThan(closed);
        expect(cut).toBeLessThanOrEqual(quiet);
        expect(second).toBeGreaterThanOrEqual(opening);
      }
    }),
);
