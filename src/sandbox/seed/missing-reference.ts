import { didYouMean } from "../../targets/did-you-mean.ts";
import type { Finding } from "../../targets/findings.ts";

/** What is wrong with a name that should be one of `names`: nothing, or one finding. */
export function missing(path: Finding["path"], name: string, names: readonly string[], where: string): Finding[] {
  if (names.includes(name)) return [];
  const meant = didYouMean(name, names);
  const expected = names.length > 0 ? `one of ${where}: ${names.join(", ")}` : `a name under ${where}, which is empty`;
  return [{ path, expected, found: JSON.stringify(name), ...(meant && { hint: `did you mean "${meant}"?` }) }];
}
