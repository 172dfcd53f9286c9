/**
 * Python in colour: a small reader of tokens for editor and step view, with Pygments' class names.
 *
 * It need not understand a program, only tell words, texts, numbers and comments apart, also in one that is half typed.
 */

import { el } from "./element.js";

const KEYWORDS = new Set(
  ("False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield match case").split(" "),
);
const TOKEN =
  /(#[^\n]*)|((?:\b[rbfuRBFU]{1,2})?(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(@[\w.]+)|(\b\d[\w.]*)|([A-Za-z_À-ɏ][\wÀ-ɏ]*)/g;

/**
 * The text's lines, coloured.
 *
 * @param {string} text
 * @returns {DocumentFragment[]}
 */
export function coloured(text) {
  const lines = [new DocumentFragment()];
  let done = 0;
  let naming = false;
  const add = (/** @type {string} */ piece, /** @type {string} */ kind) => {
    piece.split("\n").forEach((part, i) => {
      if (i) lines.push(new DocumentFragment());
      if (part) lines[lines.length - 1].append(kind ? el(`span.${kind}`, {}, part) : part);
    });
  };
  for (const found of text.matchAll(TOKEN)) {
    add(text.slice(done, found.index), "");
    done = found.index + found[0].length;
    const [whole, comment, string, decorator, digits, word] = found;
    const keyword = word !== undefined && KEYWORDS.has(word);
    add(whole, comment ? "c1" : string ? "s1" : decorator ? "nd" : digits ? "mi" : keyword ? "k" : naming ? "nf" : "");
    naming = word === "def" || word === "class";
  }
  add(text.slice(done), "");
  return lines;
}
