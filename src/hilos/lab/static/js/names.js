/** Names as a reader wants them. */

/**
 * A lock without a name of its own is called by the place that made it, `lock (advanced/locks/02.py:66)`: the file's
 * name says enough.
 *
 * @param {string} name
 * @returns {string}
 */
export function withoutFolders(name) {
  return name.replace(/\S*\//g, (path) => (path.startsWith("(") ? "(" : ""));
}
