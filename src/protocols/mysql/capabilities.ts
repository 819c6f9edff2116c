/**
 * What both ends agree to: a bit each, MariaDB's own above the 32 that MySQL has. What of them shapes an answer is kept
 * for the connection, so that a recorded answer is written as that client reads it.
 * https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html
 */

/** Bits of the capabilities; MariaDB's extended ones are counted from 32 on. */
export const Can = {
  /** MariaDB leaves it out to say that it knows the extended ones. */
  Mysql: 1n << 0n,
  ConnectWithDatabase: 1n << 3n,
  Compress: 1n << 5n,
  LocalFiles: 1n << 7n,
  Protocol41: 1n << 9n,
  Tls: 1n << 11n,
  SecureConnection: 1n << 15n,
  PluginAuth: 1n << 19n,
  ConnectAttributes: 1n << 20n,
  SizedAuth: 1n << 21n,
  SessionTrack: 1n << 23n,
  DeprecateEof: 1n << 24n,
  OptionalMetadata: 1n << 25n,
  Zstd: 1n << 26n,
  QueryAttributes: 1n << 27n,
  /** MariaDB: more about a column's type. */
  ExtendedTypes: 1n << 35n,
  /** MariaDB: columns that a client knows from PREPARE are not sent again. */
  CacheMetadata: 1n << 36n,
} as const;

/** What replay does not offer. */
const WITHHELD = Can.Tls | Can.Compress | Can.Zstd;

/** What shapes answers on one connection. */
export class Form {
  readonly bits: bigint;

  constructor(bits: bigint) {
    this.bits = bits;
  }

  can(bit: bigint): boolean {
    return (this.bits & bit) !== 0n;
  }
}

/** What replay offers of what a server was recorded to offer. */
export function offered(recorded: bigint, isTls: boolean): bigint {
  return (recorded & ~WITHHELD) | (isTls ? Can.Tls : 0n);
}
