/**
 * The only module that talks HTTP. Adds the CSRF token, turns every failure into an ApiError whose
 * message is a sentence for people, and hands out readable bodies for event streams.
 */
import { boot } from "@/boot";

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly fields: Record<string, string[]> = {},
    /** Seconds, when the server said how long to wait. */
    readonly retryAfter: number | null = null,
    /** What else the answer said: a conflict brings what is stored. */
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
interface Options {
  json?: unknown;
  form?: FormData;
  signal?: AbortSignal;
  accept?: string;
  /** Lets the request outlive the page (a delete that is flushed on leaving). */
  keepalive?: boolean;
}

/** For failures that bring no sentence of their own. */
interface Sentences {
  offline: string;
  failed: string;
}

/** Copies of answers for the time without a network (src/lib/offline/). */
export interface Copies {
  keep: (path: string, body: unknown) => void;
  read: (path: string) => Promise<unknown>;
}

/** What is being read for whoever is signed in; each sign-out ends it. */
let reads = new AbortController();

/** Nobody waits any more for what was asked for: it neither comes nor fails with a sentence. */
export function endReads(): void {
  reads.abort(new ApiError("", 0, "ended"));
  reads = new AbortController();
}

let copies: (() => Promise<Copies>) | undefined;
let onSignedOut: () => void = () => undefined;
let sentences = (): Sentences => ({ offline: "", failed: "" });

/** Called once by the app: what to do on 401, and the sentences in the reader's language. */
export function configureApi(options: { onSignedOut: () => void; sentences: () => Sentences; copies?: () => Promise<Copies> }): void {
  copies = options.copies;
  onSignedOut = options.onSignedOut;
  sentences = options.sentences;
}

export function csrfToken(): string {
  const prefix = `${boot.csrf_cookie}=`;
  const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith(prefix));
  return pair ? decodeURIComponent(pair.slice(prefix.length)) : "";
}

async function toError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as {
    detail?: string;
    code?: string;
    fields?: Record<string, string[]>;
    retry_after?: number;
  };
  return new ApiError(
    body.detail || sentences().failed,
    response.status,
    body.code ?? "error",
    body.fields ?? {},
    body.retry_after ?? null,
    body,
  );
}

function isSignedOut(error: ApiError, path: string): boolean {
  return error.status === 401 && path !== "/api/login" && path !== "/api/user/password";
}

/** The answer itself, for what is no JSON. @throws ApiError */
export async function call(method: Method, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: options.accept ?? "application/json" };
  if (options.json !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  const signal = options.signal ?? (method === "GET" ? reads.signal : undefined);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: options.form ?? (options.json === undefined ? undefined : JSON.stringify(options.json)),
      signal,
      keepalive: options.keepalive,
      credentials: "same-origin",
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(sentences().offline, 0, "offline");
  }
  if (response.ok) return response;
  const error = await toError(response);
  if (isSignedOut(error, path)) onSignedOut();
  throw error;
}

/** @throws ApiError */
export async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  try {
    const response = await call(method, path, options);
    const body = response.status === 204 ? undefined : ((await response.json()) as unknown);
    if (method === "GET") void copies?.().then((kept) => kept.keep(path, body), () => undefined);
    return body as T;
  } catch (cause) {
    const copy = method === "GET" && cause instanceof ApiError && cause.code === "offline" ? await copies?.().then((kept) => kept.read(path), () => undefined) : undefined;
    if (copy === undefined) throw cause;
    return copy as T;
  }
}

/** A text as it is. @throws ApiError */
export async function requestText(path: string): Promise<string> {
  return (await call("GET", path, {})).text();
}

/** The body of an event stream, still to be decoded. @throws ApiError */
export async function openStream(
  method: "GET" | "POST",
  path: string,
  options: { json?: unknown; signal: AbortSignal },
): Promise<ReadableStream<Uint8Array>> {
  const response = await call(method, path, { ...options, accept: "text/event-stream" });
  if (!response.body) throw new ApiError(sentences().failed, response.status, "error");
  return response.body;
}
