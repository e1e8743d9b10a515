import * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { checkEnum } from "./checks.ts";
import { failureThreshold } from "./circuit-breaker.ts";
import { findCluster } from "./clusters.ts";
import { type Deployment, deploymentArn, revisionArn } from "./deployment.ts";
import { findService } from "./find-service.ts";
import { page } from "./pages.ts";
import { type Service, tasksOf } from "./service.ts";
import { countsOf } from "./service-view.ts";
import type { EcsState } from "./state.ts";

const PAGE = { standard: 20, largest: 100 };

export const serviceDeploymentHandlers = (state: EcsState) =>
  ({
    ListServiceDeployments({ cluster, service: reference, status = [], createdAt, ...paging }) {
      for (const one of status) checkEnum("status", one, ecs.ServiceDeploymentStatus);
      const service = findService(state, findCluster(state, cluster).name, reference!);
      const found = visible(service).filter(
        (deployment) =>
          (!status.length || status.includes(statusOf(deployment, service))) &&
          (!createdAt?.after || deployment.createdAt > createdAt.after) &&
          (!createdAt?.before || deployment.createdAt < createdAt.before),
      );
      const { items, nextToken } = page(found, paging, PAGE);
      return {
        serviceDeployments: items.map((deployment) => {
          const { targetServiceRevision, ...brief } = describe(state, service, deployment);
          return {
            serviceDeploymentArn: brief.serviceDeploymentArn,
            serviceArn: brief.serviceArn,
            clusterArn: brief.clusterArn,
            startedAt: brief.startedAt,
            createdAt: brief.createdAt,
            finishedAt: brief.finishedAt,
            status: brief.status,
            statusReason: brief.statusReason,
            targetServiceRevisionArn: targetServiceRevision?.arn,
          };
        }),
        nextToken,
      };
    },

    DescribeServiceDeployments({ serviceDeploymentArns }) {
      const known = [...state.services.values()].flatMap((service) =>
        visible(service).map((deployment) => ({ service, deployment, arn: deploymentArn(service, deployment) })),
      );
      const found = known.filter(({ arn }) => serviceDeploymentArns!.includes(arn));
      return {
        serviceDeployments: found.map(({ service, deployment }) => describe(state, service, deployment)),
        failures: serviceDeploymentArns!
          .filter((wanted) => !found.some(({ arn }) => arn === wanted))
          .map((arn) => ({ arn, reason: "MISSING" })),
      };
    },
  }) satisfies Handlers<typeof ecs>;

/** A rollback is part of the service deployment that failed, not one of its own. */
const visible = (service: Service): Deployment[] => service.history.filter(({ rollbackTo }) => !rollbackTo);

const rollbackOf = (failed: Deployment, service: Service): Deployment | undefined =>
  failed.rolledBack ? service.history[service.history.indexOf(failed) - 1] : undefined;

function statusOf(deployment: Deployment, service: Service): ecs.ServiceDeploymentStatus {
  const rollback = rollbackOf(deployment, service);
  if (rollback?.rolloutState === "COMPLETED") return "ROLLBACK_SUCCESSFUL";
  if (rollback) return rollback.rolloutState === "FAILED" ? "ROLLBACK_FAILED" : "ROLLBACK_IN_PROGRESS";
  if (deployment.rolloutState === "COMPLETED") return "SUCCESSFUL";
  return deployment.rolloutState === "IN_PROGRESS" && deployment.status === "PRIMARY" ? "IN_PROGRESS" : "STOPPED";
}

function describe(state: EcsState, service: Service, deployment: Deployment): ecs.ServiceDeployment {
  const { deploymentCircuitBreaker: breaker } = service.deploymentConfiguration;
  const rollback = rollbackOf(deployment, service);
  const tasks = tasksOf(state, service);
  const summary = (one: Deployment) => ({ arn: revisionArn(service, one), ...countsOf(service, one, tasks) });
  const before = service.history[service.history.indexOf(deployment) + 1];
  return {
    serviceDeploymentArn: deploymentArn(service, deployment),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: deployment.createdAt,
    startedAt: deployment.createdAt,
    updatedAt: (rollback ?? deployment).updatedAt,
    finishedAt: (rollback ?? deployment).finishedAt,
    sourceServiceRevisions: before ? [summary(before)] : [],
    targetServiceRevision: summary(deployment),
    status: statusOf(deployment, service),
    statusReason: deployment.rolloutState === "FAILED" ? deployment.rolloutStateReason : undefined,
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentCircuitBreaker: {
      status: deployment.breaker,
      failureCount: deployment.failedTasks,
      threshold: breaker?.enable ? failureThreshold(breaker, service.desiredCount) : 0,
    },
    ...(rollback?.rollbackTo && {
      rollback: {
        reason: deployment.rolloutStateReason,
        startedAt: rollback.createdAt,
        serviceRevisionArn: revisionArn(service, rollback.rollbackTo),
      },
    }),
  };
}
