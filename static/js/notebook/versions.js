// Earlier versions, and the question which of two texts goes on. Fetched when it is needed; `desk`
// hands over the book, the saving, `get`, and the two ways of saying something.

const find = (id) => document.getElementById(id);

/** An element with its text and classes. */
function made(name, text = '', classes = '') {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = classes;
  return element;
}

function side(title, text, missing) {
  const part = made('div');
  const pre = made('pre', text ?? missing);
  pre.tabIndex = 0;
  pre.dir = 'auto';
  part.append(made('h3', title), pre);
  return part;
}

/** Show the cells that differ from `theirs`; resolves to the learner's choice: mine or theirs. */
export function conflict({ book, say }, theirs) {
  const mine = new Map(book.read().map((cell) => [cell.id, cell.source]));
  const others = new Map(theirs.cells.map((cell) => [cell.id, cell.source]));
  const ids = [...new Set([...others.keys(), ...mine.keys()])].filter((id) => mine.get(id) !== others.get(id));
  find('nb-differences').replaceChildren(...ids.map((id) => {
    const pair = made('div', '', 'nb-pair');
    const there = say('theirs', { time: theirs.saved });
    pair.append(side(say('mine'), mine.get(id), say('missing')), side(there, others.get(id), say('missing')));
    return pair;
  }));
  const dialog = find('nb-conflict');
  dialog.oncancel = (event) => event.preventDefault();
  dialog.showModal();
  return new Promise((choose) => {
    dialog.querySelectorAll('[data-choose]').forEach((button) => {
      button.onclick = () => { dialog.close(); choose(button.dataset.choose); };
    });
  });
}

/** Show the versions that are kept, each with a button that brings it back. */
export async function list(desk) {
  await desk.saving.save();
  const answer = await desk.get('/versions');
  if (!answer.body) return desk.speak(desk.say('failedRequest'));
  find('nb-version-list').replaceChildren(...[...answer.body.versions, { number: 0 }].map((version) => {
    const name = version.number ? [version.moment, version.device].filter(Boolean).join(' · ') : desk.say('asGiven');
    const button = made('button', desk.say('restore'), 'button button-secondary');
    button.type = 'button';
    button.addEventListener('click', () => restore(desk, version.number));
    const row = made('div', '', 'row');
    row.append(made('span', name), button);
    const item = made('li', '', 'news-item');
    item.append(row);
    return item;
  }));
  find('nb-versions').showModal();
}

async function restore({ saving, get, say, speak }, number) {
  const answer = await get(`/draft?number=${number}`);
  // What stands here is saved first, so that it stays among the versions.
  if (!answer.body || !(await saving.save())) return speak(say('failedRequest'));
  saving.restore(answer.body);
  await saving.save();
  find('nb-versions').close();
  speak(say('restored'));
}
