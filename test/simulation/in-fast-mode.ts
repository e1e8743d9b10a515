type Signing = { signingRegion?: string; signingName?: string; defaultSigningName?: string };

/**
 * The same SDK client, cheaper to call. The SDK assembles a client's configuration member by member, which makes V8 keep it as a hash table,
 * and copies it five times a call: a quarter of what a call costs. What is the prototype of something V8 makes a plain object again.
 */
export function inFastMode<Client extends { config: object }>(client: Client, region: string): Client {
  const config: Signing = client.config;
  // What the first call would add, and make a hash table of it again.
  config.signingRegion ??= region;
  config.signingName ??= config.defaultSigningName;
  lookThrough(config);
  return client;
}

function lookThrough(prototype: object): void {
  const heir = Object.create(prototype) as Record<string, unknown>;
  void heir.aMemberThatNobodyHas;
}

// V8 does so only where it has seen the same look-up some times before.
for (let times = 0; times < 20; times += 1) lookThrough({});
