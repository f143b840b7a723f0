import { EventType, type StandardSchemaV1 } from "inngest";
/** A value that this version does not know, from a newer producer: at run time, any string. */
export declare enum NewerValue {
    Value = "what a newer producer sends"
}
type Fields = Record<string, unknown>;
/**
 * An event type of the SDK that is closed for producers and tolerant for consumers.
 *
 * `create(...)` takes known fields and values only. As the trigger of a function it ignores
 * unknown fields, and takes unknown values of open choices, so that a newer producer fails no run.
 */
export interface PlatformEventType<Name extends string, Sent extends Fields, Received extends Fields> extends Omit<EventType<Name, StandardSchemaV1<Received>>, "create"> {
    /**
     * Creates an event to send; `send` and `step.sendEvent` validate its data.
     *
     * @throws {TypeError} The id or the time breaks a rule.
     */
    create(...given: [data: Sent, options?: EventOptions]): ReturnType<EventType<Name, StandardSchemaV1<Sent>>["create"]>;
}
/** What an event has beside its name and its data. */
export interface EventOptions {
    /** An idempotency key, not blank: no function runs twice for it in 24 hours. */
    id?: string;
    /** When it happened, in whole milliseconds since 1970; when it is sent, if absent. */
    ts?: number;
}
/** An event as it is received. */
export type EventOf<Name extends string, Data extends Fields> = EventOptions & {
    readonly name: Name;
    readonly data: Data;
};
export {};
