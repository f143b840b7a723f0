/** Which rule of the grammar of names a name breaks first. */
export type NameRule = "type" | "empty" | "length" | "prefix" | "category" | "separator" | "action" | "hyphen" | "character";
/** A name breaks the grammar of event names. */
export declare class InvalidEventNameError extends Error {
    readonly name = "InvalidEventNameError";
    /** The first rule that it breaks. */
    readonly rule: NameRule;
    /** Where, in characters; null if it is no string. */
    readonly position: number | null;
    constructor(rule: NameRule, position: number | null, detail: string);
}
/** Tells whether a value is a well-formed event name; no event of that name need exist. */
export declare function isEventName(value: unknown): value is string;
/** Tells whether the catalogue has an event of this name. */
export declare function isKnownEventName(value: unknown): value is PlatformEventName;
/**
 * Returns a name if it is well-formed.
 *
 * @throws {InvalidEventNameError} It breaks the grammar; the error says which rule, and where.
 */
export declare function validateEventName(name: unknown): string;
/**
 * Splits a name into its category and its action.
 *
 * @throws {InvalidEventNameError} It breaks the grammar.
 */
export declare function parseEventName(name: unknown): {
    category: Category;
    action: string;
};
