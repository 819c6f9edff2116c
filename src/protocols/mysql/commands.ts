/** Commands by their first byte: how each is answered and what it does to the connection. */

/** First bytes of a client's packets. */
export const Com = {
  Quit: 0x01,
  InitDb: 0x02,
  Query: 0x03,
  FieldList: 0x04,
  Statistics: 0x09,
  ProcessInfo: 0x0a,
  Ping: 0x0e,
  ChangeUser: 0x11,
  Prepare: 0x16,
  Execute: 0x17,
  LongData: 0x18,
  Close: 0x19,
  Reset: 0x1a,
  SetOption: 0x1b,
  Fetch: 0x1c,
  ResetConnection: 0x1f,
  BulkExecute: 0xfa,
} as const;

/** By what a command is answered. */
export type Answer = "nothing" | "result" | "ok" | "prepare" | "rows" | "fields" | "text" | "change user";

const ANSWERS = new Map<number, Answer>([
  [Com.Quit, "nothing"],
  [Com.LongData, "nothing"],
  [Com.Close, "nothing"],
  [Com.Query, "result"],
  [Com.Execute, "result"],
  [Com.BulkExecute, "result"],
  [Com.ProcessInfo, "result"],
  [Com.Prepare, "prepare"],
  [Com.Fetch, "rows"],
  [Com.FieldList, "fields"],
  [Com.Statistics, "text"],
  [Com.ChangeUser, "change user"],
]);

/** Names of those that are kept as `Command`. */
const NAMES = new Map<number, string>([
  [Com.InitDb, "INIT_DB"],
  [Com.FieldList, "FIELD_LIST"],
  [0x05, "CREATE_DB"],
  [0x06, "DROP_DB"],
  [0x07, "REFRESH"],
  [0x08, "SHUTDOWN"],
  [Com.Statistics, "STATISTICS"],
  [Com.ProcessInfo, "PROCESS_INFO"],
  [0x0c, "PROCESS_KILL"],
  [0x0d, "DEBUG"],
  [Com.Ping, "PING"],
  [Com.ChangeUser, "CHANGE_USER"],
  [Com.Reset, "STMT_RESET"],
  [Com.SetOption, "SET_OPTION"],
  [Com.ResetConnection, "RESET_CONNECTION"],
]);

/** After these the connection carries a stream of its own. */
const LEAVES = new Map<number, string>([
  [0x12, "the connection became a replica's (COM_BINLOG_DUMP)"],
  [0x13, "the connection became a replica's (COM_TABLE_DUMP)"],
  [0x15, "the connection became a replica's (COM_REGISTER_SLAVE)"],
  [0x1e, "the connection became a replica's (COM_BINLOG_DUMP_GTID)"],
  [0x20, "the connection became a member's (COM_CLONE)"],
  [0x21, "the connection became a member's (COM_SUBSCRIBE_GROUP_REPLICATION_STREAM)"],
]);

/** What sets a connection up or tidies it: answered OK where nothing recorded says otherwise. */
const SET_UP = new Set<number>([
  ...[Com.InitDb, Com.Ping, Com.ChangeUser, Com.Reset, Com.SetOption, Com.ResetConnection],
]);

export const answerTo = (command: number): Answer => ANSWERS.get(command) ?? "ok";
export const nameOf = (command: number): string => NAMES.get(command) ?? `COM_${command}`;
export const isSetUp = (command: number): boolean => SET_UP.has(command);

/** Why a connection is not read after that command, or `undefined`. */
export const leaves = (command: number): string | undefined => LEAVES.get(command);
