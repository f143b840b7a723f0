// What must not type-check: each line that follows an expectation is an error, or tsc fails.
import { Inngest } from "inngest";

import {
  isKnownEventName,
  reactionAdded,
  scoringCalculate,
  thresholdCrossed,
  wearableDataReceived,
  type BenchmarkRecordedData,
  type PlatformEvent,
  type ReactionAddedData,
  type ScoringCalculateData,
} from "./platform-events.ts";

const inngest = new Inngest({ id: "wrong" });
const right = {
  member_id: "mem_1",
  gym_id: "gym_1",
  score: "progress",
  reason: "manual",
} as const satisfies ScoringCalculateData;

// @ts-expect-error a field is missing
scoringCalculate.create({ member_id: "mem_1", gym_id: "gym_1", score: "progress" });
// @ts-expect-error there is no such field
scoringCalculate.create({ ...right, memberId: "mem_1" });
// @ts-expect-error no such choice
scoringCalculate.create({ ...right, score: "best" });
// @ts-expect-error an open choice is closed for producers
scoringCalculate.create({ ...right, reason: "manuel" });
// @ts-expect-error an instant is a string
scoringCalculate.create({ ...right, as_of: new Date() });
// @ts-expect-error no data
scoringCalculate.create();
// @ts-expect-error there is no such option
scoringCalculate.create(right, { idempotencyKey: "a" });
// @ts-expect-error a time is in milliseconds
scoringCalculate.create(right, { ts: new Date() });
// @ts-expect-error a number in quotes
thresholdCrossed.create({ value: "1" });
// @ts-expect-error no such value in a sequence
thresholdCrossed.create({ audience: ["member"] });

const measured_at = "2026-11-23T04:00:00Z";
const send = (measurements: Parameters<typeof wearableDataReceived.create>[0]["measurements"]) =>
  measurements;
// @ts-expect-error a field of another kind
send([{ kind: "sleep", measured_at, duration_s: 1, rmssd_ms: 48.5 }]);
// @ts-expect-error only a newer producer sends an unknown kind
send([{ kind: "aura", measured_at }]);
// @ts-expect-error no kind
send([{ measured_at, rmssd_ms: 48.5 }]);

declare const data: ScoringCalculateData;
// @ts-expect-error events do not change
data.score = "performance";
declare const benchmark: BenchmarkRecordedData;
// @ts-expect-error only a benchmark for time has a duration
benchmark.result.duration_s.toFixed();

inngest.createFunction({ id: "a", triggers: [reactionAdded] }, ({ event }) => {
  // @ts-expect-error there is no such field
  event.data.rating_id;
  // @ts-expect-error what a newer producer sent is none of the known values
  event.data.reaction satisfies ReactionAddedData["reaction"];
  // @ts-expect-error no such choice
  return event.data.reaction === "fires";
});

inngest.createFunction({ id: "b", triggers: [scoringCalculate] }, ({ event }) =>
  // @ts-expect-error an optional field may be absent
  event.data.caused_by.length,
);

declare const event: PlatformEvent;
// @ts-expect-error not every event has a score
event.data.score;
// @ts-expect-error there is no such event
event.name === "platform/scoring.guess";
declare const name: string;
// @ts-expect-error not every name is known
name satisfies PlatformEvent["name"];
if (isKnownEventName(name)) name satisfies PlatformEvent["name"];
