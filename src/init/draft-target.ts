import { nameOfDatabase } from "../procedures/database.ts";
import { guardOf, nameOfDoor } from "../procedures/doors.ts";
import { draftProbes } from "./draft-probes.ts";
import { draftUsers } from "./draft-users.ts";
import { type Entry, UNDECIDED } from "./entry.ts";
import { type Found, isFound } from "./found.ts";
import { resourceEntries } from "./resource-entries.ts";

/** A target as its lines will be, with what was found where, and what a person must decide. */
export const draftTarget = (found: Found): Entry[] => [
  { key: "app", value: found.app.value, above: [`Found: ${found.app.because}.`] },
  ...draftProbes(found),
  url(found),
  { key: "cluster", value: found.cluster },
  ...services(found),
  ...leader(found),
  database(found),
  ...storage(found),
  ...draftUsers(found),
  ...settings(found),
  ...people(found),
  ...resources(found),
];

function url({ url: choice }: Found): Entry {
  const meaning = "How users reach the application: what probes ask for, and the host that the page is proven at.";
  if (!isFound(choice))
    return {
      key: "url",
      value: UNDECIDED,
      above: [`DECIDE. ${meaning} Not found: ${choice.because}.`, ...choice.choices.map((each) => `- ${each}`)],
    };
  const own = choice.because.includes("own name");
  return {
    key: "url",
    value: choice.value,
    above: [
      `Found: ${choice.because}. ${meaning}`,
      ...(own ? ["RISKY where users come by another name (Route 53, CloudFront, another proxy): say that one."] : []),
    ],
  };
}

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

function database({ database: choice }: Found): Entry {
  const meaning = "What is snapshotted before the migration, and restored if it fails.";
  if (!isFound(choice))
    return {
      key: "database",
      value: UNDECIDED,
      above: [
        `DECIDE. ${meaning} Not found: ${choice.because}.`,
        ...choice.choices.map((each) => `- ${each.replaceAll("`", "")}`),
        "`none` means that there is nothing to restore: a failed migration is then yours to mend.",
      ],
    };
  const { value, because } = choice;
  if (value === "none") return { key: "database", value, above: [`Found: ${because}.`] };
  return {
    key: "database",
    value: { [value.kind]: value.identifier },
    above: [
      `Found: ${because}. ${meaning}`,
      `It is ${value.engine} ${value.engineVersion}${value.kmsKey ? ", encrypted: its restores need the key in `resources.databaseKey`" : ", not encrypted"}${value.backupWindow ? `; automated backups ${value.backupWindow} UTC, in which no snapshot can be taken` : ""}.`,
      ...(value.replicas.length
        ? [
            `RISKY: it has read replicas, which follow the migration, and which a restore of ${nameOfDatabase(value)} does not bring back.`,
          ]
        : []),
    ],
  };
}

const storage = ({ sharedVolumes }: Found): Entry[] =>
  sharedVolumes.length
    ? [
        {
          key: "storage",
          value: UNDECIDED,
          above: [
            `DECIDE what going back means for files that no snapshot of the database holds. Found: ${sharedVolumes.join("; ")}.`,
            "- unaffected: an upgrade changes no file that the old version needs",
            "- app-restores: the application puts its files back by itself",
            "- mine: you back them up before each upgrade, and put them back after a restore; nothing here does",
          ],
        },
      ]
    : [];

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
