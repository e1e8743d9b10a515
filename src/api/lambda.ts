// Deprecated by Hono in favour of the package @hono/aws-lambda, which is not published yet; imported nowhere but here.
import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { createAws } from "../aws/aws.ts";
import { createClients } from "../aws/clients.ts";
import { createPlanner } from "../procedures/plan.ts";
import { httpRequest, resolveName } from "../targets/http.ts";
import { createApp } from "./app.ts";
import { readEnvironment } from "./environment.ts";
import { presentable } from "./lambda-event.ts";
import { realDependencies } from "./real-dependencies.ts";

const aws = createAws({ clients: createClients(), fetch });

const answer = handle(
  createApp(
    realDependencies(readEnvironment(process.env), (shared) =>
      createPlanner({ aws, http: httpRequest, resolveName, ...shared }),
    ),
  ),
);

/** The API's Lambda function, behind API Gateway HTTP APIs (payload format 2.0). */
export const handler = (event: LambdaEvent, context?: LambdaContext) => answer(presentable(event), context);
