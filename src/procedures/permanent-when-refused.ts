import { isRefusal } from "../aws/errors.ts";
import { OperationError } from "../operations/operation-error.ts";

/** AWS refusing a request will refuse it again: that ends the step at once instead of after its retries. */
export async function permanentWhenRefused<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { name, message } = error as Error;
    throw new OperationError(`AWS refused: ${name}: ${message}`, {
      code: "aws-refused",
      details: { awsError: name },
      cause: error,
    });
  }
}
