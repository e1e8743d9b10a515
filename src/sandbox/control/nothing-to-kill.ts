/** What was to be killed is not there, or does not run. */
export class NothingToKill extends Error {
  override readonly name = "NothingToKill";
}
