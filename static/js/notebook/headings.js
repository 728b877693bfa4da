// Headings of a notebook: what stands below one can be closed and opened, as in Jupyter. This holds
// for the page only; nothing of it is saved.

import { named } from './cell.js';

/** The level of the first heading in the text of `cell`; 0 where it has none. */
function levelOf({ kind, source }) {
  return kind === 'markdown' ? (/^ {0,3}(#{1,6})\s/m.exec(source)?.[1].length ?? 0) : 0;
}

export class Headings {
  constructor(book, speak) {
    Object.assign(this, { book, speak, closed: new Set() });
    book.arranged = () => this.show();
    book.reveal = (cell) => this.reveal(cell);
  }

  /** The cells that a heading stands over, down to the next one that is no lower. */
  under(heading) {
    const { cells } = this.book;
    const [level, first] = [levelOf(heading), cells.indexOf(heading) + 1];
    const rest = cells.slice(first);
    const end = rest.findIndex((cell) => levelOf(cell) && levelOf(cell) <= level);
    return level ? rest.slice(0, end < 0 ? rest.length : end) : [];
  }

  /** Hide what stands below closed headings, and say beside each how much that is. */
  show() {
    const { cells, chosen } = this.book;
    const hidden = new Set(cells.filter((cell) => this.closed.has(cell.id)).flatMap((cell) => this.under(cell)));
    if (hidden.has(chosen)) return void this.reveal(chosen);
    cells.forEach((cell) => {
      cell.element.hidden = hidden.has(cell);
      cell.element.querySelector('.nb-closed')?.remove();
      if (this.closed.has(cell.id) && this.under(cell).length) cell.element.append(this.sign(this.under(cell).length));
    });
  }

  sign(count) {
    const button = document.createElement('button');
    button.className = 'button button-quiet nb-closed';
    button.type = 'button';
    button.dataset.do = 'open-heading';
    button.textContent = named(this.book.page.words.closed, { count });
    return button;
  }

  reveal(cell) {
    for (const id of [...this.closed]) {
      const heading = this.book.cells.find((each) => each.id === id);
      if (!heading || this.under(heading).includes(cell)) this.closed.delete(id);
    }
    this.show();
  }

  /** Close the heading; where there is nothing to close, go to the one above. */
  close(cell) {
    const under = this.under(cell);
    if (!under.length || this.closed.has(cell.id)) return void this.go(-1);
    this.closed.add(cell.id);
    this.show();
    this.book.choose(cell);
    this.speak(named(this.book.page.words.closed, { count: under.length }));
  }

  /** Open the heading; where it is open, go to the one below. */
  open(cell) {
    if (!this.closed.delete(cell.id)) return void this.go(1);
    this.show();
    this.book.choose(cell);
    this.speak(this.book.page.words.opened);
  }

  closeAll() {
    const { book } = this;
    const headings = book.cells.filter((cell) => this.under(cell).length);
    if (!headings.length) return;
    // The highest heading over the cell that is chosen stays in sight, and so is chosen.
    book.choose(headings.find((cell) => this.under(cell).includes(book.chosen)) || book.chosen);
    headings.forEach((cell) => this.closed.add(cell.id));
    this.show();
  }

  openAll() {
    this.closed.clear();
    this.show();
    this.speak(this.book.page.words.opened);
  }

  go(by) {
    const { book } = this;
    const visible = book.cells.filter((cell) => !cell.element.hidden);
    const at = visible.indexOf(book.chosen);
    const there = by < 0 ? visible.slice(0, at).reverse() : visible.slice(at + 1);
    book.choose(there.find((cell) => levelOf(cell)));
  }

  /** A new heading of the level of the one that is over the chosen cell, to be written at once. */
  add(below = false) {
    const { book } = this;
    const place = book.place();
    const over = book.cells.slice(0, place + 1).findLast((cell) => levelOf(cell));
    const end = over ? book.cells.indexOf(over) + 1 + this.under(over).length : book.cells.length;
    book.remember();
    const made = book.insert(below ? end : place, 'markdown', `${'#'.repeat(over ? levelOf(over) : 1)} `);
    book.write(made);
    made.editor.dispatch({ selection: { anchor: made.source.length } });
  }
}
