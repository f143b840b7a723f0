// Must type-check, and be declared, in a project that has the package installed.
import { scoringCalculate, type NewerValue, type WearableDataReceivedData } from "platform-events";
import { EVENT_NAMES, SCORING_CALCULATE, type PlatformEventName } from "platform-events/names";

export function providerOf(data: WearableDataReceivedData<NewerValue>) {
  return data.provider;
}
export const event = scoringCalculate.create({
  member_id: "m",
  gym_id: "g",
  score: "progress",
  reason: "manual",
});
export const first: PlatformEventName = EVENT_NAMES[0];
export const name: "platform/scoring.calculate" = SCORING_CALCULATE;
