import { didYouMean } from "../targets/did-you-mean.ts";

const LONGEST_QUOTE = 80;

/** What stood on a command line, as a message quotes it: on one line, and no longer than somebody reads. */
export const quoted = (text: string): string =>
  text === ""
    ? "nothing"
    : JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1).toWellFormed()}…` : text);

/** The one of the names that was most likely meant: one that is near, or the only one that begins so. */
export function meant(written: string, names: readonly string[]): string | undefined {
  const begun = written.length < 3 ? [] : names.filter((name) => name.startsWith(written));
  return begun.length === 1 ? begun[0] : didYouMean(written, names);
}
