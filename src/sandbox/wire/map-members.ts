/** A plain object with the same members, each made from what it was. Several times as quick as by way of its entries. */
export function mapMembers(value: object, map: (member: unknown) => unknown): Record<string, unknown> {
  if (Object.hasOwn(value, "__proto__"))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)]));
  const mapped: Record<string, unknown> = {};
  for (const name of Object.keys(value)) mapped[name] = map((value as Record<string, unknown>)[name]);
  return mapped;
}
