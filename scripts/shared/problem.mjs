// @ts-check

/** Something that a person has to fix: printed without a stack trace, exit code 2. */
export class SetupProblem extends Error {}

/** The sources are wrong, which is not the user's machine: exit code 1. */
export class BuildProblem extends Error {}

/**
 * The message of anything thrown.
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
