import { assertLength } from "./constraints.ts";
import { validationError } from "./errors.ts";

/** What JavaScript's expressions can do and those of listener rules cannot, as their documentation lists it. */
const UNSUPPORTED: [feature: string, pattern: RegExp][] = [
  ["lookaheads and lookbehinds", /\(\?<?[=!]/],
  ["atomic groups", /\(\?>/],
  ["backreferences", /\\(?:[1-9]|k<)/],
  ["possessive quantifiers", /[*+?}]\+/],
  ["subroutines and recursion", /\(\?(?:R|[+-]?\d+|&)/],
  ["Unicode character classes", /\\[pP]\{/],
];

type Options = { maximumLength: number; flags?: string };

/** Compiles an expression of a condition or a transform, or refuses it as the load balancer's more limited engine does. */
export function readRegularExpression(source: string, path: string, { maximumLength, flags }: Options): RegExp {
  assertLength(source, path, { minimum: 1, maximum: maximumLength });
  const unescaped = source.replace(/\\[^1-9kpP]/g, "_").replace(/\[[^\]]*\]/g, "_");
  const found = UNSUPPORTED.find(([, pattern]) => pattern.test(unescaped));
  if (found) throw validationError(`The regular expression '${source}' uses ${found[0]}, which are not supported`);
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw validationError(`'${source}' is not a valid regular expression: ${(error as Error).message}`);
  }
}
