import type { OperationEvent } from "../../operations/event.ts";
import { eventLine } from "../../operations/event-line.ts";
import { plainNames } from "./plain-names.ts";
import type { MessageView } from "./view-schema.ts";

const MOST = 50;
const LONGEST_TEXT = 2_000;

/** The last things that happened, newest first. What has a place of its own, as checks have, is left out. */
export const messagesView = (events: readonly OperationEvent[]): MessageView[] =>
  events
    .flatMap((event): MessageView[] => {
      const kind = kindOf(event);
      const line = kind && eventLine(event);
      return line ? [{ seq: event.seq, at: event.at, kind, text: shortened(plainNames(line)) }] : [];
    })
    .slice(-MOST)
    .toReversed();

/** The page is sent anew every few seconds. */
function shortened(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const start = text.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, "");
  return `${start} … (${text.length - start.length} more characters: the operation's events have them)`;
}

function kindOf(event: OperationEvent): MessageView["kind"] | undefined {
  switch (event.type) {
    case "check":
    case "forecast":
    case "requested":
      return undefined;
    case "mutation":
      return "change";
    case "progress":
    case "nodes":
    case "quiet":
    case "started":
      return "progress";
    case "phase-finished":
      return event.outcome === "failed" ? "trouble" : undefined;
    case "held":
    case "page-was-gone":
    case "discarded":
    case "going-back":
      return "trouble";
    case "finished":
      return event.status === "succeeded" ? "milestone" : "trouble";
    default:
      return "milestone";
  }
}
