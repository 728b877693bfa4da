// The keys of Jupyter's command mode: they count only while a cell has the focus and is not
// written in, so that they are nobody else's.

const ONE = {
  Enter: 'write', 'Shift+Enter': 'run-on', 'Control+Enter': 'run', 'Meta+Enter': 'run', 'Alt+Enter': 'run-insert',
  ArrowUp: 'above', k: 'above', ArrowDown: 'below', j: 'below', a: 'insert-above', b: 'below-code',
  x: 'cut', c: 'copy', v: 'paste', 'Shift+V': 'paste-above', z: 'undelete', m: 'to-text', y: 'to-code', r: 'to-raw',
  'Shift+M': 'merge', s: 'save', f: 'find', o: 'fold', h: 'help', ' ': 'scroll', 'Shift+ ': 'scroll-up',
  'Control+s': 'save', 'Meta+s': 'save',
};
for (let level = 1; level <= 6; level += 1) ONE[level] = String(level);
const TWO = { d: 'delete', i: 'interrupt', 0: 'restart' };
const PATIENCE = 800;

/** Call `act` with the name of what a key in `root` asks for, while `ready()`. */
export function listen(root, ready, act) {
  let before = { key: '', at: 0 };
  root.addEventListener('keydown', (event) => {
    if (!ready() || event.defaultPrevented || !event.target.matches('[data-cell]')) return;
    const { key } = event;
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (bare && TWO[key] !== undefined) {
      const twice = before.key === key && event.timeStamp - before.at < PATIENCE;
      before = twice ? { key: '', at: 0 } : { key, at: event.timeStamp };
      event.preventDefault();
      if (twice) act(TWO[key]);
      return;
    }
    before = { key: '', at: 0 };
    const held = ['Control', 'Meta', 'Alt', 'Shift'].filter((each) => event.getModifierState(each));
    const name = ONE[[...held, key].join('+')];
    if (!name) return;
    event.preventDefault();
    act(name);
  });
}
