/** What EventBridge makes of an event pattern: lists of values, of which one must fit, at the places of the event that it names. */
type Pattern = { [member: string]: Pattern | Matcher[] };
type Matcher = string | number | boolean | null | { [operator: string]: unknown };

/** The operators that are simulated. Of `anything-but` the values, not its nested operators. */
const OPERATORS = ["prefix", "suffix", "exists", "anything-but"];

/** Why EventBridge would not take the pattern, or what of it is not simulated; undefined where it is fine. */
export function problemOfPattern(text: string): string | undefined {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    return "it is no JSON.";
  }
  return isObject(pattern) ? problemAt(pattern, "") : "Filter is not an object.";
}

function problemAt(pattern: Record<string, unknown>, path: string): string | undefined {
  const found = Object.entries(pattern).map(([member, wanted]) => {
    const at = `${path}${member}`;
    if (isObject(wanted)) return problemAt(wanted, `${at}.`);
    if (!Array.isArray(wanted)) return `"${at}" must be an object or an array.`;
    if (wanted.length === 0) return `Empty arrays are not allowed at "${at}".`;
    return wanted.map((each) => problemOfMatcher(each, at)).find(Boolean);
  });
  return found.find(Boolean);
}

function problemOfMatcher(matcher: unknown, at: string): string | undefined {
  if (Array.isArray(matcher)) return `"${at}" has an array in its array.`;
  if (!isObject(matcher)) return undefined;
  const [operator = "", ...more] = Object.keys(matcher);
  if (more.length > 0) return `Only one key allowed in match expression at "${at}".`;
  if (!OPERATORS.includes(operator) || isObject(matcher[operator]))
    return `The sandbox does not simulate ${JSON.stringify(matcher)}, at "${at}".`;
  return undefined;
}

/** Takes only patterns without a problem. Of a member that is a list, one element must fit. */
export function matchesPattern(pattern: Pattern, event: Record<string, unknown>): boolean {
  return Object.entries(pattern).every(([member, wanted]) => {
    const value = event[member];
    if (!Array.isArray(wanted)) return matchesPattern(wanted, isObject(value) ? value : {});
    const values = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return wanted.some((matcher) => matches(matcher, values));
  });
}

function matches(matcher: Matcher, values: unknown[]): boolean {
  if (!isObject(matcher)) return values.includes(matcher);
  if ("exists" in matcher) return values.length > 0 === matcher.exists;
  if ("prefix" in matcher) return values.some((value) => text(value)?.startsWith(String(matcher.prefix)));
  if ("suffix" in matcher) return values.some((value) => text(value)?.endsWith(String(matcher.suffix)));
  const but = [matcher["anything-but"]].flat();
  return values.some((value) => !but.includes(value));
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
