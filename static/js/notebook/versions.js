// Earlier versions of the notebook. Fetched when they are asked for; `desk` hands over the saving,
// `get`, and the two ways of saying something.

const find = (id) => document.getElementById(id);

/** An element with its text and classes. */
export function made(name, text = '', classes = '') {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = classes;
  return element;
}

/** Show the versions that are kept, each with a button that brings it back. */
export async function list(desk) {
  await desk.saving.save();
  const answer = await desk.get('/versions');
  if (!answer.body) return desk.speak(desk.say('failedRequest'));
  find('nb-version-list').replaceChildren(...[...answer.body.versions, { number: 0 }].map((version) => {
    const name = version.number ? [version.moment, version.device].filter(Boolean).join(' · ') : desk.say('asGiven');
    const row = made('div', '', 'row row-apart');
    const button = made('button', desk.say('restore'), 'button button-secondary nb-tool');
    button.type = 'button';
    button.addEventListener('click', () => restore(desk, version.number));
    // What stands here was saved just now: to bring it back would change nothing.
    const isHere = version.number && version.number === desk.saving.number;
    row.append(made('span', name), isHere ? made('span', desk.say('standsHere'), 'nb-aside') : button);
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
