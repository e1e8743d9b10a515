import { expect, test } from "vitest";
import { type CachingProxyOptions, putProxyInFront } from "../../simulation/caching-proxy.ts";
import { judgedUpgrade, type Meddling } from "../../simulation/judged-upgrade.ts";
import { provenShape } from "../../simulation/proven-shape.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const URL_OF_USERS = "http://crm.example.com";
const seed = `intermission: { targets: { noticeboard: { url: "${URL_OF_USERS}" } } }`;

/** Somebody who looks at the health check through the proxy for a quarter of an hour, so that whatever it shows is cached. */
async function monitor({ hosts, world }: SimulatedCloud) {
  const until = world.clock.now() + 900_000;
  while (world.clock.now() < until) {
    const [address] = hosts.resolve("crm.example.com");
    const headers = { host: "crm.example.com" };
    await hosts
      .send(address!, 80, { method: "GET", path: "/api/__health_check", headers, remoteAddress: "203.0.113.9" })
      .catch(() => undefined);
    await world.clock.sleep(3_000);
  }
}

const behind = (options: Partial<CachingProxyOptions> = {}): Meddling => ({
  cloud: { seed },
  arrange(cloud) {
    putProxyInFront(cloud, { name: "crm.example.com", ...options });
    void monitor(cloud);
  },
});

test("a distribution in front that keeps errors for ten seconds", { timeout: 60_000 }, () =>
  inVirtualTime(async () => void (await provenShape("cloudfront", behind()))),
);

test("a distribution in front that goes on showing what it has kept", { timeout: 60_000 }, () =>
  inVirtualTime(async () => void (await provenShape("cloudfront-keeps-answers", behind({ ttlMs: 60_000 })))),
);

test("a distribution that shows the page for an hour does not hold a healthy site", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const { state, violations, cloud } = await judgedUpgrade(behind({ errorTtlMs: 3_600_000 }));
    expect(violations).toEqual([]);
    expect(state.status).toBe("succeeded");
    expect(state.leftovers).toEqual([
      {
        what: expect.stringMatching(
          /^CloudFront does not show the application, which answers at every address of the load balancer: expected within 300 s/,
        ),
        fix: expect.stringContaining("invalidate the cache of CloudFront"),
      },
    ]);
    expect(cloud.alarms.map(({ event }) => event)).toEqual(["operation-left-something"]);
  }),
);

test("a proxy that challenges the runbook is not waited for", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const challenge = { status: 403, headers: { server: "cloudflare", "cf-ray": "8f0c-FRA" }, body: "<html>" };
    const { state, violations } = await judgedUpgrade(
      behind({ instead: { remoteAddress: "192.0.2.1", response: challenge } }),
    );
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(state.checks.find(({ name }) => name === "url-leads-straight-here")).toMatchObject({
      outcome: "warned",
      found: "Cloudflare (cf-ray: 8f0c-FRA) at 203.0.113.80, 203.0.113.81 shows 403 (an HTML page)",
    });
  }),
);

test("what is put back behind a distribution is not held for its cache either", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const shape = behind({ errorTtlMs: 3_600_000 });
    const { state, violations } = await judgedUpgrade({ ...shape, cloud: { seed, cannotStart: true } });
    expect(violations).toEqual([]);
    expect(state.status).toBe("rolled-back");
    expect(state.leftovers).toHaveLength(1);
    expect(state.leftovers[0]!.what).toContain("CloudFront does not show the application");
  }),
);

test("rules that let only the distribution through are passed as it passes them", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    await provenShape("cloudfront-secret", {
      cloud: {
        seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { fixedResponse: { status: 403, body: "Through the front, please" } }
        rules:
          - priority: 10
            conditions: { host: [origin.example.com], headers: { x-origin-verify: ["7c4a8d09ca37"] } }
            action: { targetGroup: noticeboard }
${seed}`,
      },
      arrange(cloud) {
        putProxyInFront(cloud, {
          name: "crm.example.com",
          originHost: "origin.example.com",
          originHeaders: { "x-origin-verify": "7c4a8d09ca37" },
        });
      },
    });
  }),
);
