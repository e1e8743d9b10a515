import type { OperationOrder } from "../operations/operation.ts";
import type { InputValues, PlannedInput } from "./inputs-schema.ts";

/** What the API is asked to start or to plan. */
export function requestOf(procedure: PlannedInput, values: InputValues): OperationOrder {
  const { snapshot, traffic, within, otherwise, comment, counts, pause } = values;
  const common = { notBefore: values["not-before"], mustOpenBy: values["must-open-by"], comment };
  const onFailure = values["on-failure"];
  switch (procedure) {
    case "upgrade": {
      const { image, version, approval } = values;
      const expectedVersion = values["expected-version"];
      return { procedure, image, version, expectedVersion, approval, snapshot, onFailure, ...common };
    }
    case "first-start": {
      const database = values["empty-database"] ? ("empty" as const) : undefined;
      return { procedure, database, counts, evenIf: values["even-if"] ?? [], pause, snapshot, onFailure, ...common };
    }
    case "maintenance":
      return {
        ...{ procedure, traffic, within: within ?? "1h", otherwise: otherwise ?? "hold" },
        ...{ snapshot, onFailure, ...common },
      };
    case "rollback": {
      const from = values["discards-from"];
      const restore = values["restore-mode"];
      return { procedure, of: values["operation-id"] ?? "", restore, discards: from ? { from } : undefined, ...common };
    }
  }
}
