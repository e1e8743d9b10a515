import { createHash } from "node:crypto";
import type { ObservedCall } from "../../src/sandbox/wire/server.ts";

/** A call of the runbook that leaves something behind: a checkpoint of its execution, or an effect on AWS, the operations' table included. */
export type NamedCall = {
  kind: "checkpoint" | "effect" | "read";
  /** The same in every run of the procedure, whatever identifiers AWS makes up and however often a worker comes by. */
  name: string;
};

type Update = { Id?: string; ParentId?: string; Name?: string; Type?: string; Action?: string };

const READS = /^(Describe|Get|List|Query|BatchGet|Scan|Head|Lookup)/;

/**
 * Names the calls of one execution, in the order in which they come. A checkpoint is named after what it says. An effect is named after the last
 * thing that the execution remembers to have finished: whoever starts anew starts there, and comes by the same calls again.
 */
export function createPointNamer(): { name(call: ObservedCall): NamedCall; startAnew(): void } {
  const paths = new Map<string, string>();
  let finished = "the beginning";
  /** Numbers of the operation's events, when that was finished and now. */
  const events = { atThatTime: 0, now: 0 };
  const reads = new Map<string, number>();

  function ofCheckpoint(updates: Update[]): NamedCall {
    const told = updates.map(({ Id = "", ParentId = "", Name, Type, Action }) => {
      const parent = paths.get(ParentId);
      const path = [parent, Name ?? Type?.toLowerCase()].filter((part) => part !== undefined).join(" › ");
      paths.set(Id, path);
      return { path: scrubbed(path), action: Action ?? "" };
    });
    const end = told.findLast(({ action }) => action !== "START");
    if (end) {
      finished = `${end.path} ${end.action}`;
      events.atThatTime = events.now;
      reads.clear();
    }
    return { kind: "checkpoint", name: told.map(({ path, action }) => `${path} ${action}`).join(" + ") || "(empty)" };
  }

  function nameOfEffect({ service, operation, parameters }: ObservedCall): string {
    const sortKey = (parameters as { Key?: { sk?: { S?: string } } } | undefined)?.Key?.sk?.S;
    if (service !== "DynamoDB" || sortKey === undefined) return `${operation} ${digest(parameters)}`;
    const [, number] = /^event#(\d+)$/.exec(sortKey) ?? [];
    if (number === undefined) return `${operation} ${scrubbed(sortKey)}`;
    events.now = Math.max(events.now, Number(number));
    return `${operation} event +${Number(number) - events.atThatTime}`;
  }

  return {
    name(call) {
      const { service, operation, parameters } = call;
      if (operation === "CheckpointDurableExecution")
        return ofCheckpoint((parameters as { Updates?: Update[] }).Updates ?? []);
      if (!READS.test(operation)) return { kind: "effect", name: `after ${finished}: ${nameOfEffect(call)}` };
      const what = `${service} ${operation} ${digest(parameters)}`;
      const nth = (reads.get(what) ?? 0) + 1;
      reads.set(what, nth);
      return { kind: "read", name: `after ${finished}: ${what} #${nth}` };
    },
    startAnew: () => reads.clear(),
  };
}

const scrubbed = (text: string): string =>
  text
    .replace(/op-\d{8}-\d{6}-[0-9a-f]{6}/g, "OPERATION")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    // When the site is said to be back: in words, and in the page's script.
    .replace(/\b\d\d:\d\d UTC/g, "TIME")
    .replace(/6e4\+\d+/g, "TIME")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "ID")
    .replace(/[0-9a-f]{16,}/g, "ID")
    // The short form of the operation's id, in the names of databases.
    .replace(/-(before|restored)-[0-9a-f]{6}\b/g, "-$1-OPERATION")
    // What a database is given where nobody names one.
    .replace(/\b(?:[a-z]{3}:)?\d\d:\d\d-(?:[a-z]{3}:)?\d\d:\d\d\b/g, "WINDOW")
    .replace(/127(\.\d{1,3}){3}/g, "ADDRESS")
    // What lets people past the page is drawn anew for every operation.
    .replace(/("HttpHeaderName":"[^"]*","Values":)\[[^\]]*\]/g, "$1[]");

/** Short, and different for different parameters. */
const digest = (parameters: unknown): string =>
  createHash("sha256")
    .update(scrubbed(JSON.stringify(parameters) ?? ""))
    .digest("hex")
    .slice(0, 4);
