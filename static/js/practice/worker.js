// Runs Python on the device. It stands in an origin that is nobody's and has no network: what it
// works with is handed to it, and all that it may do is answer. Learners' code runs in here.

const HOME = 'https://pyodide.invalid/'; // Names what was handed over; nothing is asked there.
const TYPES = { wasm: 'application/wasm', json: 'application/json' };

const files = new Map();
const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
let python = null;
let running = null;
let page = null;

const tell = (frame) => page.postMessage(frame);
const output = (told) => tell({ type: 'output', id: running, output: told });

self.fetch = async (request) => {
  const address = String(request?.url ?? request);
  const name = address.slice(HOME.length);
  const content = address.startsWith(HOME) ? files.get(name) : null;
  if (!content) throw new TypeError(`There is no network here: ${address.slice(0, 200)}`);
  return new Response(content, { headers: { 'Content-Type': TYPES[name.split('.').pop()] || 'application/octet-stream' } });
};

async function program(name) {
  const content = files.get(name);
  try {
    return await import(URL.createObjectURL(new Blob([content], { type: 'text/javascript' })));
  } catch {
    // WebKit reads no blob in here; it takes a module from an address that holds all of it.
    return import(`data:text/javascript,${encodeURIComponent(new TextDecoder().decode(content))}`);
  }
}

/** Where what is printed goes, piece by piece. */
const written = (name) => ({
  isatty: true,
  write: (bytes) => {
    const text = decoders[name].decode(bytes.slice(), { stream: true });
    if (text) output({ output_type: 'stream', name, text });
    return bytes.length;
  },
});

async function begin(block) {
  const { loadPyodide } = await program('pyodide.mjs');
  const core = await program(files.has('pyodide.asm.mjs') ? 'pyodide.asm.mjs' : 'pyodide.asm.js');
  const made = await loadPyodide({ indexURL: HOME, ...(core.default && { createPyodideModule: core.default }) });
  for (const name of ['pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide.asm.mjs', 'pyodide.asm.js']) files.delete(name);
  made.setStdout(written('stdout'));
  made.setStderr(written('stderr'));
  const run = await made.runPythonAsync(block);
  return { run, load: (packages) => made.loadPackage(packages, { messageCallback: () => {} }) };
}

async function hear(block, { files: given, run, code, packages }) {
  Object.entries(given).forEach(([name, content]) => files.set(name, content));
  if (!python) {
    python = begin(block);
    await python;
    tell({ type: 'ready' });
  }
  const { run: execute, load } = await python;
  if (packages.length) await load(packages);
  running = run;
  const status = await execute(code, (told) => output(JSON.parse(told)));
  tell({ type: 'done', id: run, status });
}

self.onmessage = ({ data: block, ports: [port] }) => {
  page = port;
  let last = Promise.resolve();
  page.onmessage = ({ data }) => {
    last = last.then(() => hear(block, data)).catch((error) => tell({ type: 'failed', message: String(error?.message || error) }));
  };
};
