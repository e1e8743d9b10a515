import { belowUrl } from "../../src/targets/users-request.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

export type Acknowledged = { at: number; text: string; price: number };

const CLAIMS = { iss: "https://login.example.com", sub: "a visitor", exp: 4_102_444_800 };
/** They have logged in, wherever a load balancer asks for it. */
const LOGGED_IN = {
  cookie: "AWSELBAuthSessionCookie-0=session",
  authorization: `Bearer e30.${Buffer.from(JSON.stringify(CLAIMS)).toString("base64url")}.c2lnbmF0dXJl`,
};

/**
 * Visitors who write a notice and read the list every so often, each time through another address and the next of the ports, those of further load balancers too, and remember what was
 * acknowledged.
 */
export function startVisitors(
  cloud: SimulatedCloud,
  { everyMs = 500, ports = [] as number[], balancers = [] as string[] } = {},
) {
  const { clock } = cloud.world;
  const target = [...cloud.configuration.targets.values()][0]!;
  const { hostname, port, host, protocol } = new URL(target.url);
  const { loadBalancers } = cloud.elb.state();
  const more = loadBalancers
    .filter(({ arn }) => balancers.some((name) => arn.includes(`/${name}/`)))
    .flatMap((balancer) => balancer.addresses);
  const addresses = [...cloud.hosts.resolve(hostname), ...more];
  const entrances = [Number(port || (protocol === "https:" ? 443 : 80)), ...ports].flatMap((each) =>
    addresses.map((address) => ({ address, port: each })),
  );
  const acknowledged: Acknowledged[] = [];
  const statuses: { at: number; status: number }[] = [];
  let going = true;
  const done = (async () => {
    for (let turn = 0; going; turn += 1) {
      const entrance = entrances[turn % entrances.length]!;
      const notice = { text: `notice ${turn}`, price: 10 + (turn % 90) };
      const at = clock.now();
      const answer = await cloud.hosts
        .send(entrance.address, entrance.port, {
          method: "POST",
          path: belowUrl(target, "/api/notices"),
          headers: { host, "content-type": "application/json", ...LOGGED_IN },
          body: JSON.stringify(notice),
          remoteAddress: "203.0.113.7",
        })
        .catch(() => ({ status: 0 }));
      statuses.push({ at, status: answer.status });
      if (answer.status === 201) acknowledged.push({ at, ...notice });
      await clock.sleep(everyMs);
    }
  })();
  return {
    acknowledged,
    statuses,
    async stop() {
      going = false;
      await done;
    },
  };
}
