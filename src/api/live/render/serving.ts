import type { Markup } from "../markup.ts";
import type { LiveView } from "../view-schema.ts";
import { mark, section } from "./section.ts";
import { moment } from "./times.ts";

const WHICH = { old: "from before", new: "new", other: "" };
const SEEN = { now: "", before: "As it was before.", after: "As it was left." };

/** Who serves what: the nodes, the entrances, the data. */
export function serving({ nodes, listeners, database, snapshot, cloud, active }: LiveView): Markup {
  return section(
    "serving",
    "Who serves what",
    ...asked(cloud, active),
    ...(SEEN[nodes.asked] && nodes.groups.length > 0
      ? [["p", { class: "small" }, SEEN[nodes.asked]] satisfies Markup]
      : []),
    nodes.groups.length > 0
      ? table(nodes.groups)
      : ["p", {}, nodes.asked === "now" ? "No node runs." : "The nodes are not known yet."],
    ["dl", { class: "facts" }, ...facts({ nodes, listeners, database, snapshot })],
  );
}

function asked(cloud: LiveView["cloud"], active: boolean): Markup[] {
  if (!active) return [];
  if (!cloud) return [["p", { class: "small" }, "The cloud is being asked."]];
  if (cloud.problem)
    return [["p", { class: "problem" }, `${cloud.problem}. What the operation itself says is still here.`]];
  const unread = cloud.unread.length > 0 ? ` It could not say: ${cloud.unread.join(", ")}.` : "";
  return [["p", { class: "small" }, "What AWS says, at ", moment(cloud.at, "seconds"), `.${unread}`]];
}

const table = (groups: LiveView["nodes"]["groups"]): Markup => [
  "table",
  {},
  ["caption", { class: "hidden" }, "Nodes by service, version and state"],
  [
    "thead",
    {},
    ["tr", {}, ...["Nodes", "Service", "Runs", "State"].map((name): Markup => ["th", { scope: "col" }, name])],
  ],
  [
    "tbody",
    {},
    ...groups.map(
      ({ service, runs, which, state, count, alone }): Markup => [
        "tr",
        {},
        ["td", { class: "number" }, String(count)],
        ["td", {}, service, alone ? ", alone" : ""],
        [
          "td",
          {},
          runs,
          WHICH[which] && " ",
          ...(WHICH[which] ? [["span", { class: `badge ${which}` }, WHICH[which]] satisfies Markup] : []),
        ],
        ["td", {}, state],
      ],
    ),
  ],
];

function facts({
  nodes,
  listeners,
  database,
  snapshot,
}: Pick<LiveView, "nodes" | "listeners" | "database" | "snapshot">): Markup[] {
  return [
    ...nodes.services.map(({ name, wanted, running, starting }) =>
      fact(`Service ${name}`, `${running} of ${wanted} running${starting > 0 ? `, ${starting} starting` : ""}`),
    ),
    ...(listeners ?? []).map(({ name, closed }) =>
      fact(
        `Entrance ${name}`,
        mark(closed ? "to-come" : "done"),
        closed ? " closed: the maintenance page answers" : " open",
      ),
    ),
    ...(database ? [fact(`Database ${database.identifier}`, database.status)] : []),
    ...(snapshot ? [fact("Snapshot", snapshot.name ? `${snapshot.name}, ${snapshot.state}` : snapshot.state)] : []),
  ];
}

const fact = (name: string, ...value: Markup[]): Markup => ["div", {}, ["dt", {}, name], ["dd", {}, ...value]];
