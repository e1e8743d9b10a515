/** Adds to a request what says who is asking. Called for each request: tokens and signatures live for minutes. */
export type Authenticate = (request: Request) => Promise<Request>;
/** For the github endpoint. `token` answers a token of the job for the API's audience, such as `core.getIDToken("intermission")`. */
export declare const withGithubToken: (token: () => Promise<string>) => Authenticate;
type Credentials = {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
};
/** For the operator endpoint: AWS Signature Version 4. `credentials` may be a provider, such as `fromNodeProviderChain()`. */
export declare function withAwsSignature({ region, credentials, }: {
    region: string;
    credentials: Credentials | (() => Promise<Credentials>);
}): Authenticate;
export {};
