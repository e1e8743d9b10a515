import type { Finding } from "./findings.ts";
import { linePattern } from "./line-pattern.ts";

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
    writesPatterns,
    writesLinePatterns,
  ]
    .flatMap((rule) => rule(target))
    .map((finding) => ({ ...finding, path: ["targets", name, ...finding.path] }));
}

type Raw = Record<string, unknown>;
const isRecord = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const records = (value: unknown): Raw[] => (Array.isArray(value) ? value.filter(isRecord) : []);

function needsProbes(target: Raw): Finding[] {
  if (target.app !== "generic" || target.probes !== undefined) return [];
  return [
    {
      path: ["probes"],
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

function writesPatterns(target: Raw): Finding[] {
  const probes = isRecord(target.probes) ? target.probes : {};
  const places: { path: (string | number)[]; match: unknown }[] = [
    { path: ["probes", "ready", "match"], match: isRecord(probes.ready) ? probes.ready.match : undefined },
    ...records(probes.fatal).map((match, index) => ({ path: ["probes", "fatal", index], match })),
  ];
  return places.flatMap(({ path, match }) => {
    if (!isRecord(match)) return [];
    if (Object.keys(match).length === 0)
      return [{ path, expected: "status, body or json", found: "a match that every answer meets" }];
    const pattern = isRecord(match.json) ? match.json.pattern : undefined;
    if (typeof pattern !== "string") return [];
    try {
      new RegExp(pattern);
      return [];
    } catch (error) {
      return [
        {
          path: [...path, "json", "pattern"],
          expected: "a regular expression",
          found: `${JSON.stringify(pattern)} (${(error as Error).message})`,
        },
      ];
    }
  });
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
