import { wireError } from "../../wire/service.ts";
import { invalid } from "./store.ts";

type Matches = (message: string) => boolean;

/**
 * A filter pattern for unstructured lines: every plain term must be there, at least one of the `?terms`, and none of the `-terms`; a term with spaces is in
 * quotes, and `%…%` is a regular expression. All of it heeds case. Throws for patterns about JSON and about columns.
 */
export function readFilterPattern(pattern = ""): Matches {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (/^[{[]/.test(text)) throw wireError("NotImplemented", 501, `The filter pattern ${text} is not simulated here`);
  if (/^%.+%$/.test(text)) {
    const expression = readExpression(text.slice(1, -1));
    return (message) => expression.test(message);
  }
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/g)].map(([, sign, quoted, plain]) => ({
    sign,
    term: quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "",
  }));
  if (terms.length === 0) throw invalid(`Invalid filter pattern ${pattern}`);
  const of = (wanted: string) => terms.filter(({ sign }) => sign === wanted).map(({ term }) => term);
  const [all, any, none] = [of(""), of("?"), of("-")];
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term)));
}

function readExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw invalid(`Invalid regular expression in filter pattern: ${source}`);
  }
}
