import { EventType, NonRetriableError, type StandardSchemaV1 } from "inngest";
import * as z from "zod/mini";

/** A value that this version does not know, from a newer producer: at run time, any string. */
export declare enum NewerValue {
  // A type alone: an enum is a string that no literal is, so that comparisons tell it apart.
  Value = "what a newer producer sends",
}

type Fields = Record<string, unknown>;
type Schema = z.ZodMiniType;
type Path = readonly PropertyKey[];

/**
 * An event type of the SDK that is closed for producers and tolerant for consumers.
 *
 * `create(...)` takes known fields and values only. As the trigger of a function it ignores
 * unknown fields, and takes unknown values of open choices, so that a newer producer fails no run.
 */
export interface PlatformEventType<
  Name extends string,
  Sent extends Fields,
  Received extends Fields,
> extends Omit<EventType<Name, StandardSchemaV1<Received>>, "create"> {
  /**
   * Creates an event to send; `send` and `step.sendEvent` validate its data.
   *
   * @throws {TypeError} The id or the time breaks a rule.
   */
  create(
    ...given: [data: Sent, options?: EventOptions]
  ): ReturnType<EventType<Name, StandardSchemaV1<Sent>>["create"]>;
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

interface Side {
  object(fields: Record<string, Schema>): Schema;
  choice(values: readonly string[], open: Schema): Schema;
  /** An array without two equal items; readers take it as the set that Python makes of it. */
  unique(schema: Schema): Schema;
  /** What kinds that no member of a union has are read as; nobody sends it. */
  fallback(make: () => Schema): (() => Schema) | undefined;
}

const producer: Side = {
  object: (fields) => z.strictObject(fields),
  choice: (values) => z.literal(values),
  unique: (schema) => schema.check(refuseEqual),
  fallback: () => undefined,
};

const consumer: Side = {
  object: (fields) => z.looseObject(fields),
  choice: (_values, open) => open,
  unique: (schema) => schema,
  fallback: (make) => make,
};

function define<Name extends string, Sent extends Fields, Received extends Fields>(
  name: Name,
  shape: (side: Side) => Schema,
): PlatformEventType<Name, Sent, Received> {
  const schema = lazily<Sent>(() => shape(producer));
  const sent = new EventType({ name, schema });
  const received = new EventType({ name, schema: lazily<Received>(() => shape(consumer)) });
  const create = (...given: [data: Sent, options?: EventOptions]) => {
    checkOptions(name, given[1]);
    const event = sent.create(...(given as Parameters<typeof sent.create>));
    const validate = () => checkData(name, schema, given[0]);
    return { ...event, validate };
  };
  return Object.assign<typeof received, Pick<PlatformEventType<Name, Sent, Received>, "create">>(
    received,
    { create },
  );
}

/** Refuses data for good: no further try of a step would change it. */
async function checkData(name: string, schema: StandardSchemaV1, data: unknown): Promise<void> {
  const { issues } = await schema["~standard"].validate(data);
  if (!issues) return;
  const told = issues.map(({ path, message }) =>
    path?.length ? `${path.map(String).join(".")}: ${message}` : message,
  );
  throw new NonRetriableError(`invalid ${name}: ${told.join("; ")}`);
}

const MAX_ID_LENGTH = 10_000;
/** As Python's `EVENT_ID_PATTERN`; `trim()` takes other characters for white space. */
const NOT_BLANK =
  /[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/u;
const EARLIEST = Date.UTC(1980, 0);
const LATEST = Date.UTC(2100, 0);

function checkOptions(name: string, options: EventOptions | undefined): void {
  const { id, ts }: { id?: unknown; ts?: unknown } = options ?? {};
  const problem =
    id !== undefined && (typeof id !== "string" || !NOT_BLANK.test(id))
      ? "id: must be a string that is not blank"
      : typeof id === "string" && (/\p{Surrogate}/u.test(id) || [...id].length > MAX_ID_LENGTH)
        ? `id: must be valid Unicode of at most ${MAX_ID_LENGTH} characters`
        : ts !== undefined && !Number.isInteger(ts)
          ? "ts: must be whole milliseconds since 1970"
          : ts !== undefined && !(EARLIEST <= (ts as number) && (ts as number) < LATEST)
            ? "ts: must lie in the years 1980 to 2099, in milliseconds"
            : undefined;
  if (problem !== undefined) throw new TypeError(`invalid ${name}: ${problem}`);
}

const MAX_ISSUES = 20;

/** Makes a schema when it is first used, so that an event that is not used costs nothing. */
function lazily<Data>(make: () => Schema): StandardSchemaV1<Data> {
  let schema: Schema | undefined;
  const validate = (value: unknown): StandardSchemaV1.Result<Data> => {
    const { success, data, error } = (schema ??= make()).safeParse(value);
    if (success) return { value: data as Data };
    const issues = error.issues.slice(0, MAX_ISSUES).map(({ path, ...issue }) => ({
      path,
      message: wordsOf(issue as Issue),
    }));
    const more = error.issues.length - issues.length;
    return { issues: more ? [...issues, { path: [], message: `and ${more} more` }] : issues };
  };
  return { "~standard": { version: 1, vendor: "platform-events", validate } };
}

/** Makes the schema of a definition once for each side, however often it is referred to. */
function shared(make: (side: Side) => Schema): (side: Side) => Schema {
  const made = new Map<Side, Schema | undefined>();
  return (side) => {
    const known = made.get(side);
    if (known) return known;
    // It is being made: it contains itself.
    if (made.has(side)) return z.lazy(() => made.get(side) as Schema);
    made.set(side, undefined);
    const schema = make(side);
    made.set(side, schema);
    return schema;
  };
}

/** What zod tells of a problem; `zod/mini` leaves the words to others. */
interface Issue {
  readonly code?: string;
  readonly message?: string;
  readonly expected?: string;
  readonly origin?: string;
  readonly values?: readonly unknown[];
  readonly keys?: readonly string[];
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly inclusive?: boolean;
  readonly divisor?: unknown;
}

const NOUNS: Record<string, string> = { array: "item", set: "item", map: "key" };

function wordsOf(issue: Issue): string {
  const { code, inclusive } = issue;
  const noun = NOUNS[issue.origin ?? ""];
  switch (code) {
    case "invalid_type":
      return `must be ${/^[aeiou]/.test(typeOf(issue)) ? "an" : "a"} ${typeOf(issue)}`;
    case "invalid_value":
      return `must be ${(issue.values ?? []).map((value) => JSON.stringify(value)).join(" or ")}`;
    case "unrecognized_keys":
      return `there is no field ${(issue.keys ?? []).slice(0, 3).map(shortly).join(", ")}`;
    case "too_small":
      return noun
        ? `must have at least ${counted(issue.minimum, noun)}`
        : `must be ${inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return noun
        ? `must have at most ${counted(issue.maximum, noun)}`
        : `must be ${inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return "matches none of the expected types";
    default:
      return issue.message || "is not allowed";
  }
}

function counted(count: unknown, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function typeOf({ expected = "value" }: Issue): string {
  return expected === "int" ? "integer" : expected;
}

function shortly(key: string): string {
  return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}...` : key);
}

/** Adds a problem of our own. */
function refuse(context: { issues: unknown[] }, message: string, path: Path = []): void {
  context.issues.push({ code: "custom", path: [...path], message, input: undefined });
}

/** Text whose length is counted in code points, as Python and JSON Schema count. */
function text(least: number, most: number, pattern?: RegExp): Schema {
  return z.string().check((context) => {
    const { value } = context;
    if (/\p{Surrogate}/u.test(value)) return refuse(context, "must be valid Unicode");
    // A code point is one or two units: most texts need no counting.
    const isFit = value.length <= most && value.length >= least * 2;
    const length = isFit ? least : [...value].length;
    if (length < least) refuse(context, `must have at least ${counted(least, "character")}`);
    if (length > most) refuse(context, `must have at most ${counted(most, "character")}`);
    if (pattern && !pattern.test(value)) refuse(context, `must match ${pattern.source}`);
  });
}

/** An instant of a range, which the pattern alone cannot tell. */
function instant(pattern: RegExp, earliest: string, end: string): Schema {
  const [from, to] = [Date.parse(earliest), Date.parse(end)];
  return z.string().check((context) => {
    const { value } = context;
    if (!pattern.test(value)) {
      return refuse(context, "must be an RFC 3339 instant, such as 2026-11-23T18:30:00Z");
    }
    const time = Date.parse(value);
    if (time < from || time >= to) refuse(context, `must be at or after ${earliest} and before ${end}`);
  });
}

/** An array whose first items have schemas of their own. */
function tuple(first: readonly Schema[], rest: Schema): Schema {
  return z.array(z.unknown()).check((context) => {
    for (const [index, item] of context.value.entries()) {
      handOn(context, (first[index] ?? rest).safeParse(item), [index]);
    }
  });
}

function refuseEqual(context: { value: unknown; issues: unknown[] }): void {
  const items = (context.value as unknown[]).map((item) => JSON.stringify(item, sortKeys));
  if (new Set(items).size < items.length) refuse(context, "must not have equal items");
}

function sortKeys(_key: string, value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
}

/** A union told apart by a field. With a fallback it will grow: other kinds are read as that. */
function union(
  key: string,
  members: Record<string, () => Schema>,
  fallback?: () => Schema,
): Schema {
  const made = new Map<string, Schema>();
  const schemaOf = (kind: string): Schema | undefined => {
    const known = Object.hasOwn(members, kind) ? kind : "";
    const schema = made.get(known) ?? (known ? members[known] : fallback)?.();
    if (schema) made.set(known, schema);
    return schema;
  };
  const expected = Object.keys(members).map((kind) => JSON.stringify(kind)).join(" or ");
  // Not `z.looseObject`, which hands on no `__proto__` for the member to refuse.
  return z.unknown().check((context) => {
    const { value } = context;
    if (!isObject(value)) return refuse(context, "must be an object");
    const kind = value[key];
    const schema = typeof kind === "string" ? schemaOf(kind) : undefined;
    if (!schema) return refuse(context, `must be ${expected}`, [key]);
    handOn(context, schema.safeParse(value));
  });
}

/** An object whose keys are data: a map. */
function map(
  keys: Schema | undefined,
  patterns: readonly [RegExp, Schema][],
  rest: Schema | undefined,
  least: number,
  most: number,
): Schema {
  return z.unknown().check((context) => {
    const { value } = context;
    if (!isObject(value)) return refuse(context, "must be an object");
    const names = Object.keys(value);
    if (names.length < least) refuse(context, `must have at least ${counted(least, "key")}`);
    if (names.length > most) refuse(context, `must have at most ${counted(most, "key")}`);
    for (const name of names) {
      if (keys) handOn(context, keys.safeParse(name), [name]);
      const found = patterns.filter(([pattern]) => pattern.test(name)).map(([, schema]) => schema);
      const schemas = found.length === 0 && rest ? [rest] : found;
      if (schemas.length === 0) refuse(context, "is not an allowed key", [name]);
      for (const schema of schemas) handOn(context, schema.safeParse(value[name]), [name]);
    }
  });
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function handOn(
  context: { issues: unknown[] },
  result: z.core.util.SafeParseResult<unknown>,
  path: Path = [],
): void {
  for (const issue of result.error?.issues ?? []) {
    refuse(context, wordsOf(issue as Issue), [...path, ...issue.path]);
  }
}

/** What holds between the fields of an object: its rule, the rule's attributes, and a sentence. */
interface Invariant {
  readonly rule: string;
  readonly message: string;
  readonly [attribute: string]: unknown;
}

/** An object whose invariants hold. */
function obeying(schema: Schema, invariants: readonly Invariant[]): Schema {
  return schema.check((context) => {
    const broken = invariants.find((invariant) => !holds(invariant, context.value as Fields));
    if (!broken) return;
    context.issues.push({ code: "custom", path: [], message: broken.message, input: undefined });
  });
}

/** Tells whether an invariant holds; what is null or empty is absent. */
function holds(invariant: Invariant, data: Fields): boolean {
  const get = (name: unknown): unknown => {
    const value = data[name as string] ?? undefined;
    return Array.isArray(value) && value.length === 0 ? undefined : value;
  };
  const has = (name: unknown) => get(name) !== undefined;
  const number = (name: unknown) => (get(name) ?? 0) as number;
  const time = (name: unknown) => Date.parse(get(name) as string);
  const items = (name: unknown) => (get(name) ?? []) as Fields[];
  const list = (value: unknown) => (Array.isArray(value) ? value : [value]) as unknown[];
  const { field, other, of, parts, whole, values, low, high } = invariant;
  switch (invariant.rule) {
    case "absent":
      return !has(field);
    case "among":
      return !has(field) || list(values).includes(get(field));
    case "any-of":
      return list(of).some(has);
    case "at-most": {
      const total = list(parts).reduce<number>((sum, part) => sum + number(part), 0);
      const most = (invariant["times"] as number) * number(whole) + (invariant["slack"] as number);
      return !has(whole) || total <= most;
    }
    case "between":
      return !has(field) || ((low as number) <= number(field) && number(field) <= (high as number));
    case "differ":
      return !has(invariant["one"]) || get(invariant["one"]) !== get(other);
    case "inside": {
      const slack = (invariant["slack"] as number) * 1000;
      const { start, duration } = invariant;
      const end = time(start) + number(duration) * 1000 + slack;
      return (
        !has(start) ||
        !has(duration) ||
        items(invariant["items"]).every((item) => {
          const began = Date.parse(item["started_at"] as string);
          const ended = began + (item["duration_s"] as number) * 1000;
          return time(start) - slack <= began && ended <= end;
        })
      );
    }
    case "lasts-at-most": {
      const seconds = items(values).length * number(invariant["interval"]);
      return seconds <= (invariant["limit"] as number);
    }
    case "needs":
      return !has(field) || has(other);
    case "not-before": {
      const { later, earlier } = invariant;
      return !has(later) || !has(earlier) || time(later) >= time(earlier);
    }
    case "not-fraction":
      return !has(field) || number(field) <= 0 || number(field) >= 1;
    case "one-of":
      return list(of).filter(has).length === 1;
    case "unique":
      return new Set(items(field)).size === items(field).length;
    case "when":
      return !list(values).includes(get(field)) || holds(invariant["then"] as Invariant, data);
    default:
      return true;
  }
}

const rule = { text, instant, tuple, union, map, obeying };
