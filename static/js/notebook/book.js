// The cells of a notebook: their order, which one is chosen or written in.

import {
  acceptCompletion, completionStatus, indentLess, indentMore, startCompletion, toggleComment,
} from '../../vendor/codemirror/codemirror.js';
import { Cell, named } from './cell.js';

const fresh = () => [...crypto.getRandomValues(new Uint8Array(6))].map((n) => n.toString(16).padStart(2, '0')).join('');

export class Book {
  /** `page` has words, html, frame and nonce; `on.changed` is called after every change. */
  constructor(root, told, page, kernel, on) {
    Object.assign(this, { root, page, kernel, on, mode: 'command' });
    this.gone = [];
    this.copied = null;
    const elements = new Map([...root.children].map((each) => [each.dataset.cell, each]));
    this.cells = told.map((each) => new Cell(each, elements.get(each.id), this));
    this.renumber();
    this.chosen = this.cells[0] || null;
    root.addEventListener('focusin', (event) => {
      const cell = this.cells.find((each) => each.element.contains(event.target));
      if (cell && cell !== this.chosen) this.choose(cell, false);
    });
    root.addEventListener('mousedown', (event) => {
      const cell = this.cells.find((each) => each.element.contains(event.target));
      if (cell) this.choose(cell, event.target === cell.element);
    });
    root.addEventListener('dblclick', (event) => {
      const cell = this.cells.find((each) => each.sourceBox.contains(event.target));
      if (cell && cell.kind !== 'code') this.write(cell);
    });
    if (this.chosen) this.choose(this.chosen, false);
  }

  read() { return this.cells.map(({ id, kind, source }) => ({ id, kind, source })); }

  changed() { this.on.changed(); }

  keys(cell) {
    const act = (name) => () => { this.on.act(name, cell); return true; };
    const at = (edge) => ({ state }) => {
      const { main } = state.selection;
      const line = state.doc.lineAt(main.head);
      const last = edge < 0 ? line.number === 1 : line.number === state.doc.lines;
      if (!main.empty || !last || completionStatus(state)) return false;
      return this.step(edge, true);
    };
    return [
      { key: 'Shift-Enter', run: act('run-on') }, { key: 'Ctrl-Enter', mac: 'Cmd-Enter', run: act('run') },
      { key: 'Alt-Enter', run: act('run-insert') }, { key: 'Mod-s', run: act('save') },
      { key: 'Ctrl-Shift--', run: act('split') }, { key: 'Ctrl-Shift-_', run: act('split') },
      { key: 'Mod-/', run: toggleComment }, { key: 'Mod-]', run: indentMore }, { key: 'Mod-[', run: indentLess },
      { key: 'Shift-Tab', run: () => { cell.inspect(); return true; } },
      { key: 'Tab', run: (view) => this.tab(view) },
      { key: 'ArrowUp', run: at(-1) }, { key: 'ArrowDown', run: at(1) },
      { key: 'Escape', run: (view) => {
        if (completionStatus(view.state) || view.dom.querySelector('.cm-search')) return false;
        cell.tip();
        this.leave();
        return true;
      } },
    ];
  }

  tab(view) {
    if (acceptCompletion(view)) return true;
    const { main } = view.state.selection;
    const before = view.state.doc.lineAt(main.head).text.slice(0, main.head - view.state.doc.lineAt(main.head).from);
    if (main.empty && /[\w.]$/.test(before)) return startCompletion(view);
    if (!main.empty) return indentMore(view);
    view.dispatch(view.state.replaceSelection(' '.repeat(4 - (before.length % 4))));
    return true;
  }

  focused(cell, has) {
    if (has) {
      this.choose(cell, false);
      this.mode = 'edit';
    } else if (this.chosen === cell && this.mode === 'edit') this.mode = 'command';
    cell.element.classList.toggle('nb-writing', has);
  }

  choose(cell, focus = true) {
    if (!cell) return false;
    if (this.chosen && this.chosen !== cell) {
      this.chosen.element.classList.remove('nb-chosen');
      this.chosen.element.tabIndex = -1;
    }
    this.chosen = cell;
    cell.element.classList.add('nb-chosen');
    cell.element.tabIndex = 0;
    if (focus) {
      this.mode = 'command';
      cell.element.focus({ preventScroll: true });
      cell.element.scrollIntoView({ block: 'nearest' });
    }
    return true;
  }

  /** Go `by` cells up or down; with `write`, into the editor of a cell that has one. */
  step(by, write = false) {
    const cell = this.cells[this.cells.indexOf(this.chosen) + by];
    if (!cell) return false;
    if (write && cell.editor) {
      cell.editor.dispatch({ selection: { anchor: by < 0 ? cell.editor.state.doc.length : 0 } });
      return this.write(cell);
    }
    return this.choose(cell);
  }

  write(cell) {
    this.choose(cell, false);
    if (cell.fixed) {
      this.on.say(this.page.words.cannotChange);
      return this.choose(cell);
    }
    cell.edit();
    cell.element.classList.add('nb-writing');
    cell.editor.focus();
    return true;
  }

