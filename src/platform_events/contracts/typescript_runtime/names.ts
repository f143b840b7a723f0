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
  if ([...name].length > MAX_NAME_LENGTH) {
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
      return ["hyphen", start + end, "words are joined by single hyphens"];
    }
    end += 1;
  }
  return /[0-9]/u.test(action[end] ?? "")
    ? ["action", start + end, "an action begins with a letter"]
    : ["character", start + end, "only lower-case ASCII letters, digits and hyphens are allowed"];
}
