/** dynalite's parsers of expressions, generated from a grammar. A parser strikes off `unused` what the expression names. */
export type Parser = { parse(expression: string, options: { context: Context }): unknown };
type Context = {
  attrNames?: object;
  attrVals?: object;
  unusedAttrNames: Record<string, true>;
  unusedAttrVals: Record<string, true>;
  isKeyCondition?: boolean;
};
type Parsed = { result: unknown; unusedAttrNames: string[]; unusedAttrVals: string[] };

const MOST_KEPT = 500;

/** Makes a parser remember what it made of the same expression with the same names and values: the same few are sent all the time. */
export function rememberParsed(parser: Parser): void {
  const { parse } = parser;
  const kept = new Map<string, Parsed>();

  parser.parse = (expression, options) => {
    const { context } = options;
    const { attrNames, attrVals, unusedAttrNames, unusedAttrVals, isKeyCondition } = context;
    const key = JSON.stringify([expression, attrNames, attrVals, unusedAttrNames, unusedAttrVals, isKeyCondition]);
    const known = kept.get(key);
    if (known) {
      keepOnly(unusedAttrNames, known.unusedAttrNames);
      keepOnly(unusedAttrVals, known.unusedAttrVals);
      return copyOf(known.result);
    }
    const result = parse(expression, options);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, {
      result: copyOf(result),
      unusedAttrNames: Object.keys(unusedAttrNames),
      unusedAttrVals: Object.keys(unusedAttrVals),
    });
    return result;
  };
}

function keepOnly(record: Record<string, true>, names: string[]): void {
  for (const name of Object.keys(record)) if (!names.includes(name)) delete record[name];
}

/** Of plain data. Lists of it may have members of their own, which expressions have in the place of names. */
function copyOf<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  const copy: object = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
  for (const [name, child] of Object.entries(value)) (copy as Record<string, unknown>)[name] = copyOf(child);
  return copy as Value;
}
