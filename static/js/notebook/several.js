// What is done with the chosen cells, be it one or several: copied, cut, pasted, deleted, moved,
// joined, made another kind. What belongs to the assignment stays.

export class Several {
  constructor(book, say) {
    Object.assign(this, { book, say, copied: [] });
  }

  copy() {
    this.copied = this.book.selected.map(({ kind, source }) => ({ kind, source }));
    this.say(this.copied.length > 1 ? 'copiedAll' : 'copied', { count: this.copied.length });
  }

  cut() {
    const copied = this.book.selected.map(({ kind, source }) => ({ kind, source }));
    if (this.remove()) this.copied = copied;
  }

  /** Insert what was copied, below the chosen cells or `above` them. */
  paste(above = false) {
    const { book } = this;
    if (!this.copied.length) return;
    const cells = book.selected;
    const place = above ? book.place(cells[0]) : book.place(cells.at(-1)) + 1;
    book.remember();
    const made = this.copied.map(({ kind, source }, at) => book.insert(place + at, kind, source));
    this.choose(made);
  }

  choose(cells) {
    this.book.choose(cells[0]);
    if (cells.length > 1) this.book.extend(cells.at(-1));
  }

  /** Delete the chosen cells: all of them, or none where one has to stay. */
  remove() {
    const { book } = this;
    const cells = book.selected;
    if (cells.some((cell) => cell.kept)) {
      this.say(cells.length > 1 ? 'cannotDeleteAll' : 'cannotDelete');
      return false;
    }
    const place = book.place(cells[0]);
    book.remember();
    cells.forEach((cell) => book.take(cell));
    if (!book.cells.length) book.insert(0);
    book.renumber();
    book.choose(book.cells[Math.min(place, book.cells.length - 1)]);
    book.changed();
    this.say(cells.length > 1 ? 'deletedAll' : 'deleted', { count: cells.length });
    return true;
  }

  move(by) {
    const { book } = this;
    const cells = book.selected;
    const neighbour = book.cells[book.place(cells[by < 0 ? 0 : cells.length - 1]) + by];
    if (!neighbour) return;
    book.remember();
    book.cells.splice(book.place(neighbour), 1);
    book.cells.splice(by < 0 ? book.place(cells.at(-1)) + 1 : book.place(cells[0]), 0, neighbour);
    // An element that is moved loses its focus and its frames: so the neighbour moves.
    if (by < 0) cells.at(-1).element.after(neighbour.element);
    else cells[0].element.before(neighbour.element);
    book.renumber();
    book.changed();
    book.chosen.element.scrollIntoView({ block: 'nearest' });
  }

  /** Join the chosen cells; a single one with its neighbour, the one below or `above`. */
  merge(above = false) {
    const { book } = this;
    let cells = book.selected;
    if (cells.length === 1) {
      const place = book.place() - (above ? 1 : 0);
      cells = book.cells.slice(Math.max(place, 0), place + 2);
    }
    const [first, ...rest] = cells;
    if (!rest.length) return;
    if (first.fixed || cells.some((cell) => cell.kind !== first.kind)) return void this.say('cannotJoin');
    if (rest.some((cell) => cell.kept)) return void this.say('cannotDelete');
    book.remember([first.id]);
    first.source = cells.map((cell) => cell.source).join(first.kind === 'code' ? '\n' : '\n\n');
    rest.forEach((cell) => book.take(cell));
    book.renumber();
    book.choose(first);
    first.render();
    book.changed();
  }

  /** Make the chosen cells code, text or raw; with `level`, text that is a heading. */
  become(kind, level = 0) {
    const { book } = this;
    const cells = book.selected;
    if (cells.some((cell) => cell.kept && (level || cell.kind !== kind))) return void this.say('cannotChange');
    book.remember(level ? cells.map((cell) => cell.id) : []);
    this.choose(cells.map((cell) => {
      if (level) cell.source = `${'#'.repeat(level)} ${cell.source.replace(/^#+ */, '')}`;
      if (cell.kind !== kind) return book.become(cell, kind);
      if (level) cell.render();
      return cell;
    }));
    book.changed();
  }
}
