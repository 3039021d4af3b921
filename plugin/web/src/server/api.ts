import type {
  Context,
  NewStatement,
  OpenedContext,
  PatientView,
  ProblemBody,
  Start,
  StatementAnswer,
  Units,
  Ward,
} from "./types";

/**
 * Longer than the service's own longest wait for an EHR, so that its explanation reaches us first.
 */
const requestMillisecondsMax = 30_000;

/** An answer that is not a success (RFC 9457), or no answer at all (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail = "",
    readonly requestId = "",
    readonly errors: NonNullable<ProblemBody["errors"]> = [],
  ) {
    super(title);
  }

  get sessionEnded(): boolean {
    return this.status === 401;
  }

  /** Whether it says that what was asked for is not, or no longer, to be seen here. */
  get isRefusal(): boolean {
    return [401, 403, 404, 410].includes(this.status);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = await response.json();
    return new Problem(
      response.status,
      String(body.title ?? ""),
      String(body.detail ?? ""),
      String(body.requestId ?? ""),
      Array.isArray(body.errors) ? body.errors : [],
    );
  } catch {
    return new Problem(response.status, response.statusText);
  }
}

/** One request to our own origin. Throws Problem, and nothing else. */
export async function request<T>(
  method: "GET" | "POST",
  path: string,
  options: { context?: string; body?: unknown } = {},
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.context) headers["X-WhatMatters-Context"] = options.context;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(requestMillisecondsMax),
    });
  } catch {
    throw new Problem(0, "");
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new Problem(0, "");
  }
}

/** Opens a stream of events, which lasts until `signal` says so. Throws Problem, and nothing else. */
async function openEvents(
  path: string,
  context: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  let response: Response;
  try {
    response = await fetch(path, {
      headers: { Accept: "text/event-stream", "X-WhatMatters-Context": context },
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal,
    });
  } catch {
    throw new Problem(0, "");
  }
  if (!response.ok) throw await problemOf(response);
  if (!response.body) throw new Problem(0, "");
  return response.body;
}

/** The calls of a page that was opened with the context token `context`. */
export function api(context: string) {
  return {
    context: () => request<Context>("GET", "/api/context", { context }),
    units: () => request<Units>("GET", "/api/units", { context }),
    openUnit: (id: string) =>
      request<OpenedContext>("POST", `/api/units/${encodeURIComponent(id)}/contexts`, { context }),
    ward: () => request<Ward>("GET", "/api/ward", { context }),
    wardEvents: (signal: AbortSignal) => openEvents("/api/ward/events", context, signal),
    openPatient: (key: string) =>
      request<OpenedContext>("POST", "/api/contexts", { context, body: { key } }),
    signOut: () => request<void>("POST", "/api/sign-out", { context }),
    patient: () => request<PatientView>("GET", "/api/patient", { context }),
    patientEvents: (signal: AbortSignal) => openEvents("/api/patient/events", context, signal),
    addStatement: (body: NewStatement) =>
      request<StatementAnswer>("POST", "/api/patient/statements", { context, body }),
    withdraw: (id: string) =>
      request<StatementAnswer>(
        "POST",
        `/api/patient/statements/${encodeURIComponent(id.replace(/^urn:uuid:/, ""))}/withdrawal`,
        { context },
      ),
    statement: (id: string) =>
      request<StatementAnswer>(
        "GET",
        `/api/patient/statements/${encodeURIComponent(id.replace(/^urn:uuid:/, ""))}`,
        { context },
      ),
  };
}

export type Api = ReturnType<typeof api>;

/** The calls of the demo's start page. */
export const development = {
  start: () => request<Start>("GET", "/development/start"),
  hook: (url: string, body: unknown) => request<{ cards?: unknown }>("POST", url, { body }),
};
