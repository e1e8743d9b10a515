import { tagged } from "../operations/image-reference.ts";
import type { OperationOrder, OperationRequest } from "../operations/operation.ts";
import type { Target } from "../targets/schema.ts";
import type { Dependencies } from "./dependencies.ts";
import { ProblemError, problemDetail } from "./problem.ts";

/** What is asked for in full: a version becomes an image of the repository that the target runs now. Throws a ProblemError where that is not known. */
export async function requestOf(
  order: OperationOrder,
  target: Target,
  { planner }: Pick<Dependencies, "planner">,
): Promise<OperationRequest> {
  if (order.procedure !== "upgrade") return order;
  const { image, version, ...rest } = order;
  if (image !== undefined) return { ...rest, image };
  const running = await planner.runningImage(target);
  if (running && version !== undefined) return { ...rest, image: tagged(running, version) };
  throw new ProblemError("invalid-request", "The body has 1 problem.", {
    extensions: {
      errors: [
        problemDetail(
          { pointer: "/version" },
          {
            expected: `the full \`image\`, because nobody can say which repository ${target.name} runs`,
            found: JSON.stringify(version),
            hint: `no task definition of ${target.services[0]?.name} could be read that has the container ${target.services[0]?.container}`,
          },
        ),
      ],
    },
  });
}
