// Makes the editors of cells one after the other: those near the view first, the others once their
// reader does something, or after a while. All at once they would hold up a slow phone for seconds.

const A_WHILE = 5000;
const DEEDS = ['pointerdown', 'pointermove', 'keydown', 'focusin', 'wheel', 'touchstart'];

export class Presently {
  /** Begins when `needed`, a promise, is kept. */
  constructor(needed) {
    needed.then(() => {
      this.ready = true;
      this.go();
    });
    this.waiting = new Map();
    this.near = new Set();
    this.view = new IntersectionObserver((seen) => {
      seen.filter((each) => each.isIntersecting).forEach((each) => this.near.add(each.target));
      this.go();
    }, { rootMargin: '25% 0%' });
    const all = () => {
      DEEDS.forEach((deed) => removeEventListener(deed, all, true));
      clearTimeout(late);
      this.rest = true;
      this.go();
    };
    const late = setTimeout(all, A_WHILE);
    DEEDS.forEach((deed) => addEventListener(deed, all, { capture: true, passive: true }));
  }

  /** Make the editor of `cell` when its turn has come; `cell.edit()` makes it at once. */
  add(cell) {
    this.waiting.set(cell.element, cell);
    this.view.observe(cell.element);
    if (this.rest) this.go();
  }

  /** One editor, in two steps, and the next when the page has answered whatever came meanwhile. */
  go() {
    if (!this.ready || this.turn || !(this.near.size || (this.rest && this.waiting.size))) return;
    this.turn = setTimeout(() => {
      const [element] = this.near.size ? this.near : this.waiting.keys();
      this.step(element, this.waiting.get(element));
      this.turn = null;
      this.go();
    });
  }

  step(element, cell) {
    if (element.isConnected && cell && !cell.editor && !cell.prepared) {
      cell.prepare();
      return;
    }
    this.near.delete(element);
    this.waiting.delete(element);
    this.view.unobserve(element);
    if (element.isConnected) cell?.edit();
  }
}
