// The list of all commands, found by what they are called. The names and keys are those of the
// page's own list of keys, so there is no second list to keep.

const find = (id) => document.getElementById(id);

function option(row, place) {
  const item = document.createElement('li');
  item.id = `nb-command-${place}`;
  item.setAttribute('role', 'option');
  item.dataset.deed = deed(row);
  const name = document.createElement('span');
  name.textContent = row.querySelector('dd, span').textContent;
  const keys = document.createElement('span');
  keys.dir = 'ltr';
  keys.append(...[...row.querySelectorAll('kbd')].map((key) => key.cloneNode(true)));
  item.append(name, keys);
  return item;
}

const deed = (row) => row.dataset.deed || row.dataset.do;

/** Letters without their marks and case: who looks for "cellule" may well write "Cellulé". */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** Show the list: `act` is told the name of what is chosen, `back` gives the focus back. */
export function open(act, back) {
  const dialog = find('nb-palette');
  const field = find('nb-palette-field');
  const list = find('nb-palette-list');
  const seen = new Set();
  const rows = [...document.querySelectorAll('#nb-help [data-deed], .nb-bar [data-do]:not([hidden])')]
    .filter((row) => !seen.has(deed(row)) && seen.add(deed(row)));
  const all = rows.map(option);
  let chosen = null;

  const choose = (item) => {
    chosen?.setAttribute('aria-selected', 'false');
    chosen = item || null;
    chosen?.setAttribute('aria-selected', 'true');
    chosen?.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', chosen?.id || '');
  };
  const show = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    list.replaceChildren(...all.filter((item) => words.every((word) => plain(item.firstChild.textContent).includes(word))));
    find('nb-palette-none').hidden = list.children.length > 0;
    choose(list.firstElementChild);
  };
  const take = (item) => {
    if (!item) return;
    dialog.onclose = null;
    dialog.close();
    back();
    act(item.dataset.deed);
  };

  field.value = '';
  field.oninput = show;
  field.onkeydown = (event) => {
    const items = [...list.children];
    const at = items.indexOf(chosen);
    const there = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
    if (there !== undefined) choose(items[Math.min(Math.max(there, 0), items.length - 1)]);
    else if (event.key === 'Enter') take(chosen);
    else return;
    event.preventDefault();
  };
  list.onclick = (event) => take(event.target.closest('[role=option]'));
  dialog.onclose = back;
  dialog.showModal();
  field.focus();
  show();
}
