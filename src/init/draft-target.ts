import { guardOf, nameOfDoor } from "../procedures/doors.ts";
import { draftData } from "./draft-data.ts";
import { draftProbes } from "./draft-probes.ts";
import { draftUrl } from "./draft-url.ts";
import { draftUsers } from "./draft-users.ts";
import type { Entry } from "./entry.ts";
import { type Found, isFound } from "./found.ts";
import { resourceEntries } from "./resource-entries.ts";

/** A target as its lines will be, with what was found where, and what a person must decide. */
export const draftTarget = (found: Found): Entry[] => [
  { key: "app", value: found.app.value, above: [`Found: ${found.app.because}.`] },
  ...draftProbes(found),
  draftUrl(found),
  { key: "cluster", value: found.cluster },
  ...services(found),
  ...leader(found),
  ...draftData(found),
  ...draftUsers(found),
  ...settings(found),
  ...people(found),
  ...resources(found),
];

function services({ services, neighbours }: Found): Entry[] {
  const others = neighbours.filter(({ own }) => own);
  return [
    {
      key: "services",
      value: services.map(({ service, container }) => ({ name: service.name, container })),
      above: [
        "Every ECS service on this database. The first is the leader's: one node of it migrates, alone.",
        ...services.map(
          ({ service, container, image, because }) => `Found in ${service.name}: ${container}, ${image} (${because}).`,
        ),
        ...(others.length
          ? [
              `DECIDE: ${others.map(({ service }) => service).join(", ")} ${others.length === 1 ? "runs" : "run"} the same image on the same database. Add ${others.length === 1 ? "it" : "them"} to this list, or no operation begins: an old version would write while the new one migrates.`,
            ]
          : []),
      ],
    },
  ];
}

function leader({ services, launchVolumes }: Found): Entry[] {
  const service = services[0]?.service;
  const reason = launchVolumes.length
    ? `${launchVolumes.join(", ")}, which a standalone task is not given`
    : service?.serviceConnect
      ? `${service.name} uses Service Connect, which a standalone task has not`
      : service?.serviceRegistries
        ? `${service.name} uses service discovery, which a standalone task has not`
        : undefined;
  if (!reason) return [];
  return [
    {
      key: "leader",
      value: "service",
      above: [
        `Found: ${reason}.`,
        "RISKY: ECS replaces a leader that ends, and only the runbook, which looks every second, stops the replacement before its container runs. With `task` nothing can start a second migration.",
      ],
    },
  ];
}

function settings({ survey: { doors }, scalableTargets }: Found): Entry[] {
  const guarded = doors.filter(({ rule }) => guardOf(rule));
  const scaled = scalableTargets.map(
    ({ resourceId, minCapacity, maxCapacity }) =>
      `${resourceId.split("/").at(-1)} from ${minCapacity} to ${maxCapacity}`,
  );
  return [
    ...(scaled.length
      ? [
          {
            above: [
              `Found: Application Auto Scaling of ${scaled.join(", ")}. It is suspended inside the window, and as before after it.`,
            ],
          },
        ]
      : []),
    ...(guarded.length
      ? [
          {
            above: [
              `DECIDE: ${guarded.map(nameOfDoor).join("; ")} asks for a login, behind which the new version cannot be verified. This lets requests with the window's secret header past it:`,
              "loadBalancer: { bypassAuthentication: true }",
            ],
          },
        ]
      : []),
    {
      above: [
        "Defaults that apply: a failure past the point of no return holds the page and waits for a decision (`onFailure: hold`); nobody is asked in between (`approval: { ask: none }`); five snapshots are kept; a migration may take 30 minutes (`timeouts: { migrate: 30m }`).",
        "DECIDE before the first rollback: a security group without incoming rules in the database's VPC, which the present database is put behind. Without it nothing is restored:",
        "restore: { fence: sg-… }",
      ],
    },
  ];
}

const people = (_found: Found): Entry[] => [
  {
    key: "access",
    value: { github: [], iam: [] },
    above: [
      "DECIDE who may do what. Nobody may, until this says it. Take the repository's numeric id: names can be taken over.",
      'github: [{ repository_id: "123456", environment: production, allow: [plan, upgrade, decide] }]',
      'iam: [{ role: "arn:aws:iam::111122223333:role/operator", allow: ["*"] }]',
    ],
  },
];

const resources = ({ resources: found, database }: Found): Entry[] => [
  {
    key: "resources",
    entries: resourceEntries(found),
    above: [
      "What of AWS the target is made of: the deployment's permissions name these and no others. After each change of it: `npm run init -- --refresh`, and deploy.",
      ...(isFound(database)
        ? []
        : ["Once `database` is decided, run `npm run init -- --refresh`: what is known of it belongs here."]),
    ],
  },
];
