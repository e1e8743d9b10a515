import { approversMayDecide } from "./approver-rules.ts";
import type { Finding } from "./findings.ts";
import { linePattern } from "./line-pattern.ts";
import { brokenPageRules } from "./page-rules.ts";
import { type PresetData, presetNames, presets } from "./presets/preset.ts";

/**
 * What one key of a target demands of another, which the schema of a single value cannot say. Rules judge the raw value, so that they
 * speak up beside the schema's own findings; where a value has the wrong shape they are silent, because the schema is not.
 */
export function brokenRules(name: string, target: unknown): Finding[] {
  if (!isRecord(target)) return [];
  return [
    needsProbes,
    namesServicesOnce,
    namesServicesShortly,
    acceptsNoPullRequests,
    approversMayDecide,
    listsPlugins,
    writesLinePatterns,
    fitsThePage,
    skipsWhatItKnows,
  ]
    .flatMap((rule) => rule(target))
    .map((finding) => ({ ...finding, path: ["targets", name, ...finding.path] }));
}

type Raw = Record<string, unknown>;
const isRecord = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

function needsProbes(target: Raw): Finding[] {
  const { probes } = target;
  if (target.app !== "generic" || (isRecord(probes) && probes.ready !== undefined)) return [];
  return [
    {
      path: probes === undefined ? ["probes"] : ["probes", "ready"],
      expected: "probes, because `app: generic` has none of its own",
      found: "nothing",
      hint: "say at least probes.ready: the path and the answer of a node that serves",
    },
  ];
}

function namesServicesOnce(target: Raw): Finding[] {
  const names = (Array.isArray(target.services) ? target.services : []).map((each) => {
    const name = isRecord(each) ? each.name : undefined;
    return typeof name === "string" ? (name.split("/").at(-1) ?? name) : undefined;
  });
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index
      ? [{ path: ["services", index, "name"], expected: "every service once", found: `"${name}" again` }]
      : [],
  );
}

function namesServicesShortly(target: Raw): Finding[] {
  return (Array.isArray(target.services) ? target.services : []).flatMap((each, index) => {
    const name = isRecord(each) ? each.name : undefined;
    if (typeof name !== "string" || !name.includes("/")) return [];
    return [
      {
        path: ["services", index, "name"],
        expected: "the service's name alone: its cluster has a line of its own",
        found: `"${name}"`,
        hint: `say "${name.split("/").at(-1)}", and the cluster under \`cluster\``,
      },
    ];
  });
}

function skipsWhatItKnows(target: Raw): Finding[] {
  const { skipSameVersionUpgrade: skip } = isRecord(target.followers) ? target.followers : {};
  if (skip === undefined || skip === false) return [];
  const path = ["followers", "skipSameVersionUpgrade"];
  const preset = presetNames.find((name) => name === target.app);
  const isKnown = skip !== true || (preset && (presets[preset] as PresetData).skipSameVersionUpgrade);
  return [
    ...(isKnown
      ? []
      : [
          {
            path,
            expected: "an application whose preset knows the variable",
            found: `app: ${String(target.app)}, which has none`,
            hint: 'give the variables themselves, such as { SKIP_UPGRADE: "true" }, or leave it away',
          },
        ]),
    ...(target.leader === "service"
      ? [
          {
            path,
            expected: "a leader outside its service, which can be told otherwise than its followers",
            found: "leader: service",
            hint: "leave it away, or let the leader be a task",
          },
        ]
      : []),
  ];
}

function acceptsNoPullRequests(target: Raw): Finding[] {
  const github = isRecord(target.access) && Array.isArray(target.access.github) ? target.access.github : [];
  return github.flatMap((entry, index) => {
    const events = isRecord(entry) && Array.isArray(entry.events) ? entry.events : [];
    return events.flatMap((event, place) =>
      typeof event === "string" && event.startsWith("pull_request")
        ? [
            {
              path: ["access", "github", index, "events", place],
              expected: "an event that only people with write access cause",
              found: `"${event}", which is refused whatever this file says`,
            },
          ]
        : [],
    );
  });
}

function listsPlugins(target: Raw): Finding[] {
  const app = presetNames.find((name) => name === target.app);
  const given = isRecord(target.probes) ? target.probes.inventory : undefined;
  const hasInventory = given !== undefined || (app && (presets[app] as PresetData).probes.inventory !== undefined);
  if (target.plugins === undefined || hasInventory) return [];
  return [
    {
      path: ["plugins"],
      expected: "no plugins where the application is not asked for them",
      found: "plugins, and no probes.inventory",
      hint: "say with probes.inventory where the application lists its plugins",
    },
  ];
}

function writesLinePatterns(target: Raw): Finding[] {
  const services = Array.isArray(target.services) ? target.services : [];
  return services.flatMap((service, index) => {
    const log = isRecord(service) && isRecord(service.ready) ? service.ready.log : undefined;
    if (typeof log !== "string") return [];
    try {
      linePattern(log);
      return [];
    } catch (error) {
      return [
        {
          path: ["services", index, "ready", "log"],
          expected: "a text, or a regular expression between slashes",
          found: `${log} (${(error as Error).message})`,
        },
      ];
    }
  });
}

const fitsThePage = (target: Raw): Finding[] =>
  brokenPageRules(target.page).map((finding) => ({ ...finding, path: ["page", ...finding.path] }));
