// The keys of Jupyter's command mode: they count only while a cell, or a button of it, has the focus
// and is not written in, so that they are nobody else's.

const ONE = {
  Enter: 'write', 'Shift+Enter': 'run-on', 'Control+Enter': 'run', 'Meta+Enter': 'run', 'Alt+Enter': 'run-insert',
  ArrowUp: 'above', k: 'above', ArrowDown: 'below', j: 'below', a: 'insert-above', b: 'below-code',
  'Shift+ArrowUp': 'extend-above', 'Shift+K': 'extend-above', 'Shift+ArrowDown': 'extend-below', 'Shift+J': 'extend-below',
  'Shift+Home': 'extend-first', 'Shift+End': 'extend-last', 'Control+a': 'select-all', 'Meta+a': 'select-all',
  'Control+Shift+ArrowUp': 'up', 'Meta+Shift+ArrowUp': 'up', 'Control+Shift+ArrowDown': 'down', 'Meta+Shift+ArrowDown': 'down',
  x: 'cut', c: 'copy', v: 'paste', 'Shift+V': 'paste-above', z: 'undo', 'Shift+Z': 'redo', Escape: 'choose',
  m: 'to-text', y: 'to-code', r: 'to-raw', 'Shift+M': 'merge', 'Control+Shift+M': 'merge', 'Control+Backspace': 'merge-above',
  'Shift+A': 'heading-above', 'Shift+B': 'heading-below', ArrowLeft: 'close-heading', ArrowRight: 'open-heading',
  'Control+Shift+ArrowLeft': 'close-headings', 'Control+Shift+ArrowRight': 'open-headings',
  s: 'save', 'Control+s': 'save', 'Meta+s': 'save', o: 'fold', 'Shift+O': 'whole',
  f: 'find', 'Control+f': 'find', 'Meta+f': 'find', 'Control+g': 'find-next', 'Meta+g': 'find-next',
  'Control+Shift+G': 'find-previous', 'Meta+Shift+G': 'find-previous',
  l: 'lines', 'Shift+L': 'all-lines', h: 'help', 'Control+Shift+H': 'help', 'Meta+Shift+H': 'help', p: 'palette',
  'Control+Shift+C': 'palette', 'Meta+Shift+C': 'palette', 'Control+Shift+F': 'palette', 'Control+Shift+P': 'palette',
  ' ': 'scroll', 'Shift+ ': 'scroll-up',
};
// What a button that has the focus keeps for itself.
const OF_BUTTONS = ['Enter', ' '];
for (let level = 1; level <= 6; level += 1) ONE[level] = String(level);
const TWO = { d: 'delete', i: 'interrupt', 0: 'restart' };
const PATIENCE = 800;

/** The key as a Latin keyboard has it: on an Arabic one the letters of commands are elsewhere. */
function latin({ key, code, shiftKey }) {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (key.length === 1 && key > '\x7f' && letter) return shiftKey ? letter : letter.toLowerCase();
  return key;
}

/** Call `act` with the name of what a key in `root` asks for, while `ready()`. */
export function listen(root, ready, act) {
  let before = { key: '', at: 0 };
  root.addEventListener('keydown', (event) => {
    if (!ready() || event.defaultPrevented || !event.target.matches('[data-cell], [data-cell] button[data-do]')) return;
    const key = latin(event);
    if (event.target.matches('button') && OF_BUTTONS.includes(key)) return;
    // French keyboards write their digits with Shift.
    const held = ['Control', 'Meta', 'Alt', 'Shift'].filter((each) => (
      event.getModifierState(each) && !(each === 'Shift' && /^\d$/.test(key))
    ));
    if (!held.length && TWO[key] !== undefined) {
      const twice = before.key === key && event.timeStamp - before.at < PATIENCE;
      before = twice ? { key: '', at: 0 } : { key, at: event.timeStamp };
      event.preventDefault();
      if (twice) act(TWO[key]);
      return;
    }
    if (key !== 'Shift') before = { key: '', at: 0 };
    const name = ONE[[...held, held.includes('Shift') && key.length === 1 ? key.toUpperCase() : key].join('+')];
    if (!name) return;
    event.preventDefault();
    act(name);
  });
}
