/**
 * What is known of commands by their names: those that set a connection up or keep it alive, those that describe the
 * server, and the fields of any command that are volatile by nature.
 * https://www.mongodb.com/docs/manual/reference/command/
 */

/** Capitals do not matter in the few names that servers take in two spellings. */
export const isHello = (name: string): boolean => /^(?:hello|ismaster)$/i.test(name);

const AUTHENTICATES = new Set(["saslStart", "saslContinue", "authenticate", "logout"]);

/** Answered without using up a recording, so that a cold pool and a warm one replay alike. */
const SET_UP = new Set([
  ...["ping", "endSessions", "startSession", "refreshSessions", "killSessions", "killAllSessions", "killCursors"],
]);

/** Their answers describe the server; asked at start-up and in health checks. */
const DESCRIBES = new Set([
  ...["buildInfo", "buildinfo", "serverStatus", "getParameter", "hostInfo", "getCmdLineOpts", "getLog"],
  ...["connectionStatus", "listCommands", "whatsmyuri", "features", "replSetGetStatus"],
]);

/**
 * Sessions, transactions' numbers and times of the cluster differ from run to run; how long an answer may take says
 * nothing of what is asked, and drivers with a deadline work it out anew each time.
 */
const VOLATILE = new Set([
  ...["lsid", "$clusterTime", "txnNumber", "stmtId", "stmtIds", "autocommit", "startTransaction", "recoveryToken"],
  ...["maxTimeMS", "$audit", "$client", "$configServerState"],
]);

export const authenticates = (name: string): boolean => AUTHENTICATES.has(name);
export const isSetUp = (name: string): boolean => SET_UP.has(name);
export const describesServer = (name: string): boolean => DESCRIBES.has(name);
export const isVolatile = (field: string): boolean => VOLATILE.has(field);

/** Where a command holds what it writes: by its name, the paths' first fields. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  insert: ["documents"],
  update: ["updates"],
  findAndModify: ["update"],
  findandmodify: ["update"],
  bulkWrite: ["ops"],
};

export const writtenFields = (name: string): readonly string[] => WRITES[name] ?? [];
