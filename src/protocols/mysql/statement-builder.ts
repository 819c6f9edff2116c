/** Takes the packets that answer COM_STMT_PREPARE. Counterpart: `reply-bytes.ts`. */
import { FormatError } from "../../core/errors.ts";
import { PayloadReader } from "./payload-reader.ts";
import { Can, type Form } from "./capabilities.ts";
import { decodeColumn } from "./columns.ts";
import { decodeEnd, decodeError, Head } from "./endings.ts";
import type { Progress } from "./reply-builder.ts";
import type { Column, End, Statement } from "./spec.ts";

type Described = Pick<Statement, "number" | "parameters" | "columns" | "warnings" | "ends" | "error">;

export class StatementBuilder {
  readonly #form: Form;
  readonly #parameters: Column[] = [];
  readonly #columns: Column[] = [];
  readonly #ends: End[] = [];
  #isBegun = false;
  #counts = { parameters: 0, columns: 0 };
  #number = 0;
  #warnings = 0;
  #error: Statement["error"] = null;

  constructor(form: Form) {
    this.#form = form;
  }

  get described(): Described {
    return {
      number: this.#number,
      parameters: this.#parameters,
      columns: this.#columns,
      warnings: this.#warnings,
      ends: this.#ends,
      error: this.#error,
    };
  }

  take(payload: Uint8Array): Progress {
    if (payload[0] === Head.Error) {
      this.#error = decodeError(payload);
      return "done";
    }
    if (!this.#isBegun) return this.#head(payload);
    if (this.#isEndDue) this.#ends.push(decodeEnd(payload));
    else if (this.#parameters.length < this.#counts.parameters)
      this.#parameters.push(decodeColumn(payload, this.#form));
    else this.#columns.push(decodeColumn(payload, this.#form));
    return this.#isDone ? "done" : "more";
  }

  #head(payload: Uint8Array): Progress {
    const reader = new PayloadReader(payload);
    if (reader.byte() !== Head.Ok) throw new FormatError("format.bytes", "no packet that answers PREPARE", "0");
    this.#number = reader.uint32();
    this.#counts = { columns: reader.uint16(), parameters: reader.uint16() };
    reader.byte();
    this.#warnings = reader.left >= 2 ? reader.uint16() : 0;
    // MySQL: the client may have asked for no descriptions.
    if (this.#form.can(Can.OptionalMetadata) && reader.left > 0 && reader.byte() === 0) return "done";
    this.#isBegun = true;
    return this.#isDone ? "done" : "more";
  }

  get #endsDue(): number {
    if (this.#form.can(Can.DeprecateEof)) return 0;
    return Number(this.#counts.parameters > 0) + Number(this.#counts.columns > 0);
  }

  get #isEndDue(): boolean {
    if (this.#form.can(Can.DeprecateEof)) return false;
    const { parameters, columns } = this.#counts;
    const areParametersIn = this.#parameters.length === parameters;
    if (parameters > 0 && areParametersIn && this.#ends.length === 0) return true;
    return areParametersIn && columns > 0 && this.#columns.length === columns;
  }

  get #isDone(): boolean {
    const { parameters, columns } = this.#counts;
    return this.#parameters.length === parameters && this.#columns.length === columns && this.#ends.length === this.#endsDue; // prettier-ignore
  }
}
