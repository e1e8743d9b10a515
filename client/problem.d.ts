/** A problem document (RFC 9457), as the API answers it. `code` is what programs compare. */
export type Problem = {
    type: string;
    code: string;
    title: string;
    status: number;
    detail: string;
    fix: string;
    instance: string;
    errors?: {
        pointer?: string;
        parameter?: string;
        claim?: string;
        message: string;
        hint?: string;
    }[];
    holder?: {
        id: string;
        href: string;
    };
    discards?: {
        from: string;
    };
    data?: "as-it-is";
};
/** The API refused a call, or something before it did. `problem` is what it said; undefined where the answer was no problem document. */
export declare class IntermissionError extends Error {
    readonly name = "IntermissionError";
    readonly status: number;
    readonly problem: Problem | undefined;
    constructor(status: number, problem: Problem | undefined, text: string);
}
export declare function refusalOf(response: Response): Promise<IntermissionError>;
