/**
 * A canvas that is as sharp as the screen, follows its element's size, and draws only when it is seen.
 */

export class Sheet {
  #seen = true;
  #asked = 0;
  #observers;

  /**
   * @param {HTMLCanvasElement} canvas its size is the stylesheet's
   * @param {(pen: CanvasRenderingContext2D, width: number, height: number) => void} draw
   */
  constructor(canvas, draw) {
    this.canvas = canvas;
    this.draw = draw;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const resized = new ResizeObserver(() => this.ask());
    const seen = new IntersectionObserver((entries) => {
      this.#seen = entries[entries.length - 1].isIntersecting;
      if (this.#seen) this.ask();
    });
    resized.observe(canvas);
    seen.observe(canvas);
    this.#observers = [resized, seen];
  }

  /** Draw with the next frame, if it is seen; asked often, drawn once. */
  ask() {
    if (this.#asked || !this.#seen) return;
    this.#asked = requestAnimationFrame(() => {
      this.#asked = 0;
      this.#drawNow();
    });
  }

  /** Observe no more. */
  close() {
    cancelAnimationFrame(this.#asked);
    for (const observer of this.#observers) observer.disconnect();
  }

  #drawNow() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
    }
    this.pen.setTransform(scale, 0, 0, scale, 0, 0);
    this.pen.clearRect(0, 0, width, height); // never a fill: the body's colour may be transparent
    this.draw(this.pen, width, height);
  }
}
