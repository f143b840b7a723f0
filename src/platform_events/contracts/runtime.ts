// A type alone: an enum is a string that no literal is, so that comparisons tell it apart.
declare enum Newer {
  Value = "what a newer producer sends",
}

/** A value that this version does not know, from a newer producer: at run time, any string. */
export type NewerValue = Newer.Value;

type Fields = Record<string, unknown>;

/**
 * An event type of the SDK that is closed for producers and tolerant for consumers.
 *
 * `create(...)` takes the known fields and values alone. As the trigger of a function it ignores
 * unknown fields, and takes unknown values of open choices, so that a newer producer fails no run.
 */
export interface PlatformEventType<
  Name extends string,
  Sent extends Fields,
  Received extends Fields,
> extends Omit<EventType<Name, StandardSchemaV1<Received>>, "create"> {
  /** Creates an event to send; `send` validates it. */
  create(
    ...given: [data: Sent, options?: EventOptions]
  ): ReturnType<EventType<Name, StandardSchemaV1<Sent>>["create"]>;
}

/** What an event has beside its name and its data. */
export interface EventOptions {
  /** An idempotency key: no function runs twice for it in 24 hours. */
  id?: string;
  /** When it happened, in milliseconds since 1970; when it is sent, if absent. */
  ts?: number;
}

/** An event as it is received. */
export type EventOf<Name extends string, Data extends Fields> = EventOptions & {
  readonly name: Name;
  readonly data: Data;
};

interface Side {
  object(fields: Record<string, z.ZodType>): z.ZodType;
  choice(values: readonly string[], open: z.ZodType): z.ZodType;
  /** What kinds that no member of a union has are read as; nobody sends it. */
  fallback(make: () => z.ZodType): (() => z.ZodType) | undefined;
}

const producer: Side = {
  object: (fields) => z.strictObject(fields),
  choice: (values) => z.enum(values),
  fallback: () => undefined,
};

const consumer: Side = {
  object: (fields) => z.looseObject(fields),
  choice: (_values, open) => open,
  fallback: (make) => make,
};

function define<Name extends string, Sent extends Fields, Received extends Fields>(
  name: Name,
  shape: (side: Side) => z.ZodType,
): PlatformEventType<Name, Sent, Received> {
  const sent = new EventType({ name, schema: lazily<Sent>(() => shape(producer)) });
  const received = new EventType({ name, schema: lazily<Received>(() => shape(consumer)) });
  return Object.assign<typeof received, Pick<PlatformEventType<Name, Sent, Received>, "create">>(
    received,
    { create: (...given) => sent.create(...(given as Parameters<typeof sent.create>)) },
  );
}

/** Makes a schema when it is first used, so that an event that is not used costs nothing. */
function lazily<Data>(make: () => z.ZodType): StandardSchemaV1<Data> {
  let schema: z.ZodType | undefined;
  const validate = (value: unknown) =>
    (schema ??= make())["~standard"].validate(value) as StandardSchemaV1.Result<Data>;
  return { "~standard": { version: 1, vendor: "platform-events", validate } };
}

/** Text whose length is counted in code points, as Python and JSON Schema count. */
function text(least: number, most: number, pattern?: RegExp): z.ZodType<string> {
  return z
    .string()
    .refine((value) => !/\p{Surrogate}/u.test(value), "must be valid Unicode")
    .refine((value) => lengthOf(value) >= least, `must have at least ${least} characters`)
    .refine((value) => lengthOf(value) <= most, `must have at most ${most} characters`)
    .refine((value) => pattern?.test(value) ?? true, `must match ${pattern?.source}`);
}

function lengthOf(value: string): number {
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}

/** An instant of a range, which the pattern alone cannot tell. */
function instant(pattern: RegExp, earliest: string, end: string): z.ZodType<string> {
  const isWithin = (value: string) =>
    Date.parse(value) >= Date.parse(earliest) && Date.parse(value) < Date.parse(end);
  return z
    .string()
    .regex(pattern, "must be an ISO 8601 instant with its offset, such as 2026-11-23T18:30:00Z")
    .refine(isWithin, `must be at or after ${earliest} and before ${end}`);
}

