/** Exit codes, as design and help give them. `bug` is sysexits' EX_SOFTWARE. */
export const ExitCode = { ok: 0, failed: 1, usage: 2, machine: 3, app: 4, bug: 70, interrupted: 130 } as const;
