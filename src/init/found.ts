import type { ScalableTarget } from "../aws/auto-scaling.ts";
import type { Database } from "../aws/rds-shapes.ts";
import type { Neighbour } from "../procedures/data-discovery.ts";
import type { SurveyedService } from "../procedures/resources-of.ts";
import type { WritersFound } from "../procedures/writers/find-writers.ts";
import type { Resources } from "../targets/resources-schema.ts";
import type { Target } from "../targets/schema.ts";
import type { Survey } from "./survey.ts";

/** Something that was found, with where; or what a person chooses from, with why it could not be found. */
export type Choice<Value> = { value: Value; because: string } | { choices: string[]; because: string };

export const isFound = <Value>(choice: Choice<Value>): choice is { value: Value; because: string } => "value" in choice;

/** A service with the container that runs the application. */
export type ChosenService = SurveyedService & { container: string; image: string; because: string };

/** Everything that the file says of a target, before it is written. */
export type Found = {
  name: string;
  cluster: string;
  services: ChosenService[];
  survey: Survey;
  app: { value: Target["app"]; because: string };
  url: Choice<string>;
  database: Choice<Database | "none">;
  /** Files that nodes share. Each in words. */
  sharedVolumes: string[];
  /** Volumes that are made for each task as it starts, of the leader's service. */
  launchVolumes: string[];
  neighbours: Neighbour[];
  /** Undefined where the database is not known. */
  writers?: WritersFound;
  scalableTargets: ScalableTarget[];
  resources: Resources;
  /** What could not be read, though nothing depends on it. */
  unread: string[];
};
