import type { Hono } from "hono";
// Deprecated by Hono in favour of the package @hono/aws-lambda, which is not published yet; imported nowhere but here.
import { type APIGatewayProxyResult, handle, type LambdaContext } from "hono/aws-lambda";
import type { ApiEnv, Dependencies } from "./dependencies.ts";
import { presentable, UnpresentableEventError } from "./lambda-event.ts";
import { ProblemError, problemDetail } from "./problem.ts";

/** A Lambda function's handler that answers whatever it is invoked with: as the application does, or with a problem where it is no request. */
export function lambdaHandler(app: Hono<ApiEnv>, { log, ids }: Pick<Dependencies, "log" | "ids">) {
  const answer = handle(app);
  return async (event: unknown, context?: LambdaContext): Promise<APIGatewayProxyResult> => {
    try {
      return await answer(presentable(event), context);
    } catch (error) {
      if (!(error instanceof UnpresentableEventError)) throw error;
      const requestId = ids.hex(16);
      log({ level: "warn", message: "event is no request", requestId, cause: error.message });
      return resultOf(unpresentable(error).toResponse(requestId));
    }
  };
}

const unpresentable = (wrong: UnpresentableEventError): ProblemError =>
  new ProblemError("invalid-request", "No request can be made of what API Gateway handed over.", {
    extensions: { errors: [problemDetail({ parameter: "event" }, wrong)] },
  });

const resultOf = async (response: Response): Promise<APIGatewayProxyResult> => ({
  statusCode: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
  isBase64Encoded: false,
});
