import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { type CheckInput, type Finding, given } from "./check.ts";

/** The application's container in the task definition of one service. */
export type AppContainer = { service: string; container: ContainerDefinition };

/** Judges the application's container of every service. */
export const ofContainers = (
  { target, discovery }: CheckInput,
  judge: (containers: AppContainer[]) => Finding,
): Finding =>
  given(discovery.shapes, (shapes) =>
    judge(
      shapes.flatMap(({ service, definition }) => {
        const name = target.services.find((each) => each.name === service)?.container;
        const container = definition.containerDefinitions?.find((each) => each.name === name);
        return container ? [{ service, container }] : [];
      }),
    ),
  );
