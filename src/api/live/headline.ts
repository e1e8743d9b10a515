import { phaseTitles } from "../../operations/phase-titles.ts";
import { staysOpen } from "../../operations/request-words.ts";
import type { OperationState } from "../../operations/state.ts";
import { plainNames } from "./plain-names.ts";
import type { LiveView } from "./view-schema.ts";

export type Headline = Pick<LiveView, "headline" | "detail" | "tone">;

/** What there is to know first: whether the site is open, and what is going on. */
export function headlineOf(state: OperationState): Headline {
  switch (state.status) {
    case "succeeded":
      return { tone: "open", headline: "Done. The site is open", detail: done(state) };
    case "rolled-back":
      return {
        tone: "asks",
        headline: "Taken back. The site is open",
        detail: `${whyBack(state)}, so everything is as it was before.`,
      };
    case "refused":
      return {
        tone: "asks",
        headline: "Not begun. The site is open",
        detail: state.checks.some(({ outcome }) => outcome === "failed")
          ? "A check found what speaks against it, and nothing was touched."
          : "It was ended before anything was touched.",
      };
    case "held":
      return {
        tone: "trouble",
        headline: `Held. ${siteIs(state)} until somebody decides`,
        detail: "It stopped on purpose: from here no way on is safe without a person.",
      };
    case "waiting":
      return waiting(state);
    case "pending":
      return { tone: "open", headline: "About to begin. The site is open", detail: "It has been accepted." };
    case "running":
      return running(state);
  }
}

const whyBack = ({ decision }: OperationState): string =>
  decision && decision.decision !== "proceed"
    ? `${plainNames(decision.by.name)} decided to go back`
    : "It did not go as it should";

/** What the operation brought, once it succeeded. */
function done({ request, verifiedVersion }: OperationState): string {
  const version = verifiedVersion ? `, version ${verifiedVersion}` : "";
  switch (request.procedure) {
    case "upgrade":
      return `The new version serves everybody${version}.`;
    case "first-start":
      return `The application runs on all its nodes${version}.`;
    case "maintenance":
      return `The work is done, and all nodes serve again${version}.`;
    case "rollback":
      return `The version from before serves everybody again, on its own data${version}.`;
  }
}

function waiting(state: OperationState): Headline {
  switch (state.waitingFor?.for) {
    case undefined:
    case "start":
      return { tone: "open", headline: "It begins later. The site is open", detail: "Nothing has changed yet." };
    case "turn":
      return {
        tone: "open",
        headline: "It waits for its turn. The site is open",
        detail: "Others are under way first. Nothing has changed yet.",
      };
    case "before-window":
      return {
        tone: "asks",
        headline: "A decision is waited for. The site is open",
        detail: "All is ready to close it.",
      };
    case "before-scale-out":
    case "before-open":
      return {
        tone: "asks",
        headline: `A decision is waited for. ${siteIs(state)}`,
        detail: "What will serve is verified; visitors get it when somebody says so.",
      };
    case "maintenance":
      return {
        tone: state.site === "open" ? "open" : "closed",
        headline: `Work is under way. ${siteIs(state)}`,
        detail: "People work on the one node that runs, and say when they are done.",
      };
  }
}

function running(state: OperationState): Headline {
  const phase = state.phases.findLast(({ finishedAt }) => !finishedAt)?.phase;
  const detail = phase ? `Now it ${phaseTitles[phase]}.` : "It goes on in a moment.";
  if (state.goingBack)
    return { tone: state.site === "open" ? "asks" : "trouble", headline: `Going back. ${siteIs(state)}`, detail };
  if (staysOpen(state.request)) return { tone: "open", headline: "Maintenance. The site is open", detail };
  switch (state.site) {
    case "open":
      return state.window.openedAt === undefined
        ? { tone: "open", headline: "Getting ready. The site is open", detail }
        : { tone: "open", headline: "The site is open again", detail };
    case "closing":
    case "closed":
    case "opening":
      return { tone: "closed", headline: siteIs(state), detail };
  }
}

const siteIs = ({ site }: OperationState): string =>
  ({
    open: "The site is open",
    closing: "The site is closing",
    closed: "The site is closed",
    opening: "The site is opening",
  })[site];
