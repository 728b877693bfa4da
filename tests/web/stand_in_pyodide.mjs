// Stands in for pyodide.mjs in tests: the same interface, and no Python behind it. It says which
// line it was given last, waits for good where it is told so, and tries what learners' code may not.

const site = (code) => code.split(' ')[1];

async function attack(code) {
  const tried = {
    cookie: () => document.cookie,
    page: () => window.parent.document,
    storage: () => indexedDB.open('stolen'),
    caches: () => caches.keys(),
    fetch: () => WorkerGlobalScope.prototype.fetch.call(self, `${site(code)}/home?stolen-fetch`, { credentials: 'include' }),
    handed: () => fetch(`${site(code)}/home?stolen-handed`),
    request: () => new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open('GET', `${site(code)}/home?stolen-request`);
      request.withCredentials = true;
      Object.assign(request, { onload: done, onerror: () => failed(new Error('refused')) });
      request.send();
    }),
    program: () => import(`${site(code)}/static/js/lesson.js?stolen-program`),
    socket: () => new Promise((done, failed) => {
      const socket = new WebSocket(`${site(code).replace('http', 'ws')}/home?stolen-socket`);
      Object.assign(socket, { onopen: done, onerror: failed });
    }),
  };
  const said = {};
  for (const [name, deed] of Object.entries(tried)) said[name] = await Promise.resolve().then(deed).then(() => 'done', () => 'refused');
  return JSON.stringify({ origin: self.origin, ...said });
}

export async function loadPyodide({ indexURL }) {
  const lock = await (await fetch(`${indexURL}pyodide-lock.json`)).json();
  const loaded = [];
  let print = null;
  return {
    setStdout: ({ write }) => { print = (text) => write(new TextEncoder().encode(`${text}\n`)); },
    setStderr: () => {},
    loadPackage: async (names) => {
      for (const name of names) {
        const file = await (await fetch(indexURL + lock.packages[name].file_name)).text();
        loaded.push(`${name} ${file.length}`);
      }
    },
    runPythonAsync: async () => async (code) => {
      if (code.startsWith('#wait')) await new Promise(() => {});
      print(code.startsWith('#attack') ? await attack(code) : `here: ${code.split('\n').at(-1)} [${loaded}]`);
      return 'ok';
    },
  };
}
