import * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn } from "../world.ts";
import { checkEnum, invalid, nameOf } from "./checks.ts";
import { findCluster } from "./clusters.ts";
import { lookUpService } from "./find-service.ts";
import { page } from "./pages.ts";
import type { Scheduler } from "./scheduler.ts";
import { recordService } from "./service.ts";
import { describeService } from "./service-view.ts";
import type { EcsState } from "./state.ts";

const PAGE = { standard: 10, largest: 100 };

export const serviceHandlers = (state: EcsState, scheduler: Scheduler) =>
  ({
    DescribeServices({ cluster: clusterReference, services = [], include = [] }) {
      const cluster = findCluster(state, clusterReference);
      if (!services.length) throw invalid("Services cannot be empty.");
      if (services.length > 10) throw invalid("Services cannot have more than 10 elements.");
      const found = services.map((reference) => ({ reference, service: lookUpService(state, cluster, reference) }));
      return {
        services: found.flatMap(({ service }) =>
          service ? [describeService(state, service, { tags: include.includes("TAGS") })] : [],
        ),
        failures: found
          .filter(({ service }) => !service)
          .map(({ reference }) => ({
            arn: arn(state.world, "ecs", `service/${cluster.name}/${nameOf(reference)}`),
            reason: "MISSING",
          })),
      };
    },

    ListServices({ cluster: clusterReference, launchType, schedulingStrategy, ...paging }) {
      checkEnum("launchType", launchType, ecs.LaunchType);
      checkEnum("schedulingStrategy", schedulingStrategy, ecs.SchedulingStrategy);
      const cluster = findCluster(state, clusterReference);
      const services = [...state.services.values()].filter(
        (service) =>
          service.cluster === cluster &&
          service.status !== "INACTIVE" &&
          (!launchType || service.settings.launchType === launchType) &&
          (!schedulingStrategy || service.schedulingStrategy === schedulingStrategy),
      );
      const { items, nextToken } = page(services, paging, PAGE);
      return { serviceArns: items.map((service) => service.arn), nextToken };
    },

    DeleteService({ cluster, service: reference, force = false }) {
      const service = lookUpService(state, findCluster(state, cluster), reference!);
      if (!service || service.status === "INACTIVE")
        throw awsError(ecs.ServiceNotFoundException$, "Service not found.");
      if (service.desiredCount > 0 && !force)
        throw invalid("The service cannot be stopped while it is scaled above 0.");
      service.status = "DRAINING";
      service.desiredCount = 0;
      recordService(state, service, "updated");
      scheduler.soon(service);
      return { service: describeService(state, service) };
    },
  }) satisfies Handlers<typeof ecs>;
