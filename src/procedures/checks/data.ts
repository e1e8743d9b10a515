import { type Check, fail, given, ok, warn } from "./check.ts";

/** What keeps the data. */
export const dataChecks: Check[] = [
  {
    name: "database-is-available",
    looked: ({ target }) => (target.database === "none" ? "no database" : `RDS instance ${target.database.instance}`),
    expected: "available, and no member of a cluster",
    find: ({ target, request, discovery }) =>
      given(discovery.database, (instance) => {
        if (target.database === "none") return ok("the target has none");
        if (!instance) return fail("it does not exist", "Correct `database` in the configuration");
        if (instance.clusterMember) return fail("it is a member of a cluster", "Clusters are not supported yet");
        if (request.snapshot === "none")
          return warn(`${instance.status}; the caller wants no snapshot`, "Without one nothing can be restored");
        return instance.status === "available"
          ? ok(`${instance.engine} ${instance.engineVersion}, ${instance.status}`)
          : fail(instance.status, "Wait until it is available");
      }),
  },
];