  leave() {
    this.chosen.element.classList.remove('nb-writing');
    this.choose(this.chosen);
  }

  insert(place, kind = 'code', source = '', id = fresh()) {
    const made = this.make({ id, kind, source });
    this.root.insertBefore(made.element, this.cells[place]?.element || null);
    this.cells.splice(place, 0, made);
    this.renumber();
    this.changed();
    if (kind !== 'code') made.render();
    return made;
  }

  make(told) {
    const template = document.getElementById(told.kind === 'code' ? 'code-cell' : 'markdown-cell');
    const element = template.content.firstElementChild.cloneNode(true);
    const cell = new Cell(told, element, this);
    return cell;
  }

  place(cell = this.chosen) { return this.cells.indexOf(cell); }

  remove(cell) {
    if (cell.kept) {
      this.on.say(this.page.words.cannotDelete);
      return false;
    }
    const place = this.place(cell);
    this.gone.push({ place, kind: cell.kind, source: cell.source, id: cell.id });
    this.take(cell);
    if (!this.cells.length) this.insert(0);
    this.choose(this.cells[Math.min(place, this.cells.length - 1)]);
    this.renumber();
    this.changed();
    this.on.say(this.page.words.deleted);
    return true;
  }

  take(cell) {
    cell.editor?.destroy();
    cell.element.remove();
    this.cells.splice(this.place(cell), 1);
  }

  undelete() {
    const last = this.gone.pop();
    if (last) this.choose(this.insert(Math.min(last.place, this.cells.length), last.kind, last.source, last.id));
  }

  move(cell, by) {
    const place = this.place(cell) + by;
    if (place < 0 || place >= this.cells.length) return;
    this.cells.splice(this.place(cell), 1);
    this.cells.splice(place, 0, cell);
    // An element that is moved loses its focus and its frames: so the neighbour moves.
    const neighbour = this.cells[place - by].element;
    if (by < 0) cell.element.after(neighbour);
    else cell.element.before(neighbour);
    this.renumber();
    this.changed();
    cell.element.scrollIntoView({ block: 'nearest' });
  }

  become(cell, kind) {
    if (cell.kept || cell.kind === kind) return;
    const place = this.place(cell);
    const { source, id } = cell;
    this.take(cell);
    const made = this.insert(place, kind, source, id);
    this.choose(made);
  }

  /** Make a cell of the learner's own a heading of this level, 1 to 6. */
  heading(cell, level) {
    if (cell.kept) return void this.on.say(this.page.words.cannotChange);
    cell.source = `${'#'.repeat(level)} ${cell.source.replace(/^#+ */, '')}`;
    if (cell.kind === 'code') this.become(cell, 'markdown');
    else cell.render();
    this.changed();
  }

  copy(cell) { this.copied = { kind: cell.kind, source: cell.source }; }

  paste(place) {
    if (this.copied) this.choose(this.insert(place, this.copied.kind, this.copied.source));
  }

  /** Join the chosen cell with the one below, which has to be the learner's own. */
  merge(cell) {
    const below = this.cells[this.place(cell) + 1];
    if (!below || cell.fixed || cell.kind !== below.kind) return;
    if (below.kept) return void this.on.say(this.page.words.cannotDelete);
    cell.source = `${cell.source}\n${below.source}`;
    this.remove(below);
    this.choose(cell);
    cell.render();
    this.changed();
  }

  split(cell) {
    if (!cell.editor) return;
    const at = cell.editor.state.selection.main.head;
    const text = cell.source;
    const rest = this.insert(this.place(cell) + 1, cell.kind, text.slice(at).replace(/^\n/, ''));
    cell.source = text.slice(0, at).replace(/\n$/, '');
    this.write(rest);
  }

  /** Let the notebook consist of `told`; cells that stay keep their outputs. */
  replace(told) {
    const before = new Map(this.cells.map((each) => [each.id, each]));
    const after = told.map((each) => {
      const known = before.get(each.id);
      if (!known || known.kind !== each.kind) {
        const duties = known ? { fixed: known.fixed, kept: known.kept, test: known.test, answer: known.answer } : {};
        return this.make({ ...duties, ...each });
      }
      before.delete(each.id);
      if (!known.fixed) known.source = each.source;
      return known;
    });

    for (const cell of before.values()) {
      cell.editor?.destroy();
      cell.element.remove();
    }
    this.cells = after;
    this.root.append(...after.map((cell) => cell.element));
    this.renumber();
    const shown = new Set(this.root.querySelectorAll('.nb-fixed'));
    after.filter((cell) => !shown.has(cell.element)).forEach((cell) => cell.render());
    this.choose(after[0], false);
  }

  renumber() {
    const { words } = this.page;
    this.cells.forEach((cell, place) => {
      cell.number = place + 1;
      cell.element.setAttribute('aria-label', named(words.cell, { number: place + 1 }));
      cell.outputs.element.setAttribute('aria-label', named(words.outputOf, { number: place + 1 }));
    });
  }
}
