import type { Env, Hono } from "hono";
/** The API as `hc` knows it, without its problems, which are thrown. */
export type AppType = Hono<Env, {
    "/": {
        $get: {
            output: string;
            outputFormat: "text";
            status: 200;
            input: {};
        };
    };
    "/docs": {

    };
    "/health": {
        $get: {
            output: {
                status: "ok";
                version: string;
            };
            outputFormat: "json";
            status: 200;
            input: {};
        };
    };
    "/live/:id": {

    };
    "/live/:id/state": {
        $get: {
            output: {
                view: {
                    id: string;
                    target: string;
                    url: string;
                    procedure: "first-start" | "maintenance" | "rollback" | "upgrade";
                    what: string;
                    requestedBy: string;
                    requestedAt: string;
                    comment?: string | undefined;
                    status: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting";
                    site: "closed" | "closing" | "open" | "opening";
                    version: number;
                    now: string;
                    updatedAt: string;
                    active: boolean;
                    phase?: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work" | undefined;
                    title: string;
                    headline: string;
                    detail: string;
                    tone: "asks" | "closed" | "open" | "trouble";
                    progress?: string | undefined;
                    window: {
                        closesAt?: string | undefined;
                        closedSince?: string | undefined;
                        openedAt?: string | undefined;
                        expectedAt?: string | undefined;
                        forecastAt?: string | undefined;
                        latestAt?: string | undefined;
                        expectedSeconds?: number | undefined;
                        tookSeconds?: number | undefined;
                        mustOpenBy?: string | undefined;
                    };
                    phases: {
                        phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                        does: string;
                        state: "done" | "failed" | "stopped" | "to-come" | "under-way";
                        startedAt?: string | undefined;
                        tookSeconds?: number | undefined;
                        expectedSeconds?: number | undefined;
                    }[];
                    nodes: {
                        asked: "after" | "before" | "now";
                        groups: {
                            service: string;
                            runs: string;
                            which: "new" | "old" | "other";
                            state: string;
                            count: number;
                            alone: boolean;
                        }[];
                        services: {
                            name: string;
                            wanted: number;
                            running: number;
                            starting: number;
                        }[];
                    };
                    listeners?: {
                        name: string;
                        closed: boolean;
                    }[] | undefined;
                    database?: {
                        identifier: string;
                        status: string;
                    } | undefined;
                    snapshot?: {
                        name?: string | undefined;
                        state: string;
                    } | undefined;
                    cloud?: {
                        at: string;
                        problem?: string | undefined;
                        unread: string[];
                    } | undefined;
                    messages: {
                        seq: number;
                        at: string;
                        kind: "change" | "milestone" | "progress" | "trouble";
                        text: string;
                    }[];
                    checks: {
                        name: string;
                        outcome: "failed" | "passed" | "warned";
                        looked: string;
                        expected: string;
                        found: string;
                        fix?: string | undefined;
                    }[];
                    asks?: {
                        question?: "before-open" | "before-scale-out" | "before-window" | "maintenance" | "start" | "turn" | undefined;
                        says: string;
                        until?: string | undefined;
                        otherwise?: string | undefined;
                        ways: {
                            decision: "cancel" | "proceed" | "rollback";
                            does: string;
                            discards?: {
                                from: string;
                            } | undefined;
                            data?: "as-it-is" | undefined;
                            by?: string | undefined;
                            workflow: string;
                            curl: string;
                        }[];
                    } | undefined;
                    problem?: {
                        message: string;
                        hint?: string | undefined;
                    } | undefined;
                    notes: {
                        what: string;
                        fix?: string | undefined;
                    }[];
                    linkEndsAt: string;
                };
                page: import("hono/utils/types").JSONValue[];
            };
            outputFormat: "json";
            status: 200;
            input: {
                param: {
                    id: string;
                };
            } & {
                query: {
                    key?: unknown;
                    after?: string | undefined;
                    wait?: string | undefined;
                };
            };
        };
    };
    "/live/page.css": {

    };
    "/live/page.js": {

    };
    "/openapi.json": {
        $get: {
            output: {
                [x: string]: import("hono/utils/types").JSONValue;
            };
            outputFormat: "json";
            status: 200;
            input: {};
        };
    };
    "/v1/doctor": {
        $get: {
            output: {
                ok: boolean;
                targets: {
                    target: string;
                    ok: boolean;
                    checks: {
                        name: string;
                        outcome: "failed" | "passed" | "warned";
                        looked: string;
                        expected: string;
                        found: string;
                        fix?: string | undefined;
                    }[];
                    forecast?: {
                        at: string;
                        phases: {
                            phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                            closed: boolean;
                            expectedSeconds: number;
                            worstSeconds: number;
                            parts: {
                                what: string;
                                seconds: number;
                                source: "assumed" | "measured" | "settings";
                                on?: string | undefined;
                            }[];
                        }[];
                        window: {
                            expectedSeconds: number;
                            worstSeconds: number;
                        };
                        closesAt: string;
                        opensAt: string;
                        opensAtWorst: string;
                    } | undefined;
                    problem?: string | undefined;
                }[];
            };
            outputFormat: "json";
            status: 200;
            input: {
                query: {
                    image?: string | undefined;
                    target?: string | string[] | undefined;
                };
            };
        };
    };
    "/v1/operations": {
        $get: {
            output: {
                operations: {
                    id: string;
                    target: string;
                    procedure: string;
                    what: string;
                    status: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting";
                    site: "closed" | "closing" | "open" | "opening";
                    requestedBy: string;
                    requestedAt: string;
                    finishedAt?: string | undefined;
                    href: string;
                }[];
                unreadable?: {
                    id: string;
                    problem: string;
                }[] | undefined;
                next?: string | undefined;
            };
            outputFormat: "json";
            status: 200;
            input: {
                query: {
                    target?: string | undefined;
                    status?: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting" | undefined;
                    limit?: string | undefined;
                    before?: string | undefined;
                };
            };
        };
    };
    "/v1/operations/:id": {
        $get: {
            output: {
                id: string;
                target: string;
                request: {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "upgrade";
                    image: string;
                    expectedVersion?: string | undefined;
                    approval?: "before-open" | "before-window" | undefined;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "first-start";
                    database?: "empty" | undefined;
                    counts?: {
                        [x: string]: number;
                    } | undefined;
                    evenIf: ("has-history" | "not-empty" | "runs")[];
                    pause: boolean;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "maintenance";
                    traffic: "closed" | "open";
                    within: string;
                    otherwise: "hold" | "rollback";
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "rollback";
                    of: string;
                    restore?: "rename" | "repoint" | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                };
                requestedBy: {
                    kind: "github" | "iam";
                    id: string;
                    name: string;
                    details: {
                        [x: string]: string;
                    };
                };
                requestedAt: string;
                status: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting";
                site: "closed" | "closing" | "open" | "opening";
                version: number;
                updatedAt: string;
                executionArn?: string | undefined;
                phases: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    startedAt: string;
                    finishedAt?: string | undefined;
                    outcome?: "done" | "failed" | undefined;
                }[];
                checks: {
                    name: string;
                    outcome: "failed" | "passed" | "warned";
                    looked: string;
                    expected: string;
                    found: string;
                    fix?: string | undefined;
                }[];
                forecast?: {
                    at: string;
                    phases: {
                        phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                        closed: boolean;
                        expectedSeconds: number;
                        worstSeconds: number;
                        parts: {
                            what: string;
                            seconds: number;
                            source: "assumed" | "measured" | "settings";
                            on?: string | undefined;
                        }[];
                    }[];
                    window: {
                        expectedSeconds: number;
                        worstSeconds: number;
                    };
                    closesAt: string;
                    opensAt: string;
                    opensAtWorst: string;
                } | undefined;
                mutations: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    service: string;
                    operation: string;
                    resource: string;
                    parameters: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    };
                    summary: string;
                    inverse: string;
                }[];
                progress?: string | undefined;
                sites: {
                    site: "closed" | "closing" | "open" | "opening";
                    from: string;
                }[];
                waits: {
                    for: "before-open" | "before-scale-out" | "before-window" | "held" | "maintenance" | "start" | "turn";
                    from: string;
                    to?: string | undefined;
                    decision?: "cancel" | "proceed" | "rollback" | undefined;
                    by?: string | undefined;
                }[];
                takeovers: {
                    at: string;
                    epoch: number;
                    why: string;
                }[];
                window: {
                    closingAt?: string | undefined;
                    closedAt?: string | undefined;
                    openingAt?: string | undefined;
                    openedAt?: string | undefined;
                };
                pointOfNoReturnAt?: string | undefined;
                dataSince?: string | undefined;
                passedSince?: string | undefined;
                snapshot?: string | undefined;
                snapshotAt?: string | undefined;
                leaderTaskArn?: string | undefined;
                verifiedVersion?: string | undefined;
                nodes: {
                    before: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                    after: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                };
                waitingFor?: {
                    for: "before-open" | "before-scale-out" | "before-window" | "maintenance" | "start" | "turn";
                    until?: string | undefined;
                    otherwise?: string | undefined;
                } | undefined;
                decision?: {
                    decision: "cancel" | "proceed" | "rollback";
                    by: {
                        kind: "github" | "iam";
                        id: string;
                        name: string;
                        details: {
                            [x: string]: string;
                        };
                    };
                    at: string;
                    comment?: string | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                } | undefined;
                goingBack?: {
                    at: string;
                    why: string;
                    snapshot?: string | undefined;
                } | undefined;
                restored?: {
                    snapshot: string;
                    database: string;
                    address: string;
                    aside?: string | undefined;
                    different: {
                        what: string;
                        before: string;
                        now: string;
                    }[];
                    tell: string[];
                } | undefined;
                discarded: {
                    from: string;
                    to: string;
                }[];
                missed: {
                    what: string;
                    due: string[];
                    byHand: string;
                }[];
                leftovers: {
                    what: string;
                    fix: string;
                }[];
                problem?: {
                    code: string;
                    message: string;
                    hint?: string | undefined;
                    details?: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    } | undefined;
                } | undefined;
                finishedAt?: string | undefined;
                decisions: {
                    decision: "cancel" | "proceed" | "rollback";
                    does: string;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                    by?: string | undefined;
                }[];
                live?: string | undefined;
                omitted?: {
                    [x: string]: number;
                } | undefined;
            };
            outputFormat: "json";
            status: 200;
            input: {
                param: {
                    id: string;
                };
            } & {
                query: {
                    after?: string | undefined;
                    wait?: string | undefined;
                };
            };
        } | {
            output: {};
            outputFormat: string;
            status: 304;
            input: {
                param: {
                    id: string;
                };
            } & {
                query: {
                    after?: string | undefined;
                    wait?: string | undefined;
                };
            };
        };
    };
    "/v1/operations/:id/break-glass": {
        $get: {
            output: string;
            outputFormat: "text";
            status: 200;
            input: {
                param: {
                    id: string;
                };
            };
        };
    };
    "/v1/operations/:id/bypass": {
        $get: {
            output: {
                operation: string;
                url: string;
                header: {
                    name: string;
                    value: string;
                };
                cidrs: string[];
                curl: string;
            };
            outputFormat: "json";
            status: 200;
            input: {
                param: {
                    id: string;
                };
            };
        };
    };
    "/v1/operations/:id/decisions": {
        $post: {
            output: {
                id: string;
                target: string;
                request: {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "upgrade";
                    image: string;
                    expectedVersion?: string | undefined;
                    approval?: "before-open" | "before-window" | undefined;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "first-start";
                    database?: "empty" | undefined;
                    counts?: {
                        [x: string]: number;
                    } | undefined;
                    evenIf: ("has-history" | "not-empty" | "runs")[];
                    pause: boolean;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "maintenance";
                    traffic: "closed" | "open";
                    within: string;
                    otherwise: "hold" | "rollback";
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "rollback";
                    of: string;
                    restore?: "rename" | "repoint" | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                };
                requestedBy: {
                    kind: "github" | "iam";
                    id: string;
                    name: string;
                    details: {
                        [x: string]: string;
                    };
                };
                requestedAt: string;
                status: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting";
                site: "closed" | "closing" | "open" | "opening";
                version: number;
                updatedAt: string;
                executionArn?: string | undefined;
                phases: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    startedAt: string;
                    finishedAt?: string | undefined;
                    outcome?: "done" | "failed" | undefined;
                }[];
                checks: {
                    name: string;
                    outcome: "failed" | "passed" | "warned";
                    looked: string;
                    expected: string;
                    found: string;
                    fix?: string | undefined;
                }[];
                forecast?: {
                    at: string;
                    phases: {
                        phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                        closed: boolean;
                        expectedSeconds: number;
                        worstSeconds: number;
                        parts: {
                            what: string;
                            seconds: number;
                            source: "assumed" | "measured" | "settings";
                            on?: string | undefined;
                        }[];
                    }[];
                    window: {
                        expectedSeconds: number;
                        worstSeconds: number;
                    };
                    closesAt: string;
                    opensAt: string;
                    opensAtWorst: string;
                } | undefined;
                mutations: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    service: string;
                    operation: string;
                    resource: string;
                    parameters: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    };
                    summary: string;
                    inverse: string;
                }[];
                progress?: string | undefined;
                sites: {
                    site: "closed" | "closing" | "open" | "opening";
                    from: string;
                }[];
                waits: {
                    for: "before-open" | "before-scale-out" | "before-window" | "held" | "maintenance" | "start" | "turn";
                    from: string;
                    to?: string | undefined;
                    decision?: "cancel" | "proceed" | "rollback" | undefined;
                    by?: string | undefined;
                }[];
                takeovers: {
                    at: string;
                    epoch: number;
                    why: string;
                }[];
                window: {
                    closingAt?: string | undefined;
                    closedAt?: string | undefined;
                    openingAt?: string | undefined;
                    openedAt?: string | undefined;
                };
                pointOfNoReturnAt?: string | undefined;
                dataSince?: string | undefined;
                passedSince?: string | undefined;
                snapshot?: string | undefined;
                snapshotAt?: string | undefined;
                leaderTaskArn?: string | undefined;
                verifiedVersion?: string | undefined;
                nodes: {
                    before: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                    after: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                };
                waitingFor?: {
                    for: "before-open" | "before-scale-out" | "before-window" | "maintenance" | "start" | "turn";
                    until?: string | undefined;
                    otherwise?: string | undefined;
                } | undefined;
                decision?: {
                    decision: "cancel" | "proceed" | "rollback";
                    by: {
                        kind: "github" | "iam";
                        id: string;
                        name: string;
                        details: {
                            [x: string]: string;
                        };
                    };
                    at: string;
                    comment?: string | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                } | undefined;
                goingBack?: {
                    at: string;
                    why: string;
                    snapshot?: string | undefined;
                } | undefined;
                restored?: {
                    snapshot: string;
                    database: string;
                    address: string;
                    aside?: string | undefined;
                    different: {
                        what: string;
                        before: string;
                        now: string;
                    }[];
                    tell: string[];
                } | undefined;
                discarded: {
                    from: string;
                    to: string;
                }[];
                missed: {
                    what: string;
                    due: string[];
                    byHand: string;
                }[];
                leftovers: {
                    what: string;
                    fix: string;
                }[];
                problem?: {
                    code: string;
                    message: string;
                    hint?: string | undefined;
                    details?: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    } | undefined;
                } | undefined;
                finishedAt?: string | undefined;
                decisions: {
                    decision: "cancel" | "proceed" | "rollback";
                    does: string;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                    by?: string | undefined;
                }[];
                live?: string | undefined;
                omitted?: {
                    [x: string]: number;
                } | undefined;
            };
            outputFormat: "json";
            status: 202;
            input: {
                param: {
                    id: string;
                };
            } & {
                json: {
                    decision: "cancel" | "proceed" | "rollback";
                    comment?: string | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                };
            };
        };
    };
    "/v1/operations/:id/events": {
        $get: {
            output: {
                operation: string;
                events: ({
                    seq: number;
                    at: string;
                    key: string;
                    type: "requested";
                    target: string;
                    request: {
                        notBefore?: string | undefined;
                        mustOpenBy?: string | undefined;
                        comment?: string | undefined;
                        procedure: "upgrade";
                        image: string;
                        expectedVersion?: string | undefined;
                        approval?: "before-open" | "before-window" | undefined;
                        snapshot: "none" | "required";
                        onFailure?: "hold" | "rollback" | undefined;
                    } | {
                        notBefore?: string | undefined;
                        mustOpenBy?: string | undefined;
                        comment?: string | undefined;
                        procedure: "first-start";
                        database?: "empty" | undefined;
                        counts?: {
                            [x: string]: number;
                        } | undefined;
                        evenIf: ("has-history" | "not-empty" | "runs")[];
                        pause: boolean;
                        snapshot: "none" | "required";
                        onFailure?: "hold" | "rollback" | undefined;
                    } | {
                        notBefore?: string | undefined;
                        mustOpenBy?: string | undefined;
                        comment?: string | undefined;
                        procedure: "maintenance";
                        traffic: "closed" | "open";
                        within: string;
                        otherwise: "hold" | "rollback";
                        snapshot: "none" | "required";
                        onFailure?: "hold" | "rollback" | undefined;
                    } | {
                        notBefore?: string | undefined;
                        mustOpenBy?: string | undefined;
                        comment?: string | undefined;
                        procedure: "rollback";
                        of: string;
                        restore?: "rename" | "repoint" | undefined;
                        discards?: {
                            from: string;
                        } | undefined;
                    };
                    requestedBy: {
                        kind: "github" | "iam";
                        id: string;
                        name: string;
                        details: {
                            [x: string]: string;
                        };
                    };
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "started";
                    executionArn?: string | undefined;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "phase-started";
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "phase-finished";
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    outcome: "done" | "failed";
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "check";
                    check: {
                        name: string;
                        outcome: "failed" | "passed" | "warned";
                        looked: string;
                        expected: string;
                        found: string;
                        fix?: string | undefined;
                    };
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "forecast";
                    forecast: {
                        at: string;
                        phases: {
                            phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                            closed: boolean;
                            expectedSeconds: number;
                            worstSeconds: number;
                            parts: {
                                what: string;
                                seconds: number;
                                source: "assumed" | "measured" | "settings";
                                on?: string | undefined;
                            }[];
                        }[];
                        window: {
                            expectedSeconds: number;
                            worstSeconds: number;
                        };
                        closesAt: string;
                        opensAt: string;
                        opensAtWorst: string;
                    };
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "mutation";
                    mutation: {
                        phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                        service: string;
                        operation: string;
                        resource: string;
                        parameters: {
                            [x: string]: import("hono/utils/types").JSONValue;
                        };
                        summary: string;
                        inverse: string;
                    };
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "progress";
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    message: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "closing-started";
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "closed";
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "page-was-gone";
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "quiet";
                    stoppedAt: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "snapshot-available";
                    snapshot: string;
                    createdAt: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "point-of-no-return-passed";
                    snapshot?: string | undefined;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "leader-started";
                    taskArn: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "verified";
                    version?: string | undefined;
                    taskArn: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "opening-started";
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "opened";
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "nodes";
                    when: "after" | "before";
                    nodes: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "waiting";
                    for: "before-open" | "before-scale-out" | "before-window" | "maintenance" | "start" | "turn";
                    until?: string | undefined;
                    otherwise?: string | undefined;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "waited";
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "taken-over";
                    epoch: number;
                    why: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "going-back";
                    why: string;
                    snapshot?: string | undefined;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "database-restored";
                    snapshot: string;
                    database: string;
                    address: string;
                    aside?: string | undefined;
                    different: {
                        what: string;
                        before: string;
                        now: string;
                    }[];
                    tell: string[];
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "discarded";
                    from: string;
                    to: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "decided";
                    decision: "cancel" | "proceed" | "rollback";
                    by: {
                        kind: "github" | "iam";
                        id: string;
                        name: string;
                        details: {
                            [x: string]: string;
                        };
                    };
                    comment?: string | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "missed";
                    what: string;
                    due: string[];
                    byHand: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "leftover";
                    what: string;
                    fix: string;
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "held";
                    problem: {
                        code: string;
                        message: string;
                        hint?: string | undefined;
                        details?: {
                            [x: string]: import("hono/utils/types").JSONValue;
                        } | undefined;
                    };
                } | {
                    seq: number;
                    at: string;
                    key: string;
                    type: "finished";
                    status: "refused" | "rolled-back" | "succeeded";
                    problem?: {
                        code: string;
                        message: string;
                        hint?: string | undefined;
                        details?: {
                            [x: string]: import("hono/utils/types").JSONValue;
                        } | undefined;
                    } | undefined;
                })[];
                version: number;
                more: boolean;
            };
            outputFormat: "json";
            status: 200;
            input: {
                param: {
                    id: string;
                };
            } & {
                query: {
                    after?: string | undefined;
                    wait?: string | undefined;
                };
            };
        };
    };
    "/v1/operations/:id/receipt": {
        $get: {
            output: {
                operation: string;
                target: string;
                outcome: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting";
                problem?: {
                    code: string;
                    message: string;
                    hint?: string | undefined;
                    details?: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    } | undefined;
                } | undefined;
                request: {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "upgrade";
                    image: string;
                    expectedVersion?: string | undefined;
                    approval?: "before-open" | "before-window" | undefined;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "first-start";
                    database?: "empty" | undefined;
                    counts?: {
                        [x: string]: number;
                    } | undefined;
                    evenIf: ("has-history" | "not-empty" | "runs")[];
                    pause: boolean;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "maintenance";
                    traffic: "closed" | "open";
                    within: string;
                    otherwise: "hold" | "rollback";
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "rollback";
                    of: string;
                    restore?: "rename" | "repoint" | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                };
                requestedBy: {
                    kind: "github" | "iam";
                    id: string;
                    name: string;
                    details: {
                        [x: string]: string;
                    };
                };
                requestedAt: string;
                endedAt: string;
                decisions: {
                    decision: "cancel" | "proceed" | "rollback";
                    by: {
                        kind: "github" | "iam";
                        id: string;
                        name: string;
                        details: {
                            [x: string]: string;
                        };
                    };
                    at: string;
                    comment?: string | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                }[];
                takeovers: {
                    at: string;
                    epoch: number;
                    why: string;
                }[];
                bypass?: {
                    header?: string | undefined;
                    sources: string[];
                    ask: string;
                } | undefined;
                window: {
                    closingAt?: string | undefined;
                    closedAt?: string | undefined;
                    openingAt?: string | undefined;
                    openedAt?: string | undefined;
                    downtimeMs?: number | undefined;
                };
                quietAt?: string | undefined;
                snapshot?: {
                    id: string;
                    createdAt: string;
                } | undefined;
                pointOfNoReturnAt?: string | undefined;
                goingBack?: {
                    at: string;
                    why: string;
                    snapshot?: string | undefined;
                } | undefined;
                restored?: {
                    snapshot: string;
                    database: string;
                    address: string;
                    aside?: string | undefined;
                    different: {
                        what: string;
                        before: string;
                        now: string;
                    }[];
                    tell: string[];
                } | undefined;
                discarded: {
                    from: string;
                    to: string;
                }[];
                verifiedVersion?: string | undefined;
                nodes: {
                    before: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                    after: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                };
                phases: {
                    phase: string;
                    startedAt: string;
                    finishedAt?: string | undefined;
                    durationMs?: number | undefined;
                }[];
                checks: {
                    name: string;
                    outcome: "failed" | "passed" | "warned";
                    looked: string;
                    expected: string;
                    found: string;
                    fix?: string | undefined;
                }[];
                forecast?: {
                    at: string;
                    phases: {
                        phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                        closed: boolean;
                        expectedSeconds: number;
                        worstSeconds: number;
                        parts: {
                            what: string;
                            seconds: number;
                            source: "assumed" | "measured" | "settings";
                            on?: string | undefined;
                        }[];
                    }[];
                    window: {
                        expectedSeconds: number;
                        worstSeconds: number;
                    };
                    closesAt: string;
                    opensAt: string;
                    opensAtWorst: string;
                } | undefined;
                mutations: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    service: string;
                    operation: string;
                    resource: string;
                    parameters: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    };
                    summary: string;
                    inverse: string;
                }[];
                missed: {
                    what: string;
                    due: string[];
                    byHand: string;
                }[];
                leftovers: {
                    what: string;
                    fix: string;
                }[];
                infrastructureAsCode?: {
                    image?: string | undefined;
                    database?: {
                        identifier: string;
                        address: string;
                    } | undefined;
                    tell: string[];
                } | undefined;
                omitted?: {
                    [x: string]: number;
                } | undefined;
            };
            outputFormat: "json";
            status: 200;
            input: {
                param: {
                    id: string;
                };
            };
        };
    };
    "/v1/operations/:id/restore": {
        $post: {
            output: {
                id: string;
                target: string;
                request: {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "upgrade";
                    image: string;
                    expectedVersion?: string | undefined;
                    approval?: "before-open" | "before-window" | undefined;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "first-start";
                    database?: "empty" | undefined;
                    counts?: {
                        [x: string]: number;
                    } | undefined;
                    evenIf: ("has-history" | "not-empty" | "runs")[];
                    pause: boolean;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "maintenance";
                    traffic: "closed" | "open";
                    within: string;
                    otherwise: "hold" | "rollback";
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "rollback";
                    of: string;
                    restore?: "rename" | "repoint" | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                };
                requestedBy: {
                    kind: "github" | "iam";
                    id: string;
                    name: string;
                    details: {
                        [x: string]: string;
                    };
                };
                requestedAt: string;
                status: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting";
                site: "closed" | "closing" | "open" | "opening";
                version: number;
                updatedAt: string;
                executionArn?: string | undefined;
                phases: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    startedAt: string;
                    finishedAt?: string | undefined;
                    outcome?: "done" | "failed" | undefined;
                }[];
                checks: {
                    name: string;
                    outcome: "failed" | "passed" | "warned";
                    looked: string;
                    expected: string;
                    found: string;
                    fix?: string | undefined;
                }[];
                forecast?: {
                    at: string;
                    phases: {
                        phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                        closed: boolean;
                        expectedSeconds: number;
                        worstSeconds: number;
                        parts: {
                            what: string;
                            seconds: number;
                            source: "assumed" | "measured" | "settings";
                            on?: string | undefined;
                        }[];
                    }[];
                    window: {
                        expectedSeconds: number;
                        worstSeconds: number;
                    };
                    closesAt: string;
                    opensAt: string;
                    opensAtWorst: string;
                } | undefined;
                mutations: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    service: string;
                    operation: string;
                    resource: string;
                    parameters: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    };
                    summary: string;
                    inverse: string;
                }[];
                progress?: string | undefined;
                sites: {
                    site: "closed" | "closing" | "open" | "opening";
                    from: string;
                }[];
                waits: {
                    for: "before-open" | "before-scale-out" | "before-window" | "held" | "maintenance" | "start" | "turn";
                    from: string;
                    to?: string | undefined;
                    decision?: "cancel" | "proceed" | "rollback" | undefined;
                    by?: string | undefined;
                }[];
                takeovers: {
                    at: string;
                    epoch: number;
                    why: string;
                }[];
                window: {
                    closingAt?: string | undefined;
                    closedAt?: string | undefined;
                    openingAt?: string | undefined;
                    openedAt?: string | undefined;
                };
                pointOfNoReturnAt?: string | undefined;
                dataSince?: string | undefined;
                passedSince?: string | undefined;
                snapshot?: string | undefined;
                snapshotAt?: string | undefined;
                leaderTaskArn?: string | undefined;
                verifiedVersion?: string | undefined;
                nodes: {
                    before: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                    after: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                };
                waitingFor?: {
                    for: "before-open" | "before-scale-out" | "before-window" | "maintenance" | "start" | "turn";
                    until?: string | undefined;
                    otherwise?: string | undefined;
                } | undefined;
                decision?: {
                    decision: "cancel" | "proceed" | "rollback";
                    by: {
                        kind: "github" | "iam";
                        id: string;
                        name: string;
                        details: {
                            [x: string]: string;
                        };
                    };
                    at: string;
                    comment?: string | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                } | undefined;
                goingBack?: {
                    at: string;
                    why: string;
                    snapshot?: string | undefined;
                } | undefined;
                restored?: {
                    snapshot: string;
                    database: string;
                    address: string;
                    aside?: string | undefined;
                    different: {
                        what: string;
                        before: string;
                        now: string;
                    }[];
                    tell: string[];
                } | undefined;
                discarded: {
                    from: string;
                    to: string;
                }[];
                missed: {
                    what: string;
                    due: string[];
                    byHand: string;
                }[];
                leftovers: {
                    what: string;
                    fix: string;
                }[];
                problem?: {
                    code: string;
                    message: string;
                    hint?: string | undefined;
                    details?: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    } | undefined;
                } | undefined;
                finishedAt?: string | undefined;
                decisions: {
                    decision: "cancel" | "proceed" | "rollback";
                    does: string;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                    by?: string | undefined;
                }[];
                live?: string | undefined;
                omitted?: {
                    [x: string]: number;
                } | undefined;
            };
            outputFormat: "json";
            status: 202;
            input: {
                param: {
                    id: string;
                };
            } & {
                json: {
                    comment?: string | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                };
            };
        };
    };
    "/v1/targets": {
        $get: {
            output: {
                targets: {
                    name: string;
                    app: string;
                    url: string;
                    frozen?: string | undefined;
                    heldBy?: {
                        id: string;
                        href: string;
                    } | undefined;
                    href: string;
                }[];
            };
            outputFormat: "json";
            status: 200;
            input: {};
        };
    };
    "/v1/targets/:target": {
        $get: {
            output: {
                name: string;
                app: string;
                url: string;
                frozen?: string | undefined;
                heldBy?: {
                    id: string;
                    href: string;
                } | undefined;
                href: string;
                configuration: {
                    [x: string]: import("hono/utils/types").JSONValue;
                };
                operations: {
                    id: string;
                    target: string;
                    procedure: string;
                    what: string;
                    status: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting";
                    site: "closed" | "closing" | "open" | "opening";
                    requestedBy: string;
                    requestedAt: string;
                    finishedAt?: string | undefined;
                    href: string;
                }[];
                unreadable?: {
                    id: string;
                    problem: string;
                }[] | undefined;
                live?: {
                    [x: string]: import("hono/utils/types").JSONValue;
                } | undefined;
                liveProblem?: string | undefined;
            };
            outputFormat: "json";
            status: 200;
            input: {
                param: {
                    target: string;
                };
            };
        };
    };
    "/v1/targets/:target/operations": {
        $post: {
            output: {
                id: string;
                target: string;
                request: {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "upgrade";
                    image: string;
                    expectedVersion?: string | undefined;
                    approval?: "before-open" | "before-window" | undefined;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "first-start";
                    database?: "empty" | undefined;
                    counts?: {
                        [x: string]: number;
                    } | undefined;
                    evenIf: ("has-history" | "not-empty" | "runs")[];
                    pause: boolean;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "maintenance";
                    traffic: "closed" | "open";
                    within: string;
                    otherwise: "hold" | "rollback";
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "rollback";
                    of: string;
                    restore?: "rename" | "repoint" | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                };
                requestedBy: {
                    kind: "github" | "iam";
                    id: string;
                    name: string;
                    details: {
                        [x: string]: string;
                    };
                };
                requestedAt: string;
                status: "held" | "pending" | "refused" | "rolled-back" | "running" | "succeeded" | "waiting";
                site: "closed" | "closing" | "open" | "opening";
                version: number;
                updatedAt: string;
                executionArn?: string | undefined;
                phases: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    startedAt: string;
                    finishedAt?: string | undefined;
                    outcome?: "done" | "failed" | undefined;
                }[];
                checks: {
                    name: string;
                    outcome: "failed" | "passed" | "warned";
                    looked: string;
                    expected: string;
                    found: string;
                    fix?: string | undefined;
                }[];
                forecast?: {
                    at: string;
                    phases: {
                        phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                        closed: boolean;
                        expectedSeconds: number;
                        worstSeconds: number;
                        parts: {
                            what: string;
                            seconds: number;
                            source: "assumed" | "measured" | "settings";
                            on?: string | undefined;
                        }[];
                    }[];
                    window: {
                        expectedSeconds: number;
                        worstSeconds: number;
                    };
                    closesAt: string;
                    opensAt: string;
                    opensAtWorst: string;
                } | undefined;
                mutations: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    service: string;
                    operation: string;
                    resource: string;
                    parameters: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    };
                    summary: string;
                    inverse: string;
                }[];
                progress?: string | undefined;
                sites: {
                    site: "closed" | "closing" | "open" | "opening";
                    from: string;
                }[];
                waits: {
                    for: "before-open" | "before-scale-out" | "before-window" | "held" | "maintenance" | "start" | "turn";
                    from: string;
                    to?: string | undefined;
                    decision?: "cancel" | "proceed" | "rollback" | undefined;
                    by?: string | undefined;
                }[];
                takeovers: {
                    at: string;
                    epoch: number;
                    why: string;
                }[];
                window: {
                    closingAt?: string | undefined;
                    closedAt?: string | undefined;
                    openingAt?: string | undefined;
                    openedAt?: string | undefined;
                };
                pointOfNoReturnAt?: string | undefined;
                dataSince?: string | undefined;
                passedSince?: string | undefined;
                snapshot?: string | undefined;
                snapshotAt?: string | undefined;
                leaderTaskArn?: string | undefined;
                verifiedVersion?: string | undefined;
                nodes: {
                    before: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                    after: {
                        taskArn: string;
                        service: string;
                        image: string;
                        imageDigest?: string | undefined;
                        version?: string | undefined;
                        status: string;
                    }[];
                };
                waitingFor?: {
                    for: "before-open" | "before-scale-out" | "before-window" | "maintenance" | "start" | "turn";
                    until?: string | undefined;
                    otherwise?: string | undefined;
                } | undefined;
                decision?: {
                    decision: "cancel" | "proceed" | "rollback";
                    by: {
                        kind: "github" | "iam";
                        id: string;
                        name: string;
                        details: {
                            [x: string]: string;
                        };
                    };
                    at: string;
                    comment?: string | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                } | undefined;
                goingBack?: {
                    at: string;
                    why: string;
                    snapshot?: string | undefined;
                } | undefined;
                restored?: {
                    snapshot: string;
                    database: string;
                    address: string;
                    aside?: string | undefined;
                    different: {
                        what: string;
                        before: string;
                        now: string;
                    }[];
                    tell: string[];
                } | undefined;
                discarded: {
                    from: string;
                    to: string;
                }[];
                missed: {
                    what: string;
                    due: string[];
                    byHand: string;
                }[];
                leftovers: {
                    what: string;
                    fix: string;
                }[];
                problem?: {
                    code: string;
                    message: string;
                    hint?: string | undefined;
                    details?: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    } | undefined;
                } | undefined;
                finishedAt?: string | undefined;
                decisions: {
                    decision: "cancel" | "proceed" | "rollback";
                    does: string;
                    discards?: {
                        from: string;
                    } | undefined;
                    data?: "as-it-is" | undefined;
                    by?: string | undefined;
                }[];
                live?: string | undefined;
                omitted?: {
                    [x: string]: number;
                } | undefined;
            };
            outputFormat: "json";
            status: 202;
            input: {
                param: {
                    target: string;
                };
            } & {
                header: {
                    "idempotency-key": string;
                };
            } & {
                json: {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "first-start";
                    database?: "empty" | undefined;
                    counts?: Record<string, number> | undefined;
                    evenIf?: ("has-history" | "not-empty" | "runs")[] | undefined;
                    pause?: boolean | undefined;
                    snapshot?: "none" | "required" | undefined;
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "maintenance";
                    traffic?: "closed" | "open" | undefined;
                    within?: string | undefined;
                    otherwise?: "hold" | "rollback" | undefined;
                    snapshot?: "none" | "required" | undefined;
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "rollback";
                    of: string;
                    restore?: "rename" | "repoint" | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "upgrade";
                    expectedVersion?: string | undefined;
                    approval?: "before-open" | "before-window" | undefined;
                    snapshot?: "none" | "required" | undefined;
                    onFailure?: "hold" | "rollback" | undefined;
                    image?: string | undefined;
                    version?: string | undefined;
                };
            };
        };
    };
    "/v1/targets/:target/plan": {
        $post: {
            output: {
                target: string;
                request: {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "upgrade";
                    image: string;
                    expectedVersion?: string | undefined;
                    approval?: "before-open" | "before-window" | undefined;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "first-start";
                    database?: "empty" | undefined;
                    counts?: {
                        [x: string]: number;
                    } | undefined;
                    evenIf: ("has-history" | "not-empty" | "runs")[];
                    pause: boolean;
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "maintenance";
                    traffic: "closed" | "open";
                    within: string;
                    otherwise: "hold" | "rollback";
                    snapshot: "none" | "required";
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "rollback";
                    of: string;
                    restore?: "rename" | "repoint" | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                };
                checks: {
                    name: string;
                    outcome: "failed" | "passed" | "warned";
                    looked: string;
                    expected: string;
                    found: string;
                    fix?: string | undefined;
                }[];
                mutations: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    service: string;
                    operation: string;
                    resource: string;
                    parameters: {
                        [x: string]: import("hono/utils/types").JSONValue;
                    };
                    summary: string;
                    inverse: string;
                }[];
                waits: {
                    phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                    until: string;
                    atMostSeconds: number;
                }[];
                forecast: {
                    at: string;
                    phases: {
                        phase: "back-up" | "close" | "finish" | "migrate" | "open" | "preflight" | "prepare" | "put-back" | "restore" | "scale-out" | "start" | "stop" | "verify" | "work";
                        closed: boolean;
                        expectedSeconds: number;
                        worstSeconds: number;
                        parts: {
                            what: string;
                            seconds: number;
                            source: "assumed" | "measured" | "settings";
                            on?: string | undefined;
                        }[];
                    }[];
                    window: {
                        expectedSeconds: number;
                        worstSeconds: number;
                    };
                    closesAt: string;
                    opensAt: string;
                    opensAtWorst: string;
                };
                approvers?: string | undefined;
                irreversible: string[];
                page?: string | undefined;
                ok: boolean;
            };
            outputFormat: "json";
            status: 200;
            input: {
                param: {
                    target: string;
                };
            } & {
                json: {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "first-start";
                    database?: "empty" | undefined;
                    counts?: Record<string, number> | undefined;
                    evenIf?: ("has-history" | "not-empty" | "runs")[] | undefined;
                    pause?: boolean | undefined;
                    snapshot?: "none" | "required" | undefined;
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "maintenance";
                    traffic?: "closed" | "open" | undefined;
                    within?: string | undefined;
                    otherwise?: "hold" | "rollback" | undefined;
                    snapshot?: "none" | "required" | undefined;
                    onFailure?: "hold" | "rollback" | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "rollback";
                    of: string;
                    restore?: "rename" | "repoint" | undefined;
                    discards?: {
                        from: string;
                    } | undefined;
                } | {
                    notBefore?: string | undefined;
                    mustOpenBy?: string | undefined;
                    comment?: string | undefined;
                    procedure: "upgrade";
                    expectedVersion?: string | undefined;
                    approval?: "before-open" | "before-window" | undefined;
                    snapshot?: "none" | "required" | undefined;
                    onFailure?: "hold" | "rollback" | undefined;
                    image?: string | undefined;
                    version?: string | undefined;
                };
            };
        };
    };
}, "/">;
