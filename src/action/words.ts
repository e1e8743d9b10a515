import type { OperationState } from "../operations/state.ts";
import { inWords } from "../targets/duration.ts";
import { windowMs } from "./outcome.ts";

/** What several endings are told with. */
export function siteInWords(operation: OperationState): string {
  const closedFor = windowMs(operation);
  switch (operation.site) {
    case "open":
      if (closedFor !== undefined) return `The site is open again; it was closed for ${inWords(closedFor)}.`;
      return operation.window.closingAt ? "The site is open." : "The site was never closed.";
    case "closing":
      return "The site is being closed: some visitors see the maintenance page.";
    case "closed":
      return "The maintenance page is up.";
    case "opening":
      return "The site is being opened: some visitors still see the maintenance page.";
  }
}

export const work = ({ request, target }: OperationState): string => `the ${request.procedure} of ${target}`;
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The API's hints have a line for each thing that is true. */
export const hints = ({ problem }: OperationState): string[] => problem?.hint?.split("\n") ?? [];
