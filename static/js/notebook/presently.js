// Makes the editors of cells one after the other: those near the view first, the others once their
// reader does something, or after a while. All at once they would hold up a slow phone for seconds.

const A_WHILE = 5000;
const DEEDS = ['pointerdown', 'pointermove', 'keydown', 'focusin', 'wheel', 'touchstart'];

export class Presently {
  constructor() {
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

  /** One editor, and the next when the page has answered whatever came meanwhile. */
  go() {
    if (this.turn || !(this.near.size || (this.rest && this.waiting.size))) return;
    this.turn = setTimeout(() => {
      const [element] = this.near.size ? this.near : this.waiting.keys();
      const cell = this.waiting.get(element);
      this.near.delete(element);
      this.waiting.delete(element);
      this.view.unobserve(element);
      if (element.isConnected) cell?.edit();
      this.turn = null;
      this.go();
    });
  }
}
