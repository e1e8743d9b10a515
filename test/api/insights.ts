type Row = Record<string, unknown>;

/** As much of CloudWatch Logs Insights as docs/audit.md asks: fields, filter, stats, sort, limit. Throws on what it does not know. */
export function ask(query: string, lines: readonly object[]): Row[] {
  return query.split(/\s*\|\s*/).reduce<Row[]>(
    (rows, command) => carryOut(command.trim(), rows),
    lines.map((line) => flat(line)),
  );
}

/** Insights names a member of a map by its path. */
function flat(value: object, prefix = ""): Row {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      typeof member === "object" && member !== null
        ? Object.entries(flat(member as object, `${prefix}${name}.`))
        : [[`${prefix}${name}`, member]],
    ),
  );
}

function carryOut(command: string, rows: Row[]): Row[] {
  const [, verb = "", rest = ""] = /^(\w+) ([\s\S]+)$/.exec(command) ?? [];
  switch (verb) {
    case "fields":
      return rows;
    case "filter":
      return rows.filter((row) => rest.split(" and ").every((condition) => holds(condition, row)));
    case "sort": {
      const [by = "", order] = rest.split(" ");
      const sorted = rows.toSorted((a, b) => (String(a[by]) < String(b[by]) ? -1 : 1));
      return order === "desc" ? sorted.reverse() : sorted;
    }
    case "limit":
      return rows.slice(0, Number(rest));
    case "stats":
      return stats(rest, rows);
    default:
      throw new Error(`no such command: ${command}`);
  }
}

function holds(condition: string, row: Row): boolean {
  const [, name = "", operator, value = ""] = /^([\w.]+) (=|in) (.+)$/.exec(condition) ?? [];
  if (operator === undefined) throw new Error(`no such condition: ${condition}`);
  return [JSON.parse(value) as unknown].flat().includes(row[name]);
}

function stats(text: string, rows: Row[]): Row[] {
  const [figures = "", by = ""] = text.split(" by ");
  const names = by.split(/,\s*/);
  const groups = Map.groupBy(rows, (row) => JSON.stringify(names.map((name) => row[name])));
  return [...groups.values()].map((group) => ({
    ...Object.fromEntries(names.map((name) => [name, group[0]![name]])),
    ...Object.fromEntries(
      figures.split(/,\s*/).map((figure) => {
        const [, call, of = "", name = ""] = /^(count|max)\(([\w.*]+)\) as (\w+)$/.exec(figure) ?? [];
        if (call === undefined) throw new Error(`no such figure: ${figure}`);
        return [
          name,
          call === "count"
            ? group.length
            : group
                .map((row) => String(row[of]))
                .toSorted()
                .at(-1),
        ];
      }),
    ),
  }));
}

/** Every field that a query names. */
export const fieldsOf = (query: string): string[] =>
  query
    .replaceAll(/"[^"]*"/g, "")
    .replaceAll(/\bas \w+/g, "")
    .split(/[^\w.]+/)
    .filter((word) => !/^(fields|filter|stats|sort|limit|by|and|in|asc|desc|count|max|times|\d+)?$/.test(word));
