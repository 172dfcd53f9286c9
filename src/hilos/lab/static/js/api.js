/**
 * The lab's JSON API, with its errors as sentences in the language in force.
 */

import { serverLost } from "./server.js";
import { language, t } from "./texts.js";

/** What the server refused or could not do; `message` is one sentence for the learner, `status` 0 for no answer. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * Ask the server.
 *
 * @param {string} path `/api/…`
 * @param {{method?: string, body?: any, signal?: AbortSignal}} [options] `body` is sent as JSON
 * @returns {Promise<any>} what it answered
 */
async function ask(path, { method = "GET", body, signal } = {}) {
  const address = new URL(path, location.origin);
  address.searchParams.set("lang", language());
  /** @type {RequestInit} */
  const request = { method, signal, credentials: "same-origin", headers: { Accept: "application/json" } };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { ...request.headers, "Content-Type": "application/json" };
  }
  let reply;
  try {
    reply = await fetch(address, request);
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "AbortError") throw problem;
    serverLost();
    throw new ApiError(t("server.silent"), 0);
  }
  const answer = reply.status === 204 ? null : await reply.json().catch(() => null);
  if (!reply.ok) throw new ApiError(answer?.error ?? t("server.refused", { status: String(reply.status) }), reply.status);
  return answer;
}

/** @type {(path: string, signal?: AbortSignal) => Promise<any>} */
export const get = (path, signal) => ask(path, { signal });
/** @type {(path: string, body?: any, signal?: AbortSignal) => Promise<any>} */
export const post = (path, body = {}, signal) => ask(path, { method: "POST", body, signal });
/** @type {(path: string) => Promise<any>} */
export const remove = (path) => ask(path, { method: "DELETE" });
