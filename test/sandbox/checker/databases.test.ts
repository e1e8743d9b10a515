import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { readDatabases } from "../../../src/sandbox/checker/databases.ts";
import { createEventLog, type SandboxFact } from "../../../src/sandbox/cloud/event-log.ts";

type Change = Partial<Extract<SandboxFact, { kind: "database" }>>;

function databasesAfter(...changes: Change[]) {
  const log = createEventLog(systemClock);
  for (const change of changes)
    log.append({
      kind: "database",
      identifier: "crm",
      change: "status",
      status: "available",
      generation: "data-1",
      ...change,
    });
  const databases = readDatabases(log.after());
  const seq = changes.length + 1;
  return {
    of: (identifier: string) => databases.generationOf(identifier, seq),
    at: (endpoint: string) =>
      databases.generationFor({ environment: { DATABASE_URL: `postgres://u:p@${endpoint}/app` }, seq }, "nobody"),
  };
}

test("a cluster keeps its data's generation whatever its members say afterwards", () => {
  const { of, at } = databasesAfter(
    { resourceId: "cluster-1", endpoint: "127.32.0.1:5432", otherEndpoints: ["127.32.0.2:5432"] },
    { resourceId: "db-1", identifier: "crm-1", endpoint: "127.32.0.3:5432" },
    { resourceId: "db-1", identifier: "crm-1", change: "deleted" },
  );
  expect(of("crm")).toBe("data-1");
  expect(of("crm-1")).toBeUndefined();
  for (const endpoint of ["127.32.0.1:5432", "127.32.0.2:5432"]) expect(at(endpoint)).toBe("data-1");
  expect(at("127.32.0.3:5432")).toBeUndefined();
});

test("a name that resolvers still know reaches the data of who had it, until that is over", () => {
  const renamed: Change[] = [
    { resourceId: "db-1", identifier: "crm", endpoint: "127.32.0.1:5432" },
    { resourceId: "db-1", identifier: "crm-old", change: "renamed", otherEndpoints: ["127.32.0.1:5432"] },
    { resourceId: "db-2", identifier: "crm", change: "renamed", generation: "data-2" },
  ];
  const during = databasesAfter(...renamed);
  expect(during.of("crm")).toBe("data-2");
  expect(during.at("127.32.0.1:5432")).toBe("data-1");
  const after = databasesAfter(
    ...renamed,
    { resourceId: "db-1", identifier: "crm-old" },
    { resourceId: "db-2", generation: "data-2", endpoint: "127.32.0.1:5432" },
  );
  expect(after.at("127.32.0.1:5432")).toBe("data-2");
});
