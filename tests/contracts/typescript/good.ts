// What must type-check.
import { Inngest } from "inngest";

import {
  CATEGORIES,
  EVENT_NAMES,
  InvalidEventNameError,
  SCORING_CALCULATE,
  isEventName,
  isKnownEventName,
  parseEventName,
  reactionAdded,
  scoringCalculate,
  validateEventName,
  wearableDataReceived,
  type Category,
  type NewerValue,
  type PlatformEvent,
  type PlatformEventName,
  type ReactionAdded,
  type ReactionAddedData,
  type ScoringCalculate,
  type ScoringCalculateData,
  type WearableDataReceivedData,
} from "./platform-events.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
  ? true
  : false;
const same = <A, B>(..._proof: Same<A, B> extends true ? [] : [never]) => undefined;

export const inngest = new Inngest({ id: "good" });

// Sending: optional fields may be absent, null or undefined.
const maybe: string | undefined = undefined;
await inngest.send(
  scoringCalculate.create({
    member_id: "mem_1",
    gym_id: "gym_1",
    score: "progress",
    reason: "manual",
    as_of: null,
    caused_by: maybe,
  }),
);
const data: ScoringCalculateData = {
  member_id: "mem_1",
  gym_id: "gym_1",
  score: "performance",
  reason: "scheduled",
};
await inngest.send([scoringCalculate.create(data, { id: "nightly:mem_1", ts: Date.now() })]);

// Measurements are told apart by their kind.
const measured: WearableDataReceivedData["measurements"] = [
  { kind: "heart-rate-variability", measured_at: "2026-11-23T04:00:00Z", rmssd_ms: 48.5 },
  { kind: "sleep", measured_at: "2026-11-22T22:45:00+01:00", duration_s: 28_800, stages: [] },
];
wearableDataReceived.create({
  member_id: "mem_1",
  provider: "oura",
  measurements: measured,
  received_at: new Date().toISOString(),
});

// Handling: unknown values of open choices are strings, and known ones are narrowed.
export const react = inngest.createFunction(
  { id: "react", triggers: [{ event: reactionAdded, if: "event.data.reaction == 'fire'" }] },
  ({ event }) => {
    same<typeof event.data.reaction, ReactionAddedData["reaction"] | NewerValue>();
    const words: string = event.data.reaction;
    switch (event.data.reaction) {
      case "fire":
      case "clap":
        same<typeof event.data.reaction, "fire" | "clap">();
        return "a known reaction";
      default:
        return words.toUpperCase();
    }
  },
);

export const store = inngest.createFunction(
  { id: "store", triggers: [wearableDataReceived] },
  ({ event }) =>
    event.data.measurements.map((measurement) => {
      switch (measurement.kind) {
        case "heart-rate-variability":
          return measurement.rmssd_ms;
        case "sleep":
          return measurement.stages?.[0]?.duration_s ?? measurement.asleep_s ?? null;
        default:
          return measurement.kind.length;
      }
    }),
);

export const several = inngest.createFunction(
  { id: "several", triggers: [scoringCalculate, reactionAdded] },
  ({ event }) => {
    if (event.name === SCORING_CALCULATE) {
      const score: "performance" | "progress" = event.data.score;
      return score;
    }
    return event.data.gym_id;
  },
);

// The union is told apart by its name, and checked for exhaustiveness.
export function categoryOf(event: PlatformEvent): string {
  if (event.name === SCORING_CALCULATE) {
    same<typeof event, ScoringCalculate>();
    return event.data.score;
  }
  return parseEventName(event.name).category;
}
same<PlatformEvent["name"], PlatformEventName>();
same<ReactionAdded["name"], "platform/social.reaction-added">();
same<(typeof EVENT_NAMES)[number], PlatformEventName>();
same<(typeof CATEGORIES)[number], Category>();

// Names.
const name: unknown = "platform/scoring.calculate";
if (isEventName(name)) same<typeof name, string>();
if (isKnownEventName(name)) same<typeof name, PlatformEventName>();
try {
  validateEventName(name);
} catch (error) {
  if (error instanceof InvalidEventNameError) console.log(error.rule, error.position);
}
