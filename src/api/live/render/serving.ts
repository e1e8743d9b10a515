import { type Markup, onlyIf } from "../markup.ts";
import type { LiveView } from "../view-schema.ts";
import { mark, section } from "./section.ts";
import { moment } from "./times.ts";

type Nodes = LiveView["nodes"];
const WHICH = { old: "from before", new: "new", other: "" };
const SEEN = { now: "", before: "As it was before.", after: "As it was left." };

/** Who serves what: the nodes, the entrances, the data. */
export function serving(view: LiveView): Markup {
  const { nodes, cloud, active } = view;
  return section(
    "serving",
    "Who serves what",
    ...onlyIf(active, () => asked(cloud)),
    ...onlyIf(nodes.groups.length > 0 && SEEN[nodes.asked], (seen) => ["p", { class: "small" }, seen]),
    nodes.groups.length > 0
      ? table(nodes.groups)
      : ["p", { class: "none" }, nodes.asked === "now" ? "No node runs." : "The nodes are not known yet."],
    ["dl", { class: "facts" }, ...facts(view)],
  );
}

function asked(cloud: LiveView["cloud"]): Markup {
  if (!cloud) return ["p", { class: "small" }, "The cloud is being asked."];
  if (cloud.problem)
    return ["p", { class: "problem" }, `${cloud.problem}. What the operation itself says is still here.`];
  const unread = cloud.unread.length > 0 ? ` It could not say: ${cloud.unread.join(", ")}.` : "";
  return ["p", { class: "small" }, "What AWS says, at ", moment(cloud.at, "seconds"), `.${unread}`];
}

const table = (groups: Nodes["groups"]): Markup => [
  "table",
  {},
  ["caption", { class: "hidden" }, "Nodes by service, version and state"],
  [
    "thead",
    {},
    ["tr", {}, ...["Nodes", "Service", "Runs", "State"].map((name): Markup => ["th", { scope: "col" }, name])],
  ],
  ["tbody", {}, ...groups.map(row)],
];

const row = ({ service, runs, which, state, count, alone }: Nodes["groups"][number]): Markup => [
  "tr",
  {},
  ["td", { class: "number" }, String(count)],
  ["td", {}, service, ...onlyIf(alone, () => ["span", { class: "small" }, " by itself"])],
  ["td", {}, `${runs} `, ...onlyIf(WHICH[which], (badge) => ["span", { class: `badge ${which}` }, badge])],
  ["td", { class: "state" }, state],
];

function facts({ nodes, listeners, database, snapshot }: LiveView): Markup[] {
  return [
    ...nodes.services.map(({ name, wanted, running, starting }) =>
      fact(
        `Service ${name}`,
        wanted === 0 && running === 0
          ? "stopped: no node is wanted"
          : `${running} of ${wanted} running${starting > 0 ? `, ${starting} starting` : ""}`,
      ),
    ),
    ...(listeners ?? []).map(({ name, closed }) =>
      closed
        ? fact(`Entrance ${name}`, mark("closed"), " closed: the page answers")
        : fact(`Entrance ${name}`, mark("done"), " open"),
    ),
    ...onlyIf(database, ({ identifier, status }) => fact(`Database ${identifier}`, status)),
    ...onlyIf(snapshot, ({ name, state }) => fact("Snapshot", name ? `${name}, ${state}` : state)),
  ];
}

const fact = (name: string, ...value: Markup[]): Markup => ["div", {}, ["dt", {}, name], ["dd", {}, ...value]];
