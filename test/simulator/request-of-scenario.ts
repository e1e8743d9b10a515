import type { OperationState } from "../../src/operations/state.ts";
import { NEW_IMAGE } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedProcedure } from "./scenario.ts";

/** What is posted to the API. A rollback takes `earlier` back, with the confirmation that the API asks for. */
export function requestOf(procedure: SimulatedProcedure, earlier?: OperationState): object {
  switch (procedure.procedure) {
    case "upgrade": {
      const { approval, ...upgrade } = procedure;
      return { ...upgrade, image: NEW_IMAGE, ...(approval !== "none" && { approval }) };
    }
    case "first-start":
      return { procedure: "first-start", database: "empty", pause: procedure.pause };
    case "maintenance": {
      const { traffic, otherwise } = procedure;
      return { procedure: "maintenance", traffic, otherwise, within: "10m" };
    }
    case "rollback":
      return { procedure: "rollback", of: earlier!.id, discards: { from: earlier!.window.openingAt } };
  }
}
