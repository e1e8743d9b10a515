import { createAws } from "../aws/aws.ts";
import { createClients } from "../aws/clients.ts";
import { createPlanner } from "../procedures/plan.ts";
import { httpRequest, resolveName } from "../targets/http.ts";
import { createApp } from "./app.ts";
import { readEnvironment } from "./environment.ts";
import { lambdaHandler } from "./lambda-handler.ts";
import { realDependencies } from "./real-dependencies.ts";

const aws = createAws({ clients: createClients(), fetch });

const dependencies = realDependencies(readEnvironment(process.env), (shared) =>
  createPlanner({ aws, http: httpRequest, resolveName, ...shared }),
);

/** The API's Lambda function, behind API Gateway HTTP APIs (payload format 2.0). */
export const handler = lambdaHandler(createApp(dependencies), dependencies);
