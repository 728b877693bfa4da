// Earlier versions of the notebook. Fetched when they are asked for; `desk` hands over the book,
// the saving, `get`, and the two ways of saying something.

const find = (id) => document.getElementById(id);

/** An element with its text and classes. */
export function made(name, text = '', classes = '') {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = classes;
  return element;
}

/** Show the versions that are kept; each can be looked at and then brought back. */
export async function list(desk) {
  await desk.saving.save();
  const answer = await desk.get('/versions');
  if (!answer.body) return desk.speak(desk.say('failedRequest'));
  find('nb-version-list').replaceChildren(...[...answer.body.versions, { number: 0 }].map((version) => {
    const name = version.number ? [version.moment, version.device].filter(Boolean).join(' · ') : desk.say('asGiven');
    const row = made('div', '', 'row row-apart');
    const button = made('button', desk.say('lookAt'), 'button button-secondary nb-tool');
    button.type = 'button';
    button.addEventListener('click', () => lookAt(desk, version.number, name, button));
    // What stands here was saved just now: to bring it back would change nothing.
    const isHere = version.number && version.number === desk.saving.number;
    row.append(made('span', name), isHere ? made('span', desk.say('standsHere'), 'nb-aside') : button);
    const item = made('li', '', 'news-item');
    item.append(row);
    return item;
  }));
  turnTo(false);
  find('nb-versions').showModal();
}

/** Show either one version or the list of them. */
function turnTo(one) {
  find('nb-version').hidden = !one;
  find('nb-version-list').hidden = one;
}

/** Show in which cells a version differs from what stands here, before it is brought back. */
async function lookAt({ book, saving, get, say, speak }, number, name, button) {
  const [answer, { compare, differences, summary }] = await Promise.all([get(`/draft?number=${number}`), import('./differing.js')]);
  if (!answer.body) return speak(say('failedRequest'));
  const found = compare(book.read(), answer.body.cells);
  find('nb-version-name').textContent = name;
  find('nb-version-differs').textContent = summary(found, say);
  find('nb-version-cells').replaceChildren(...differences(found, say('inVersion'), say));
  const [back, list] = find('nb-version').querySelectorAll('button');
  back.onclick = () => restore({ saving, say, speak }, answer.body);
  list.onclick = () => {
    turnTo(false);
    button.focus();
  };
  turnTo(true);
  find('nb-versions').scrollTop = 0;
  find('nb-version-name').focus();
}

async function restore({ saving, say, speak }, version) {
  // What stands here is saved first, so that it stays among the versions.
  if (!(await saving.save())) return speak(say('failedRequest'));
  saving.restore(version);
  await saving.save();
  find('nb-versions').close();
  speak(say('restored'));
}
