import { expect, test } from "vitest";
import { isLoadBalancersOwn } from "../../../src/procedures/instead.ts";
import type { Http } from "../../../src/targets/http.ts";
import { unreachedBy } from "../../../src/targets/unreached.ts";
import type { Meddling } from "../../simulation/judged-upgrade.ts";
import { refusedShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";

/** As it ends for a runbook to which the load balancer does not answer. */
const failing =
  (error: object): Meddling["meddle"] =>
  ({ runbook }) => {
    runbook.http = () => Promise.reject(unreachedBy(error));
  };
const answering =
  (answer: Awaited<ReturnType<Http>>): Meddling["meddle"] =>
  ({ runbook }) => {
    runbook.http = async () => answer;
  };
const timedOut = new DOMException("The operation was aborted due to timeout", "TimeoutError");
const loadBalancer = (members: string) => ({ seed: `loadBalancers: { noticeboard: { ${members} } }` });

const shapes: Record<string, Meddling> = {
  "an internal load balancer that the runbook has no way to": {
    cloud: loadBalancer("internal: true, securityGroups: [sg-0a1b2c3d]"),
    meddle: failing(timedOut),
  },
  "a load balancer whose security groups let the distribution in alone": {
    cloud: loadBalancer("securityGroups: [sg-0a1b2c3d, sg-4e5f6a7b]"),
    meddle: failing(timedOut),
  },
  "a load balancer whose name the runbook cannot resolve": {
    meddle: ({ runbook }) => {
      runbook.resolveName = (name) =>
        Promise.reject(unreachedBy(Object.assign(new Error(`queryA ENOTFOUND ${name}`), { code: "ENOTFOUND" })));
    },
  },
  "addresses that refuse connections": {
    meddle: failing(Object.assign(new Error("connect ECONNREFUSED 198.18.0.1:8080"), { code: "ECONNREFUSED" })),
  },
  "a certificate for another name": {
    meddle: failing(
      Object.assign(
        new Error(
          "Hostname/IP does not match certificate's altnames: Host: crm.example.com. is not in the cert's altnames: DNS:origin.example.com",
        ),
        { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
      ),
    ),
  },
  "a certificate of an authority of one's own": {
    meddle: failing(
      Object.assign(new Error("self-signed certificate in certificate chain"), { code: "SELF_SIGNED_CERT_IN_CHAIN" }),
    ),
  },
  "a firewall that refuses the runbook": {
    meddle: answering({ status: 403, headers: { server: "awselb/2.0" }, body: "<html>" }),
  },
  "a url that redirects": {
    meddle: answering({
      status: 301,
      headers: { server: "awselb/2.0", location: "https://crm.example.com:443/" },
      body: "",
    }),
  },
};

for (const [name, meddling] of Object.entries(shapes))
  test(`refuses, and says what to do: ${name}`, { timeout: 60_000 }, () =>
    inVirtualTime(async () => void (await refusedShape(`unreached/${name.replaceAll(/[^a-z]+/g, "-")}`, meddling))),
  );

test("knows the load balancer's own answers by their Server header", () => {
  expect(isLoadBalancersOwn({ headers: { server: "awselb/2.0" } })).toBe(true);
  expect(isLoadBalancersOwn({ headers: { server: "nginx" } })).toBe(false);
  expect(isLoadBalancersOwn({ headers: {} })).toBe(false);
});
