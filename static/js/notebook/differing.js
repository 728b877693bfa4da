// Shows in which cells two texts of a notebook differ, and asks which goes on. Fetched when another
// tab or device was quicker, or a version is looked at; `desk` hands over the book and what is said.

import { made } from './versions.js';

const find = (id) => document.getElementById(id);

/** What of `one` and `other` differs: their lines between those that both begin and end with. */
function between(one, other) {
  const [a, b] = [one.split('\n'), other.split('\n')];
  const least = Math.min(a.length, b.length);
  let [first, last] = [0, 0];
  while (first < least && a[first] === b[first]) first += 1;
  while (last < least - first && a.at(-1 - last) === b.at(-1 - last)) last += 1;
  return [a, b].map((lines) => ({ before: lines.slice(0, first), own: lines.slice(first, lines.length - last), after: lines.slice(lines.length - last) }));
}

/** The cells of two notebooks that differ, in the order of both, and those that stand elsewhere. */
export function compare(mine, theirs) {
  const [ours, others] = [mine, theirs].map((cells) => new Map(cells.map((cell, place) => [cell.id, { ...cell, number: place + 1 }])));
  const differs = (id) => ours.get(id)?.source !== others.get(id)?.source || ours.get(id)?.kind !== others.get(id)?.kind;
  const place = (id) => ours.get(id)?.number ?? others.get(id).number - 0.5;
  const ids = [...new Set([...ours.keys(), ...others.keys()])].filter(differs).sort((one, other) => place(one) - place(other));
  const shared = (cells, known) => cells.filter((cell) => known.has(cell.id));
  const [here, there] = [shared(mine, others), shared(theirs, ours)];
  const moved = (cell, at) => cell.id !== here[at].id;
  const first = there.findIndex(moved);
  const end = there.findLastIndex(moved) + 1;
  return {
    cells: ids.map((id) => ({ mine: ours.get(id), theirs: others.get(id) })),
    orders: first < 0 ? null : [here, there].map((cells) => cells.slice(first, end)),
  };
}

/** One side of a cell that differs, with the lines marked that the other side has not. */
function side(title, cell, lines, { say, kinds }) {
  const part = made('div');
  part.append(made('h4', kinds ? `${title} · ${say(`kind-${cell.kind}`)}` : title));
  if (!cell?.source) {
    part.append(made('p', say(cell ? 'emptyCell' : 'missing'), 'nb-aside'));
    return part;
  }
  const pre = made('pre');
  pre.tabIndex = 0;
  pre.dir = cell.kind === 'code' ? 'ltr' : 'auto';
  const { before, own, after } = lines;
  // An end of line belongs to what stands before it, so that both parts stay as they are.
  const text = (some, more) => some.map((line) => `${line}\n`).join('').slice(0, more ? undefined : -1);
  pre.append(text(before, own.length || after.length));
  if (own.length) pre.append(made('mark', text(own, after.length)));
  pre.append(text(after, false));
  part.append(pre);
  return part;
}

function shown({ mine, theirs }, there, say) {
  const part = made('section');
  const pair = made('div', '', 'nb-pair');
  const [ours, others] = mine && theirs ? between(mine.source, theirs.source) : [mine, theirs].map((cell) => ({ before: cell ? cell.source.split('\n') : [], own: [], after: [] }));
  const kinds = mine && theirs && mine.kind !== theirs.kind;
  pair.append(side(say('mine'), mine, ours, { say, kinds }), side(there, theirs, others, { say, kinds }));
  part.append(made('h3', say(mine ? 'cell' : 'cellThere', { number: (mine || theirs).number })), pair);
  return part;
}

/** The cells of each side in their order, by how they begin. */
function ordered(orders, there, say) {
  const part = made('section');
  const pair = made('div', '', 'nb-pair');
  orders.forEach((cells, at) => {
    const list = made('ol');
    list.append(...cells.map((cell) => {
      const item = made('li', cell.source.trim().split('\n')[0] || say('emptyCell'));
      item.dir = 'auto';
      return item;
    }));
    const one = made('div');
    one.append(made('h4', at ? there : say('mine')), list);
    pair.append(one);
  });
  part.append(made('h3', say('ordersDiffer')), pair);
  return part;
}

/** In one sentence what `compare` has found. */
export function summary({ cells, orders }, say) {
  if (cells.length) return say('differing', { count: cells.length });
  return say(orders ? 'orderOnly' : 'sameCells');
}

/** What `compare` has found, cell by cell, where the other side is called `there`. */
export function differences({ cells, orders }, there, say) {
  return [...cells.map((each) => shown(each, there, say)), ...(orders ? [ordered(orders, there, say)] : [])];
}

/** Show what differs from `theirs`; resolves to the learner's choice: mine or theirs. */
export function conflict({ book, say }, theirs) {
  const found = compare(book.read(), theirs.cells);
  if (!found.cells.length && !found.orders) return 'mine'; // Nothing that anybody could choose by.
  find('nb-differing').textContent = summary(found, say);
  find('nb-differences').replaceChildren(...differences(found, say('theirs', { time: theirs.saved }), say));
  const dialog = find('nb-conflict');
  return new Promise((choose) => {
    let choice = null;
    dialog.oncancel = (event) => event.preventDefault();
    // Browsers close a dialog at a second Escape whatever it says; without an answer nothing is saved.
    dialog.onclose = () => (choice ? choose(choice) : dialog.showModal());
    dialog.querySelectorAll('[data-choose]').forEach((button) => {
      button.onclick = () => {
        choice = button.dataset.choose;
        dialog.close();
      };
    });
    dialog.showModal();
    dialog.scrollTop = 0;
  });
}
