/** Which stretch of time a timeline shows: it follows the present until the learner looks elsewhere. */

const LEAST_NS = 2e4;
const MOST_NS = 60e9;

export class View {
  /** Shown length, in nanoseconds. */
  span = 6e9;
  /** Left end while it does not follow. */
  from = 0;
  following = true;

  /** @param {() => {now: number, first: number}} limits of what is known */
  constructor(limits) {
    this.limits = limits;
  }

  /** @returns {{from: number, to: number}} nanoseconds of the run */
  window() {
    if (!this.following) return { from: this.from, to: this.from + this.span };
    const { now, first } = this.limits();
    // A run that has just begun fills its lanes from the left instead of coming in from the right.
    const from = Math.max(first, now - this.span);
    return { from, to: from + this.span };
  }

  /** Stand still where it is. */
  hold() {
    if (!this.following) return;
    this.from = this.window().from;
    this.following = false;
  }

  /** Follow the present again. */
  follow() {
    this.following = true;
  }

  /**
   * Move by a share of what is shown; it follows again when it comes to the present.
   *
   * @param {number} share
   */
  pan(share) {
    this.hold();
    this.#place(this.from + share * this.span);
    const { now } = this.limits();
    if (share > 0 && this.from + this.span >= now + this.span * 0.05) this.follow();
  }

  /**
   * Show less (`factor` below 1) or more, around a moment.
   *
   * @param {number} factor
   * @param {number} [around] where it stays put; the middle, or the present while it follows
   */
  zoom(factor, around) {
    const { from, to } = this.window();
    const span = Math.min(MOST_NS, Math.max(LEAST_NS, this.span * factor));
    if (!this.following) {
      const still = around ?? (from + to) / 2;
      this.from = still - ((still - from) / this.span) * span;
    } else if (around !== undefined && around < to - this.span * 0.1) {
      this.hold();
      this.from = around - ((around - from) / this.span) * span;
    }
    this.span = span;
    if (!this.following) this.#place(this.from);
  }

  /**
   * Have a moment in the middle.
   *
   * @param {number} time
   * @param {number} [span]
   */
  goTo(time, span = this.span) {
    this.following = false;
    this.span = Math.min(MOST_NS, Math.max(LEAST_NS, span));
    this.#place(time - this.span / 2);
  }

  /** Show all that is known. */
  fit() {
    const { now, first } = this.limits();
    this.span = Math.min(MOST_NS, Math.max(LEAST_NS, (now - first) * 1.02));
    this.following = false;
    this.#place(now - this.span);
  }

  /** @param {number} from */
  #place(from) {
    const { now, first } = this.limits();
    this.from = Math.max(first - this.span * 0.5, Math.min(now - this.span * 0.1, from));
  }
}
