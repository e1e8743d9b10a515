import type { Profile } from "../profiles/profile.ts";
import type { RunJob } from "./job.ts";
import { type Lever, levers, type Variation } from "./levers.ts";
import { mean } from "./mean.ts";

/** The window as visitors saw it in the mean of all runs, in seconds: the same upgrade without the lever, and with it. */
export type MeasuredLever = { lever: string; profile: string; withoutSeconds: number; withSeconds: number };

type Options = { profiles: readonly Profile[]; seeds: number; run: RunJob };

/** Each lever by itself, where its profile is among those that are asked for. */
export const measureLevers = ({ profiles, seeds, run }: Options): Promise<MeasuredLever[]> =>
  Promise.all(
    levers.flatMap((lever) => {
      const profile = profiles.find(({ name }) => name === lever.on);
      return profile ? [measureLever(lever, { profile, seeds, run })] : [];
    }),
  );

async function measureLever(
  lever: Lever,
  { profile, seeds, run }: Omit<Options, "profiles"> & { profile: Profile },
): Promise<MeasuredLever> {
  const windowOf = async ({ target = [], switches }: Variation): Promise<number> => {
    const varied = variedBy(profile, { application: lever.application, target });
    const runs = await Promise.all(
      Array.from({ length: seeds }, (_, index) =>
        run({ profile: varied, runner: "ours", seedNumber: index + 1, ...(switches && { switches }) }),
      ),
    );
    return mean(
      runs.map((each) => {
        if (each.failure !== undefined) throw new Error(`${lever.name} on ${lever.on}: ${each.failure}`);
        return each.visitors.seconds;
      }),
    );
  };
  const [withoutSeconds, withSeconds] = await Promise.all([windowOf(lever.without), windowOf(lever.with)]);
  return { lever: lever.name, profile: lever.on, withoutSeconds, withSeconds };
}

/** The profile itself where nothing of it is varied, which was run without any lever already. */
const variedBy = (
  profile: Profile,
  { application, target }: Pick<Lever, "application"> & { target: string[] },
): Profile =>
  application === undefined && target.length === 0
    ? profile
    : {
        ...profile,
        application: { ...profile.application, ...application },
        target: [
          ...(profile.target ?? []).filter((line) => !target.some((own) => keyOf(own) === keyOf(line))),
          ...target,
        ],
      };

const keyOf = (line: string): string => line.split(":")[0]!;
