import fc from "fast-check";

/** What breaks programs that read text: nothing, much, other scripts, control characters, half characters, other languages' syntax. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom(
    ...[
      "",
      " ",
      "\0",
      "\n",
      "\r\n",
      "\t",
      "\u2028",
      "\ufeff",
      "\ud800",
      "🙂",
      "ı",
      "../../etc/passwd",
      "%00",
      "%2e%2e%2f",
    ],
    ...["null", "true", "0", "-1", "1e999", "NaN", "0x10", "undefined", "[object Object]", "__proto__", "constructor"],
    ...["{{7*7}}", "<script>x</script>", "'; DROP TABLE x; --", "a\n::set-output name=x::y"],
  ),
  fc
    .tuple(fc.constantFrom("a", "/", "(", "[", "é", "0", " ", "a-", "=", "."), fc.integer({ min: 100, max: 20_000 }))
    .map(([part, times]) => part.repeat(times)),
);

/** Any JSON value, from nothing to deep and wide ones. */
export const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(null, true, false, 0, -0, -1, 1.5, 2 ** 53, 1e308, "", [], {}, [[]], [null], { "": "" }),
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 10, max: 500 }).map((depth) => nested(depth)),
);

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { a: value };
  return value;
};

export type Path = (string | number)[];

/** One way in which a value is not what it was. */
export type Mutation =
  | { kind: "removed"; path: Path }
  | { kind: "replaced"; path: Path; by: unknown }
  | { kind: "renamed"; path: Path; to: string }
  | { kind: "added"; path: Path; name: string; value: unknown }
  | { kind: "doubled"; path: Path };

/** Every place in a value, the value itself first. */
export function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...members.flatMap(([name, member]) => placesIn(member, [...path, name]))];
}

/** One mutation of a value at any place but its root. */
export function mutationOf(value: unknown): fc.Arbitrary<Mutation> {
  const places = placesIn(value).filter((path) => path.length > 0);
  if (places.length === 0) return json.map((by) => ({ kind: "replaced", path: [], by }));
  return fc.constantFrom(...places).chain((path): fc.Arbitrary<Mutation> => {
    const name = String(path.at(-1));
    return fc.oneof(
      fc.constant<Mutation>({ kind: "removed", path }),
      json.map((by): Mutation => ({ kind: "replaced", path, by })),
      fc
        .constantFrom(`${name}s`, `_${name}`, name.toUpperCase(), name.slice(1))
        .map((to): Mutation => ({ kind: "renamed", path, to })),
      fc
        .tuple(text, json)
        .map(([added, by]): Mutation => ({ kind: "added", path: path.slice(0, -1), name: added, value: by })),
      fc.constant<Mutation>({ kind: "doubled", path }),
    );
  });
}

/** A value with that mutation, the original as it was. */
export function mutated<Value>(value: Value, mutation: Mutation): unknown {
  const copy: unknown = structuredClone(value);
  if (mutation.path.length === 0 && mutation.kind !== "added")
    return mutation.kind === "replaced" ? mutation.by : undefined;
  const holder = mutation.path
    .slice(0, mutation.kind === "added" ? undefined : -1)
    .reduce<unknown>((at, part) => (at as Record<string | number, unknown> | undefined)?.[part], copy);
  if (typeof holder !== "object" || holder === null) return copy;
  const name = mutation.path.at(-1) ?? "";
  const members = holder as Record<string | number, unknown>;
  switch (mutation.kind) {
    case "removed":
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete members[name];
      break;
    case "replaced":
      set(members, name, mutation.by);
      break;
    case "renamed":
      if (!Array.isArray(holder)) {
        set(members, mutation.to, members[name]);
        delete members[name];
      }
      break;
    case "added":
      if (Array.isArray(holder)) holder.push(mutation.value);
      else set(members, mutation.name, mutation.value);
      break;
    case "doubled":
      set(members, name, [members[name], members[name]]);
      break;
  }
  return copy;
}

/** As JSON.parse does it: `__proto__` is a member like any other. */
const set = (holder: Record<string | number, unknown>, name: string | number, value: unknown): void => {
  Object.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true });
};

/** A value with one mutation, two or three. */
export const nearly = (value: unknown): fc.Arbitrary<unknown> =>
  fc.integer({ min: 1, max: 3 }).chain((times) => {
    let mutant: fc.Arbitrary<unknown> = fc.constant(value);
    for (let at = 0; at < times; at += 1)
      mutant = mutant.chain((each) => mutationOf(each).map((mutation) => mutated(each, mutation)));
    return mutant;
  });
