/** An answer in the words and codes of daprd. */
export class DaprError extends Error {
  readonly status: number;
  readonly errorCode: string;

  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || ("code" in error ? String(error.code) : error.name) : String(error);
}