/** A union told apart by a field. With a fallback it will grow: other kinds are read as that. */
function union(
  key: string,
  members: Record<string, () => z.ZodType>,
  fallback?: () => z.ZodType,
): z.ZodType {
  const made = new Map<string, z.ZodType>();
  const schemaOf = (kind: string): z.ZodType | undefined => {
    const known = Object.hasOwn(members, kind) ? kind : "";
    const schema = made.get(known) ?? (known ? members[known] : fallback)?.();
    if (schema) made.set(known, schema);
    return schema;
  };
  // Not `z.looseObject`, which hands on no `__proto__` for the member to refuse.
  return z.unknown().check((context) => {
    const { value } = context;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const kind = isObject ? (value as Fields)[key] : undefined;
    const schema = typeof kind === "string" ? schemaOf(kind) : undefined;
    const issues = schema
      ? (schema.safeParse(value).error?.issues ?? [])
      : [{ path: isObject ? [key] : [], message: "is none of the expected kinds" }];
    for (const { path, message } of issues) {
      context.issues.push({ code: "custom", path, message, input: undefined });
    }
  });
}

const rule = { text, instant, union };

/** Which rule of the grammar of names a name breaks first. */
export type NameRule =
  | "type"
  | "empty"
  | "length"
  | "prefix"
  | "category"
  | "separator"
  | "action"
  | "hyphen"
  | "character";

/** A name breaks the grammar of event names. */
export class InvalidEventNameError extends Error {
  override readonly name = "InvalidEventNameError";
  /** The first rule that it breaks. */
  readonly rule: NameRule;
  /** Where, in characters; null if it is no string. */
  readonly position: number | null;

  constructor(rule: NameRule, position: number | null, detail: string) {
    super(`not an event name: ${detail}${position === null ? "" : ` (at position ${position})`}.`);
    this.rule = rule;
    this.position = position;
  }
}

/** Tells whether a value is a well-formed event name; no event of that name need exist. */
export function isEventName(value: unknown): value is string {
  return (
    typeof value === "string" && value.length <= MAX_NAME_LENGTH && EVENT_NAME_PATTERN.test(value)
  );
}

/** Tells whether the catalogue has an event of this name. */
export function isKnownEventName(value: unknown): value is PlatformEventName {
  return EVENT_NAMES.some((name) => name === value);
}

/**
 * Returns a name if it is well-formed.
 *
 * @throws {InvalidEventNameError} It breaks the grammar; the error says which rule, and where.
 */
export function validateEventName(name: unknown): string {
  if (isEventName(name)) return name;
  throw new InvalidEventNameError(...brokenRule(name));
}

/**
 * Splits a name into its category and its action.
 *
 * @throws {InvalidEventNameError} It breaks the grammar.
 */
export function parseEventName(name: unknown): { category: Category; action: string } {
  const [category, action] = validateEventName(name).slice(PREFIX.length).split(".");
  return { category: category as Category, action: action as string };
}

const PREFIX = "platform/";

type BrokenRule = [rule: NameRule, position: number | null, detail: string];

function brokenRule(name: unknown): BrokenRule {
  if (typeof name !== "string") return ["type", null, "it must be a string"];
  if (name === "") return ["empty", 0, "it is empty"];
  if (lengthOf(name) > MAX_NAME_LENGTH) {
    return ["length", MAX_NAME_LENGTH, `${MAX_NAME_LENGTH} characters are the most`];
  }
  if (!name.startsWith(PREFIX)) {
    const position = [...PREFIX].findIndex((character, at) => name[at] !== character);
    return ["prefix", position, `it must begin with ${PREFIX}`];
  }
  const rest = name.slice(PREFIX.length);
  const dot = rest.indexOf(".");
  const category = dot < 0 ? rest : rest.slice(0, dot);
  const isCategory = (part: string) => CATEGORIES.some((known) => known === part);
  const strange = category.search(/[^a-z]/u);
  if (strange >= 0) {
    const position = PREFIX.length + strange;
    return isCategory(category.slice(0, strange))
      ? ["separator", position, "a dot must follow the category"]
      : ["character", position, "a category is lower-case letters"];
  }
  if (!isCategory(category)) {
    return ["category", PREFIX.length, `its category must be one of ${CATEGORIES.join(", ")}`];
  }
  if (dot < 0) {
    return ["separator", name.length, "a dot and an action must follow the category"];
  }
  return brokenActionRule(rest.slice(dot + 1), PREFIX.length + dot + 1);
}

function brokenActionRule(action: string, start: number): BrokenRule {
  if (action === "") return ["action", start, "an action must follow the dot"];
  let end = /^(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*)?/u.exec(action)?.[0].length ?? 0;
  if (action[end] === "-") {
    if (end === 0) return ["hyphen", start, "an action does not begin with a hyphen"];
    if ([undefined, "-"].includes(action[end + 1])) {
      return ["hyphen", start + end, "a hyphen stands between two words, alone"];
    }
    end += 1;
  }
  return /[0-9]/u.test(action[end] ?? "")
    ? ["action", start + end, "an action begins with a letter"]
    : ["character", start + end, "only lower-case ASCII letters, digits and hyphens are allowed"];
}
