// Why a visible test did not pass, in plain words. Fetched when the first one does not.

/** Say below `cell`, a test, what the server makes of `error`, and keep the whole of it at hand. */
export async function explain({ saving, send, say, note }, cell, error) {
  await saving.save(); // The server looks at the draft that it has.
  const answer = await send('/explanation', {
    cell: cell.id, name: error.ename, value: error.evalue, traceback: (error.traceback || []).join('\n'),
  });
  const inner = note(cell, say('failed'), 'err');
  if (answer.body?.html) inner.innerHTML = answer.body.html;
  const whole = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = say('wholeError');
  const box = document.createElement('div');
  whole.append(summary, box);
  cell.outputs.fill(box, error);
  inner.append(whole);
}
