/** A request that the hub refused, or that did not reach it (`status` 0). */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The answer's body. */
    readonly body: unknown = null,
    /** Seconds to wait before another attempt, where the hub says so. */
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Ask the hub; returns the JSON of its answer (null when it has none). Throws `RestError`. */
export async function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Formroom"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (body !== undefined) init.body = JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new RestError(0, "unreachable", "The Formroom server cannot be reached.");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, answer);
  return answer as T;
}

/** `a/b` with each part escaped for use in a path. */
export function pathOf(...parts: string[]): string {
  return parts.map(encodeURIComponent).join("/");
}

function refusal(response: Response, answer: unknown): RestError {
  const error = (answer as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new RestError(
    response.status,
    typeof error?.code === "string" ? error.code : "failed",
    typeof error?.message === "string"
      ? error.message
      : `The server answered with an error (${response.status}).`,
    answer,
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}
