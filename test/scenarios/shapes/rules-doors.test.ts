import { expect } from "vitest";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { startReaders } from "../../simulation/readers.ts";
import { virtually } from "./virtually.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const group = "{ port: 3000, healthCheck: { path: /api/__health_check, intervalSeconds: 5 } }";
const balancer = (listeners: string, groups = "") => `
loadBalancers:
  noticeboard:
    targetGroups:
      noticeboard: ${group}
${groups}
    listeners:
${listeners}
`;
/** The noticeboard's service behind two groups of one load balancer. */
const TWO_GROUPS = `
services:
  noticeboard:
    loadBalancers:
      - { targetGroup: noticeboard, container: app, port: 3000 }
      - { targetGroup: noticeboard-2, container: app, port: 3000 }
`;

virtually("a weighted, sticky forward to two groups of the target is one door", async () => {
  const { plan } = await provenShape("weighted-forward", {
    cloud: {
      ...quick,
      seed:
        balancer(
          "      - { port: 8080, default: { targetGroups: { noticeboard: 60, noticeboard-2: 40 }, stickySeconds: 600 } }",
          `      noticeboard-2: ${group}`,
        ) + TWO_GROUPS,
    },
  });
  expect(plan.mutations.filter(({ operation }) => operation === "CreateRule")).toHaveLength(2);
  expect(plan.mutations.filter(({ operation }) => operation === "RegisterTargets")).toHaveLength(2);
});

virtually("a weighted forward to a stranger's group too: its share is closed as well, with a warning", async () => {
  const { plan } = await provenShape("weighted-to-a-stranger", {
    cloud: {
      ...quick,
      neighbour: true,
      seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { targetGroup: wiki }
        rules:
          - { priority: 10, conditions: { path: ["/api/notices"] }, action: { targetGroups: { noticeboard: 90, wiki: 10 } } }
          - { priority: 20, conditions: { path: ["/api/*"] }, action: { targetGroup: noticeboard } }
`,
    },
  });
  expect(plan.checks.find(({ name }) => name === "page-closes-ours-alone")).toMatchObject({ outcome: "warned" });
});

virtually("where rules rewrite what they forward, the probes past the page are rewritten too", async () => {
  await provenShape("rewritten", {
    cloud: {
      ...quick,
      neighbour: true,
      target: [
        "probes:",
        "  ready: { path: /board/api/__health_check, match: { status: [200], body: ok } }",
        "  version: { path: /board/api/app:getInfo, json: data.version }",
      ],
      seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { targetGroup: wiki }
        rules:
          - priority: 10
            conditions: { path: ["/board/*"] }
            action: { targetGroup: noticeboard }
            transforms: { url: { regex: "^/board/(.*)$", replace: "/$1" }, host: { regex: "^.*$", replace: board.internal } }
          - { priority: 20, conditions: { pathExpressions: ["^/api/(notices|things)/?$", "^/api/v[0-9]+/"] }, action: { targetGroup: noticeboard } }
`,
    },
  });
});

virtually("a listener that redirects is left alone, and each one that forwards has a door of its own", async () => {
  await provenShape("several-listeners", {
    cloud: {
      ...quick,
      seed: balancer(`      - { port: 8080, default: { targetGroup: noticeboard } }
      - { port: 8081, default: { redirect: { to: "https://notices.example.com/" } } }
      - { port: 8082, default: { fixedResponse: { status: 404 } }, rules: [{ priority: 1000, conditions: { path: ["/api/*"] }, action: { targetGroup: noticeboard } }] }`),
    },
    visitPorts: [8082],
  });
});

virtually("a public and an internal load balancer, with a group each", async () => {
  await provenShape("public-and-internal", {
    cloud: {
      ...quick,
      seed: `
loadBalancers:
  inside:
    internal: true
    targetGroups: { noticeboard-2: ${group} }
    listeners: [{ port: 8080, default: { targetGroup: noticeboard-2 } }]
${TWO_GROUPS}
`,
    },
    visitBalancers: ["inside"],
  });
});

virtually("rules with five values to compare with have two bypass rules that share them", async () => {
  const { plan } = await provenShape("five-values", {
    cloud: {
      ...quick,
      neighbour: true,
      seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { targetGroup: wiki }
        rules:
          - { priority: 10, conditions: { path: ["/wiki/*"] }, action: { targetGroup: wiki } }
          - { priority: 100, conditions: { path: ["/api/notices", "/api/__health_check", "/api/app:getInfo"], methods: [GET, POST] }, action: { targetGroup: noticeboard } }
`,
    },
    arrange: (cloud) => void startReaders(cloud),
  });
  const rules = plan.mutations.filter(({ operation }) => operation === "CreateRule");
  expect(rules.map(({ parameters }) => parameters.Priority)).toEqual([97, 98, 99]);
});

virtually(
  "a rule whose five values cannot be shared has no bypass, and needs none: the probes come through another",
  async () => {
    const { plan } = await provenShape("five-single-values", {
      cloud: {
        ...quick,
        neighbour: true,
        seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { targetGroup: wiki }
        rules:
          - { priority: 10, conditions: { path: ["/api/*"], host: ["*.com"], methods: [GET], headers: { accept: ["*/*"] }, query: { a: b } }, action: { targetGroup: noticeboard } }
          - { priority: 20, conditions: { path: ["/api/*"] }, action: { targetGroup: noticeboard } }
`,
      },
    });
    const rules = plan.mutations.filter(({ operation }) => operation === "CreateRule");
    expect(rules.map(({ parameters }) => parameters.Priority)).toEqual([18, 9, 19]);
  },
);

virtually("more rules than a load balancer may have are refused", async () => {
  const rules = Array.from(
    { length: 99 },
    (_, index) =>
      `          - { priority: ${index + 1}, conditions: { path: ["/wiki/${index}"] }, action: { targetGroup: wiki } }`,
  );
  await refusedShape("too-many-rules", {
    cloud: {
      ...quick,
      neighbour: true,
      seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { targetGroup: noticeboard }
        rules:
${rules.join("\n")}
`,
    },
  });
});

const LISTENER =
  "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/noticeboard/bbf1f416a685beb1/763eb03dac0a9030";
const named = (...arns: string[]) => [
  `loadBalancer: { listeners: [${arns.map((arn) => JSON.stringify(arn)).join(", ")}] }`,
];

virtually(
  "where the configuration names the listeners, one more that leads to the application is refused",
  async () => {
    const seed = balancer(`      - { port: 8080, default: { targetGroup: noticeboard } }
      - { port: 8081, default: { targetGroup: noticeboard } }`);
    const { state } = await refusedShape("unnamed-listener", { cloud: { ...quick, seed, target: named(LISTENER) } });
    expect(state.problem?.message).toContain("HTTP 8081, rule default");
    expect(state.problem?.message).not.toContain("HTTP 8080, rule default");
  },
);
