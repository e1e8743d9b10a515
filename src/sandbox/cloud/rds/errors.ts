import { wireError } from "../../wire/service.ts";

// RDS answers these two for every operation; no operation's model declares them.
export const invalidValue = (message: string) => wireError("InvalidParameterValue", 400, message);
export const invalidCombination = (message: string) => wireError("InvalidParameterCombination", 400, message);

/** Refuses input members that have no behaviour here: to take them and do nothing would be a lie. */
export function refuseOthers(operation: string, input: object, known: readonly string[]): void {
  for (const [member, value] of Object.entries(input))
    if (value !== undefined && !known.includes(member))
      throw wireError("NotImplemented", 501, `RDS:${operation} has no behaviour here for ${member}`);
}
