import { EventType, NonRetriableError } from "inngest";
import * as z from "zod/mini";
const producer = {
    object: (fields) => z.strictObject(fields),
    choice: (values) => z.literal(values),
    unique: (schema) => schema.check(refuseEqual),
    fallback: () => undefined,
};
const consumer = {
    object: (fields) => z.looseObject(fields),
    choice: (_values, open) => open,
    unique: (schema) => schema,
    fallback: (make) => make,
};
function define(name, shape) {
    const schema = lazily(() => shape(producer));
    const sent = new EventType({ name, schema });
    const received = new EventType({ name, schema: lazily(() => shape(consumer)) });
    const create = (...given) => {
        checkOptions(name, given[1]);
        const event = sent.create(...given);
        const validate = () => checkData(name, schema, given[0]);
        return { ...event, validate };
    };
    return Object.assign(received, { create });
}
/** Refuses data for good: no further try of a step would change it. */
async function checkData(name, schema, data) {
    const { issues } = await schema["~standard"].validate(data);
    if (!issues)
        return;
    const told = issues.map(({ path, message }) => path?.length ? `${path.map(String).join(".")}: ${message}` : message);
    throw new NonRetriableError(`invalid ${name}: ${told.join("; ")}`);
}
const MAX_ID_LENGTH = 10_000;
/** As Python's `EVENT_ID_PATTERN`; `trim()` takes other characters for white space. */
const NOT_BLANK = /[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/u;
const EARLIEST = Date.UTC(1980, 0);
const LATEST = Date.UTC(2100, 0);
function checkOptions(name, options) {
    const { id, ts } = options ?? {};
    const problem = id !== undefined && (typeof id !== "string" || !NOT_BLANK.test(id))
        ? "id: must be a string that is not blank"
        : typeof id === "string" && (/\p{Surrogate}/u.test(id) || [...id].length > MAX_ID_LENGTH)
            ? `id: must be valid Unicode of at most ${MAX_ID_LENGTH} characters`
            : ts !== undefined && !Number.isInteger(ts)
                ? "ts: must be whole milliseconds since 1970"
                : ts !== undefined && !(EARLIEST <= ts && ts < LATEST)
                    ? "ts: must lie in the years 1980 to 2099, in milliseconds"
                    : undefined;
    if (problem !== undefined)
        throw new TypeError(`invalid ${name}: ${problem}`);
}
const MAX_ISSUES = 20;
/** Makes a schema when it is first used, so that an event that is not used costs nothing. */
function lazily(make) {
    let schema;
    const validate = (value) => {
        const { success, data, error } = (schema ??= make()).safeParse(value);
        if (success)
            return { value: data };
        const issues = error.issues.slice(0, MAX_ISSUES).map(({ path, ...issue }) => ({
            path,
            message: wordsOf(issue),
        }));
        const more = error.issues.length - issues.length;
        return { issues: more ? [...issues, { path: [], message: `and ${more} more` }] : issues };
    };
    return { "~standard": { version: 1, vendor: "platform-events", validate } };
}
/** Makes the schema of a definition once for each side, however often it is referred to. */
function shared(make) {
    const made = new Map();
    return (side) => {
        const known = made.get(side);
        if (known)
            return known;
        // It is being made: it contains itself.
        if (made.has(side))
            return z.lazy(() => made.get(side));
        made.set(side, undefined);
        const schema = make(side);
        made.set(side, schema);
        return schema;
    };
}
const NOUNS = { array: "item", set: "item", map: "key" };
function wordsOf(issue) {
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
function counted(count, noun) {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
function typeOf({ expected = "value" }) {
    return expected === "int" ? "integer" : expected;
}
function shortly(key) {
    return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}...` : key);
}
/** Adds a problem of our own. */
function refuse(context, message, path = []) {
    context.issues.push({ code: "custom", path: [...path], message, input: undefined });
}
/** Text whose length is counted in code points, as Python and JSON Schema count. */
function text(least, most, pattern) {
    return z.string().check((context) => {
        const { value } = context;
        if (/\p{Surrogate}/u.test(value))
            return refuse(context, "must be valid Unicode");
        // A code point is one or two units: most texts need no counting.
        const isFit = value.length <= most && value.length >= least * 2;
        const length = isFit ? least : [...value].length;
        if (length < least)
            refuse(context, `must have at least ${counted(least, "character")}`);
        if (length > most)
            refuse(context, `must have at most ${counted(most, "character")}`);
        if (pattern && !pattern.test(value))
            refuse(context, `must match ${pattern.source}`);
    });
}
/** An instant of a range, which the pattern alone cannot tell. */
function instant(pattern, earliest, end) {
    const [from, to] = [Date.parse(earliest), Date.parse(end)];
    return z.string().check((context) => {
        const { value } = context;
        if (!pattern.test(value)) {
            return refuse(context, "must be an RFC 3339 instant, such as 2026-11-23T18:30:00Z");
        }
        const time = Date.parse(value);
        if (time < from || time >= to)
            refuse(context, `must be at or after ${earliest} and before ${end}`);
    });
}
/** An array whose first items have schemas of their own. */
function tuple(first, rest) {
    return z.array(z.unknown()).check((context) => {
        for (const [index, item] of context.value.entries()) {
            handOn(context, (first[index] ?? rest).safeParse(item), [index]);
        }
    });
}
function refuseEqual(context) {
    const items = context.value.map((item) => JSON.stringify(item, sortKeys));
    if (new Set(items).size < items.length)
        refuse(context, "must not have equal items");
}
function sortKeys(_key, value) {
    return isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
}
/** A union told apart by a field. With a fallback it will grow: other kinds are read as that. */
function union(key, members, fallback) {
    const made = new Map();
    const schemaOf = (kind) => {
        const known = Object.hasOwn(members, kind) ? kind : "";
        const schema = made.get(known) ?? (known ? members[known] : fallback)?.();
        if (schema)
            made.set(known, schema);
        return schema;
    };
    const expected = Object.keys(members).map((kind) => JSON.stringify(kind)).join(" or ");
    // Not `z.looseObject`, which hands on no `__proto__` for the member to refuse.
    return z.unknown().check((context) => {
        const { value } = context;
        if (!isObject(value))
            return refuse(context, "must be an object");
        const kind = value[key];
        const schema = typeof kind === "string" ? schemaOf(kind) : undefined;
        if (!schema)
            return refuse(context, `must be ${expected}`, [key]);
        handOn(context, schema.safeParse(value));
    });
}
/** An object whose keys are data: a map. */
function map(keys, patterns, rest, least, most) {
    return z.unknown().check((context) => {
        const { value } = context;
        if (!isObject(value))
            return refuse(context, "must be an object");
        const names = Object.keys(value);
        if (names.length < least)
            refuse(context, `must have at least ${counted(least, "key")}`);
        if (names.length > most)
            refuse(context, `must have at most ${counted(most, "key")}`);
        for (const name of names) {
            if (keys)
                handOn(context, keys.safeParse(name), [name]);
            const found = patterns.filter(([pattern]) => pattern.test(name)).map(([, schema]) => schema);
            const schemas = found.length === 0 && rest ? [rest] : found;
            if (schemas.length === 0)
                refuse(context, "is not an allowed key", [name]);
            for (const schema of schemas)
                handOn(context, schema.safeParse(value[name]), [name]);
        }
    });
}
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
function handOn(context, result, path = []) {
    for (const issue of result.error?.issues ?? []) {
        refuse(context, wordsOf(issue), [...path, ...issue.path]);
    }
}
/** An object whose invariants hold. */
function obeying(schema, invariants) {
    return schema.check((context) => {
        const broken = invariants.find((invariant) => !holds(invariant, context.value));
        if (!broken)
            return;
        context.issues.push({ code: "custom", path: [], message: broken.message, input: undefined });
    });
}
/** Tells whether an invariant holds; what is null or empty is absent. */
function holds(invariant, data) {
    const get = (name) => {
        const value = data[name] ?? undefined;
        return Array.isArray(value) && value.length === 0 ? undefined : value;
    };
    const has = (name) => get(name) !== undefined;
    const number = (name) => (get(name) ?? 0);
    const time = (name) => Date.parse(get(name));
    const items = (name) => (get(name) ?? []);
    const list = (value) => (Array.isArray(value) ? value : [value]);
    const { field, other, of, parts, whole, values, low, high } = invariant;
    switch (invariant.rule) {
        case "absent":
            return !has(field);
        case "among":
            return !has(field) || list(values).includes(get(field));
        case "any-of":
            return list(of).some(has);
        case "at-most": {
            const total = list(parts).reduce((sum, part) => sum + number(part), 0);
            const most = invariant["times"] * number(whole) + invariant["slack"];
            return !has(whole) || total <= most;
        }
        case "between":
            return !has(field) || (low <= number(field) && number(field) <= high);
        case "differ":
            return !has(invariant["one"]) || get(invariant["one"]) !== get(other);
        case "inside": {
            const slack = invariant["slack"] * 1000;
            const { start, duration } = invariant;
            const end = time(start) + number(duration) * 1000 + slack;
            return (!has(start) ||
                !has(duration) ||
                items(invariant["items"]).every((item) => {
                    const began = Date.parse(item["started_at"]);
                    const ended = began + item["duration_s"] * 1000;
                    return time(start) - slack <= began && ended <= end;
                }));
        }
        case "lasts-at-most": {
            const seconds = items(values).length * number(invariant["interval"]);
            return seconds <= invariant["limit"];
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
            return !list(values).includes(get(field)) || holds(invariant["then"], data);
        default:
            return true;
    }
}
const rule = { text, instant, tuple, union, map, obeying };
