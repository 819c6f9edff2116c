/**
 * What to do next about a test that is not green. Sentences that name the file and the field, never an exhortation.
 */
import { type Difference } from "../core/diff.ts";
import { type TestResult, type TestSetResult } from "../core/run-result.ts";
import { UNIX_SOCKET } from "../core/unix-socket.ts";
import { plural } from "./printed.ts";

const NAMED = 4;

/** The paths that noise would have to hold, a few of them spelt out. */
const noisePaths = (differences: readonly Difference[]): string => {
  const named = differences.slice(0, NAMED).map(({ path }) => `\`${path}\``);
  const more = differences.length - named.length;
  return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
};

/** What no recording would answer is met by no other recording. */
const aboutSockets = (misses: TestResult["missed"]): string[] =>
  [...new Set(misses.map(({ asked }) => asked))].map(
    (name) =>
      `Nothing is recorded of the unix socket ${name}: have the app reach that service by host and port and record ` +
      `again, or let it through: --pass-through-sockets ${name}`,
  );

const aboutMisses = (test: TestResult): string[] => {
  const refused = test.missed.filter(({ protocol }) => protocol === UNIX_SOCKET);
  if (refused.length === test.missed.length) return aboutSockets(refused);
  const near = test.missed.filter((miss) => miss.nearest !== null && miss.nearest.differs.length > 0).length;
  const usedUp = test.missed.filter((miss) => miss.nearest?.differs.length === 0).length;
  const unknown = test.missed.length - near - usedUp - refused.length;
  return [
    ...(near > 0
      ? [`The app asks for something else than it was recorded asking: look at what differs from the nearest mock.`]
      : []),
    ...(usedUp > 0 ? [`The app asks the same more often than it was recorded asking.`] : []),
    ...(unknown > 0 ? [`${plural(unknown, "call")} of the app ${unknown === 1 ? "was" : "were"} never recorded.`] : []),
    ...aboutSockets(refused),
    `If the change is meant, record this test again.`,
  ];
};

/** For one test; empty if it passed. */
export const adviceFor = (testSet: TestSetResult, test: TestResult): string[] => {
  if (test.status !== "failed") return [];
  if (test.missed.length > 0) return aboutMisses(test);
  if (test.differences.length === 0) return [];
  const again = `If the change is meant, record this test again.`;
  // An app that fails where it did not is never merely noisy.
  if (test.differences.some(({ path }) => path === "status")) return [again];
  const file = `${testSet.name}/tests/${test.name}.yaml`;
  return [
    again,
    `If it differs every time, add ${noisePaths(test.differences)} to the list spec.assertions.noise in ${file}, ` +
      `or to noise in reprise.yml for all tests.`,
  ];
};
