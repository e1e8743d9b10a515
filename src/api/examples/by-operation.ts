import { summaryOf } from "../schemas.ts";
import { diagnosisAsText } from "../text/doctor.ts";
import { eventsAsText } from "../text/events.ts";
import { operationAsText, operationsAsText } from "../text/operation.ts";
import { planAsText } from "../text/plan.ts";
import { receiptAsText } from "../text/receipt.ts";
import { targetAsText, targetsAsText } from "../text/targets.ts";
import {
  breakGlassExample,
  bypass,
  diagnosis,
  discards,
  events,
  operations,
  plan,
  receipt,
  target,
  targetSummary,
} from "./answers.ts";
import { ID, IMAGE } from "./story.ts";

/** An example by its name among the document's components. */
export type Example = { summary: string; value: unknown };
type OfOperation = {
  request?: Record<string, Example>;
  json?: Record<string, Example>;
  text?: Record<string, Example>;
};

const orders: Record<string, Example> = {
  "upgrade-to-a-version": {
    summary: "An upgrade to a version of the image that runs, with somebody to look before the site opens",
    value: { procedure: "upgrade", version: "2.0.0", approval: "before-open", comment: "release 2.0" },
  },
  "upgrade-to-an-image": {
    summary: "An upgrade to an image, at night, that goes back by itself",
    value: {
      procedure: "upgrade",
      image: IMAGE,
      onFailure: "rollback",
      notBefore: "2026-01-15T22:00:00+01:00",
      mustOpenBy: "2026-01-16T05:00:00+01:00",
    },
  },
  "first-start": {
    summary: "A new cluster, with a pause for what is set up by hand on its first node",
    value: { procedure: "first-start", database: "empty", counts: { "crm-web": 2 }, pause: true },
  },
  maintenance: {
    summary: "Two hours of work on one node, with the page up",
    value: { procedure: "maintenance", within: "2h", comment: "enable the export plugin" },
  },
  rollback: {
    summary: "Takes a finished upgrade back, and with it what visitors wrote since",
    value: { procedure: "rollback", of: ID, discards },
  },
};

const text = (name: string, summary: string, value: string) => ({ [`${name}-as-text`]: { summary, value } });
const moments = {
  started: "Accepted",
  running: "While it migrates",
  waiting: "While it waits for somebody to look",
  held: "Held, because the migration failed",
  succeeded: "At its end",
};
const operation = (name: keyof typeof moments): Pick<OfOperation, "json" | "text"> => ({
  json: { [`operation-${name}`]: { summary: moments[name], value: operations[name] } },
  text: text(`operation-${name}`, moments[name], operationAsText(operations[name])),
});
const both = (...each: Pick<OfOperation, "json" | "text">[]): Pick<OfOperation, "json" | "text"> => ({
  json: Object.assign({}, ...each.map(({ json }) => json)) as Record<string, Example>,
  text: Object.assign({}, ...each.map((of) => of.text)) as Record<string, Example>,
});

const list = [summaryOf(operations.running)];

/** What is shown of each operation of the document, by its id; of the same operation of a target throughout. */
export const examples: Record<string, OfOperation> = {
  listTargets: {
    json: { targets: { summary: "One, which an operation holds", value: { targets: [targetSummary] } } },
    text: text("targets", "One, which an operation holds", targetsAsText([targetSummary])),
  },
  getTarget: {
    json: { target: { summary: "While it is upgraded", value: target } },
    text: text("target", "While it is upgraded", targetAsText(target)),
  },
  doctor: {
    json: { diagnosis: { summary: "All is well", value: diagnosis } },
    text: text("diagnosis", "All is well", diagnosisAsText(diagnosis)),
  },
  plan: {
    request: orders,
    json: { plan: { summary: "Shortened: a check and a change of many", value: plan } },
    text: text("plan", "Shortened: a check and a change of many", planAsText(plan)),
  },
  startOperation: { request: orders, ...operation("started") },
  listOperations: {
    json: { operations: { summary: "The last one", value: { operations: list } } },
    text: text("operations", "The last one", operationsAsText(list)),
  },
  getOperation: both(operation("running"), operation("waiting"), operation("held"), operation("succeeded")),
  getEvents: {
    json: { events: { summary: "The last three so far", value: events } },
    text: text("events", "The last three so far", eventsAsText(events.events, events.version)),
  },
  decide: {
    request: {
      proceed: { summary: "Goes on", value: { decision: "proceed", comment: "orders look right" } },
      "rollback-that-discards": {
        summary: "Goes back, and loses what was written since the site opened",
        value: { decision: "rollback", discards },
      },
      "rollback-to-the-data-as-it-is": {
        summary: "Goes back without a restore: somebody has made sure of the data",
        value: { decision: "rollback", data: "as-it-is", comment: "the task only read" },
      },
    },
    ...operation("waiting"),
  },
  restore: {
    request: { restore: { summary: "Says why", value: { comment: "nothing moves since 02:20" } } },
    ...operation("held"),
  },
  getBreakGlass: { text: text("break-glass", "How it begins", breakGlassExample) },
  getBypass: {
    json: { bypass: { summary: "While the window is open", value: bypass } },
    text: text("bypass", "While the window is open", `${bypass.curl}\n`),
  },
  getReceipt: {
    json: { receipt: { summary: "Of an upgrade that is done", value: receipt } },
    text: text("receipt", "Of an upgrade that is done", receiptAsText(receipt)),
  },
  health: { json: { health: { summary: "It is up", value: { status: "ok", version: "1.0.0" } } } },
};
