import { type AwsError, wireError } from "../../wire/service.ts";

export const invalidValue = (message: string): AwsError => wireError("InvalidParameterValue", 400, message);

export function checkEnum(path: string, value: string | undefined, values: Record<string, string>): void {
  if (value === undefined || Object.values(values).includes(value)) return;
  throw wireError(
    "ValidationError",
    400,
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy enum value set: [${Object.values(values).join(", ")}]`,
  );
}
